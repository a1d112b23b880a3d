"""The answer to whether all mails of a file are wanted."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.intake import Proposing
from commands.ids import Many
from commands.languages import Languages


def register(app: App, proposing: Proposing, languages: Languages) -> None:
    """Listen to the two buttons of the question."""

    def answered(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        key, wanted = str(action["value"]), action["action_id"] == Many.ALL
        taken = proposing.take_all(key, body["channel"]["id"], wanted=wanted)
        ack()
        say = languages.of_payload(body)
        if not taken:
            respond(text=say("many.answered"), response_type="ephemeral", replace_original=False)
            return
        say = languages.of_channel(body["team"]["id"], body["channel"]["id"])
        words = say("many.coming" if wanted else "many.left", user=body["user"]["id"])
        respond(text=words, blocks=[], replace_original=True)

    app.action(Many.ALL)(answered)
    app.action(Many.NONE)(answered)
