from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

import bot.keeper
from bot.crm import CRMError
from bot.directory.in_memory import Directory
from bot.directory.sync import sync
from bot.keeper import FULL_EVERY, Keeper
from bot.language import plain
from bot.linking import LostAccess
from storage.directory import DirectoryStore
from storage.locks import Locks
from storage.outages import Outages
from storage.tables import now
from tests.bot.bench import ERIKA, MAX
from tests.bot.fakes import FakeCRM, FakeSurface, Fault


class Work:
    """Stands for what can be resumed; says how often it was asked to."""

    def __init__(self) -> None:
        self.resumed = 0

    def resume(self, older_than: timedelta) -> None:
        assert older_than > timedelta(0), "work this young is being started by the request that brought it"
        self.resumed += 1

    def drop_unanswered(self) -> None: ...

    def catch_up_cards(self) -> None: ...

    def look_who_reads_along(self, is_shared: Callable[[str], bool]) -> None:
        assert not is_shared("C1")

    def forget_names(self, log_names: timedelta | None) -> None: ...

    def expire(self, older_than: timedelta) -> None:
        assert older_than == timedelta(days=30)


class World:
    def __init__(self, engine: sa.Engine) -> None:
        self.store, self.crm, self.work = DirectoryStore(engine), FakeCRM(), Work()
        self.crm.put(MAX)
        self.directory = Directory(self.store, {"onoffice": self.crm}, region="DE")
        self.keeper = self.another(0.001)

    def another(self, sync_minutes: float, lost_access: LostAccess | None = None, **logins: bool) -> Keeper:
        return Keeper(
            lost_access=lost_access,
            logins=lambda: logins,
            crms={"onoffice": self.crm},
            store=self.store,
            directory=self.directory,
            locks=Locks(self.store._engine),
            proposing=self.work,  # type: ignore[arg-type]
            linking=self.work,  # type: ignore[arg-type]
            sync_minutes=sync_minutes,
            keep=timedelta(days=30),
        )

    def state_of(self, hours: float) -> None:
        """As if the last full run had ended so long ago."""
        state = self.store.state("onoffice")
        state.full_at = now() - timedelta(hours=hours)
        self.store.save_page(state, [], ())


@pytest.fixture
def database_kind() -> str:
    """What the keeper decides is the same on every database."""
    return "sqlite"


@pytest.fixture
def world(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(bot.keeper, "REFRESH_SECONDS", 0.01)
    monkeypatch.setattr(bot.keeper, "SWEEP_SECONDS", 0.02)
    world = World(engine)
    yield world
    world.keeper.stop()


def soon(look: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not look():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def test_the_first_copy_makes_the_directory_ready_and_later_runs_bring_changes(world: World) -> None:
    world.keeper.start()
    assert world.directory.ready.wait(5)
    assert world.directory.get(MAX.ref) == MAX
    world.crm.put(ERIKA)
    soon(lambda: world.directory.get(ERIKA.ref))


def test_with_a_copy_from_before_it_is_ready_at_once(world: World) -> None:
    sync(world.crm, world.store)
    world.crm.faults["changes"] = [Fault.BUSY] * 1000
    keeper = world.another(60)
    keeper.start()
    assert world.directory.ready.is_set()
    assert world.directory.get(MAX.ref) == MAX
    keeper.stop()


def test_a_crm_that_is_down_is_tried_again_and_mails_do_not_wait_for_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.crm.faults["staff"] = [Fault.BUSY] * 3
    with caplog.at_level(logging.WARNING):
        world.keeper.start()
        assert world.directory.ready.wait(5)
        soon(lambda: world.directory.get(MAX.ref))
    assert "busy" in caplog.text


@pytest.mark.parametrize(("hours", "full"), [(1, False), (FULL_EVERY.total_seconds() / 3600 + 1, True)])
def test_once_a_day_everything_is_read(world: World, hours: float, full: bool) -> None:
    """Not every vendor tells what was deleted."""
    sync(world.crm, world.store)
    world.state_of(hours)
    assert world.keeper._full_is_due("onoffice") is full


def test_an_unfinished_run_is_not_begun_anew(world: World) -> None:
    sync(world.crm, world.store)
    world.state_of(100)
    state = world.store.state("onoffice")
    state.under_way = True
    world.store.save_page(state, [], ())
    assert not world.keeper._full_is_due("onoffice")


def test_left_work_is_looked_for_again_and_again(world: World) -> None:
    world.keeper.start()
    soon(lambda: world.work.resumed >= 4)
    world.keeper.stop()
    resumed = world.work.resumed
    time.sleep(0.05)
    assert world.work.resumed == resumed, "it goes on after it was stopped"


def test_of_several_processes_one_syncs_a_round(world: World) -> None:
    keepers = [world.another(60.0), world.another(60.0)]
    for keeper in keepers:
        keeper._sync("onoffice")
    assert world.crm.calls.count("changes") == 1


class Locked(FakeCRM):
    """Its keys are changed now and then."""

    refuses = True

    def staff(self):
        if self.refuses:
            error = CRMError(plain("The key is refused."), permanent=True, code="137")
            error.refuses_access = True
            raise error
        return super().staff()


def test_wrong_keys_are_said_by_the_next_round_and_so_is_their_mending(world: World, engine: sa.Engine) -> None:
    world.crm, surface = Locked(), FakeSurface()
    lost = LostAccess(Outages(engine), surface, "C0ADMIN")
    keeper = world.another(0.001, lost, **{"info@nordlicht.example": False})
    keeper.start()
    soon(lambda: len(surface.said) == 2)
    world.crm.refuses = False
    soon(lambda: len(surface.said) == 3)
    keeper.stop()
    label = world.crm.label
    assert sorted(surface.said[:2]) == [
        "info@nordlicht.example refuses, said in C0ADMIN",
        f"{label} refuses, said in C0ADMIN",
    ]
    assert surface.said[2].startswith(f"{label} accepts, said in C0ADMIN at ")
