"""Mails that were acknowledged are begun one after the other, a few at a time, and not while Slack waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from bot.durable import Precedence, precedence
from bot.intake import Backlog, backlog
from tests.journeys.world import wait_for


class Begun:
    def __init__(self) -> None:
        self.keys: list[str] = []
        self.precedence = Precedence()
        self.backlog = Backlog(self.precedence)
        self.broken = ""

    def begin(self, key: str) -> None:
        if key == self.broken:
            raise RuntimeError("Pfefferkuchen")
        self.keys.append(key)


@pytest.fixture
def begun() -> Iterator[Begun]:
    one = Begun()
    one.backlog.start(one.begin)
    yield one
    one.backlog.stop()


def test_they_are_begun_in_their_order(begun: Begun) -> None:
    for number in range(5):
        begun.backlog.add(f"k{number}")
    wait_for(lambda: begun.keys == ["k0", "k1", "k2", "k3", "k4"], "all")


def test_none_is_begun_while_a_request_is_answered(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "MOST_SECONDS", 60.0)
    with begun.precedence.answering():
        with begun.precedence.answering():
            begun.backlog.add("k")
        assert not begun.keys
    wait_for(lambda: begun.keys == ["k"], "the mail")


def test_many_requests_hold_work_up_for_a_while_only(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "MOST_SECONDS", 0.01)
    with begun.precedence.answering():
        begun.backlog.add("k")
        wait_for(lambda: begun.keys == ["k"], "the mail")


def test_the_next_waits_until_one_has_ended(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "HANGS_SECONDS", 60.0)
    for number in range(backlog.AT_ONCE + 2):
        begun.backlog.add(f"k{number}")
    wait_for(lambda: len(begun.keys) == backlog.AT_ONCE, "the first")
    begun.backlog.ended("k3")
    wait_for(lambda: len(begun.keys) == backlog.AT_ONCE + 1, "the next")
    assert begun.keys[-1] == f"k{backlog.AT_ONCE}"
    begun.backlog.ended("k4")


def test_those_that_hang_do_not_hold_up_the_others(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "HANGS_SECONDS", 0.01)
    for number in range(3 * backlog.AT_ONCE):
        begun.backlog.add(f"k{number}")
    wait_for(lambda: len(begun.keys) == 3 * backlog.AT_ONCE, "all")


def test_not_all_are_open_at_once_where_all_hang(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "HANGS_SECONDS", 0.0)
    for number in range(backlog.MOST_OPEN + 2):
        begun.backlog.add(f"k{number}")
    wait_for(lambda: len(begun.keys) == backlog.MOST_OPEN, "as many as may be open")
    begun.backlog.ended("k7")
    wait_for(lambda: begun.keys[-1] == f"k{backlog.MOST_OPEN}", "the next")
    assert len(begun.keys) == backlog.MOST_OPEN + 1
    monkeypatch.setattr(backlog, "FORGOTTEN_SECONDS", 0.0)
    begun.backlog.ended("k8")
    wait_for(lambda: len(begun.keys) == backlog.MOST_OPEN + 2, "the last, for the others ended elsewhere")


def test_those_that_ended_elsewhere_hold_up_the_others_once_at_the_most(
    begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(backlog.AT_ONCE):
        begun.backlog.add(f"elsewhere{number}")
    wait_for(lambda: len(begun.keys) == backlog.AT_ONCE, "those that another process has read")
    monkeypatch.setattr(backlog, "HANGS_SECONDS", 0.01)
    begun.backlog.add("k0")
    wait_for(lambda: "k0" in begun.keys, "the first that follows")
    wait_for(lambda: len(begun.backlog._under_way) == 1, "no trace of the others")


def test_one_that_waits_already_is_begun_once(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "MOST_SECONDS", 60.0)
    with begun.precedence.answering():
        for key in ("k0", "k1", "k1", "k2", "k1"):
            begun.backlog.add(key)
    wait_for(lambda: begun.keys[-1:] == ["k2"], "all")
    assert begun.keys == ["k0", "k1", "k2"]
    begun.backlog.add("k1")
    wait_for(lambda: begun.keys == ["k0", "k1", "k2", "k1"], "one that was begun before, once more")


def test_who_waits_until_it_is_idle_goes_on_when_the_last_has_ended(begun: Begun) -> None:
    begun.backlog.add("k")
    wait_for(lambda: begun.keys, "the mail")
    threading.Timer(0.01, begun.backlog.ended, ("k",)).start()
    begun.backlog.wait_until_idle(60)
    begun.backlog.add("hangs")
    begun.backlog.wait_until_idle(0.01)


def test_one_that_cannot_be_begun_is_left_to_the_keeper(begun: Begun, caplog: pytest.LogCaptureFixture) -> None:
    begun.broken = "k0"
    begun.backlog.add("k0")
    begun.backlog.add("k1")
    wait_for(lambda: begun.keys == ["k1"], "the other one")
    assert "arrival k0 could not be begun yet: RuntimeError" in caplog.text
    assert "Pfefferkuchen" not in caplog.text


def test_a_few_work_at_once() -> None:
    order, most, running = Precedence(), [0], [0]
    guard = threading.Lock()

    def work() -> None:
        with order.working():
            with guard:
                running[0] += 1
                most[0] = max(most[0], running[0])
            with guard:
                running[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert 1 <= most[0] <= precedence.WORKERS


def test_while_one_rests_others_work() -> None:
    order, rested = Precedence(), threading.Event()

    def work() -> None:
        with order.working():
            rested.set()

    with ExitStack() as held:
        for _ in range(precedence.WORKERS):
            held.enter_context(order.working())
        thread = threading.Thread(target=work)
        thread.start()
        with order.resting():
            thread.join(60)
            assert rested.is_set()
    with order.working():
        pass
