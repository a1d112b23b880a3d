"""Why records were proposed: all reasons, for the one person who asks."""

from __future__ import annotations

from bot.language import Words
from bot.surface import ProposalView
from commands.cards.parts import Block, name_words, reasons, sections

MOST_RECORDS = 10


def why(view: ProposalView, say: Words) -> list[Block]:
    """The reasons for each record of the card, the chosen ones first."""
    lines = []
    for one in sorted(view.candidates, key=lambda one: not one.picked)[:MOST_RECORDS]:
        listed = "\n".join(say("why.reason", reason=reason) for reason in reasons(one, say))
        if listed:
            name = name_words(one)
            chosen = say("why.chosen", name=name, reasons=listed)
            lines.append(chosen if one.picked else say("why.record", name=name, reasons=listed))
    return sections(lines or [say("why.gone")])
