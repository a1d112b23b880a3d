"""Keys that are refused while the bot runs are said once, where the admin wants it, and taken back in place."""

from __future__ import annotations

import pytest

from bot.linking import LostAccess
from bot.linking.lost_access import standing
from storage.outages import Outages
from storage.tables import Outage
from tests.bot.bench import empty_database
from tests.bot.fakes import FakeSurface, Fault


class World:
    def __init__(self) -> None:
        self.surface, self.outages = FakeSurface(), Outages(empty_database("sqlite://"))

    def lost(self, channel: str = "C0ADMIN") -> LostAccess:
        """A process of the bot."""
        return LostAccess(self.outages, self.surface, channel)

    def names(self) -> list[str]:
        return [one.name for one in standing(self.outages)]


@pytest.fixture
def world() -> World:
    return World()


def test_it_is_said_once_by_whichever_process_and_taken_back_in_place(world: World) -> None:
    for _ in range(3):
        world.lost().refused("onOffice")
    world.lost().refused("info@nordlicht.example")
    assert world.surface.said == [
        "onOffice refuses, said in C0ADMIN",
        "info@nordlicht.example refuses, said in C0ADMIN",
    ]
    assert world.names() == ["info@nordlicht.example", "onOffice"]
    for _ in range(2):
        world.lost().accepted("onOffice")
    assert world.surface.said[2:] == ["onOffice accepts, said in C0ADMIN at 1.9"]
    assert world.names() == ["info@nordlicht.example"]


def test_without_a_channel_it_is_known_for_home_and_said_nowhere(world: World) -> None:
    world.lost("").refused("Zoho CRM")
    assert (world.names(), world.surface.said) == (["Zoho CRM"], [])
    world.lost("C0LATER").refused("Zoho CRM")
    assert world.surface.said == []
    world.lost().accepted("Zoho CRM")
    assert (world.names(), world.surface.said) == ([], [])


def test_what_slack_does_not_take_now_is_said_at_the_next_look(world: World) -> None:
    world.surface.faults = [Fault.BUSY]
    world.lost().refused("onOffice")
    assert world.surface.said == []
    world.lost().refused("onOffice")
    assert len(world.surface.said) == 1
    world.surface.faults = [Fault.BUSY]
    world.lost().accepted("onOffice")
    assert world.names() == ["onOffice"]
    world.lost().accepted("onOffice")
    assert world.names() == []


def test_who_refuses_is_not_away_and_who_is_away_does_not_refuse(world: World) -> None:
    world.outages.begin(Outage(vendor="onoffice", team="T1", channel="C1"))
    world.lost().refused("onOffice")
    assert [one.vendor for one in world.outages.all()] == ["onoffice"]
    assert world.names() == ["onOffice"]
