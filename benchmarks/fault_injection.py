"""Calls that fail, as much as is asked for, and the processes of which one is killed while another works on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.journeys.processes import Process
from tests.journeys.world import World

KINDS: tuple[tuple[str, object], ...] = (("status", 503), ("drop_before", None), ("drop_after_commit", None))


def inject(world: World, where: Iterable[str], rate: float) -> None:
    """From now on this share of the calls fails: with an error, before its effect, or behind it."""
    for one in where:
        for kind, value in KINDS:
            world.call("faults", where=one, kind=kind, value=value, times=None, rate=rate / len(KINDS))


def started_bots(world: World, folder: Path) -> list[Process]:
    """The processes of a bot that runs: on PostgreSQL a second one is started beside it."""
    if world.database_url.startswith("sqlite"):
        return [world.bot]
    second = Process(world.bot.command, folder / "second.log", world.environment)
    second.start()
    return [world.bot, second]
