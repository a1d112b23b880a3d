from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.crm.zoho import mapping
from bot.language import Sentence
from bot.setting_values import ZOHO_STANDARD_MODULES
from bot.settings import Settings, SettingsError, load
from tests.saying import english, raises

ALL_OF_THEM = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "ONOFFICE_TOKEN": "t",
    "ONOFFICE_SECRET": "s",
    "ZOHO_CLIENT_ID": "c",
    "ZOHO_CLIENT_SECRET": "s",
    "ZOHO_REFRESH_TOKEN": "r",
    "LINKBOT_SECRET_KEY": "k" * 16,
}


def read(**environment: str) -> Settings:
    return load(environment, None)


def test_the_defaults_are_those_that_the_documentation_names() -> None:
    settings = read()
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.slack_file_hosts == ("files.slack.com", "files-origin.slack.com")
    assert settings.crm == ("onoffice",)
    assert settings.onoffice_api_url == "https://api.onoffice.de/api/stable/api.php"
    assert (settings.zoho_dc, settings.database_url, settings.port) == ("com", "sqlite:///linkbot.db", 3000)
    assert settings.linkbot_time_zone == ZoneInfo("Europe/Berlin")
    assert not settings.socket_mode


def test_the_environment_is_above_the_env_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=4000\nZOHO_DC=eu\nSLACK_BOT_TOKEN='xoxb-file'\n", "utf-8")
    settings = load({"PORT": "5000"}, file)
    assert (settings.port, settings.zoho_dc) == (5000, "eu")
    assert settings.slack_bot_token.get_secret_value() == "xoxb-file"


def test_a_missing_env_file_is_none(tmp_path: Path) -> None:
    assert load({}, tmp_path / ".env").port == 3000


def test_the_processes_own_environment_and_folder_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ZOHO_DC=in\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "4711")
    settings = load()
    assert (settings.port, settings.zoho_dc) == (4711, "in")


def test_an_empty_value_is_as_good_as_none() -> None:
    assert read(PORT="", CRM="", LINKBOT_LOG_LEVEL="").port == 3000


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("xoxb-from-file\n", "utf-8")
    settings = read(SLACK_BOT_TOKEN_FILE=str(file))
    assert settings.slack_bot_token.get_secret_value() == "xoxb-from-file"
    assert read(SLACK_BOT_TOKEN_FILE=str(file), SLACK_BOT_TOKEN="x").slack_bot_token.get_secret_value() == "x"


def test_an_env_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SLACK_BOT_TOKEN=geheim", "utf-16")
    with raises(SettingsError, r"\.env is no text in UTF-8") as caught:
        load({}, file)
    assert "geheim" not in english(caught.value.message)


def test_the_example_shows_the_defaults() -> None:
    """What stands behind a hash is the default, so that uncommenting a line changes nothing."""
    example = (Path(__file__).parents[2] / ".env.example").read_text("utf-8")
    lines = dict(re.findall(r"^(?:# )?([A-Z_]{2,})=(\S*)", example, re.MULTILINE))
    assert len(lines) > 20
    said = load({name: value for name, value in lines.items() if value}, None)
    assert said == load({}, None)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00secret"])
