"""Mails that came while the bot was away for longer than Slack tries to deliver them (about five minutes)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.intake import Proposing
from commands.access import is_own
from commands.inbox import arrivals

PAGE = 100
# A day's look back ends after so many pages of one conversation.
MOST_PAGES = 10
LOOK_BACK_SECONDS = 24 * 60 * 60

log = logging.getLogger(__name__)


def since(first: str, newest: str) -> str:
    """From which ts on a conversation is looked through, by those of the first and the newest known mail: from a day
    before the newest. One that was lost may be older than one that came since: Slack gave up on it, delivered the later
    one, and the bot was killed before it had looked. What is older than the first came before the bot did."""
    return max(first, f"{float(newest) - LOOK_BACK_SECONDS:.6f}", key=float)


def catch_up(client: WebClient, proposing: Proposing, team: str, oldest: Mapping[str, str]) -> int:
    """Take up the mails that are missing in each conversation, by `oldest`: conversation → ts from which on.

    What is known already has the same name and is not taken up twice. Gives how many were new.
    """
    found = 0
    for channel, ts in oldest.items():
        try:
            messages = list(_history(client, channel, ts))
        except (SlackApiError, SlackClientError, OSError) as error:
            log.warning("%s could not be looked through for missed mails: %s", channel, type(error).__name__)
            continue
        bodies = ({"team_id": team, "event": {**message, "channel": channel}} for message in messages)
        for body in bodies:
            if not is_own(body, team):
                continue
            for incoming, source in arrivals(body):
                if proposing.receive(incoming, source):
                    found += 1
                    proposing.begin(incoming.key)
    if found:
        log.info("took up %d mails that came while the bot was away", found)
    return found


def _history(client: WebClient, channel: str, oldest: str) -> Iterator[Mapping[str, Any]]:
    cursor = ""
    for _ in range(MOST_PAGES):
        page = client.conversations_history(channel=channel, oldest=oldest, limit=PAGE, cursor=cursor)
        yield from page.get("messages", [])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
