"""What became of each record, as lines of a card."""

from __future__ import annotations

from bot.crm import Outcome
from bot.proposals import DONE, NOT_UNDONE, UNCERTAIN
from bot.surface import OutcomeView, ProposalView
from commands import catalogue as say
from commands.cards.parts import Block, detail_words, icon, name_words, sections, vendor_words
from commands.mrkdwn import escape, link

MOST_OUTCOMES = 40
MARKS = {
    Outcome.LINKED: "✅",
    Outcome.ALREADY: "✅",
    Outcome.NOTED: "📝",
    Outcome.UNLINKED: "↩️",
    Outcome.RESTORED: "✅",
    UNCERTAIN: "❓",
    "": "⏳",
}


def outcome_lines(view: ProposalView) -> list[Block]:
    """A line for each record, and behind records that failed for the same reason that reason, once. Where there are too
    many for one message, those that went well are left out."""
    items = sorted(view.outcomes, key=lambda item: item.outcome in DONE)
    shown, hidden = items[:MOST_OUTCOMES], len(items) - MOST_OUTCOMES
    lines = []
    for item, following in zip(shown, [*shown[1:], None], strict=False):
        line, message = _outcome(view, item), _message(item)
        if message and (following is None or _message(following) != message):
            line = say.OUTCOME_PROBLEM.format(line=line, message=escape(message, 400))
        lines.append(line)
    return sections([*lines, say.MORE_OUTCOMES.format(count=hidden)] if hidden > 0 else lines)


def _outcome(view: ProposalView, item: OutcomeView) -> str:
    name = name_words(item)
    return say.OUTCOME_LINE.format(
        mark="❌" if _still_there(item) else MARKS.get(item.outcome, "❌"),
        icon=icon(item.category),
        name=link(item.url, name) if item.url else name,
        detail=detail_words(item.detail),
        vendor=vendor_words(view, item.ref.vendor),
        outcome=_outcome_words(item),
    )


def _outcome_words(item: OutcomeView) -> str:
    words = say.OUTCOMES[item.outcome]
    if item.remove:
        words = {UNCERTAIN: say.PERHAPS_TAKEN_OFF, NOT_UNDONE: say.NOT_RESTORED}.get(item.outcome, words)
        words = say.NOT_TAKEN_OFF if _still_there(item) else words
    if item.outcome in (*DONE, Outcome.NOTED, Outcome.RESTORED):
        words = f"{words}, {say.VERIFIED if item.verified else say.NOT_VERIFIED}"
    return say.NOTED_BEFORE.format(outcome=words) if item.noted and item.outcome != Outcome.NOTED else words


def _still_there(item: OutcomeView) -> bool:
    """Whether a record was not taken off, or is shown although the vendor said that it was."""
    in_vain = item.outcome == Outcome.UNLINKED and item.verified is False
    return item.remove and (in_vain or item.outcome in (Outcome.REFUSED, Outcome.NOT_SET))


def _message(item: OutcomeView) -> str:
    return item.message or (say.NOT_SET_ADVICE if item.outcome == Outcome.NOT_SET else "")
