"""What is due is worked on by a few threads, the oldest first, and not while Slack waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.durable import Precedence, precedence
from bot.intake import Workers, workers
from storage import migrate
from storage.arrivals import Arrivals, Progress
from storage.engine import create_engine
from storage.tables import Arrival, ArrivalState, now
from tests.bot.bench import VAULT
from tests.journeys.world import wait_for


class Working:
    """Workers on a database, and what they did."""

    def __init__(self, folder: Path) -> None:
        engine = create_engine(f"sqlite:///{folder}/linkbot.db")
        migrate.upgrade(engine)
        self.arrivals = Arrivals(engine, VAULT)
        self.precedence = Precedence()
        self.ready = threading.Event()
        self.ready.set()
        self.workers = Workers(self.arrivals, self.precedence, self.ready)
        self.keys: list[str] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.broken = ""

    def work(self, arrival: Arrival) -> bool:
        self.keys.append(arrival.key)
        if arrival.key == self.broken:
            self.broken = ""
            raise RuntimeError("Pfefferkuchen")
        self.go_on.wait(60)
        self.arrivals.shown(Progress(arrival.key, "p", mails=1, whole=True))
        return True

    def arrive(self, *numbers: int) -> None:
        for number in numbers:
            self.arrivals.receive(Arrival(key=f"k{number:02}", team="T1", channel="C1", ts="1.0"), "{}")

    def start(self) -> None:
        self.workers.start(self.work)

    def due_at(self, key: str) -> datetime | None:
        found = self.arrivals.get(key)
        return found.next_try_at if found and found.state == ArrivalState.RECEIVED else None


@pytest.fixture
def working(tmp_path: Path) -> Iterator[Working]:
    one = Working(tmp_path)
    yield one
    one.go_on.set()
    one.workers.stop()


def keys(*numbers: int) -> list[str]:
    return [f"k{number:02}" for number in numbers]


def test_what_was_left_and_what_comes_is_worked_on_once(working: Working) -> None:
    working.arrive(*range(20))
    working.start()
    wait_for(lambda: sorted(working.keys) == keys(*range(20)), "what was there at the start")
    working.arrive(20)
    working.workers.wake()
    wait_for(lambda: working.keys[-1] == "k20", "what came since")
    working.arrive(21)
    wait_for(lambda: working.keys[-1] == "k21", "what came through another process")
    assert len(working.keys) == 22


def test_nothing_is_begun_while_a_request_is_answered(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "MOST_SECONDS", 60.0)
    working.arrive(1)
    with working.precedence.answering():
        with working.precedence.answering():
            working.start()
        assert not working.keys
    wait_for(lambda: working.keys == keys(1), "the mail")


def test_mails_wait_for_the_directory_and_not_for_ever(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    working.ready.clear()
    monkeypatch.setattr(workers, "READY_SECONDS", 0.01)
    working.arrive(1)
    working.start()
    wait_for(lambda: working.keys == keys(1), "the mail")


def test_no_more_are_claimed_than_can_be_done_soon_and_the_claims_are_renewed(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "RENEW_SECONDS", 0.0)
    working.go_on.clear()
    working.arrive(*range(workers.MOST_CLAIMED + 5))
    working.start()
    wait_for(lambda: len(working.keys) == workers.THREADS, "as many as there are threads")
    others = [working.due_at(key) for key in keys(*range(workers.MOST_CLAIMED, workers.MOST_CLAIMED + 5))]
    assert others == [None] * 5, "they are not claimed"
    first = working.due_at("k00")
    assert first is not None and first > now()
    wait_for(lambda: (working.due_at("k00") or first) > first, "the claim to be renewed")
    working.go_on.set()
    wait_for(lambda: len(working.keys) == workers.MOST_CLAIMED + 5, "all")


def test_one_that_breaks_off_holds_nobody_up_and_is_taken_up_again(
    working: Working, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(workers, "LEASE", timedelta(seconds=0.1))
    working.broken = "k01"
    working.arrive(1, 2)
    working.start()
    wait_for(lambda: sorted(working.keys) == keys(1, 1, 2), "both, and the broken one again")
    assert "Pfefferkuchen" not in caplog.text


def test_a_database_that_is_away_is_asked_again(working: Working, monkeypatch: pytest.MonkeyPatch) -> None:
    claim, away = working.arrivals.claim, [True, True]

    def claim_later(by: str, most: int, lease: timedelta) -> list[Arrival]:
        if away:
            away.pop()
            raise sa.exc.OperationalError("", {}, Exception())
        return claim(by, most, lease)

    monkeypatch.setattr(workers, "LOOK_SECONDS", 0.01)
    working.arrivals.claim = claim_later  # type: ignore[method-assign] # it comes back
    working.arrive(1)
    working.start()
    wait_for(lambda: working.keys == keys(1), "the mail")


def test_what_was_put_off_does_not_wait_any_longer_once_others_are_shown(working: Working) -> None:
    working.arrive(1)
    (one,) = working.arrivals.claim("earlier", 1, timedelta(0))
    working.arrivals.put_off(one, now() + timedelta(hours=1))
    working.start()
    working.arrive(2)
    wait_for(lambda: working.keys == keys(2, 1), "both")


def test_who_stops_begins_no_more_and_gives_back_what_is_not_done(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "STOP_SECONDS", 0.05)
    working.go_on.clear()
    working.arrive(*range(workers.MOST_CLAIMED))
    working.start()
    wait_for(lambda: len(working.keys) == workers.THREADS, "as many as there are threads")
    working.workers.stop()
    assert len(working.arrivals.claim("the next", 100, timedelta(seconds=60))) == workers.MOST_CLAIMED
    assert len(working.keys) == workers.THREADS


def test_waiting_until_all_is_done_waits_for_no_mail_that_hangs(
    working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "HANGS_SECONDS", 0.05)
    working.go_on.clear()
    working.arrive(1)
    working.start()
    wait_for(lambda: working.keys == keys(1), "the mail that hangs")
    working.workers.wait_until_idle(60)
    monkeypatch.setattr(workers, "HANGS_SECONDS", 60.0)
    threading.Timer(0.05, working.go_on.set).start()
    working.workers.wait_until_idle(60)
    assert working.due_at("k01") is None
