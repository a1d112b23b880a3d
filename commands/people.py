"""Who somebody is, as Slack's directory says, remembered for a while."""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

REMEMBER_SECONDS = 600.0
# Somebody waits for an answer, and Slack for an acknowledgement.
PATIENCE_SECONDS = 2

log = logging.getLogger(__name__)


def impatient(client: WebClient) -> WebClient:
    """The same client, but it gives up soon and tries nothing again."""
    quick = copy.copy(client)
    quick.timeout, quick.retry_handlers = PATIENCE_SECONDS, []
    return quick


class People:
    """Looks people up, each once in a while, for whoever asks something about them."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._known: dict[str, tuple[float, Mapping[str, Any]]] = {}

    def find(self, user: str) -> Mapping[str, Any] | None:
        """Slack's user object with its locale; None where it cannot be had now.

        Source: docs.slack.dev/reference/methods/users.info
        """
        seen, known = self._known.get(user, (0.0, {}))
        if seen and time.monotonic() - seen < REMEMBER_SECONDS:
            return known
        try:
            person: Mapping[str, Any] = self._client.users_info(user=user, include_locale=True)["user"]
        except (SlackApiError, SlackClientError, OSError) as error:
            log.warning("a person could not be looked up: %s", type(error).__name__)
            return None
        self._known[user] = (time.monotonic(), person)
        return person
