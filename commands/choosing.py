"""The window behind *Change…*: what its selects offer, and its submission."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot import telemetry
from bot.linking import Answer, Choice
from commands.access import refusal_words
from commands.acknowledging import acknowledged
from commands.cards.change import (
    attachments,
    first_select,
    is_looking,
    message_modal,
    modal,
    options,
    picks,
    removals,
    still_linked,
    with_more,
    wrong_select,
)
from commands.context import Context
from commands.ids import CHANGE_VIEW, FILES, MORE, PICK_PREFIX, keep_action, parse_pick_action
from commands.replies import reply_words
from commands.rights import Right
from commands.seals import opened_view, sealed_view
from commands.windows import Opened, Window


def register(app: App, context: Context) -> None:
    """Listen to the window's selects and to its submission. What it carries counts only where it was made for the
    person who has it open."""
    asking, linking, rights = context.asking, context.linking, context.rights

    def suggest(ack: Ack, payload: dict[str, Any], body: dict[str, Any]) -> None:
        about = opened_view(body["view"], context.seals, body["user"]["id"])
        if about is None:
            ack(options=[])
            return
        vendor, category = parse_pick_action(payload["action_id"])
        records = asking.offer(about["proposal"], about["words"], vendor, category, str(payload.get("value") or ""))
        ack(options=options(records))

    def press_more(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        """All fields; what was chosen meanwhile stays. Where the window still waited for what the mail is linked to,
        its own completion finds it changed: so it is completed from here."""
        ack()
        user, say, shown = body["user"]["id"], context.languages.of_payload(body), body["view"]
        about = opened_view(shown, context.seals, user)
        found = asking.chosen(about["proposal"]) if about else None
        if about is None or found is None:
            return
        view, records = found
        window = Window(client, "", respond, say, partial(sealed_view, seals=context.seals, user=user))
        changed = window.complete(Opened(shown["id"], shown["hash"]), with_more(shown, view, say))
        if changed is not None and is_looking(shown):
            linked, words = asking.linked_now(view.id), about["words"]
            # With words nothing was chosen when the window opened, and nothing is now.
            chosen, named = ((), asking.named(words, view.channel)) if words else (records, ())
            whole = modal(view, say, chosen, words=words, named=named, linked=linked, more=True)
            window.complete(changed, whole)

    def submit(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        user, say = body["user"]["id"], context.languages.of_payload(body)
        about = opened_view(view, context.seals, user)
        if about is None:
            ack(response_action="update", view=message_modal(say("window.not_ours"), say))
            return
        values = view["state"]["values"]
        chosen, gone, files = picks(values), removals(view), attachments(values)
        if (wrong := wrong_select(view)) and not (chosen and gone):
            where, problem = (first_select(view), say("window.nothing_right"))
            if not gone:
                where, problem = (wrong, say("window.nothing_wrong"))
            ack(response_action="errors", errors={where: problem})
            return
        if not chosen and not gone:
            ack(response_action="errors", errors={first_select(view): say("window.nothing")})
            return
        # To take a mail off what it is linked to is to undo.
        if gone and (refused := rights.refusal(user, Right.UNDO)):
            name = wrong or next(keep_action(ref.vendor) for ref in gone)
            ack(response_action="errors", errors={name: refusal_words(refused, rights, say)})
            return
        choice = Choice(chosen, gone, files, about["seen"], about["words"])
        with acknowledged(ack, behind=False) as window:
            reply = linking.confirm(about["proposal"], user, choice, still_linked(view))
        telemetry.pressed("submit", reply.answer, reply.view.id if reply.view else "", user)
        text = reply_words(reply, user, say)
        if text is None:
            ack()
        elif window.closed:
            channel = reply.view.channel if reply.view else user
            client.chat_postEphemeral(channel=channel, user=user, text=text)
        elif reply.answer == Answer.FILES_TOO_LARGE:
            ack(response_action="errors", errors={FILES: text})
        elif reply.answer in (Answer.TOO_MANY, Answer.RECORD_GONE, Answer.NOTHING_NEW):
            ack(response_action="errors", errors={first_select(view): text.replace("*", "")})
        else:
            ack(response_action="update", view=message_modal(text, say))

    app.options(re.compile(rf"^{PICK_PREFIX}\."))(suggest)
    app.action(re.compile(rf"^{PICK_PREFIX}\."))(lambda ack: ack())
    app.action(MORE)(press_more)
    app.view(CHANGE_VIEW)(submit)
