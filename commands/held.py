"""Mails of the never-link list: one person is asked alone, and only they are shown what became of it."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.linking import Answer
from bot.surface import UNDER_WAY, ProposalState, ProposalView, SurfaceError, WokenBy
from commands.bound import pressed
from commands.cards.held import held_question
from commands.cards.parts import section
from commands.context import Context
from commands.ids import Held
from commands.languages import Languages, is_with_one_person
from commands.private_cards import PrivateCards, shown_alone
from commands.replies import reply_words
from commands.seals import Seals, opened_button, sealed_blocks
from commands.slack_calls import call

# Beside the person, what the question's buttons are sealed with: it may stand in a channel or in a conversation with
# the bot alone.
PLACE = "held"
# What a person need not be told who has just said it, and of what nobody decided.
QUIET = (
    ProposalState.OPEN,
    *UNDER_WAY,
    *(ProposalState.DISMISSED, ProposalState.PARKED, ProposalState.EXPIRED, ProposalState.WITHDRAWN),
)

log = logging.getLogger(__name__)


class HeldMails:
    """Tells the one person; the surface's part for such mails."""

    def __init__(self, client: WebClient, languages: Languages, seals: Seals, private: PrivateCards) -> None:
        self._client = client
        self._languages = languages
        self._seals = seals
        self._private = private

    def ask(self, view: ProposalView, woken: WokenBy | None = None) -> None:
        """Ask the person, in the mail's thread where they alone see it, or where they are not there in their
        conversation with the bot; also when something came that the mail waited for. Raises SurfaceError."""
        text, blocks = held_question(view, self._languages.of_person(view.team, view.held_for), woken)
        blocks = sealed_blocks(blocks, self._seals, PLACE, view.held_for)
        if not is_with_one_person(view.channel):
            try:
                call(
                    lambda: self._client.chat_postEphemeral(
                        channel=view.channel, user=view.held_for, thread_ts=view.thread_ts, text=text, blocks=blocks
                    )
                )
            except SurfaceError as error:
                if not error.permanent:
                    raise
                log.info("a person is asked in their own conversation: %s", error.code)
            else:
                return
        here = is_with_one_person(view.channel)
        call(
            lambda: self._client.chat_postMessage(
                channel=view.channel if here else view.held_for,
                thread_ts=view.thread_ts if here else None,
                text=text,
                blocks=blocks,
                unfurl_links=False,
            )
        )

    def refresh(self, view: ProposalView) -> None:
        """Show the person what became of the mail: on the card that they have before them, or on a new one. Raises
        SurfaceError."""
        if self._private.refresh(view) or view.state in QUIET:
            return
        self._private.show(self._client, view, view.held_for, self._languages.of_person(view.team, view.held_for))


def register(app: App, context: Context) -> None:
    """Listen to the question's buttons."""

    def carried(body: dict[str, Any]) -> ProposalView | None:
        """The mail that a press is about; None where the button was not made for this person, or it is gone."""
        press = pressed(body)
        words, fits = opened_button(press.action, press.value, context.seals, PLACE, press.user)
        view = context.asking.shown(words) if fits else None
        return view if view is not None and view.held_for == press.user and view.team == press.team else None

    def tell(respond: Respond, text: str, *, replace: bool = False) -> None:
        respond(text=text, blocks=[section(text)], response_type="ephemeral", replace_original=replace)

    def show(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        view, press, say = carried(body), pressed(body), context.languages.of_payload(body)
        if view is None:
            tell(respond, say("press.proposal_gone"))
        elif not shown_alone(context.private, client, view, press.user, say, place=press.channel):
            tell(respond, say("press.not_shown"))

    def leave(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        view, press, say = carried(body), pressed(body), context.languages.of_payload(body)
        if view is None:
            tell(respond, say("press.proposal_gone"))
            return
        reply = context.linking.dismiss(view.id, press.user)
        if reply.answer == Answer.STARTED:
            tell(respond, say("held.left"), replace=True)
            context.linking.show_card(view.id)
        else:
            tell(respond, reply_words(reply, press.user, say) or say("held.left"))

    app.action(Held.SHOW)(show)
    app.action(Held.LEAVE)(leave)
