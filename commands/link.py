"""Way in: `/link`, alone or with words to search for."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.linking import Asking
from commands import catalogue as say
from commands.change_window import open_change
from commands.ids import COMMAND

HELP_WORDS = frozenset({"help", "hilfe", "?"})


def register(app: App, asking: Asking) -> None:
    """Listen to the command."""

    def link(ack: Ack, command: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        words = str(command.get("text") or "").strip()
        if words.casefold() in HELP_WORDS:
            respond(text=say.HELP, response_type="ephemeral")
            return
        asked = asking.newest(command["team_id"], command["channel_id"], words)
        if asked is None:
            reading = asking.is_reading(command["team_id"], command["channel_id"])
            respond(text=say.STILL_READING if reading else say.NO_MAIL_IN_CHANNEL, response_type="ephemeral")
            return
        view, records = asked
        open_change(client, command["trigger_id"], asking, view, records, respond, words)

    app.command(COMMAND)(link)
