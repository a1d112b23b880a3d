"""The buttons of a card and the modal behind *Change…*."""

from __future__ import annotations

import json
import re
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.asking import Asking
from bot.linking import Answer, Linking, Reply
from bot.surface import ProposalState, ProposalView
from commands import catalogue as say
from commands.cards.card import card
from commands.cards.change import first_select, message_modal, modal, options, picks
from commands.cards.parts import labels
from commands.ids import CHANGE_VIEW, PICK_PREFIX, Action, parse_pick_action
from commands.mrkdwn import date
from commands.windows import open_window


def sentence(reply: Reply, user: str) -> str | None:
    """What to say to the person who pressed; None where the card says it all."""
    view = reply.view
    if reply.answer == Answer.STARTED:
        return None
    if reply.answer == Answer.TAKEN and view is not None:
        return _taken(view, user)
    if reply.answer == Answer.TOO_MANY and view is not None:
        return say.TOO_MANY.format(vendors=labels(view, view.vendors))
    return {
        Answer.NOTHING_PICKED: say.NOTHING_PICKED,
        Answer.RECORD_GONE: say.RECORD_GONE,
        Answer.NOTHING_NEW: say.NOTHING_NEW,
        Answer.PERHAPS_LINKED: say.PERHAPS_LINKED,
        Answer.NOTHING_TO_UNDO: say.NOTHING_TO_UNDO,
    }.get(reply.answer, say.PROPOSAL_GONE)


def _taken(view: ProposalView, user: str) -> str:
    words = {
        ProposalState.CONFIRMED: say.TAKEN_LINKING,
        ProposalState.LINKING: say.TAKEN_LINKING,
        ProposalState.LINKED: say.TAKEN_LINKED,
    }.get(view.state, say.TAKEN_OTHER)
    if view.undoing:
        words = say.TAKEN_UNDOING
    if view.acted_by == user:
        words = say.TAKEN_YOURSELF
    return words.format(user=view.acted_by, when=say.WHEN.format(date=date(view.acted_at)) if view.acted_at else "")


def register(app: App, linking: Linking, asking: Asking) -> None:
    """Listen to the buttons, the modal's selects and its submission."""

    def answer(reply: Reply, user: str, respond: Respond) -> None:
        if text := sentence(reply, user):
            respond(text=text, response_type="ephemeral", replace_original=False)
            if reply.view is not None:
                linking.catch_up_card(reply.view.id)

    def press_link(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        reply = linking.confirm(action["value"], body["user"]["id"])
        ack()
        answer(reply, body["user"]["id"], respond)

    def press_undo(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        reply = linking.undo(action["value"], body["user"]["id"])
        ack()
        answer(reply, body["user"]["id"], respond)

    def press_dismiss(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        reply = linking.dismiss(action["value"], body["user"]["id"])
        ack()
        if reply.answer == Answer.STARTED and reply.view is not None:
            text, blocks = card(reply.view)
            respond(text=text, blocks=blocks, replace_original=True)
        answer(reply, body["user"]["id"], respond)

    def press_change(
        ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond
    ) -> None:
        ack()
        found = asking.chosen(action["value"])
        if found is None:
            respond(text=say.PROPOSAL_GONE, response_type="ephemeral", replace_original=False)
            return
        view, records = found
        open_window(client, body["trigger_id"], modal(view, records), respond)

    def suggest(ack: Ack, payload: dict[str, Any], body: dict[str, Any]) -> None:
        vendor, category = parse_pick_action(payload["action_id"])
        about = json.loads(body["view"]["private_metadata"])
        records = asking.offer(about["proposal"], about["words"], vendor, category, str(payload.get("value") or ""))
        ack(options=options(records))

    def submit(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        chosen = picks(view["state"]["values"])
        if not chosen:
            ack(response_action="errors", errors={first_select(view): say.MODAL_NOTHING})
            return
        about = json.loads(view["private_metadata"])
        reply = linking.confirm(about["proposal"], body["user"]["id"], chosen, about["seen"])
        text = sentence(reply, body["user"]["id"])
        if text is None:
            ack()
        elif reply.answer in (Answer.TOO_MANY, Answer.RECORD_GONE, Answer.NOTHING_NEW):
            ack(response_action="errors", errors={first_select(view): text.replace("*", "")})
        else:
            ack(response_action="update", view=message_modal(text))

    app.action(Action.LINK)(press_link)
    app.action(Action.CHANGE)(press_change)
    app.action(Action.DISMISS)(press_dismiss)
    app.action(Action.UNDO)(press_undo)
    app.options(re.compile(rf"^{PICK_PREFIX}\."))(suggest)
    app.action(re.compile(rf"^{PICK_PREFIX}\."))(lambda ack: ack())
    app.view(CHANGE_VIEW)(submit)
