"""What `linkbot doctor` says about Slack."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from slack_sdk import WebClient

from commands import health
from commands.health import SIGNING
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


def test_an_app_token_of_another_app_is_told_before_it_is_used() -> None:
    """Slack would let it in, and nothing would ever arrive."""
    with running() as slack:
        slack.api("auth.test", user="linkbot", team="Nordlicht", bot_id="B1")
        slack.api("bots.info", bot={"id": "B1", "app_id": "A0OURS"})
        slack.api("apps.connections.open", url="wss://example.com")
        other, ours = lines(slack, "xapp-1-A0OTHER-1-x"), lines(slack, "xapp-1-A0OURS-1-x")
        slack.api("bots.info", error="missing_scope")
        untold = lines(slack, "xapp-1-A0OTHER-1-x")
    assert not other["Slack Socket Mode"].ok
    assert "another Slack app" in other["Slack Socket Mode"].detail
    assert {"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"} <= set(re.findall("[A-Z_]{9,}", other["Slack Socket Mode"].remedy))
    assert ours["Slack Socket Mode"].ok and untold["Slack Socket Mode"].ok


def test_a_signing_secret_is_never_ticked() -> None:
    with running() as slack:
        slack.api("auth.test", user="linkbot", team="Nordlicht")
        bot = WebClient(token="xoxb-1", base_url=f"{slack.url}/api/", timeout=5)
        (one,) = [check for check in health.checks(bot, "", MANIFEST, signing_secret="f00d") if check.name == SIGNING]
        (two,) = [check for check in health.checks(bot, "", MANIFEST, signing_secret="xoxb-1") if check.name == SIGNING]
    assert (one.ok, one.told, two.ok) == (True, False, False)
    assert "SLACK_SIGNING_SECRET" in line(one).detail and "SLACK_SIGNING_SECRET" in line(two).remedy


@pytest.mark.parametrize(("hours", "words"), [(1, "60 minutes slow"), (-1, "60 minutes fast")])
def test_a_clock_that_is_wrong_is_told_by_slacks_own(hours: int, words: str) -> None:
    there = format_datetime(datetime.now(UTC) + timedelta(hours=hours), usegmt=True)
    (check,) = map(line, health.clock({"date": there}))
    assert not check.ok and words in check.detail and "time synchronisation" in check.remedy


def test_a_clock_that_is_right_or_unknown_is_no_line() -> None:
    assert health.clock({"date": format_datetime(datetime.now(UTC), usegmt=True)}) == health.clock({}) == []


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
