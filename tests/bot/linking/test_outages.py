"""A vendor that is away is said once in a conversation, and there when it is back."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from bot.linking import Watch
from bot.linking.outages import TRIES
from storage.outages import Outages
from storage.tables import Outage
from tests.bot.bench import empty_database
from tests.bot.fakes import FakeCRM, FakeSurface, Fault


class World:
    def __init__(self, engine: sa.Engine) -> None:
        self.crm, self.surface, self.outages = FakeCRM("onoffice"), FakeSurface(), Outages(engine)
        self.watch = self.another()

    def another(self) -> Watch:
        """Another process."""
        return Watch(self.outages, {"onoffice": self.crm}, self.surface, every=0.0)

    def away(self, times: int) -> None:
        """So often all tries of a question fail."""
        self.crm.faults["search"] = [Fault.BUSY] * times * TRIES

    def look(self, *channels: str) -> list[str]:
        for channel in channels:
            self.watch.suspect("onoffice", "T1", channel)
        self.watch.look()
        return self.surface.said


@pytest.fixture
def world() -> World:
    return World(empty_database("sqlite://"))


def test_it_is_said_once_for_however_many_mails_and_once_when_it_is_back(world: World) -> None:
    world.away(1)
    label = world.crm.label
    assert world.look("C1", "C1", "C2", "C1") == [f"{label} is away from C1", f"{label} is away from C2"]
    world.away(1)
    assert len(world.look("C1")) == 2
    world.away(0)
    assert world.look()[2:] == [f"{label} is back in C1 at 1.9", f"{label} is back in C2 at 2.9"]
    assert world.outages.all() == []
    world.look()
    assert len(world.surface.said) == 4
    world.away(1)
    world.look("C1")
    assert world.surface.said[4:] == [f"{label} is away from C1"], "the next time is another"


def test_who_answers_is_not_away_be_it_with_a_refusal(world: World) -> None:
    assert world.look("C1") == []
    world.crm.faults["search"] = [Fault.BUSY]
    assert world.look("C1") == []
    world.crm.faults["search"] = [Fault.REFUSED]
    assert world.look("C1") == []
    world.watch.suspect("zoho", "T1", "C1")
    assert world.look() == [], "a vendor that was taken out of the settings"


def test_a_restart_and_another_process_say_nothing_twice_and_take_it_back(world: World) -> None:
    world.away(1)
    world.look("C1")
    world.watch = world.another()
    world.away(1)
    assert len(world.look("C1")) == 1
    world.away(0)
    world.watch = world.another()
    assert len(world.look()) == 2


def test_what_slack_does_not_take_is_said_at_the_next_look_or_never(world: World) -> None:
    world.surface.faults = [Fault.REFUSED]
    world.away(1)
    assert world.look("C1") == []
    world.away(0)
    assert world.look() == []  # nothing was said, so nothing is taken back
    assert world.outages.all() == []
    world.away(1)
    world.look("C1")
    world.away(0)
    world.surface.faults = [Fault.BUSY]
    assert len(world.look()) == 1
    assert len(world.look()) == 2


def test_a_vendor_that_is_no_longer_in_use_is_forgotten(world: World) -> None:
    world.outages.begin(Outage(vendor="zoho", team="T1", channel="C1", ts="1.0"))
    assert world.look() == []
    assert world.outages.all() == []


def test_the_thread_outlives_a_database_that_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.linking.outages.LOOK_SECONDS", 0.0)
    stopping = threading.Event()
    looks: list[int] = []

    def look() -> None:
        looks.append(1)
        if len(looks) == 3:
            stopping.set()
        raise sa.exc.OperationalError("", None, Exception())

    monkeypatch.setattr(world.watch, "look", look)
    world.watch.run(stopping)
    assert len(looks) == 3


def test_two_processes_at_once_begin_one(world: World) -> None:
    begun = [world.outages.begin(Outage(vendor="onoffice", team="T1", channel="C1")) for _ in range(3)]
    assert begun == [True, False, False]
