"""Mails that came while the bot was away for longer than Slack tries to deliver them (about five minutes)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
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
# Where no mail is known yet: a bot that was set up before a weekend finds what came on it.
NEW_LOOK_BACK = timedelta(days=7)
# https://docs.slack.dev/reference/events/message/channel_join
JOINED = ("channel_join", "group_join")
KINDS = "public_channel,private_channel,mpim,im"

log = logging.getLogger(__name__)


def since(first: str, newest: str) -> str:
    """From which ts on a conversation is looked through, by those of the first and the newest known mail: from a day
    before the newest. One that was lost may be older than one that came since: Slack gave up on it, delivered the later
    one, and the bot was killed before it had looked. What is older than the first came before the bot did."""
    return max(first, f"{float(newest) - LOOK_BACK_SECONDS:.6f}", key=float)


def since_set_up(first: datetime, now: datetime) -> str:
    """From which ts on a conversation is looked through in which no mail is known, by when the bot ran first."""
    return f"{max(first, now - NEW_LOOK_BACK).timestamp():.6f}"


def own_conversations(client: WebClient) -> list[str]:
    """The conversations that the bot is in; none where Slack does not say.
    https://docs.slack.dev/reference/methods/users.conversations"""
    found: list[str] = []
    cursor = ""
    try:
        for _ in range(MOST_PAGES):
            page = client.users_conversations(types=KINDS, exclude_archived=True, limit=PAGE, cursor=cursor)
            there: list[Mapping[str, Any]] = page.get("channels", [])
            found += [str(one["id"]) for one in there]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
    except (SlackApiError, SlackClientError, OSError) as error:
        log.warning("which conversations there are to look through is not known: %s", type(error).__name__)
    return found


def catch_up(client: WebClient, proposing: Proposing, team: str, oldest: Mapping[str, str], bot_user: str = "") -> int:
    """Take up the mails that are missing in each conversation, by `oldest`: conversation → ts from which on. What came
    before the bot (`bot_user`) was in a channel is not for it.

    What is known already has the same name and is not taken up twice. Gives how many were new.
    """
    found = 0
    for channel, ts in oldest.items():
        try:
            messages = list(_history(client, channel, ts, bot_user))
        except (SlackApiError, SlackClientError, OSError) as error:
            log.warning("%s could not be looked through for missed mails: %s", channel, type(error).__name__)
            continue
        bodies = ({"team_id": team, "event": {**message, "channel": channel}} for message in messages)
        for body in bodies:
            if not is_own(body, team):
                continue
            for incoming, source in arrivals(body):
                found += proposing.receive(incoming, source)
    if found:
        log.info("took up %d mails that came while the bot was away", found)
    return found


def _history(client: WebClient, channel: str, oldest: str, bot_user: str) -> Iterator[Mapping[str, Any]]:
    """The newest first, back to where the bot joined."""
    cursor = ""
    for _ in range(MOST_PAGES):
        page = client.conversations_history(channel=channel, oldest=oldest, limit=PAGE, cursor=cursor)
        messages: list[Mapping[str, Any]] = page.get("messages", [])
        for message in messages:
            if bot_user and message.get("subtype") in JOINED and message.get("user") == bot_user:
                return
            yield message
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
