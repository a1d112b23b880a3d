"""Installations: tokens sealed, states good once, and what goes when a workspace takes the app out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

import storage.installations
from storage.installations import STATE_FOR, Installations
from storage.tables import Installation, now
from storage.vault import BrokenSealError, Vault

TOKEN = "xoxb-Pfefferkuchen"


@pytest.fixture
def installations(engine: sa.Engine) -> Installations:
    return Installations(engine, Vault("installations of a test"))


def test_a_token_is_sealed_for_its_workspace_alone(engine: sa.Engine, installations: Installations) -> None:
    installations.save(Installation(team="T1"), TOKEN)
    installations.save(Installation(team="T2"), "xoxb-other")
    with engine.begin() as connection:
        rows = connection.execute(sa.text("SELECT * FROM installation")).all()
        assert TOKEN not in str(rows) and "Pfefferkuchen" not in str(rows)
        connection.execute(
            sa.text("UPDATE installation SET sealed_token = (SELECT sealed_token FROM installation WHERE team = 'T1')")
        )
    assert installations.token("T1") == TOKEN
    with pytest.raises(BrokenSealError):
        installations.token("T2")


def test_a_state_is_good_once_and_not_for_long(
    installations: Installations, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, other = installations.issue_state(), installations.issue_state()
    with engine.connect() as connection:
        assert state not in str(connection.execute(sa.text("SELECT * FROM oauth_state")).all())
    assert not installations.consume_state("made up") and not installations.consume_state("")
    assert installations.consume_state(state)
    assert not installations.consume_state(state)
    monkeypatch.setattr(storage.installations, "now", lambda: now() + STATE_FOR + timedelta(seconds=1))
    assert not installations.consume_state(other)


def test_who_takes_the_app_out_leaves_no_token_and_may_come_back(installations: Installations) -> None:
    assert not installations.uninstall("T1") and installations.token("T1") == ""
    installations.save(Installation(team="T1", name="Nordlicht"), TOKEN)
    assert installations.tell_once("T1", "not_set_up") and not installations.tell_once("T1", "not_set_up")
    assert installations.uninstall("T1") and not installations.uninstall("T1")
    left = installations.get("T1")
    assert left is not None and left.sealed_token is None and left.uninstalled_at is not None
    installations.save(Installation(team="T1", name="Nordlicht"), "xoxb-new")
    again = installations.get("T1")
    assert again is not None and again.uninstalled_at is None and installations.token("T1") == "xoxb-new"
    installations.forget("T1")
    assert installations.all() == []
