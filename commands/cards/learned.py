"""What a choice taught, said at once, with the way to forget it."""

from __future__ import annotations

from bot.language import Words
from bot.surface import ProposalView
from commands.cards.parts import NAME_LENGTH, Block, button, section
from commands.ids import Action, forget_value
from commands.mrkdwn import escape

MOST_LEARNED = 3


def learned(view: ProposalView, say: Words) -> list[Block]:
    """A line for each thing that this mail taught, with **Forget** beside it."""
    return [
        {
            **section(
                say(
                    "card.learned_sure" if one.sure else "card.learned",
                    words=escape(one.words, NAME_LENGTH),
                    name=escape(one.name, NAME_LENGTH),
                )
            ),
            "accessory": button(say("button.forget"), Action.FORGET, forget_value(view.id, one.alias_id)),
        }
        for one in view.learned[:MOST_LEARNED]
    ]
