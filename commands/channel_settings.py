"""`/link settings`: the window in which who may sets what counts in a channel."""

from __future__ import annotations

import json
import logging
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.connections import ChannelChoice
from bot.language import LANGUAGES
from bot.surface import SurfaceError
from commands.cards.change import message_modal
from commands.cards.settings import Asked, given, saved_words, settings_window
from commands.context import Context
from commands.ids import SETTINGS_VIEW
from commands.languages import sender
from commands.slack_calls import call
from commands.windows import Window

log = logging.getLogger(__name__)


def open_settings(context: Context, window: Window, team: str, channel: str) -> None:
    """Open the window for a channel; the window's own seal is for the person."""
    window.open(
        {
            **settings_window(channel, asked(context, channel), window.say),
            "private_metadata": json.dumps({"team": team, "channel": channel}),
        }
    )


def sealed_settings(context: Context, view: dict[str, Any], user: str) -> dict[str, Any]:
    """The window for one person: nobody else can submit it, nor they for another channel."""
    about = json.loads(view["private_metadata"])
    about["tag"] = context.seals.tag(SETTINGS_VIEW, user, about["team"], about["channel"])
    return {**view, "private_metadata": json.dumps(about)}


def asked(context: Context, channel: str) -> Asked:
    """What a channel may be set to, and what was set for it."""
    return Asked(
        vendors=context.labels,
        mailboxes=context.mailboxes(),
        for_all=context.channels.for_all(channel),
        chosen=context.channels.chosen(channel),
    )


def register(app: App, context: Context) -> None:
    """Listen to the window's submission."""

    def submit(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        team, user = sender(body)
        say = context.languages.of_payload(body)
        channel = _channel(context, view, team, user)
        wanted = given(view["state"]["values"])
        if not channel or not _is_offered(context, channel, wanted):
            ack(response_action="update", view=message_modal(say("window.not_ours"), say))
            return
        context.channels.save(team, channel, user, wanted)
        ack()
        context.linking.show_open_cards(channel)
        text = saved_words(channel, asked(context, channel), say)
        try:
            call(lambda: client.chat_postEphemeral(channel=channel, user=user, text=text))
        except SurfaceError as error:
            log.info("what was set for a channel could not be said there: %s", error.code)

    app.view(SETTINGS_VIEW)(submit)


def _channel(context: Context, view: dict[str, Any], team: str, user: str) -> str:
    """The channel that a window is about; empty where it was not made for this person."""
    try:
        about = json.loads(view["private_metadata"])
        channel, tag = str(about["channel"]), str(about["tag"])
        fits = about["team"] == team and context.seals.fits(tag, SETTINGS_VIEW, user, team, channel)
    except (ValueError, KeyError, TypeError):
        return ""
    return channel if fits else ""


def _is_offered(context: Context, channel: str, wanted: ChannelChoice) -> bool:
    """Whether what was submitted is something that the window offered."""
    offered = asked(context, channel)
    return (
        set(wanted.vendors) <= set(offered.vendors)
        and wanted.mailbox in ("", offered.chosen.mailbox, *offered.mailboxes)
        and wanted.language in ("", *LANGUAGES)
    )
