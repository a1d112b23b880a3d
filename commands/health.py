"""Whether Slack is set up right: for `linkbot doctor`."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path

import yaml
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.crm import Check, clock_ahead, wrong_clock
from bot.language import SILENCE, Sentence, plain, sentence, words
from bot.surface import SurfaceError
from commands.rights import Allowed
from commands.workspace import Standing, Workspace

SLACK = sentence("slack.access")
SOCKET = sentence("slack.socket")
SCOPES = sentence("slack.scopes")
SIGNING = sentence("slack.signing")
INSTALLED = sentence("slack.copy_token")
INSTALL_AGAIN = sentence("slack.install_again")
APP_TOKEN = sentence("slack.make_app_token")
SAME_APP = sentence("slack.same_app")
CLOCK = sentence("slack.clock")
APPROVE = sentence("slack.approve")
LATER = sentence("slack.later")
NETWORK = sentence("slack.network")
REPORT = sentence("doctor.report")
CORRECT = sentence("slack.correct_names")
# What Slack's codes mean, and what to do.
# https://docs.slack.dev/reference/methods/auth.test , …/apps.connections.open
KNOWN = {
    "invalid_auth": (sentence("slack.token_refused"), INSTALLED),
    "not_authed": (sentence("slack.token_refused"), INSTALLED),
    "not_allowed_token_type": (sentence("slack.other_token"), INSTALLED),
    "account_inactive": (sentence("slack.removed"), INSTALL_AGAIN),
    "token_revoked": (sentence("slack.token_withdrawn"), INSTALL_AGAIN),
    "token_expired": (sentence("slack.token_expired"), INSTALL_AGAIN),
    "missing_scope": (sentence("slack.right_missing"), INSTALL_AGAIN),
    "no_permission": (sentence("slack.right_missing"), INSTALL_AGAIN),
    "access_denied": (sentence("slack.not_let_in"), APPROVE),
    "team_access_not_granted": (sentence("slack.not_let_in"), APPROVE),
    "enterprise_is_restricted": (sentence("slack.not_let_in"), APPROVE),
    "ekm_access_denied": (sentence("slack.not_let_in"), APPROVE),
    "org_login_required": (sentence("slack.moving"), LATER),
    "ratelimited": (sentence("slack.pause"), LATER),
    "accesslimited": (sentence("slack.pause"), LATER),
    "fatal_error": (sentence("slack.fault"), LATER),
    "internal_error": (sentence("slack.fault"), LATER),
    "request_timeout": (sentence("slack.fault"), LATER),
    "service_unavailable": (sentence("slack.fault"), LATER),
}
CODE = re.compile("[a-z_]+")
# An app-level token names its app: xapp-1-A0123ABCD-…
APP_OF_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-")
A_TOKEN = re.compile(r"x[a-z]{3,}-")
ABOUT_THE_TOKEN = frozenset({INSTALLED, INSTALL_AGAIN})
TROUBLE = (SlackApiError, SlackClientError, OSError, HTTPException)

log = logging.getLogger(__name__)


def checks(
    bot: WebClient, app_token: str, manifest: Path, allowed: Allowed | None = None, *, signing_secret: str = ""
) -> list[Check]:
    """The token, its scopes against the manifest's, the way in (Socket Mode with an `app_token`, else requests that
    Slack signs), the clock, and whether Slack knows who is `allowed`. Never raises."""
    try:
        answer = bot.auth_test()
    except TROUBLE as error:
        return [_failed(SLACK, error)]
    done = [Check(SLACK, True, sentence("slack.who", user=str(answer["user"]), team=str(answer["team"])))]
    headers = {name.casefold(): value for name, value in answer.headers.items()}
    done += _scopes(str(headers.get("x-oauth-scopes", "")), manifest)
    if app_token:
        other = _other_app(bot, str(answer.get("bot_id") or ""), app_token)
        done.append(other or _socket(app_token, str(bot.base_url)))
    elif signing_secret:
        done.append(_signing(signing_secret))
    return done + clock(headers) + _named(bot, allowed or Allowed())


def _named(bot: WebClient, allowed: Allowed) -> list[Check]:
    """A line for each setting that names people or user groups."""
    workspace = Workspace(bot)
    done = []
    for setting, names in {
        "LINKBOT_MAY_LINK": allowed.link,
        "LINKBOT_MAY_UNDO": allowed.undo,
        "LINKBOT_MAY_CREATE": allowed.create,
        "LINKBOT_MAY_SET": allowed.set,
    }.items():
        wrong = tuple(why for name in names if (why := _wrong(workspace, name)))
        if wrong:
            done.append(Check(plain(setting), False, sentence("slack.named_wrong", all=wrong), CORRECT))
        elif names:
            done.append(Check(plain(setting), True, sentence("slack.named", count=len(names))))
    return done


def _wrong(workspace: Workspace, name: str) -> Sentence:
    """What is wrong with a person or a user group that a setting names; silence where it is right."""
    try:
        if name.startswith("S"):
            return SILENCE if workspace.members(name) else sentence("slack.empty_group", name=name)
        is_member = workspace.standing(name) is Standing.MEMBER
        return SILENCE if is_member else sentence("slack.no_member", name=name)
    except SurfaceError as error:
        log.debug("%s: %s", name, error.code)
        return sentence("slack.unknown_name" if error.permanent else "slack.name_unasked", name=name)


def _scopes(granted: str, manifest: Path) -> list[Check]:
    if not granted or not manifest.exists():
        return []
    wanted = set(yaml.safe_load(manifest.read_text("utf-8"))["oauth_config"]["scopes"]["bot"])
    missing = sorted(wanted - {scope.strip() for scope in granted.split(",")})
    if not missing:
        return [Check(SCOPES, True, sentence("slack.all_granted"))]
    detail = sentence("doctor.missing", names=", ".join(missing))
    return [Check(SCOPES, False, detail, sentence("slack.add_scopes"))]


def clock(headers: Mapping[str, str]) -> list[Check]:
    """A line where the clock here is wrong by that of Slack, which tells it with each answer."""
    how = wrong_clock(clock_ahead(headers))
    return [Check(CLOCK, False, sentence("clock.here", how=how), sentence("slack.set_clock"))] if how else []


def _other_app(bot: WebClient, bot_id: str, app_token: str) -> Check | None:
    """That the app token is another app's than the bot's: Slack lets that in, and then nothing ever arrives. None
    where it is the same, or Slack does not tell."""
    named = APP_OF_TOKEN.match(app_token)
    if named is None or not bot_id:
        return None
    try:
        app = str(bot.bots_info(bot=bot_id)["bot"].get("app_id") or "")
    except TROUBLE as error:
        log.debug("the bot's app: %s", type(error).__name__)
        return None
    return Check(SOCKET, False, sentence("slack.other_app"), SAME_APP) if app and app != named[1] else None


def _signing(secret: str) -> Check:
    """Slack answers no question about it, so that right it can never be called here."""
    if A_TOKEN.match(secret):
        return Check(SIGNING, False, sentence("slack.signing_is_token"), sentence("slack.copy_signing"))
    return Check(SIGNING, True, sentence("slack.signing_untold"), told=False)


def _socket(app_token: str, base_url: str) -> Check:
    try:
        WebClient(token=app_token, base_url=base_url, timeout=15).apps_connections_open(app_token=app_token)
    except TROUBLE as error:
        return _failed(SOCKET, error, APP_TOKEN)
    return Check(SOCKET, True, sentence("slack.opens"))


def _failed(name: Sentence, error: Exception, token: Sentence = SILENCE) -> Check:
    """The line about a question that Slack did not answer; `token` says how to mend the token that was used."""
    code = str(error.response.get("error", "")) if isinstance(error, SlackApiError) else ""
    log.debug("%s: %s", words()(name), code or type(error).__name__)
    if code in KNOWN:
        detail, remedy = KNOWN[code]
        return Check(name, False, detail, token if token and remedy in ABOUT_THE_TOKEN else remedy)
    if CODE.fullmatch(code):
        return Check(name, False, sentence("slack.refused"), REPORT)
    if code:  # a sentence of the library's about an answer that is not Slack's
        return Check(
            name, False, sentence("slack.no_slack"), sentence("doctor.correct_address", addresses="SLACK_API_URL")
        )
    return Check(name, False, sentence("slack.unreachable"), NETWORK)
