"""One of several workspaces has nothing of another's, and nothing of what the installation had for itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.doctor import checks
from bot.one_workspace import of_workspace, own_key
from bot.settings import SettingsError, load
from storage.vault import BrokenSealError, Vault

KEY = "one secret for all of them, old secret of all"
FRONT = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "client-secret-of-the-app",
    "SLACK_SIGNING_SECRET": "signing",
    "SLACK_BOT_TOKEN": "xoxb-of-the-first-way",
    "SLACK_APP_TOKEN": "xapp-of-the-first-way",
    "CRM": "onoffice",
    "ONOFFICE_TOKEN": "of-the-installation",
    "ONOFFICE_SECRET_FILE": "/secret",
    "ZOHO_REFRESH_TOKEN": "of-the-installation",
    "CSV_FILES": "all.csv",
    "LINKBOT_MAY_LINK": "U0ANNA",
    "LINKBOT_CHANNELS": "C0ANFRAGEN",
    "LINKBOT_INDEX_FOLDER": "index",
    "LINKBOT_METRICS_PORT": "9000",
    "LINKBOT_KEEP_DAYS": "7",
    "DATABASE_URL": "postgresql://db/all",
    "LINKBOT_SECRET_KEY": KEY,
}


def test_nothing_of_the_installation_reaches_a_workspace_but_what_all_share() -> None:
    found = of_workspace(FRONT, {}, "T1AAA", KEY)
    shared = {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "LINKBOT_KEEP_DAYS"}
    assert {name: found[name] for name in shared} == {name: FRONT[name] for name in shared}
    assert found.keys() - shared == {"DATABASE_URL", "LINKBOT_SECRET_KEY", "LINKBOT_WORKSPACE"}
    assert found["DATABASE_URL"].startswith("sqlite:///") and found["DATABASE_URL"].endswith("/T1AAA/linkbot.db")


def test_a_workspace_says_what_is_its_own_and_nothing_else() -> None:
    own = {
        "CRM": "zoho",
        "LINKBOT_KEEP_DAYS": "3",
        "LINKBOT_CHANNELS": "C1",
        "SLACK_BOT_TOKEN": "xoxb-another",
        "SLACK_SIGNING_SECRET": "another",
        "LINKBOT_SECRET_KEY": "another",
        "LINKBOT_WORKSPACE": "T2BBB",
        "PORT": "1",
    }
    found = of_workspace(FRONT, own, "T1AAA", KEY)
    assert (found["CRM"], found["LINKBOT_KEEP_DAYS"], found["LINKBOT_CHANNELS"]) == ("zoho", "3", "C1")
    assert (found["SLACK_SIGNING_SECRET"], found["LINKBOT_WORKSPACE"]) == ("signing", "T1AAA")
    assert "SLACK_BOT_TOKEN" not in found and "PORT" not in found and "another" not in found["LINKBOT_SECRET_KEY"]


def test_what_is_sealed_for_one_workspace_opens_in_no_other_and_keys_rotate() -> None:
    sealed = Vault(own_key("old secret of all", "T1AAA")).seal("Geheimwort", "mailbox 1")
    assert Vault(own_key(KEY, "T1AAA")).open(sealed, "mailbox 1") == "Geheimwort"
    for other in (own_key(KEY, "T2BBB"), "old secret of all"):
        with pytest.raises(BrokenSealError):
            Vault(other).open(sealed, "mailbox 1")
    assert own_key("", "T1AAA") == ""


@pytest.mark.parametrize("name", ["../T1", "T1/../..", "t1aaa", "U0ANNA", "T", "T1AAA\n"])
def test_only_an_id_of_slacks_names_a_workspace(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load({"LINKBOT_WORKSPACES": str(tmp_path)}, env_file=None, workspace=name)


def test_the_doctor_asks_the_installation_for_what_all_share_alone(tmp_path: Path) -> None:
    names = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET", "LINKBOT_SECRET_KEY")
    shared = {name: FRONT[name] for name in names} | {"DATABASE_URL": f"sqlite:///{tmp_path}/linkbot.db"}
    assert [check.name.id for check in checks(load(shared, env_file=None))] == ["doctor.settings", "doctor.database"]
    first = next(iter(checks(load({**shared, "SLACK_SIGNING_SECRET": ""}, env_file=None))))
    assert not first.ok and "SLACK_SIGNING_SECRET" in str(first.detail)


def test_two_workspaces_are_loaded_from_their_folders(tmp_path: Path) -> None:
    for team, token in (("T1AAA", "first"), ("T2BBB", "second")):
        (tmp_path / team).mkdir()
        (tmp_path / team / ".env").write_text(f"CRM=onoffice\nONOFFICE_TOKEN={token}\nONOFFICE_SECRET=s{token}\n")
    front = {**FRONT, "LINKBOT_WORKSPACES": str(tmp_path)}
    del front["ONOFFICE_SECRET_FILE"]
    first, second = (load(front, env_file=None, workspace=team) for team in ("T1AAA", "T2BBB"))
    assert [one.onoffice_token.get_secret_value() for one in (first, second)] == ["first", "second"]
    assert first.database_url != second.database_url and not first.missing_for_crm()
    assert first.linkbot_secret_key != second.linkbot_secret_key
    assert load(front, env_file=None, workspace="").several_workspaces and not first.several_workspaces
    (tmp_path / "T2BBB" / ".env").write_text(f"DATABASE_URL={FRONT['DATABASE_URL']}\n")
    with pytest.raises(SettingsError):
        load(front, env_file=None, workspace="T2BBB")
