"""Whether Slack is set up right: for `linkbot doctor`."""

from __future__ import annotations

import logging
import re
from http.client import HTTPException
from pathlib import Path

import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.crm import Check

INSTALLED = "Copy the Bot User OAuth Token (xoxb-…) of your Slack app into SLACK_BOT_TOKEN."
INSTALL_AGAIN = "Install the app again, and copy its Bot User OAuth Token (xoxb-…) into SLACK_BOT_TOKEN."
APP_TOKEN = "Create an app-level token with the scope connections:write and copy it into SLACK_APP_TOKEN."  # noqa: S105 - a sentence
APPROVE = "Ask an administrator of the workspace to approve the app."
LATER = "Try again in a few minutes."
NETWORK = "Check the network, and SLACK_API_URL where it is set; then try again."
REPORT = "Run linkbot doctor --verbose, and report the code that it says to the makers of Linkbot."
# What Slack's codes mean, and what to do.
# https://docs.slack.dev/reference/methods/auth.test , …/apps.connections.open
KNOWN = {
    "invalid_auth": ("the token is not accepted", INSTALLED),
    "not_authed": ("the token is not accepted", INSTALLED),
    "not_allowed_token_type": ("this is another kind of token", INSTALLED),
    "account_inactive": ("the app was removed from the workspace", INSTALL_AGAIN),
    "token_revoked": ("the token was withdrawn", INSTALL_AGAIN),
    "token_expired": ("the token has expired", INSTALL_AGAIN),
    "missing_scope": ("the token lacks a right", INSTALL_AGAIN),
    "no_permission": ("the token lacks a right", INSTALL_AGAIN),
    "access_denied": ("the workspace does not let the app in", APPROVE),
    "team_access_not_granted": ("the workspace does not let the app in", APPROVE),
    "enterprise_is_restricted": ("the workspace does not let the app in", APPROVE),
    "ekm_access_denied": ("the workspace does not let the app in", APPROVE),
    "org_login_required": ("the workspace is being moved", LATER),
    "ratelimited": ("Slack asks for a pause because of too many calls", LATER),
    "accesslimited": ("Slack asks for a pause because of too many calls", LATER),
    "fatal_error": ("Slack has a fault at the moment", LATER),
    "internal_error": ("Slack has a fault at the moment", LATER),
    "request_timeout": ("Slack has a fault at the moment", LATER),
    "service_unavailable": ("Slack has a fault at the moment", LATER),
}
CODE = re.compile("[a-z_]+")
ABOUT_THE_TOKEN = frozenset({INSTALLED, INSTALL_AGAIN})
TROUBLE = (SlackApiError, SlackClientError, OSError, HTTPException)

log = logging.getLogger(__name__)


def checks(bot: WebClient, app_token: str, manifest: Path) -> list[Check]:
    """The token, its scopes against the manifest's, and Socket Mode where it is used. Never raises."""
    try:
        answer = bot.auth_test()
    except TROUBLE as error:
        return [_failed("Slack", error)]
    done = [Check("Slack", True, f"{answer['user']} in {answer['team']}")]
    headers = {name.casefold(): value for name, value in answer.headers.items()}
    done += _scopes(str(headers.get("x-oauth-scopes", "")), manifest)
    if app_token:
        done.append(_socket(app_token, str(bot.base_url)))
    return done


def _scopes(granted: str, manifest: Path) -> list[Check]:
    if not granted or not manifest.exists():
        return []
    wanted = set(yaml.safe_load(manifest.read_text("utf-8"))["oauth_config"]["scopes"]["bot"])
    missing = sorted(wanted - {scope.strip() for scope in granted.split(",")})
    if not missing:
        return [Check("Slack scopes", True, "all granted")]
    remedy = "Add them under OAuth & Permissions, or paste manifest.yml again, and reinstall the app."
    return [Check("Slack scopes", False, f"missing: {', '.join(missing)}", remedy)]


def _socket(app_token: str, base_url: str) -> Check:
    try:
        WebClient(token=app_token, base_url=base_url, timeout=15).apps_connections_open(app_token=app_token)
    except TROUBLE as error:
        return _failed("Slack Socket Mode", error, APP_TOKEN)
    return Check("Slack Socket Mode", True, "a connection can be opened")


def _failed(name: str, error: Exception, token: str = "") -> Check:
    """The line about a question that Slack did not answer; `token` says how to mend the token that was used."""
    code = str(error.response.get("error", "")) if isinstance(error, SlackApiError) else ""
    log.debug("%s: %s", name, code or type(error).__name__)
    if code in KNOWN:
        detail, remedy = KNOWN[code]
        return Check(name, False, detail, token if token and remedy in ABOUT_THE_TOKEN else remedy)
    if CODE.fullmatch(code):
        return Check(name, False, "Slack refused the question for a reason that Linkbot does not know", REPORT)
    if code:  # a sentence of the library's about an answer that is not Slack's
        return Check(name, False, "there is no Slack at the address that is set", "Correct or remove SLACK_API_URL.")
    return Check(name, False, "Slack cannot be reached", NETWORK)
