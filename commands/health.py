"""Whether Slack is set up right: for `linkbot doctor`."""

from __future__ import annotations

from pathlib import Path

import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.crm.port import Check

REMEDIES = {
    "invalid_auth": "Copy the Bot User OAuth Token (xoxb-…) of your Slack app into SLACK_BOT_TOKEN.",
    "not_authed": "Set SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-…) of your Slack app.",
    "account_inactive": "The app was removed from the workspace; install it again.",
}
ANSWER_LATER = "Check the network and SLACK_API_URL, then try again."
APP_TOKEN = "Create an app-level token with the scope connections:write and copy it into SLACK_APP_TOKEN."  # noqa: S105 - a sentence


def checks(bot: WebClient, app_token: str, manifest: Path) -> list[Check]:
    """The token, its scopes against the manifest's, and Socket Mode where it is used. Never raises."""
    try:
        answer = bot.auth_test()
    except (SlackApiError, SlackClientError, OSError) as error:
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
    except (SlackApiError, SlackClientError, OSError) as error:
        return _failed("Slack Socket Mode", error, APP_TOKEN)
    return Check("Slack Socket Mode", True, "a connection can be opened")


def _failed(name: str, error: Exception, remedy: str = "") -> Check:
    if isinstance(error, SlackApiError):
        code = str(error.response.get("error", "unknown"))
        return Check(name, False, code, remedy or REMEDIES.get(code, ANSWER_LATER))
    return Check(name, False, type(error).__name__, ANSWER_LATER)
