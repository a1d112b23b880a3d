"""Who somebody is, as Slack's directory says, remembered for a while."""

from __future__ import annotations

import copy
import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient

from bot.surface import SurfaceError
from commands.remembered import Remembered
from commands.slack_calls import call

# Somebody waits for an answer, and Slack for an acknowledgement: three seconds for all that is looked up.
PATIENCE_SECONDS = 1

log = logging.getLogger(__name__)


def impatient(client: WebClient) -> WebClient:
    """The same client, but it gives up soon and tries nothing again."""
    quick = copy.copy(client)
    quick.timeout, quick.retry_handlers = PATIENCE_SECONDS, []
    return quick


class People:
    """Looks people up, each once in a while, for whoever asks something about them."""

    def __init__(self, client: WebClient, seconds: float | None = None) -> None:
        """What Slack says of somebody is believed for so many seconds; without them for as long as other answers."""
        self._client = client
        self._known: Remembered[Mapping[str, Any]] = Remembered(self._ask, seconds)

    def get(self, user: str) -> Mapping[str, Any]:
        """Slack's user object with its locale. Raises SurfaceError where it cannot be had now.

        Source: docs.slack.dev/reference/methods/users.info
        """
        return self._known.get(user)

    def find(self, user: str) -> Mapping[str, Any] | None:
        """The same; None where it cannot be had now."""
        try:
            return self.get(user)
        except SurfaceError as error:
            log.warning("a person could not be looked up: %s", error.code)
            return None

    def _ask(self, user: str) -> Mapping[str, Any]:
        person: Mapping[str, Any] = call(lambda: self._client.users_info(user=user, include_locale=True))["user"]
        return person
