"""Mails that came while the bot was away for longer than Slack tries to deliver them (about five minutes)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.intake import Proposing
from commands.access import is_own
from commands.inbox import arrivals

# One page a conversation: Slack may limit this call to one a minute, and a longer absence is rare.
PAGE = 100

log = logging.getLogger(__name__)


def catch_up(client: WebClient, proposing: Proposing, team: str, newest: Mapping[str, str]) -> int:
    """Take up the mails behind the newest known one of each conversation, by `newest`: conversation → ts.

    What is known already has the same name and is not taken up twice. Gives how many were new.
    """
    found = 0
    for channel, ts in newest.items():
        try:
            history = client.conversations_history(channel=channel, oldest=ts, limit=PAGE)
        except (SlackApiError, SlackClientError, OSError) as error:
            log.warning("%s could not be looked through for missed mails: %s", channel, type(error).__name__)
            continue
        messages: list[dict[str, Any]] = history.get("messages", [])
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
