"""The workflow engine itself: what was started once is done once, and what broke off is begun anew."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import bot.durable.engine
from bot.durable.engine import AlreadyRunningError, DbosDurable
from bot.durable.takeover import unfinished
from storage.engine import create_engine
from tests.saying import raises


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[DbosDurable]:
    engine = DbosDurable(create_engine(f"sqlite:///{tmp_path}/linkbot.db").url)
    yield engine
    engine.close()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert true()


def test_work_is_done_once_and_begun_anew_where_it_broke_off(durable: DbosDurable) -> None:
    done: list[str] = []
    failures = {"b": 1, "child b": 1}

    def work(name: str) -> None:
        durable.step("step", lambda: done.append(name))
        if failures.get(name):
            failures[name] -= 1
            raise RuntimeError("the database was away")

    def parent(name: str) -> None:
        durable.gather("work", [("child a", ("child a",)), ("child b", ("child b",))])
        done.append(name)

    durable.register("work", work)
    durable.register("parent", parent)
    durable.launch()

    durable.start("work", "a", "a")
    durable.start("work", "a", "a")
    wait_until(lambda: done == ["a"])

    durable.start("work", "b", "b")
    wait_until(lambda: done == ["a", "b"])

    def again() -> bool:
        durable.start("work", "b", "b")
        return done == ["a", "b", "b"]

    wait_until(again)
    durable.start("work", "b", "b")

    def together() -> bool:
        durable.start("parent", "p", "p")
        return "p" in done

    wait_until(together)
    assert done.count("child a") == 1, "what was done is not done again"
    assert done.count("child b") == 2
    assert done.count("b") == 2


def test_what_ended_long_ago_is_forgotten_and_what_goes_on_is_not(durable: DbosDurable) -> None:
    may_end, begun = threading.Event(), threading.Event()

    def work(name: str) -> None:
        if name == "slow":
            begun.set()
            may_end.wait(60)

    durable.register("work", work)
    durable.launch()
    for name in ("a", "b", "slow"):
        durable.start("work", name, name)
    assert begun.wait(60)
    assert durable.forget_ended(timedelta(days=1)) == 0
    forgotten = 0

    def both() -> bool:
        nonlocal forgotten
        forgotten += durable.forget_ended(timedelta(0))
        return forgotten == 2

    wait_until(both)
    assert [one.workflow_id for one in unfinished()] == ["slow"]
    may_end.set()


def test_one_process_at_a_time_on_sqlite(durable: DbosDurable, tmp_path: Path) -> None:
    durable.launch()
    with raises(AlreadyRunningError, "PostgreSQL"):
        DbosDurable(create_engine(f"sqlite:///{tmp_path}/linkbot.db").url).launch()


def test_what_an_earlier_version_began_is_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = create_engine(f"sqlite:///{tmp_path}/linkbot.db").url
    begun, go_on = threading.Event(), threading.Event()
    done: list[str] = []
    monkeypatch.setattr(bot.durable.engine, "WORKFLOW_VERSION", "of last year")
    old = DbosDurable(url)

    def stuck(_name: str) -> None:
        old.step("a step that is no more", begun.set)
        go_on.wait(60)

    old.register("work", stuck)
    old.launch()
    old.start("work", "a", "a")
    assert begun.wait(60)
    old.close()
    monkeypatch.undo()
    new = DbosDurable(url)
    try:
        new.register("work", lambda name: new.step("another step", lambda: done.append(name)))
        new.launch()

        def again() -> bool:
            new.start("work", "a", "a")
            return bool(done)

        wait_until(again)
        new.start("work", "a", "a")
        assert done == ["a"]
    finally:
        go_on.set()
        new.close()
