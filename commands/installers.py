"""Who installed the app in a workspace, spoken to with that workspace's own token."""

from __future__ import annotations

import logging
from collections.abc import Callable

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from commands.slack_calls import web_client

# Slack's word that a token is no longer good.
TAKEN_BACK = frozenset({"account_inactive", "invalid_auth", "token_revoked", "not_authed"})

log = logging.getLogger(__name__)


class Installers:
    """Fulfils `bot.front.Installers`. `token` gives a workspace's token."""

    def __init__(self, api_url: str, token: Callable[[str], str]) -> None:
        self._api_url = api_url
        self._token = token

    def still_works(self, team: str) -> bool:
        """Whether a workspace's token is good, as far as Slack tells."""
        try:
            self._client(team).auth_test()
        except SlackApiError as error:
            return error.response.get("error") not in TAKEN_BACK
        except (SlackClientError, OSError):
            return True
        return True

    def tell(self, team: str, user: str, text: str) -> None:
        """Tell the person alone; where Slack does not take it, the log says so."""
        try:
            self._client(team).chat_postMessage(channel=user, text=text)
        except (SlackApiError, SlackClientError, OSError) as error:
            log.warning("the installer of workspace %s could not be told: %s", team, type(error).__name__)

    def _client(self, team: str) -> WebClient:
        return web_client(self._token(team), self._api_url)
