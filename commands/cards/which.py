"""Where it is unclear who or what a mail means: the question, with a button for each record that may be meant."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import Words
from bot.records import Category
from bot.surface import CandidateView, ProposalView
from commands.cards.parts import Block, button, section
from commands.ids import record_value, which_action
from commands.mrkdwn import escape, shorten

MOST_ASKED = 4
MOST_LETTERS = 75  # on a button
LONGEST_REF = 150
SURNAME_LENGTH = 40
BETWEEN = " · "  # between the parts of `bot.records.detail`


def asked_about(view: ProposalView, maybes: Sequence[CandidateView]) -> list[CandidateView]:
    """The records to ask about: those of the first category of which the card shows some and chooses none."""
    chosen = {one.category for one in view.candidates if one.picked}
    open_ones = [one for one in maybes if one.category not in chosen and len(str(one.ref)) <= LONGEST_REF]
    return [one for one in open_ones if one.category == open_ones[0].category][:MOST_ASKED]


def which_one(view: ProposalView, maybes: Sequence[CandidateView], say: Words) -> list[Block]:
    """The question and its buttons; nothing where all is clear. A press chooses, and links nothing yet."""
    asked = asked_about(view, maybes)
    if not asked:
        return []
    buttons = [
        button(_label(one, asked, say), which_action(number), record_value(view.id, one.ref))
        for number, one in enumerate(asked)
    ]
    return [section(_question(asked, say)), {"type": "actions", "elements": buttons}]


def _question(asked: Sequence[CandidateView], say: Words) -> str:
    if len(asked) == 1:
        return say("meant.this_one")
    surnames = {one.name.split()[-1].casefold() for one in asked if one.name.split()}
    if asked[0].category == Category.PERSON and len(surnames) == 1:
        return say("meant.named", name=escape(asked[0].name.split()[-1], SURNAME_LENGTH))
    return say(f"which.{asked[0].category}")


def _label(one: CandidateView, asked: Sequence[CandidateView], say: Words) -> str:
    """The name, and what tells it apart where there are others: an address, for people know it by heart. Slack cuts a
    button's words: the name keeps half of them at the most."""
    name = shorten(one.name, MOST_LETTERS) or say("record.unnamed", id=one.ref.id)
    if len(asked) == 1 or not one.detail:
        return name
    parts = one.detail.split(BETWEEN)
    detail = next((part for part in parts if "," in part), parts[0])
    return say("meant.label", name=shorten(name, MOST_LETTERS // 2), detail=shorten(detail, MOST_LETTERS // 2))
