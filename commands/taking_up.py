"""*Take up again* on the card of a mail that was put aside: it is read anew, for its text was forgotten."""

from __future__ import annotations

from functools import partial
from typing import Any

from slack_sdk import WebClient

from bot.intake import Incoming, Proposing
from bot.surface import CardPlace, SurfaceError
from commands.bound import Pressed
from commands.shortcut import sources
from commands.slack_calls import call


def taken_up(client: WebClient, proposing: Proposing, place: CardPlace, press: Pressed, response_url: str) -> bool:
    """Read the mail above a card once more, as an arrival that a person asked for. False where there is none any
    more, or Slack does not show it."""
    try:
        found = call(partial(client.conversations_replies, channel=place.channel, ts=place.thread_ts, limit=1))
    except SurfaceError:
        return False
    message: dict[str, Any] = next(iter(found.get("messages") or ()), {})
    wanted = sources(message) if message else []
    for number, source in enumerate(wanted):
        incoming = Incoming(
            key=f"{place.team}:{place.channel}:{press.at}:{number}",
            team=place.team,
            channel=place.channel,
            ts=message["ts"],
            thread_ts=message.get("thread_ts") or "",
            user=press.user,
            asked=True,
            response_url=response_url,
        )
        proposing.receive(incoming, source)
    return bool(wanted)