def test_a_secret_file_that_cannot_be_read_is_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with raises(SettingsError, "SLACK_BOT_TOKEN_FILE") as caught:
        read(SLACK_BOT_TOKEN_FILE=str(file))
    assert "secret" not in english(caught.value.message)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRM", "salesforce"),
        ("CRM", "onoffice,salesforce"),
        ("CRM", " , "),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "none"),
        ("LINKBOT_PHONE_REGION", "Germany"),
        ("LINKBOT_PHONE_REGION", "de"),
        ("LINKBOT_SYNC_MINUTES", "0"),
        ("LINKBOT_SYNC_MINUTES", "nan"),
        ("LINKBOT_SYNC_MINUTES", "inf"),
        ("LINKBOT_SETTLE_SECONDS", "-1"),
        ("LINKBOT_SETTLE_SECONDS", "nan"),
        ("LINKBOT_VENDOR_TIMEOUT", "0"),
        ("LINKBOT_VENDOR_TIMEOUT", "inf"),
        ("LINKBOT_RETRY_SECONDS", "1,soon"),
        ("LINKBOT_RETRY_SECONDS", "1,-4"),
        ("LINKBOT_RETRY_SECONDS", "1,nan"),
        ("LINKBOT_LOG_LEVEL", "LOUD"),
        ("LINKBOT_TIME_ZONE", "Middle-earth/Shire"),
        ("LINKBOT_TIME_ZONE", "../../etc/passwd"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name_without_being_printed(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**{name: value})
    assert name in english(caught.value.message)
    assert value not in english(caught.value.message) or len(value) < 5
    assert "pydantic" not in english(caught.value.message)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "x", "PORT must be a whole number"),
        ("PORT", "70000", "PORT must be 65535 or less"),
        ("LINKBOT_KEEP_DAYS", "0", "LINKBOT_KEEP_DAYS must be more than 0"),
        ("LINKBOT_TICK_PROBABILITY", "0,9", "LINKBOT_TICK_PROBABILITY must be a number, with a point"),
        ("LINKBOT_PHONE_REGION", "XX", "two capital letters, like DE"),
        ("LINKBOT_LOG_LEVEL", "LOUD", "must be one of DEBUG, INFO, WARNING, ERROR"),
        ("ONOFFICE_ARCHIVED", "perhaps", "ONOFFICE_ARCHIVED must be true or false"),
        ("ONOFFICE_INBOX_NAMES", ",", "ONOFFICE_INBOX_NAMES must not be empty"),
        ("SLACK_API_URL", "slack.com/api/", "SLACK_API_URL must begin with https://"),
        ("SLACK_API_URL", "https://", "SLACK_API_URL must be a web address"),
        ("ONOFFICE_API_URL", "https://[", "ONOFFICE_API_URL must be a web address"),
        ("ZOHO_API_URL", "https://zoho example", "ZOHO_API_URL must be a web address"),
        ("ZOHO_ACCOUNTS_URL", "https://accounts.zoho.eu:port", "ZOHO_ACCOUNTS_URL must be a web address"),
        ("SLACK_FILE_HOSTS", "https://files.slack.com/", "SLACK_FILE_HOSTS must be names of servers"),
        ("SLACK_BOT_TOKEN", "xoxb-1\nSLACK_APP_TOKEN", "SLACK_BOT_TOKEN holds a space, a line end or another letter"),
        ("ONOFFICE_SECRET", "ge heim", "ONOFFICE_SECRET holds a space"),
        ("ZOHO_CLIENT_ID", "1000.Ä", "ZOHO_CLIENT_ID holds a space, a line end or another letter"),
        ("ZOHO_MODULES", "Projects X", "must be API names with commas between them"),
        ("ZOHO_MODULES", "../Contacts", "must be API names with commas between them"),
        ("ZOHO_MODULES", "Projects_X,-Projects_Y", "can leave out, with a minus, only Contacts, Leads"),
        ("LINKBOT_KEEP_DAYS", "1e12", "LINKBOT_KEEP_DAYS must be 3650 or less"),
        ("LINKBOT_SYNC_MINUTES", "1e12", "LINKBOT_SYNC_MINUTES must be 10080 or less"),
        ("LINKBOT_RETRY_SECONDS", ",", "LINKBOT_RETRY_SECONDS must not be empty"),
        ("LINKBOT_RETRY_SECONDS", "1,1e9", "LINKBOT_RETRY_SECONDS must be 3600 or less"),
        ("LINKBOT_VENDOR_TIMEOUT", "1e9", "LINKBOT_VENDOR_TIMEOUT must be 600 or less"),
        ("LINKBOT_ADMIN_CHANNEL", "#admins", "LINKBOT_ADMIN_CHANNEL must be a channel's id"),
        ("LINKBOT_CA_FILE", __file__, "LINKBOT_CA_FILE must name a file that holds certificates in PEM form"),
        ("LINKBOT_CA_FILE", "/no/such/file.pem", "LINKBOT_CA_FILE must name a file that holds certificates"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(name: str, value: str, sentence: str) -> None:
    with raises(SettingsError, sentence):
        read(**{name: value})


def test_the_log_level_may_be_written_small() -> None:
    assert read(LINKBOT_LOG_LEVEL="debug").linkbot_log_level == "DEBUG"


def test_all_that_is_wrong_is_said_at_once() -> None:
    with raises(SettingsError, r"PORT.*LINKBOT_LOG_LEVEL"):
        read(PORT="x", LINKBOT_LOG_LEVEL="LOUD")


def test_the_standard_modules_are_those_of_zoho() -> None:
    assert ZOHO_STANDARD_MODULES == mapping.STANDARD


def test_spaces_around_a_secret_do_no_harm() -> None:
    assert read(ONOFFICE_SECRET=" geheim ").onoffice_secret.get_secret_value() == "geheim"


@given(name=st.sampled_from([field.upper() for field in Settings.model_fields]), rest=st.text(min_size=1))
def test_no_value_is_ever_printed(name: str, rest: str) -> None:
    value = f"hunter2{rest}"
    try:
        settings = read(**{name: value})
    except SettingsError as error:
        assert "hunter2" not in english(error.message)
    else:
        secret = "SECRET" in name.replace("SECRET_KEY", "SECRET") or "TOKEN" in name
        assert not secret or "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "crms"),
    [
        ("onoffice", ("onoffice",)),
        ("zoho", ("zoho",)),
        ("onoffice,zoho", ("onoffice", "zoho")),
        (" zoho , onoffice ,", ("zoho", "onoffice")),
        ("zoho,zoho", ("zoho",)),
    ],
)
def test_the_crms_are_a_list_without_repetition(text: str, crms: tuple[str, ...]) -> None:
    assert read(CRM=text).crm == crms


