"""Way in: a mail arrives in a channel that the bot is in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltResponse
from slack_sdk import WebClient

from bot.intake import Incoming, Proposing
from bot.mail import mails_in_slack_message, read_text
from commands.languages import Languages
from commands.mrkdwn import plain_text

log = logging.getLogger(__name__)


def pasted_mail(event: Mapping[str, Any]) -> str | None:
    """A mail that a person pasted into their conversation with the bot: there, nobody else is meant."""
    if not is_private_word(event):
        return None
    text = plain_text(str(event["text"]))
    return text if read_text(text) is not None else None


def is_private_word(event: Mapping[str, Any]) -> bool:
    """Whether a person wrote to the bot alone."""
    by_person = not event.get("bot_id") and not event.get("subtype")
    return bool(event.get("channel_type") == "im" and by_person and str(event.get("text") or "").strip())


def arrivals(body: Mapping[str, Any]) -> list[tuple[Incoming, dict[str, Any]]]:
    """The mails of a message event, each with what it is to be read from. Slack's files keep their ids over
    redeliveries, so the file names the arrival."""
    event = body["event"]
    pasted = pasted_mail(event)
    found: list[dict[str, Any]] = [{"text": pasted}] if pasted else []
    found += [{"file": dict(file)} for file in mails_in_slack_message(event)]
    team = str(body.get("team_id") or event.get("team") or "")
    return [
        (
            Incoming(
                key=f"{team}:{event['channel']}:{source['file']['id'] if 'file' in source else event['ts']}",
                team=team,
                channel=event["channel"],
                ts=event["ts"],
                thread_ts=event.get("thread_ts") or "",
                user=event.get("user") or "",
            ),
            source,
        )
        for source in found
    ]


def deleted(body: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """The workspace, the conversation and the ts of the message that an event says was deleted. One with a thread is
    changed into a tombstone.

    Source: docs.slack.dev/reference/events/message/message_deleted; tombstones as they are seen, undocumented.
    """
    event = body["event"]
    changed = event.get("message") or {}
    if event.get("subtype") == "message_deleted":
        ts = event["deleted_ts"]
    elif event.get("subtype") == "message_changed" and changed.get("subtype") == "tombstone":
        ts = changed["ts"]
    else:
        return None
    return str(body.get("team_id") or ""), str(event["channel"]), str(ts)


def register(
    app: App,
    proposing: Proposing,
    languages: Languages,
    *,
    in_use: Callable[[str], bool],
    show_card: Callable[[str], None],
) -> None:
    """Listen to messages. `app.message` would never fire: a mail has no text of its own. `in_use` tells of a
    conversation whether the bot works there; `show_card` shows a proposal's card as it is now. A message that is edited
    brings nothing new: its mail stays what it was."""

    def found_in(body: Mapping[str, Any]) -> list[tuple[Incoming, dict[str, Any]]]:
        return arrivals(body) if in_use(body["event"]["channel"]) else []

    def write_down(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:
        # In a middleware, because Bolt acknowledges an event before its listener runs: what is acknowledged is
        # on disk, and what could not be written is delivered again.
        body["found"] = found_in(body)
        for incoming, source in body["found"]:
            proposing.receive(incoming, source)
        if (gone := deleted(body)) is not None:
            body["withdrawn"] = proposing.withdraw(*gone)
        return next()

    def answer(body: dict[str, Any], event: dict[str, Any], client: WebClient) -> None:
        for proposal_id in body.get("withdrawn", ()):
            show_card(proposal_id)
        if not body["found"] and is_private_word(event) and "thread_ts" not in event:
            client.chat_postMessage(channel=event["channel"], text=languages.of_payload(body)("help.alone"))

    app.event("message", middleware=[write_down])(answer)
