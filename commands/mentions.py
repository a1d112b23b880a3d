"""Somebody calls the bot by its name in a channel: they alone are told what it does."""

from __future__ import annotations

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from commands.access import refusal_words
from commands.context import Context
from commands.languages import sender
from commands.rights import Right
from commands.slack_calls import call


def register(app: App, context: Context) -> None:
    """Listen to mentions; of a message that is changed later Slack tells again, and that is no new call."""

    def mentioned(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        channel, user = str(event["channel"]), str(event.get("user") or "")
        if not user or event.get("bot_id") or event.get("edited") or not context.rights.in_use(channel):
            return
        say = context.languages.of_person(*sender(body))
        refused = context.rights.refusal(user, Right.LINK, channel)
        text = refusal_words(refused, context.rights, say) if refused else say("help.all")
        thread_ts = event.get("thread_ts")
        call(lambda: client.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread_ts))

    app.event("app_mention")(mentioned)