def test_lists_of_numbers_and_hosts() -> None:
    settings = read(LINKBOT_RETRY_SECONDS="0.5, 2,8", SLACK_FILE_HOSTS="files.example.com, 127.0.0.1:8080")
    assert settings.linkbot_retry_seconds == (0.5, 2.0, 8.0)
    assert settings.slack_file_hosts == ("files.example.com", "127.0.0.1:8080")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        read().port = 1  # type: ignore[misc]


def test_unknown_names_of_the_environment_are_not_ours() -> None:
    assert read(PATH="/bin", LINKBOT_UNKNOWN="x") == read()


def test_a_space_around_a_token_is_no_part_of_it() -> None:
    assert read(SLACK_BOT_TOKEN=" xoxb-1 \n").slack_bot_token.get_secret_value() == "xoxb-1"


@pytest.mark.parametrize(
    ("without", "crm", "missing"),
    [
        ((), "onoffice,zoho", []),
        (("SLACK_BOT_TOKEN",), "onoffice", ["SLACK_BOT_TOKEN"]),
        (
            ("SLACK_APP_TOKEN",),
            "onoffice",
            ["SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode)"],
        ),
        (("ONOFFICE_TOKEN", "ONOFFICE_SECRET"), "onoffice", ["ONOFFICE_TOKEN", "ONOFFICE_SECRET"]),
        (("ONOFFICE_TOKEN", "ONOFFICE_SECRET"), "zoho", []),
        (
            ("ZOHO_CLIENT_ID", "ZOHO_CLIENT_SECRET", "ZOHO_REFRESH_TOKEN"),
            "zoho",
            ["ZOHO_CLIENT_ID", "ZOHO_CLIENT_SECRET", "ZOHO_REFRESH_TOKEN"],
        ),
        (("ZOHO_CLIENT_ID",), "onoffice", []),
        (("LINKBOT_SECRET_KEY",), "onoffice", ["LINKBOT_SECRET_KEY"]),
        (("CSV_FILES",), "csv", ["CSV_FILES"]),
    ],
)
def test_what_is_missing_is_named(without: tuple[str, ...], crm: str, missing: list[str]) -> None:
    given: dict[str, Any] = {name: value for name, value in ALL_OF_THEM.items() if name not in without}
    settings = read(CRM=crm, **given)
    assert [english(one) for one in settings.missing() if isinstance(one, str | Sentence)] == missing
    assert settings.missing_for_crm() == [n for n in missing if n.startswith(("ONOFFICE", "ZOHO", "CSV"))]
    assert settings.missing_key() == [n for n in missing if n == "LINKBOT_SECRET_KEY"]


def test_http_mode_needs_the_signing_secret_and_socket_mode_does_not() -> None:
    given = {name: value for name, value in ALL_OF_THEM.items() if name != "SLACK_APP_TOKEN"}
    settings = read(**given, SLACK_SIGNING_SECRET="s")
    assert (settings.missing(), settings.socket_mode) == ([], False)
    assert read(**ALL_OF_THEM).socket_mode
