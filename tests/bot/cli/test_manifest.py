"""The manifest that is printed is one that Slack takes, for both ways in which Slack reaches the bot."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli.linkbot import app
from bot.cli.manifest import is_public, over_http
from tests.needs import SHARED

ROOT = Path(__file__).parents[3]
SEVERAL = ("--url", "https://linkbot.example.com", "--several")
AS_IT_LIES: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))


def printed(*words: str) -> str:
    result = CliRunner().invoke(app, ["manifest", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def addresses(manifest: Any) -> list[str]:
    """Every value under a key that names an address."""
    if isinstance(manifest, dict):
        own = [value for key, value in manifest.items() if key.endswith("url")]
        return own + [one for value in manifest.values() for one in addresses(value)]
    return [one for each in manifest for one in addresses(each)] if isinstance(manifest, list) else []


def test_for_socket_mode_it_is_the_file_with_its_reasons() -> None:
    assert printed() == (ROOT / "manifest.yml").read_text("utf-8")
    assert json.loads(printed("--json")) == AS_IT_LIES


@pytest.mark.needs("shared")
@pytest.mark.parametrize("words", [(), ("--url", "https://linkbot.example.com:8443/"), SEVERAL])
def test_slack_takes_it(words: tuple[str, ...]) -> None:
    schema = json.loads((SHARED / "facts" / "slack-manifest.schema.json").read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(yaml.safe_load(printed(*words)))


def test_for_several_workspaces_they_know_where_to_come_back_and_say_when_they_leave() -> None:
    made = yaml.safe_load(printed(*SEVERAL))
    assert made["oauth_config"]["redirect_urls"] == ["https://linkbot.example.com/slack/oauth_redirect"]
    assert {"app_uninstalled", "tokens_revoked"} <= set(made["settings"]["event_subscriptions"]["bot_events"])
    assert CliRunner().invoke(app, ["manifest", "--several"]).exit_code == 1


@pytest.mark.parametrize(
    ("url", "called"),
    [
        ("https://linkbot.example.com", "https://linkbot.example.com/slack/events"),
        ("https://linkbot.example.com:8443/", "https://linkbot.example.com:8443/slack/events"),
        ("https://example.com/bots/linkbot", "https://example.com/bots/linkbot"),
    ],
)
def test_for_http_slack_is_told_where_to_call(url: str, called: str) -> None:
    manifest = yaml.safe_load(printed("--url", url))
    assert manifest == json.loads(printed("--url", url, "--json")) == over_http(AS_IT_LIES, url)
    commands = AS_IT_LIES["features"]["slash_commands"]
    assert addresses(manifest) == [called] * (len(commands) + 3)
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["oauth_config"] == AS_IT_LIES["oauth_config"]


@pytest.mark.parametrize(
    "url",
    ["http://linkbot.example.com", "linkbot.example.com", "https://", "https://a b.example", "https://x.example:99999",
     "https://[::1", "https://user@example.com", "https://example.com/?a=b", "https://example.com/" + "a" * 3000],
)  # fmt: skip
def test_an_address_that_slack_could_not_call_is_refused(url: str) -> None:
    result = CliRunner().invoke(app, ["manifest", "--url", url])
    assert result.exit_code == 1
    assert "https://linkbot.example.com" in " ".join(result.output.split())


@given(st.text())
def test_whatever_is_typed_for_an_address(url: str) -> None:
    assert is_public(url) in {True, False}


def test_slacks_own_command_line_calls_commands_that_there_are() -> None:
    hooks = json.loads((ROOT / ".slack" / "hooks.json").read_text("utf-8"))["hooks"]
    assert set(hooks) == {"get-manifest", "start"}
    for line in hooks.values():
        program, *words = shlex.split(line)
        assert program == ".venv/bin/linkbot"
        assert CliRunner().invoke(app, [*words, "--help"]).exit_code == 0
    assert json.loads(printed(*shlex.split(hooks["get-manifest"])[2:])) == AS_IT_LIES
