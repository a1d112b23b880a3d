"""Several workspaces: what happens when one takes the app out, comes back, or has been gone for long."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.connections import Storage
from bot.front import Front
from bot.houses import Trouble
from bot.settings import load
from storage import migrate
from storage.engine import create_engine
from storage.tables import Installation, now
from storage.vault import Vault


@dataclass
class Told:
    """Those who installed the app, and whether a workspace's token still works."""

    works: bool = False
    said: list[tuple[str, str, str]] = field(default_factory=list)

    def still_works(self, team: str) -> bool:
        return self.works

    def tell(self, team: str, user: str, text: str) -> None:
        self.said.append((team, user, text))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def front(tmp_path: Path, told: Told) -> Front:
    settings = load({"LINKBOT_WORKSPACES": str(tmp_path / "workspaces"), "LINKBOT_KEEP_DAYS": "30"}, None)
    engine = create_engine(f"sqlite:///{tmp_path}/front.db")
    migrate.upgrade(engine)
    storage = Storage(engine, Vault("the front of a test"))
    for team in ("T1", "T2"):
        storage.installations.save(Installation(team=team, installer=f"U{team}"), "xoxb-a-token")
    front = Front(settings, storage, told)
    for team in ("T1", "T2"):
        front.folder(team).mkdir(parents=True)
    return front


def test_who_takes_the_app_out_is_gone_at_once_and_the_other_stays(front: Front) -> None:
    front.farewell("T1", int(now().timestamp()) + 60)
    assert front.teams() == ["T2"]
    assert not front.is_installed("T1") and front.is_installed("T2")
    assert front.folder("T1").exists(), "it is kept for a while: they may come back"


def test_a_late_word_of_an_earlier_farewell_harms_no_new_installation(front: Front, told: Told) -> None:
    told.works = True
    front.farewell("T1", 1)
    assert front.is_installed("T1")
    told.works = False
    front.farewell("T1", 1)
    assert not front.is_installed("T1")


def test_what_was_kept_of_a_workspace_that_left_goes_after_its_time(front: Front) -> None:
    front.farewell("T1", int(now().timestamp()) + 60)
    front.sweep(now() + timedelta(days=29))
    assert front.folder("T1").exists()
    front.sweep(now() + timedelta(days=31))
    assert not front.folder("T1").exists() and front.folder("T2").exists()
    assert front.teams() == ["T2"]


def test_an_installer_is_told_each_reason_once(front: Front, told: Told) -> None:
    for trouble in (Trouble.WRONG_ACCESS, Trouble.WRONG_ACCESS, Trouble.NOT_SET_UP):
        front.tell_installer("T1", trouble)
    assert [(team, user) for team, user, _ in told.said] == [("T1", "UT1")] * 2
    assert told.said[0][2] != told.said[1][2]
    front.tell_installer("T9", Trouble.STOPS)
    assert len(told.said) == 2
