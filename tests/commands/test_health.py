"""What `linkbot doctor` says about Slack."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from slack_sdk import WebClient

from commands import health
from commands.rights import Allowed
from tests.commands.slack_server import Answer, SlackServer, running
from tests.saying import Line, line

MANIFEST = Path(__file__).parents[2] / "manifest.yml"


def lines(slack: SlackServer, app_token: str = "") -> dict[str, Line]:
    bot = WebClient(token="xoxb-1", base_url=f"{slack.url}/api/", timeout=5)
    return {check.name: check for check in map(line, health.checks(bot, app_token, MANIFEST))}


@pytest.mark.parametrize("code", [*health.KNOWN, "something_new"])
def test_a_refusal_is_said_without_its_code(code: str, caplog: pytest.LogCaptureFixture) -> None:
    with running() as slack, caplog.at_level(logging.DEBUG, "commands"):
        slack.api("auth.test", error=code)
        check = lines(slack)["Slack"]
    assert not check.ok
    assert check.remedy
    assert "_" not in check.detail
    assert code not in check.detail
    assert f"Slack: {code}" in caplog.text


def test_an_app_token_that_is_refused_is_told_from_the_bots() -> None:
    with running() as slack:
        slack.api("auth.test", user="linkbot", team="Nordlicht")
        slack.api("apps.connections.open", error="not_allowed_token_type")
        check = lines(slack, "xoxb-mistaken")["Slack Socket Mode"]
    assert not check.ok
    assert "SLACK_APP_TOKEN" in check.remedy


def test_an_address_without_slack_names_the_setting() -> None:
    with running() as slack:
        slack.answers["/api/auth.test"] = Answer(b"<html>Welcome</html>")
        assert "SLACK_API_URL" in lines(slack)["Slack"].remedy
        slack.answers.clear()
        assert "SLACK_API_URL" in lines(slack)["Slack"].remedy


def test_no_network_is_said_as_such() -> None:
    with running() as slack:
        gone = slack
    check = lines(gone)["Slack"]
    assert (check.ok, check.detail) == (False, "Slack cannot be reached")


def test_scopes_that_are_missing_are_named() -> None:
    with running() as slack:
        slack.api("auth.test", headers={"x-oauth-scopes": "commands,chat:write"}, user="linkbot", team="Nordlicht")
        check = lines(slack)["Slack scopes"]
    assert not check.ok
    assert "files:read" in check.detail


def test_who_is_named_in_the_settings_and_may_not() -> None:
    with running() as slack:
        slack.api("auth.test", user="linkbot", team="Nordlicht", team_id="T0OURS")
        slack.api("users.info", user={"id": "U1", "team_id": "T0OURS", "is_restricted": True})
        slack.api("usergroups.users.list", error="no_such_subteam")
        bot = WebClient(token="xoxb-1", base_url=f"{slack.url}/api/", timeout=5)
        allowed = Allowed(link=("U1",), undo=("S1",))
        found = {check.name: check for check in map(line, health.checks(bot, "", MANIFEST, allowed))}
        assert "U1 is no full member" in found["LINKBOT_MAY_LINK"].detail
        assert "Slack does not know S1" in found["LINKBOT_MAY_UNDO"].detail
        assert all(not found[name].ok and found[name].remedy for name in ("LINKBOT_MAY_LINK", "LINKBOT_MAY_UNDO"))
        slack.api("users.info", user={"id": "U1", "team_id": "T0OURS"})
        found = {check.name: check for check in map(line, health.checks(bot, "", MANIFEST, Allowed(link=("U1",))))}
        assert found["LINKBOT_MAY_LINK"].ok and "LINKBOT_MAY_UNDO" not in found
