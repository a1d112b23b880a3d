"""The buttons of a card and the modal behind *Change…*."""

from __future__ import annotations

import json
import re
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.linking import Answer, Asking, Choice, Linking, Reply
from bot.proposals import DONE
from bot.surface import ProposalState, ProposalView
from commands import catalogue as say
from commands.cards.card import card
from commands.cards.change import attachments, first_select, message_modal, options, picks, removals, still_linked
from commands.cards.parts import labels, megabytes, name_words
from commands.change_window import open_change
from commands.ids import CHANGE_VIEW, FILES, PICK_PREFIX, Action, parse_pick_action, parse_value
from commands.mrkdwn import date, link


def sentence(reply: Reply, user: str) -> str | None:
    """What to say to the person who pressed; None where the card says it all."""
    view = reply.view
    if reply.answer == Answer.STARTED:
        return None
    if reply.answer == Answer.TAKEN and view is not None:
        return _taken(view, user)
    if reply.answer == Answer.TOO_MANY and view is not None:
        return say.TOO_MANY.format(vendors=labels(view, view.vendors))
    if reply.answer == Answer.UNDO_BY_HAND and view is not None:
        return _by_hand(view)
    if reply.answer == Answer.FILES_TOO_LARGE and view is not None:
        return say.MODAL_FILES_LARGE.format(most=megabytes(min(view.carriers.values(), default=0)))
    return {
        Answer.NOTHING_PICKED: say.NOTHING_PICKED,
        Answer.RECORD_GONE: say.RECORD_GONE,
        Answer.NOTHING_NEW: say.NOTHING_NEW,
        Answer.PERHAPS_LINKED: say.PERHAPS_LINKED,
        Answer.NOTHING_TO_UNDO: say.NOTHING_TO_UNDO,
    }.get(reply.answer, say.PROPOSAL_GONE)


def _by_hand(view: ProposalView) -> str:
    """Where a person can take back what the vendor lets nobody take back from outside."""
    linked = [item for item in view.outcomes if item.outcome in DONE]
    done = [item for item in linked if item.ref.vendor not in view.undoable]
    pages = [link(o.url, name_words(o)) if o.url else name_words(o) for o in done]
    return say.UNDO_BY_HAND.format(
        vendors=labels(view, [item.ref.vendor for item in done]), pages=say.EVIDENCE_AND.join(pages)
    )


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
        proposal_id, shown = parse_value(action["value"])
        reply = linking.confirm(proposal_id, body["user"]["id"], shown=shown)
        ack()
        answer(reply, body["user"]["id"], respond)

    def press_note(ack: Ack, body: dict[str, Any], action: dict[str, Any], respond: Respond) -> None:
        reply = linking.write_activity(action["value"], body["user"]["id"])
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
        open_change(client, body["trigger_id"], asking, view, records, respond)

    def suggest(ack: Ack, payload: dict[str, Any], body: dict[str, Any]) -> None:
        vendor, category = parse_pick_action(payload["action_id"])
        about = json.loads(body["view"]["private_metadata"])
        records = asking.offer(about["proposal"], about["words"], vendor, category, str(payload.get("value") or ""))
        ack(options=options(records))

    def submit(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        chosen, gone, files = picks(values), removals(view), attachments(values)
        if not chosen and not gone:
            ack(response_action="errors", errors={first_select(view): say.MODAL_NOTHING})
            return
        about = json.loads(view["private_metadata"])
        choice = Choice(chosen, gone, files, about["seen"], about["words"])
        reply = linking.confirm(about["proposal"], body["user"]["id"], choice, still_linked(view))
        text = sentence(reply, body["user"]["id"])
        if text is None:
            ack()
        elif reply.answer == Answer.FILES_TOO_LARGE:
            ack(response_action="errors", errors={FILES: text})
        elif reply.answer in (Answer.TOO_MANY, Answer.RECORD_GONE, Answer.NOTHING_NEW):
            ack(response_action="errors", errors={first_select(view): text.replace("*", "")})
        else:
            ack(response_action="update", view=message_modal(text))

    app.action(Action.LINK)(press_link)
    app.action(Action.REPLACE)(press_link)
    app.action(Action.CHANGE)(press_change)
    app.action(Action.DISMISS)(press_dismiss)
    app.action(Action.UNDO)(press_undo)
    app.action(Action.UNDO_HOW)(press_undo)
    app.action(Action.NOTE)(press_note)
    app.options(re.compile(rf"^{PICK_PREFIX}\."))(suggest)
    app.action(re.compile(rf"^{PICK_PREFIX}\."))(lambda ack: ack())
    app.view(CHANGE_VIEW)(submit)
