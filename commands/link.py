"""Way in: `/link`, alone or with words to search for."""

from __future__ import annotations

from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from commands.change_window import open_change
from commands.context import Context
from commands.ids import COMMAND
from commands.seals import sealed_view
from commands.windows import Window

HELP_WORDS = frozenset({"help", "hilfe", "?"})


def register(app: App, context: Context) -> None:
    """Listen to the command."""
    asking, languages = context.asking, context.languages

    def link(ack: Ack, command: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        say = languages.of_payload(command)
        words = str(command.get("text") or "").strip()
        if words.casefold() in HELP_WORDS:
            respond(text=say("help.all"), response_type="ephemeral")
            return
        asked = asking.newest(command["team_id"], command["channel_id"], words)
        if asked is None:
            reading = asking.is_reading(command["team_id"], command["channel_id"])
            respond(text=say("press.still_reading" if reading else "no_mail.in_channel"), response_type="ephemeral")
            return
        view, records = asked
        seal = partial(sealed_view, seals=context.seals, user=command["user_id"])
        window = Window(client, command["trigger_id"], respond, say, seal)
        open_change(window, asking, view, records, words=words)

    app.command(COMMAND)(link)
