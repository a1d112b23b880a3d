"""What became of each record, as lines of a card."""

from __future__ import annotations

from bot.crm import Outcome
from bot.language import Words
from bot.proposals import DONE, NOT_UNDONE, UNCERTAIN
from bot.surface import OutcomeView, ProposalView
from commands.cards.icons import FAILED, MARKS, UNVERIFIED
from commands.cards.parts import Block, detail_words, has_namesake, icon, name_words, sections, vendor_words
from commands.mrkdwn import escape, link

MOST_OUTCOMES = 40


def outcome_lines(view: ProposalView, say: Words) -> list[Block]:
    """A line for each record, and behind records that failed for the same reason that reason, once. Where there are too
    many for one message, those that went well are left out."""
    places = {one.ref: place for place, one in enumerate(sorted(view.candidates, key=lambda one: not one.picked))}
    # In the order in which they were proposed; what was chosen by hand comes behind.
    items = sorted(view.outcomes, key=lambda item: places.get(item.ref, len(places)))
    hidden = len(items) - MOST_OUTCOMES
    if hidden > 0:
        items.sort(key=lambda item: item.outcome in DONE)
    shown = items[:MOST_OUTCOMES]
    lines = []
    for item, following in zip(shown, [*shown[1:], None], strict=False):
        line, message = _outcome(view, item, say, first=item is shown[0]), _message(item, say)
        if message and (following is None or _message(following, say) != message):
            line = say("card.outcome_problem", line=line, message=escape(message, 400))
        lines.append(line)
    return sections([*lines, say("card.more_outcomes", count=hidden)] if hidden > 0 else lines)


def _outcome(view: ProposalView, item: OutcomeView, say: Words, *, first: bool) -> str:
    """A line; the CRM is named once where all records are of one."""
    several = len({other.ref.vendor for other in view.outcomes}) > 1
    name = name_words(item)
    return say(
        "card.outcome",
        mark=_mark(item),
        icon=icon(item.category),
        name=link(item.url, name) if item.url else name,
        detail=detail_words(item.detail, say) if has_namesake(item, view) else "",
        vendor=vendor_words(view, item.ref.vendor, say) if several or first else "",
        outcome=_outcome_words(item, say),
    )


def _mark(item: OutcomeView) -> str:
    if _still_there(item):
        return FAILED
    return UNVERIFIED if item.outcome in DONE and not item.verified else MARKS.get(item.outcome, FAILED)


def _outcome_words(item: OutcomeView, say: Words) -> str:
    words = say(_outcome_message(item))
    if item.outcome in (*DONE, Outcome.NOTED, Outcome.RESTORED):
        words = say(
            "card.outcome_verified",
            outcome=words,
            verified=say("card.verified" if item.verified else "card.not_verified"),
        )
    return say("card.noted_before", outcome=words) if item.noted and item.outcome != Outcome.NOTED else words


def _outcome_message(item: OutcomeView) -> str:
    if item.remove and _still_there(item):
        return "removal.not_taken_off"
    if item.remove and item.outcome == UNCERTAIN:
        return "removal.perhaps_taken_off"
    if item.remove and item.outcome == NOT_UNDONE:
        return "removal.not_restored"
    return f"outcome.{item.outcome.replace(' ', '_') or 'under_way'}"


def _still_there(item: OutcomeView) -> bool:
    """Whether a record was not taken off, or is shown although the vendor said that it was."""
    in_vain = item.outcome == Outcome.UNLINKED and item.verified is False
    return item.remove and (in_vain or item.outcome in (Outcome.REFUSED, Outcome.NOT_SET))


def _message(item: OutcomeView, say: Words) -> str:
    return say(item.message) or (say("card.not_set_advice") if item.outcome == Outcome.NOT_SET else "")
