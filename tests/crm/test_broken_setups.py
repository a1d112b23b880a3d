"""Set-ups with one thing broken each, against the sandbox: `linkbot doctor` names that thing, says what to do, and
finds nothing else wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.cli.doctor import checks
from bot.connections import create_crms, create_storage
from bot.directory import sync
from bot.settings import Settings, SettingsError, load
from storage import migrate
from storage.engine import create_engine
from storage.tables import Mailbox
from tests.crm.outside import Outside
from tests.mail.tls_door import certificate, tls_door
from tests.saying import Line, english, line

SECRET_KEY = "a key of this test only"


class SetUp:
    """A set-up in which all is well, until something is broken."""

    def __init__(self, outside: Outside, url: str, folder: Path) -> None:
        self.outside, self.folder = outside, folder
        self.imap: dict[str, Any] = httpx.get(f"{url}/_control/environment").json()["imap"]
        self.environment = {
            **outside.env,
            "CRM": "onoffice,zoho",
            "DATABASE_URL": f"sqlite:///{folder}/linkbot.db",
            "LINKBOT_SECRET_KEY": SECRET_KEY,
        }
        migrate.upgrade(create_engine(self.environment["DATABASE_URL"]))
        self.mailbox()
        settings = self.settings()
        storage = create_storage(settings)
        for crm in create_crms(settings, storage).values():
            sync(crm, storage.directory)

    def settings(self) -> Settings:
        return load(self.environment, None)

    def mailbox(self, password: str = "", **changes: Any) -> None:
        box = self.imap["accounts"][0]
        known = {"host": self.imap["host"], "port": self.imap["port"], "tls": "none", "folders": [], **changes}
        stored = Mailbox(identity=box["identity"], username=box["user"], sealed_password="", slack_user="", **known)
        create_storage(self.settings()).mailboxes.save(stored, password or box["password"])

    def wrong(self) -> list[Line]:
        return [one for one in map(line, checks(self.settings())) if not one.ok]


@pytest.fixture
def set_up(outside: Outside, sandbox_url: str, tmp_path: Path) -> SetUp:
    return SetUp(outside, sandbox_url, tmp_path)


def wrong_setting(name: str, value: str) -> Callable[[SetUp], None]:
    def break_it(broken: SetUp) -> None:
        broken.environment[name] = value

    return break_it


def revoked(broken: SetUp) -> None:
    broken.outside.post("zoho/connection", {"revoked": True})


def few_scopes(broken: SetUp) -> None:
    broken.outside.post(
        "zoho/connection", {"scopes": ["ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoCRM.org.READ"]}
    )


def not_assigned(broken: SetUp) -> None:
    broken.outside.fault("onoffice.emailInfo", "status", {"errorcode": 51}, times=None)


def wrong_password(broken: SetUp) -> None:
    broken.mailbox(password="not the password")


def no_folder(broken: SetUp) -> None:
    broken.mailbox(folders=["Fehlt"])


def no_encryption(broken: SetUp) -> None:
    broken.mailbox(tls="ssl")


def newer_database(broken: SetUp) -> None:
    with sqlite3.connect(broken.folder / "linkbot.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def never_copied(broken: SetUp) -> None:
    with sqlite3.connect(broken.folder / "linkbot.db") as connection:
        connection.execute("DELETE FROM directory_record WHERE vendor = 'zoho'")


def no_bot_token(broken: SetUp) -> None:
    del broken.environment["SLACK_BOT_TOKEN"]


def way_in_over_http(secret: str) -> Callable[[SetUp], None]:
    def break_it(broken: SetUp) -> None:
        del broken.environment["SLACK_APP_TOKEN"]
        broken.environment["SLACK_SIGNING_SECRET"] = secret

    return break_it


BROKEN = [
    (wrong_setting("SLACK_BOT_TOKEN", "xoxb-of-another-app"), "Slack", ("Bot User OAuth Token", "SLACK_BOT_TOKEN")),
    (no_bot_token, "Settings", ("SLACK_BOT_TOKEN",)),
    (wrong_setting("SLACK_APP_TOKEN", "xapp-of-another-app"), "Slack Socket Mode", ("SLACK_APP_TOKEN",)),
    (
        wrong_setting("SLACK_APP_TOKEN", "xapp-1-A0OTHER-1-x"),
        "Slack Socket Mode",
        ("another Slack app", "one app"),
    ),
    (way_in_over_http("xoxb-sandbox"), "Slack signing secret", ("holds a token", "App Credentials")),
    (wrong_setting("SLACK_API_URL", "http://127.0.0.1:1/"), "Slack", ("reached",)),
    (wrong_setting("ONOFFICE_SECRET", "0" * 64), "onOffice access", ("ONOFFICE_TOKEN", "ONOFFICE_SECRET")),
    (not_assigned, "onOffice mailbox", ("not assigned", "Extras")),
    (wrong_setting("ONOFFICE_ACTIVITY_KIND", "Brieftaube"), "onOffice activities", ("ONOFFICE_ACTIVITY_KIND",)),
    (revoked, "Zoho CRM access", ("linkbot zoho connect",)),
    (wrong_setting("ZOHO_CLIENT_ID", "1000.OTHER"), "Zoho CRM access", ("ZOHO_CLIENT_ID", "ZOHO_DC")),
    (wrong_setting("ZOHO_CLIENT_SECRET", "other"), "Zoho CRM access", ("ZOHO_CLIENT_SECRET",)),
    (few_scopes, "Zoho CRM", ("a permission is missing", "linkbot zoho connect")),
    (wrong_password, "Mailbox", ("password", "linkbot mailbox add")),
    (no_folder, "Mailbox", ("no folder Fehlt", "linkbot mailbox add")),
    (no_encryption, "Mailbox", ("Check the port and the encryption", "linkbot mailbox add")),
    (newer_database, "Database", ("newer Linkbot",)),
    (never_copied, "Directory zoho", ("linkbot sync",)),
    (wrong_setting("LINKBOT_SECRET_KEY", "another key altogether"), "Secret key", ("LINKBOT_SECRET_KEY",)),
]


@pytest.mark.parametrize(("break_it", "name", "words"), BROKEN)
def test_what_is_broken_is_named_and_nothing_else(
    set_up: SetUp, break_it: Any, name: str, words: tuple[str, ...]
) -> None:
    break_it(set_up)
    wrong = set_up.wrong()
    said = [f"{one.name}: {one.detail} → {one.remedy}" for one in wrong]
    assert wrong and all(name in one.name or one.remedy == "" for one in wrong), said
    assert all(word in said[0] for word in words), said


def test_all_is_well_before_anything_is_broken(set_up: SetUp) -> None:
    assert set_up.wrong() == []


def test_a_certificate_of_ones_own_is_explained_and_then_trusted(set_up: SetUp) -> None:
    file = certificate(set_up.folder)
    with tls_door(file, int(set_up.imap["port"])) as port:
        set_up.mailbox(tls="ssl", port=port)
        (wrong,) = set_up.wrong()
        assert "LINKBOT_CA_FILE" in wrong.detail and wrong.name.startswith("Mailbox")
        set_up.environment["LINKBOT_CA_FILE"] = str(file)
        assert set_up.wrong() == []


def test_a_time_zone_that_is_none_is_named_before_anything_runs(set_up: SetUp) -> None:
    set_up.environment["LINKBOT_TIME_ZONE"] = "Europe/Atlantis"
    with pytest.raises(SettingsError) as refused:
        set_up.settings()
    assert "LINKBOT_TIME_ZONE" in english(refused.value.message)
