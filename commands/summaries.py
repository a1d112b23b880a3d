"""The buttons of a summary of mails that came together, and the window that goes through them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot import telemetry
from bot.language import Words
from bot.linking import Answer, Reply
from bot.surface import BundleView, ProposalView
from commands.access import refusal_words
from commands.acknowledging import acknowledged
from commands.bound import pressed
from commands.cards.summary import rest
from commands.cards.walk import walk
from commands.change_window import open_change
from commands.context import Context
from commands.ids import UNSURE, WALK_WHICH, Summary, Walk, parse_record_value, parse_summary_value, parse_value
from commands.languages import sender
from commands.memberships import Memberships
from commands.replies import reply_words
from commands.rights import Right
from commands.seals import Seals, opened_button, sealed_blocks, sealed_view
from commands.windows import Opened, PushedWindow, Window

log = logging.getLogger(__name__)


def register(app: App, context: Context, memberships: Memberships) -> None:
    """Listen to the summary's buttons and to those of the window."""
    together, languages = context.together, context.languages

    def own(body: dict[str, Any]) -> tuple[BundleView | None, str]:
        """The bundle whose summary was pressed, and what the button carries; none where it is not that message, or
        carries what we did not put there."""
        press = pressed(body)
        words, fits = opened_button(press.action, press.value, context.seals)
        view = together.view(words.split(" ")[0])
        # Posted, and its place not yet written down: then it is the seal that counts.
        here = view is not None and (press.team, press.channel) == (view.team, view.channel)
        mine = here and view is not None and view.ts in (press.ts, None)
        return (view if fits and mine else None), words

    def link_sure(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        say, user = languages.of_payload(body), body["user"]["id"]
        with acknowledged(ack):
            view, words = own(body)
            bulk = together.link_sure(view.id, user, parse_summary_value(words)[1]) if view else None
        telemetry.pressed(Summary.LINK_SURE, Answer.STARTED if bulk and bulk.started else Answer.TAKEN, "", user)
        if bulk is None:
            respond(text=say("summary.outdated"), response_type="ephemeral", replace_original=False)
        elif bulk.changed:
            text = say("summary.changed", started=bulk.started, number=bulk.changed)
            respond(text=text, response_type="ephemeral", replace_original=False)

    def start(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        say, user = languages.of_payload(body), body["user"]["id"]
        view, about = own(body)
        if view is None:
            respond(text=say("summary.outdated"), response_type="ephemeral", replace_original=False)
            return
        seal = partial(_sealed, seals=context.seals, user=user)
        Window(client, body["trigger_id"], respond, say, seal).open(walk(about, _rest(view, about), 0, say))

    def at(body: dict[str, Any]) -> tuple[BundleView | None, str, str]:
        """The bundle of the window, what the pressed button carries, and why nothing is done, if so. The window may
        have stood open for long: who may is asked again."""
        team, user = sender(body)
        say, action = languages.of_payload(body), body["actions"][0]
        about = _about(body["view"])
        words, fits = opened_button(
            str(action["action_id"]), str(action.get("value") or ""), context.seals, _place(about), user
        )
        view = together.view(about.split(" ")[0]) if fits else None
        mail = next((one for _, one in view.mails if one.id == words.split(" ")[0]), None) if view else None
        if view is None or mail is None or view.team != team or not memberships.is_in(view.channel, user):
            return None, "", say("summary.outdated")
        if refused := context.rights.refusal(user, Right.LINK, view.channel):
            return None, "", refusal_words(refused, context.rights, say)
        return view, words, ""

    def shown(body: dict[str, Any], client: WebClient, proposal_id: str, notice: str = "") -> None:
        """Show the window at a mail, or where that waits no more at the next one."""
        say, user, about = languages.of_payload(body), body["user"]["id"], _about(body["view"])
        view = together.view(about.split(" ")[0])
        mails = _rest(view, about, proposal_id) if view else []
        place = next((number for number, one in enumerate(mails) if one.id == proposal_id), 0)
        window = Window(client, "", lambda **_: None, say, partial(_sealed, seals=context.seals, user=user))
        opened = Opened(body["view"]["id"], body["view"]["hash"])
        window.complete(opened, walk(about, mails, place, say, notice=notice))

    def go_on(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        _, words, refusal = at(body)
        shown(body, client, words, refusal)

    def deciding(
        action: Walk, decide: Callable[[str, str], Reply], done: Callable[[Words], str]
    ) -> Callable[..., None]:
        """The listener of a button after which the next mail is shown: `decide` gets what the button carries and who
        pressed; `done` is what then stands above the next mail."""

        def listener(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
            say, user = languages.of_payload(body), body["user"]["id"]
            with acknowledged(ack):
                view, words, refusal = at(body)
                proposal_id = words.split(" ")[0]
                following = _following(_rest(view, _about(body["view"]), proposal_id), proposal_id) if view else ""
                reply = decide(words, user) if view else None
            if reply is None:
                shown(body, client, "", refusal)
                return
            telemetry.pressed(action, reply.answer, proposal_id, user)
            started = reply.answer == Answer.STARTED
            if started and action is not Walk.LINK:  # elsewhere the work itself shows the card
                context.linking.show_card(proposal_id)
            notice = done(say) if started else reply_words(reply, user, say) or ""
            shown(body, client, following if started else proposal_id, notice)

        return listener

    def link(words: str, user: str) -> Reply:
        proposal_id, gives_way, mark = parse_value(words)
        return context.linking.confirm(proposal_id, user, shown=gives_way, mark=mark)

    def pick(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        say, user = languages.of_payload(body), body["user"]["id"]
        view, words, refusal = at(body)
        if view is None:
            shown(body, client, "", refusal)
            return
        proposal_id = words.split(" ")[0]
        reply = _picked(context, words)
        if reply.answer == Answer.STARTED:
            context.linking.show_card(proposal_id)
        shown(body, client, proposal_id, reply_words(reply, user, say) or "")

    def change(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        view, words, refusal = at(body)
        found = context.asking.chosen(words) if view else None
        if view is None or found is None:
            shown(body, client, "", refusal)
            return
        seal = partial(sealed_view, seals=context.seals, user=body["user"]["id"])
        window = PushedWindow(client, body["trigger_id"], respond, languages.of_payload(body), seal)
        open_change(window, context.asking, *found)

    app.action(Summary.LINK_SURE)(link_sure)
    app.action(Summary.WALK)(start)
    app.action(Walk.NEXT)(go_on)
    app.action(Walk.LINK)(deciding(Walk.LINK, link, lambda say: say("walk.linking")))
    app.action(Walk.DISMISS)(deciding(Walk.DISMISS, context.linking.dismiss, lambda say: say("walk.dismissed")))
    app.action(Walk.PARK)(deciding(Walk.PARK, context.linking.park, lambda say: say("walk.parked")))
    app.action(Walk.CHANGE)(change)
    app.action(re.compile(rf"^{re.escape(WALK_WHICH)}\."))(pick)


def _picked(context: Context, words: str) -> Reply:
    try:
        return context.picking.pick(*parse_record_value(words))
    except ValueError:
        return Reply(Answer.GONE)


def _rest(view: BundleView, about: str, keep: str = "") -> list[ProposalView]:
    """The mails that are gone through, as the button that opened the window said; `keep` is the one that it shows."""
    return rest(view, unsure=about.endswith(f" {UNSURE}"), keep=keep)


def _following(mails: Sequence[ProposalView], proposal_id: str) -> str:
    """The mail behind this one among those that wait."""
    place = next((number for number, one in enumerate(mails) if one.id == proposal_id), 0)
    return mails[(place + 1) % len(mails)].id if mails else ""


def _about(view: dict[str, Any]) -> str:
    """The bundle of a window, and which of its mails are gone through."""
    try:
        return str(json.loads(view["private_metadata"])["bundle"])
    except (ValueError, KeyError, TypeError):
        return ""


def _place(about: str) -> str:
    """What a button of the window is sealed with, beside its person: it counts in no other window."""
    return f"walk {about}"


def _sealed(view: dict[str, Any], *, seals: Seals, user: str) -> dict[str, Any]:
    return {**view, "blocks": sealed_blocks(view["blocks"], seals, _place(_about(view)), user)}
