"""The window that goes through mails one by one: each as on its card, with a button to link it and one to go on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bot.language import Words
from bot.surface import ProposalView
from commands.cards.card import card
from commands.cards.parts import Block, button, context, plain, section
from commands.ids import WALK_VIEW, WALK_WHICH, WHICH_PREFIX, Action, Walk

# What is pressed on a card is pressed here under another name, bound to this window and this person.
TAKEN_OVER = {
    Action.LINK.value: Walk.LINK.value,
    Action.CHANGE.value: Walk.CHANGE.value,
    Action.DISMISS.value: Walk.DISMISS.value,
    Action.PARK.value: Walk.PARK.value,
}
MOST_BLOCKS = 95  # of the hundred that Slack takes, for the buttons and the notice


def walk(about: str, mails: Sequence[ProposalView], at: int, say: Words, *, notice: str = "") -> dict[str, Any]:
    """The window at one of the mails that wait; where none does, that says so. `about` names the bundle and which of
    its mails are gone through, as the button did; `notice` answers the last press."""
    blocks: list[Block] = [section(notice)] if notice else []
    if not mails:
        blocks.append(section(say("walk.none")))
    else:
        mail = mails[at]
        blocks.append(context(say("walk.where", number=at + 1, all=len(mails))))
        blocks += _mail(mail, say)
        if len(mails) > 1:
            following = mails[(at + 1) % len(mails)]
            blocks.append({"type": "actions", "elements": [button(say("button.skip"), Walk.NEXT, following.id)]})
    return {
        "type": "modal",
        "callback_id": WALK_VIEW,
        "private_metadata": json.dumps({"bundle": about}),
        "title": plain(say("walk.title"), 24),
        "close": plain(say("window.done_close"), 24),
        "blocks": blocks,
    }


def _mail(mail: ProposalView, say: Words) -> list[Block]:
    """The mail's card, with those of its buttons that work here."""
    _, blocks = card(mail, say)
    shown: list[Block] = []
    for block in blocks:
        if block["type"] != "actions":
            shown.append(block)
        elif elements := [one for button in block["elements"] if (one := _taken_over(button))]:
            shown.append({**block, "elements": elements})
    return shown[:MOST_BLOCKS]


def _taken_over(pressed: Block) -> Block | None:
    action = str(pressed["action_id"])
    if action.startswith(f"{WHICH_PREFIX}."):
        return {**pressed, "action_id": action.replace(WHICH_PREFIX, WALK_WHICH, 1)}
    return {**pressed, "action_id": TAKEN_OVER[action]} if action in TAKEN_OVER else None
