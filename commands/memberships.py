"""Who is in a conversation, as Slack says: believed for some minutes. Where Slack does not answer, nobody is."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial

from slack_sdk import WebClient

from bot.surface import SurfaceError
from commands.remembered import Remembered
from commands.slack_calls import call

PAGE = 1000
# A channel of the whole company; who is beyond is taken for no member.
MOST_PAGES = 10

log = logging.getLogger(__name__)


class Memberships:
    """Which conversations somebody may see mails of."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._members = Remembered(self._list)

    def is_in(self, channel: str, user: str) -> bool:
        """Whether somebody is in a conversation; False where that is not known."""
        try:
            return user in self._members.get(channel)
        except SurfaceError as error:
            log.info("who is in %s is not known: %s", channel, error.code)
            return False

    def of(self, user: str, channels: Iterable[str]) -> list[str]:
        """Those of the channels that somebody is in."""
        return [channel for channel in channels if self.is_in(channel, user)]

    def _list(self, channel: str) -> frozenset[str]:
        """https://docs.slack.dev/reference/methods/conversations.members"""
        found: list[str] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = call(partial(self._client.conversations_members, channel=channel, cursor=cursor, limit=PAGE))
            found += answer["members"]
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return frozenset(found)
