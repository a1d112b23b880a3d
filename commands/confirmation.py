"""The buttons of a card."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot import telemetry
from bot.language import Words
from bot.linking import Answer, Reply
from bot.surface import CardPlace, SurfaceError
from commands import creation
from commands.acknowledging import acknowledged
from commands.bound import Bound, Pressed, bound, pressed
from commands.cards.card import can_refile
from commands.cards.parts import section
from commands.cards.why import why
from commands.change_window import open_change
from commands.context import Context
from commands.ids import WHICH_PREFIX, Action, parse_forget_value, parse_record_value, parse_value
from commands.private_cards import shown_alone
from commands.replies import reply_words
from commands.seals import sealed_view
from commands.slack_calls import call
from commands.taking_up import taken_up
from commands.windows import Window

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A press that is bound to its card: what its button carries, and how its person is answered."""

    press: Pressed
    words: str
    body: dict[str, Any]
    client: WebClient
    respond: Respond
    say: Words

    @property
    def response_url(self) -> str:
        return str(self.body.get("response_url") or "")

    def tell(self, text: str) -> None:
        """Say something to the person alone; their card stays."""
        self.respond(text=text, response_type="ephemeral", replace_original=False)


def register(app: App, context: Context) -> None:
    """Listen to the buttons."""
    linking, languages = context.linking, context.languages

    def answer(reply: Reply, press: Pressed, body: dict[str, Any], respond: Respond) -> None:
        telemetry.pressed(press.action, reply.answer, reply.view.id if reply.view else "", press.user)
        if text := reply_words(reply, press.user, languages.of_payload(body)):
            respond(text=text, blocks=[section(text)], response_type="ephemeral", replace_original=False)
            if reply.view is not None:
                linking.catch_up_card(reply.view.id)

    def refuse(verdict: Bound, press: Pressed, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        """Say why nothing was done, and show the way to the right card."""
        log.warning("a press that is not bound to its card: %s", verdict)
        say = languages.of_payload(body)
        if verdict is Bound.OUTDATED:
            linking.show_card(press.proposal)
            text = say("press.outdated")
        else:
            url = _card_url(client, context.asking.place(press.proposal))
            text = say("press.elsewhere", link=say("card.link", url=url) if url else say("card.link_unknown"))
        respond(text=text, blocks=[section(text)], response_type="ephemeral", replace_original=False)

    def refresh(press: Pressed) -> None:
        """What one person sees shows how it is now."""
        if press.for_one and (view := context.asking.shown(press.proposal)) is not None:
            context.private.refresh(view)

    def on(decide: Callable[[str, str], Reply], *, show: bool = False) -> Callable[..., None]:
        """The listener of a button: `decide` gets what the button carries and who pressed. With `show` the card is
        shown anew where something was done; elsewhere the work itself does that."""

        def listener(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
            press = pressed(body)
            with acknowledged(ack):
                verdict, words = _bound(press, context)
                if press.for_one and verdict is Bound.OWN:
                    context.private.remember(press, str(body.get("response_url") or ""), languages.of_payload(body))
                reply = decide(words, press.user) if verdict is Bound.OWN else None
            if reply is None:
                refuse(verdict, press, body, client, respond)
                return
            if show and reply.answer == Answer.STARTED and reply.view is not None:
                linking.show_card(reply.view.id)
            answer(reply, press, body, respond)
            if reply.answer != Answer.STARTED:
                refresh(press)

        return listener

    def link(words: str, user: str) -> Reply:
        proposal_id, shown, mark = parse_value(words)
        reply = linking.confirm(proposal_id, user, shown=shown, mark=mark)
        if reply.answer == Answer.OTHER_PICKS:
            linking.show_card(proposal_id)
        return reply

    def pick(words: str, _: str) -> Reply:
        try:
            return context.picking.pick(*parse_record_value(words))
        except ValueError:
            return Reply(Answer.GONE)

    def behind(act: Callable[[Asked], None]) -> Callable[..., None]:
        """The listener of a button that only shows or opens something: acknowledged at once, and bound like all."""

        def listener(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
            ack()
            press = pressed(body)
            verdict, words = _bound(press, context)
            if verdict is Bound.OWN:
                act(Asked(press, words, body, client, respond, languages.of_payload(body)))
            else:
                refuse(verdict, press, body, client, respond)

        return listener

    def show_why(asked: Asked) -> None:
        view = context.asking.shown(asked.press.proposal)
        if view is None:
            asked.tell(asked.say("press.proposal_gone"))
            return
        blocks = why(view, asked.say)
        asked.respond(text=asked.say("button.why"), blocks=blocks, response_type="ephemeral", replace_original=False)

    def take_up(asked: Asked) -> None:
        place = context.asking.place(asked.press.proposal)
        if place is None:
            refuse(Bound.OWN, asked.press, asked.body, asked.client, asked.respond)
            return
        if asked.press.for_one:
            context.private.remember(asked.press, asked.response_url, asked.say)
        parked = linking.take_up(asked.press.proposal, asked.press.user)
        if parked.answer == Answer.STARTED:
            telemetry.pressed(asked.press.action, parked.answer, asked.press.proposal, asked.press.user)
            linking.show_card(asked.press.proposal)
        elif not taken_up(asked.client, context.proposing, place, asked.press, asked.response_url):
            asked.tell(asked.say("press.take_up_late"))

    def change(asked: Asked) -> None:
        press = asked.press
        if press.for_one:
            context.private.remember(press, asked.response_url, asked.say)
        found = context.asking.chosen(asked.words)
        if found is None:
            asked.tell(asked.say("press.proposal_gone"))
            return
        view, records = found
        seal = partial(sealed_view, seals=context.seals, user=press.user)
        window = Window(asked.client, asked.body["trigger_id"], asked.respond, asked.say, seal)
        open_change(window, context.asking, view, records, refile=press.action == Action.REFILE and can_refile(view))

    def show_alone(asked: Asked) -> None:
        view = context.asking.shown(asked.press.proposal)
        if view is None:
            asked.tell(asked.say("press.proposal_gone"))
        elif not shown_alone(context.private, asked.client, view, asked.press.user, asked.say):
            asked.tell(asked.say("press.not_shown"))

    app.action(Action.SHOW)(behind(show_alone))
    app.action(Action.LINK)(on(link))
    app.action(Action.REPLACE)(on(link))
    app.action(re.compile(rf"^{re.escape(WHICH_PREFIX)}\."))(on(pick, show=True))
    app.action(Action.WHY)(behind(show_why))
    app.action(Action.TAKE_UP)(behind(take_up))
    app.action(Action.CHANGE)(behind(change))
    app.action(Action.REFILE)(behind(change))
    app.action(Action.DISMISS)(on(linking.dismiss, show=True))
    app.action(Action.PARK)(on(linking.park, show=True))

    app.action(Action.UNDO)(on(context.creating.undo))
    app.action(Action.UNDO_HOW)(on(linking.undo))
    app.action(Action.NOTE)(on(linking.write_activity))
    creation.register(app, context, _bound, refuse)
    app.action(Action.FORGET)(on(lambda words, _: linking.forget(*parse_forget_value(words))))


def _bound(press: Pressed, context: Context) -> tuple[Bound, str]:
    place = context.asking.place(press.proposal)
    # Of a proposal that is gone the decision itself says so.
    return bound(press, place, context.seals) if place is not None else (Bound.OWN, press.proposal)


def _card_url(client: WebClient, place: CardPlace | None) -> str:
    """The address of a proposal's card, as far as Slack gives it."""
    if place is None or place.card_ts is None:
        return ""
    try:
        found = call(partial(client.chat_getPermalink, channel=place.channel, message_ts=place.card_ts))
    except SurfaceError:
        return ""
    return str(found["permalink"])
