"""Way in: the message shortcut *Link to CRM* on any message with a mail."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, Respond

from bot.intake import Incoming, Proposing
from bot.mail import mails_in_slack_message, read_text
from commands.ids import SHORTCUT
from commands.languages import Languages
from commands.mrkdwn import plain_text


def sources(message: dict[str, Any]) -> list[dict[str, Any]]:
    """What a message's mails are to be read from: its files, text files too, for somebody asked for them; or its text
    where a mail is pasted into it."""
    if files := mails_in_slack_message(message) or mails_in_slack_message(message, texts=True):
        return [{"file": dict(file)} for file in files]
    text = plain_text(str(message.get("text") or ""))
    return [{"text": text}] if read_text(text) is not None else []


def register(app: App, proposing: Proposing, languages: Languages) -> None:
    """Each press is an arrival of its own, so that a person can always ask again; that a mail keeps its one proposal
    is seen to when it has been read."""

    def link_mail(ack: Ack, shortcut: dict[str, Any], respond: Respond) -> None:
        message = shortcut["message"]
        found = sources(message)
        for number, source in enumerate(found):
            incoming = Incoming(
                key=f"{shortcut['team']['id']}:{shortcut['channel']['id']}:{shortcut['action_ts']}:{number}",
                team=shortcut["team"]["id"],
                channel=shortcut["channel"]["id"],
                ts=message["ts"],
                thread_ts=message.get("thread_ts") or "",
                user=shortcut["user"]["id"],
                asked=True,
                response_url=shortcut.get("response_url") or "",
            )
            proposing.receive(incoming, source)
        ack()
        if not found:
            in_reply = message.get("thread_ts", message["ts"]) != message["ts"]
            say = languages.of_payload(shortcut)
            words = say("no_mail.in_reply" if in_reply else "no_mail.in_message")
            respond(text=words, response_type="ephemeral", replace_original=False)

    app.shortcut(SHORTCUT)(link_mail)
