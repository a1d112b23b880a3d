"""The buttons of a card and the modal behind *Change…*."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot import telemetry
from bot.language import Words
from bot.linking import Answer, Asking, Choice, Linking, Reply
from bot.proposals import DONE
from bot.surface import ProposalState, ProposalView
from commands.access import refusal_words
from commands.acknowledging import acknowledged
from commands.cards.card import card
from commands.cards.change import attachments, first_select, message_modal, options, picks, removals, still_linked
from commands.cards.parts import labels, megabytes, name_words, section
from commands.change_window import open_change
from commands.ids import (
    CHANGE_VIEW,
    FILES,
    PICK_PREFIX,
    Action,
    keep_action,
    parse_forget_value,
    parse_pick_action,
    parse_value,
)
from commands.languages import Languages
from commands.mrkdwn import date, link
from commands.rights import Right, Rights
from commands.windows import Window


def reply_words(reply: Reply, user: str, say: Words) -> str | None:
    """What to say to the person who pressed; None where the card says it all."""
    view = reply.view
    if reply.answer == Answer.STARTED:
        return None
    if reply.answer == Answer.TAKEN and view is not None:
        return _taken(view, user, say)
    if reply.answer == Answer.TOO_MANY and view is not None:
        return say("press.too_many", vendors=labels(view, say, view.vendors))
    if reply.answer == Answer.UNDO_BY_HAND and view is not None:
        return _by_hand(view, say)
    if reply.answer == Answer.FILES_TOO_LARGE and view is not None:
        return say("window.files_large", most=megabytes(min(view.carriers.values(), default=0)))
    message = {
        Answer.NOTHING_PICKED: "press.nothing_picked",
        Answer.RECORD_GONE: "press.record_gone",
        Answer.NOTHING_NEW: "press.nothing_new",
        Answer.PERHAPS_LINKED: "press.perhaps_linked",
        Answer.NOTHING_TO_UNDO: "press.nothing_to_undo",
    }.get(reply.answer, "press.proposal_gone")
    return say(message)


def _by_hand(view: ProposalView, say: Words) -> str:
    """Where a person can take back what the vendor lets nobody take back from outside."""
    linked = [item for item in view.outcomes if item.outcome in DONE]
    done = [item for item in linked if item.ref.vendor not in view.undoable]
    pages = [link(o.url, name_words(o)) if o.url else name_words(o) for o in done]
    return say(
        "press.undo_by_hand",
        vendors=labels(view, say, [item.ref.vendor for item in done]),
        pages=say("list.comma").join(pages),
    )


def _taken(view: ProposalView, user: str, say: Words) -> str:
    message = {
        ProposalState.CONFIRMED: "press.taken_linking",
        ProposalState.LINKING: "press.taken_linking",
        ProposalState.LINKED: "press.taken_linked",
    }.get(view.state, "press.taken_other")
    if view.undoing:
        message = "press.taken_undoing"
    if view.acted_by == user:
        message = "press.taken_yourself"
    return say(message, user=view.acted_by, when=say("press.when", date=date(view.acted_at)) if view.acted_at else "")


def _note(action: str, reply: Reply, body: Mapping[str, Any]) -> None:
    telemetry.pressed(action, reply.answer, reply.view.id if reply.view else "", body["user"]["id"])


def register(app: App, linking: Linking, asking: Asking, rights: Rights, languages: Languages) -> None:
    """Listen to the buttons, the modal's selects and its submission."""

    def answer(reply: Reply, body: dict[str, Any], respond: Respond) -> None:
        _note(body["actions"][0]["action_id"], reply, body)
        if text := reply_words(reply, body["user"]["id"], languages.of_payload(body)):
            respond(text=text, blocks=[section(text)], response_type="ephemeral", replace_original=False)
            if reply.view is not None:
                linking.catch_up_card(reply.view.id)

    def press_link(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        proposal_id, shown = parse_value(action["value"])
        with acknowledged(ack):
            reply = linking.confirm(proposal_id, body["user"]["id"], shown=shown)
        answer(reply, body, respond)

    def press_note(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        with acknowledged(ack):
            reply = linking.write_activity(action["value"], body["user"]["id"])
        answer(reply, body, respond)

    def press_undo(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        with acknowledged(ack):
            reply = linking.undo(action["value"], body["user"]["id"])
        answer(reply, body, respond)

    def press_forget(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        with acknowledged(ack):
            reply = linking.forget(*parse_forget_value(action["value"]))
        answer(reply, body, respond)

    def press_dismiss(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        with acknowledged(ack):
            reply = linking.dismiss(action["value"], body["user"]["id"])
        if reply.answer == Answer.STARTED and reply.view is not None:
            text, blocks = card(reply.view, languages.of_card(reply.view))
            respond(text=text, blocks=blocks, replace_original=True)
        answer(reply, body, respond)

    def press_change(
        ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond
    ) -> None:
        ack()
        say = languages.of_payload(body)
        found = asking.chosen(action["value"])
        if found is None:
            respond(text=say("press.proposal_gone"), response_type="ephemeral", replace_original=False)
            return
        view, records = found
        window = Window(client, body["trigger_id"], respond, say)
        open_change(window, asking, view, records)

    def suggest(ack: Ack, payload: dict[str, Any], body: dict[str, Any]) -> None:
        vendor, category = parse_pick_action(payload["action_id"])
        about = json.loads(body["view"]["private_metadata"])
        records = asking.offer(about["proposal"], about["words"], vendor, category, str(payload.get("value") or ""))
        ack(options=options(records))

    def submit(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        say = languages.of_payload(body)
        values = view["state"]["values"]
        chosen, gone, files = picks(values), removals(view), attachments(values)
        if not chosen and not gone:
            ack(response_action="errors", errors={first_select(view): say("window.nothing")})
            return
        # To take a mail off what it is linked to is to undo.
        if gone and (refused := rights.refusal(body["user"]["id"], Right.UNDO)):
            name = next(keep_action(ref.vendor) for ref in gone)
            ack(response_action="errors", errors={name: refusal_words(refused, rights, say)})
            return
        about = json.loads(view["private_metadata"])
        choice = Choice(chosen, gone, files, about["seen"], about["words"])
        with acknowledged(ack, behind=False) as window:
            reply = linking.confirm(about["proposal"], body["user"]["id"], choice, still_linked(view))
        _note("submit", reply, body)
        text = reply_words(reply, body["user"]["id"], say)
        if text is None:
            ack()
        elif window.closed:
            channel = reply.view.channel if reply.view else body["user"]["id"]
            client.chat_postEphemeral(channel=channel, user=body["user"]["id"], text=text)
        elif reply.answer == Answer.FILES_TOO_LARGE:
            ack(response_action="errors", errors={FILES: text})
        elif reply.answer in (Answer.TOO_MANY, Answer.RECORD_GONE, Answer.NOTHING_NEW):
            ack(response_action="errors", errors={first_select(view): text.replace("*", "")})
        else:
            ack(response_action="update", view=message_modal(text, say))

    app.action(Action.LINK)(press_link)
    app.action(Action.REPLACE)(press_link)
    app.action(Action.CHANGE)(press_change)
    app.action(Action.DISMISS)(press_dismiss)
    app.action(Action.UNDO)(press_undo)
    app.action(Action.UNDO_HOW)(press_undo)
    app.action(Action.NOTE)(press_note)
    app.action(Action.FORGET)(press_forget)
    app.options(re.compile(rf"^{PICK_PREFIX}\."))(suggest)
    app.action(re.compile(rf"^{PICK_PREFIX}\."))(lambda ack: ack())
    app.view(CHANGE_VIEW)(submit)
