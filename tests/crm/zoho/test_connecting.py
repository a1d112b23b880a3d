"""From a code of the API console to a refresh token, against Zoho CRM's stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli.linkbot import app
from bot.cli.refresh_token import connect
from bot.crm.port import CRMError
from bot.crm.zoho import CONSENT, Zoho, ZohoConfig, exchange, missing_scopes
from bot.crm.zoho.scopes import SCOPES
from bot.settings import Settings
from sandbox.zoho.oauth import SCOPES as GIVEN
from tests.crm.outside import Outside
from tests.crm.zoho.world import config
from tests.saying import english, raises


def settings(outside: Outside, **more: Any) -> Settings:
    env = outside.env
    return Settings(zoho_accounts_url=env["ZOHO_ACCOUNTS_URL"], zoho_api_url=env["ZOHO_API_URL"], **more)


@pytest.fixture
def code(outside: Outside) -> str:
    return str(outside.post("zoho/code")["code"])


def test_a_code_becomes_an_access_that_works(outside: Outside, code: str) -> None:
    env = outside.env
    connection = connect(settings(outside), env["ZOHO_CLIENT_ID"], env["ZOHO_CLIENT_SECRET"], "eu", f" {code}\n")
    assert connection.complete
    assert any(english(check.detail) == "Nordlicht Immobilien" for check in connection.checks)
    lines = dict(english(line).split("=", 1) for line in connection.lines)
    assert lines.keys() == {"ZOHO_CLIENT_ID", "ZOHO_CLIENT_SECRET", "ZOHO_REFRESH_TOKEN", "ZOHO_DC"}
    assert lines["ZOHO_DC"] == "eu"
    assert env["ZOHO_CLIENT_SECRET"] not in " ".join(map(english, connection.lines)), "not echoed: the person has it"
    assert Zoho(config(outside, refresh_token=lines["ZOHO_REFRESH_TOKEN"])).staff()


def test_the_refresh_token_is_in_no_log(outside: Outside, code: str) -> None:
    granted = exchange(config(outside), code)
    assert granted.refresh_token not in repr(granted)


def test_what_is_set_already_is_not_printed_again(outside: Outside, code: str) -> None:
    env = outside.env
    found = settings(
        outside,
        zoho_client_id=env["ZOHO_CLIENT_ID"],
        zoho_client_secret=SecretStr(env["ZOHO_CLIENT_SECRET"]),
    )
    connection = connect(found, env["ZOHO_CLIENT_ID"], env["ZOHO_CLIENT_SECRET"], "com", code)
    assert [english(line).partition("=")[0] for line in connection.lines] == ["ZOHO_REFRESH_TOKEN"]


def test_missing_scopes_are_named_with_what_they_are_for(outside: Outside) -> None:
    few = [scope for scope in SCOPES if scope != "ZohoCRM.files.CREATE"]
    code = outside.post("zoho/code", {"scopes": few})["code"]
    env = outside.env
    connection = connect(settings(outside), env["ZOHO_CLIENT_ID"], env["ZOHO_CLIENT_SECRET"], "com", code)
    assert [english(one) for one in connection.missing] == ["ZohoCRM.files.CREATE (attachments and pictures)"]
    assert not connection.complete


def test_a_code_is_good_once_and_the_sentence_says_so(outside: Outside, code: str) -> None:
    exchange(config(outside), code)
    with raises(CRMError, "good once") as caught:
        exchange(config(outside), code)
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "invalid_client"}, "client id"),
        ({"error": "invalid_client_secret"}, "client secret"),
        ({"error": "Access Denied", "status": "failure"}, "wait"),
        ({"access_token": "1000.x", "expires_in": 3600}, "Self Client"),
    ],
)
def test_what_goes_wrong_says_what_to_do(body: dict[str, Any], words: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body))
    with raises(CRMError, words):
        exchange(ZohoConfig("c", "s", ""), "1000.code", transport)


def test_the_code_goes_to_the_data_centres_own_host_as_a_form() -> None:
    asked: list[httpx.Request] = []

    def accounts(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"access_token": "a", "refresh_token": "1000.r", "scope": "A.b.ALL"})

    granted = exchange(ZohoConfig("c", "s", "", data_centre="ca"), "1000.code", httpx.MockTransport(accounts))
    assert (granted.refresh_token, granted.scopes) == ("1000.r", ("A.b.ALL",))
    assert str(asked[0].url) == "https://accounts.zohocloud.ca/oauth/v2/token"
    assert b"grant_type=authorization_code" in asked[0].content


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (CONSENT.split(","), []),
        (CONSENT.lower().split(","), []),
        (GIVEN, []),
        ([*(s for s in SCOPES if "settings" not in s), "ZohoCRM.settings.ALL"], []),
        ([s for s in SCOPES if "emails" not in s], ["ZohoCRM.modules.emails.ALL"]),
        ([*(s for s in SCOPES if s != "ZohoCRM.modules.ALL"), "ZohoCRM.modules.READ"], ["ZohoCRM.modules.ALL"]),
        ([], list(SCOPES)),
    ],
)
def test_which_scopes_are_missing(given: list[str], missing: list[str]) -> None:
    assert missing_scopes(given) == missing


@pytest.fixture
def command_line(outside: Outside, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[CliRunner]:
    monkeypatch.chdir(tmp_path)
    for name in ("ZOHO_ACCOUNTS_URL", "ZOHO_API_URL"):
        monkeypatch.setenv(name, outside.env[name])
    yield CliRunner()


def test_the_command_asks_and_prints_the_lines(command_line: CliRunner, outside: Outside, code: str) -> None:
    typed = "\n".join([outside.env["ZOHO_CLIENT_ID"], outside.env["ZOHO_CLIENT_SECRET"], code]) + "\n"
    result = command_line.invoke(app, ["zoho", "connect", "--dc", "eu"], input=typed)
    assert result.exit_code == 0, result.output
    assert "ZOHO_REFRESH_TOKEN=1000." in result.output
    assert "ZOHO_DC=eu" in result.output
    assert CONSENT in result.output
    assert outside.env["ZOHO_CLIENT_SECRET"] not in result.output
    assert code not in result.output


def test_the_command_says_once_what_to_do_about_missing_scopes(command_line: CliRunner, outside: Outside) -> None:
    code = outside.post("zoho/code", {"scopes": ["ZohoCRM.modules.contacts.READ", "ZohoCRM.org.READ"]})["code"]
    typed = "\n".join([outside.env["ZOHO_CLIENT_ID"], outside.env["ZOHO_CLIENT_SECRET"], code]) + "\n"
    result = command_line.invoke(app, ["zoho", "connect", "--code-stdin"], input=typed)
    assert result.exit_code == 1
    assert result.output.count("These scopes are missing:") == 1
    assert result.output.count("Make a new code with all of the scopes") == 1
    assert "  ZohoCRM.coql.READ (reading" in result.output
    assert "→" not in result.output.partition("These scopes")[2]
    assert "ZOHO_" not in result.stdout, "nothing to save that would not work"
    assert "✗" not in result.output


def test_the_command_says_what_is_wrong(command_line: CliRunner, outside: Outside) -> None:
    typed = f"{outside.env['ZOHO_CLIENT_ID']}\n{outside.env['ZOHO_CLIENT_SECRET']}\n1000.wrong\n"
    result = command_line.invoke(app, ["zoho", "connect", "--code-stdin"], input=typed)
    assert result.exit_code == 1
    assert "good once" in result.output
    result = command_line.invoke(app, ["zoho", "connect", "--dc", "fr", "--code-stdin"], input=typed)
    assert result.exit_code == 1
    assert "no Zoho data centre" in result.output
