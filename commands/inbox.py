"""Way in: a mail arrives in a channel that the bot is in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltResponse

from bot.mail import mails_in_slack_message
from bot.proposing import Incoming, Proposing

log = logging.getLogger(__name__)


def arrivals(body: Mapping[str, Any]) -> list[tuple[Incoming, dict[str, Any]]]:
    """The mails of a message event, each with what it is to be read from. Slack's files keep their ids over
    redeliveries, so the file names the arrival."""
    event = body["event"]
    team = str(body.get("team_id") or event.get("team") or "")
    return [
        (
            Incoming(
                key=f"{team}:{event['channel']}:{file['id']}",
                team=team,
                channel=event["channel"],
                ts=event["ts"],
                thread_ts=event.get("thread_ts") or "",
                user=event.get("user") or "",
            ),
            {"file": dict(file)},
        )
        for file in mails_in_slack_message(event)
    ]


def register(app: App, proposing: Proposing) -> None:
    """Listen to messages. `app.message` would never fire: a mail has no text of its own."""

    def write_down(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        # In a middleware, because Bolt acknowledges an event before its listener runs: what is acknowledged is
        # on disk, and what could not be written is delivered again.
        for incoming, source in arrivals(body):
            proposing.receive(incoming, source)
        return next()

    def start(body: dict[str, Any]) -> None:
        for incoming, _ in arrivals(body):
            proposing.begin(incoming.key)

    app.event("message", middleware=[write_down])(start)
