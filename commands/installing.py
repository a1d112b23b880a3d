"""A workspace installs the app: Bolt's OAuth flow over our own stores, with pages in our words.

Source: docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import html
import logging
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urljoin

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.error import BoltError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import Bot, Installation, InstallationStore
from slack_sdk.oauth.state_store import OAuthStateStore

from bot.connections import Installation as Installed
from bot.connections import Installations
from bot.language import Words
from bot.logs import quiet_logger

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
# What went wrong, by Bolt's and Slack's own words, and what is said of it.
SAID = {
    "access_denied": "install.denied",
    "invalid_browser": "install.again",
    "invalid_state": "install.again",
    "missing_code": "install.again",
    "invalid_code": "install.again",
}

log = logging.getLogger(__name__)


class OrganisationError(BoltError):
    """Somebody wants to install the app for a whole organisation at once."""


class States(OAuthStateStore):
    """Bolt's store of states, on our database."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    @property
    def logger(self) -> logging.Logger:
        return log

    def issue(self, *_args: Any, **_named: Any) -> str:
        return self._installations.issue_state()

    def consume(self, state: str) -> bool:
        return self._installations.consume_state(state)


class SealedInstallations(InstallationStore):
    """Bolt's store of installations, on our database, tokens sealed. An installation for a whole organisation has no
    workspace and is refused."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations

    @property
    def logger(self) -> logging.Logger:
        return log

    def save(self, installation: Installation) -> None:
        if installation.is_enterprise_install:
            raise OrganisationError("no workspace")
        if not installation.team_id or not installation.bot_token:
            raise BoltError("no workspace")
        kept = Installed(
            team=installation.team_id,
            name=installation.team_name or "",
            installer=installation.user_id or "",
            bot_user=installation.bot_user_id or "",
            scopes=",".join(installation.bot_scopes or ()),
        )
        self._installations.save(kept, installation.bot_token)

    def find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        found = self._installations.get(team_id or "")
        if found is None or not (token := self._installations.token(found.team)):
            return None
        moment = found.installed_at.timestamp()
        return Bot(
            team_id=found.team,
            bot_token=token,
            bot_id="",
            bot_user_id=found.bot_user,
            bot_scopes=found.scopes,
            installed_at=moment,
        )

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        self._installations.uninstall(team_id or "")

    def delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """There are no tokens of people."""


class Flow(OAuthFlow):
    """Bolt's flow with an install page of our own."""

    words: Words

    def build_install_page_html(self, url: str, request: BoltRequest) -> str:
        say = self.words
        link = f'<a href="{html.escape(url)}">{html.escape(say("install.button"))}</a>'
        return _page(say("install.title"), say("install.what"), f"<p>{link}</p>")


def create_flow(
    installations: Installations,
    client: WebClient,
    *,
    client_id: str,
    client_secret: str,
    scopes: list[str],
    say: Words,
    installed: Callable[[str], bool],
) -> Flow:
    """The flow; `client` calls Slack without a token. `installed` is told the workspace that was just installed, and
    says whether it is set up."""

    def success(args: SuccessArgs) -> BoltResponse:
        team, name = str(args.installation.team_id), args.installation.team_name or str(args.installation.team_id)
        log.info("workspace %s installed the app", team)
        ready = installed(team)
        said = say("install.ready", name=name) if ready else say("install.not_set_up", name=name, team=team)
        return _answer(args.settings, 200, _page(say("install.done"), said))

    def failure(args: FailureArgs) -> BoltResponse:
        # Of what Slack or the address says only what is known is shown or logged.
        if isinstance(args.error, OrganisationError):
            log.warning("an installation was refused: it is for a whole organisation")
            return _answer(args.settings, 400, _page(say("install.not_done"), say("install.organisation")))
        known = args.reason if args.reason in SAID else "other"
        log.warning("an installation was refused: %s", known)
        said = say(SAID.get(known, "install.failed"))
        return _answer(args.settings, args.suggested_status_code, _page(say("install.not_done"), said))

    quiet = quiet_logger("linkbot.oauth")
    settings = OAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=scopes,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=urljoin(client.base_url, "../oauth/v2/authorize"),
        installation_store=SealedInstallations(installations),
        state_store=States(installations),
        callback_options=CallbackOptions(success=success, failure=failure),
        logger=quiet,
    )
    flow = Flow(client=client, logger=quiet, settings=settings)
    flow.words = say
    return flow


def _answer(settings: OAuthSettings, status: int, page: str) -> BoltResponse:
    cookie = settings.state_utils.build_set_cookie_for_deletion()
    headers: dict[str, str | Sequence[str]] = {"content-type": "text/html; charset=utf-8", "set-cookie": cookie}
    return BoltResponse(status=status, body=page, headers=headers)


def _page(title: str, text: str, more: str = "") -> str:
    """A page without anything from elsewhere."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    shown = f"<title>{html.escape(title)}</title>"
    body = f"<h1>{html.escape(title)}</h1><p>{html.escape(text)}</p>"
    return f"<!doctype html><html><head>{head}{shown}</head><body>{body}{more}</body></html>"
