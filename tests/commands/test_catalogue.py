"""Every word that people see in Slack is there, is used, and is given what it asks for."""

from __future__ import annotations

import pytest

from bot.crm.port import Outcome
from bot.linking import Answer, Reply
from bot.mail import Kind
from bot.matching import Field
from bot.proposals import NOT_UNDONE, UNCERTAIN
from bot.records import Category
from bot.surface import Notice, ProposalState, Stuck
from commands.cards.card import card
from commands.cards.icons import ICONS
from commands.replies import reply_words
from commands.rights import Refusal
from tests.commands.shown import say, view
from tests.commands.slack_reads import inert, taken
from tests.test_catalogue import catalogue

# The first words of the ids of what `commands` says; all others are said by `bot`.
SECTIONS = {
    *("mail", "record", "card", "evidence", "files", "size", "button", "undo", "note", "press", "outcome", "removal"),
    *("slot", "window", "notice", "stuck", "no_mail", "help", "kind", "refused", "bare", "listing", "home"),
}


@pytest.mark.parametrize(
    ("family", "members"),
    [
        ("notice.{}", set(Notice)),
        ("stuck.{}", set(Stuck)),
        ("refused.{}", set(Refusal)),
        ("outcome.{}", {*(one.replace(" ", "_") for one in (*Outcome, NOT_UNDONE, UNCERTAIN)), "under_way"}),
        ("slot.{}.one", set(Category)),
        ("slot.{}.many", set(Category)),
        ("button.replace.{}", set(Category)),
        ("window.one_only.{}", set(Category)),
        ("kind.{}", {kind for kind in Kind if kind is not Kind.MAIL}),
        ("evidence.{}", {str(field) for field in Field}),
    ],
)
def test_everything_has_words_and_nothing_else_has(family: str, members: set[str]) -> None:
    before, behind = family.split("{}")
    there = {one for one in catalogue() if one.startswith(before) and one.endswith(behind)}
    assert there == {family.format(member) for member in members}


def test_every_kind_of_record_has_its_icon() -> None:
    assert set(ICONS) == set(Category)


@pytest.mark.parametrize("answer", [answer for answer in Answer if answer is not Answer.STARTED])
@pytest.mark.parametrize("state", list(ProposalState))
@pytest.mark.parametrize("user", ["U0ANNA", "U0BEN"])
def test_every_press_that_does_nothing_is_answered(answer: Answer, state: ProposalState, user: str) -> None:
    words = reply_words(Reply(answer, None if answer is Answer.GONE else view(state)), user, say)
    assert words
    assert "{" not in words.replace("{date_short_pretty} {time}", "")
    inert(words)


def test_a_press_that_works_is_answered_by_the_card() -> None:
    assert reply_words(Reply(Answer.STARTED, view()), "U0ANNA", say) is None


@pytest.mark.parametrize("state", list(ProposalState))
def test_every_state_has_a_card(state: ProposalState) -> None:
    taken(*card(view(state), say))


def test_messages_act_as_they_are_meant_to() -> None:
    """In the catalogue itself only people are mentioned and only the card is linked to."""
    for name, templates in catalogue().items():
        if name.split(".")[0] not in SECTIONS:
            continue
        for words in templates:
            assert words.strip(), name
            plain = words.replace("<@{user}>", "").replace("<#{channel}>", "").replace("<{url}|see the card>", "")
            assert "<" not in plain
            assert "&" not in plain
            assert words.count("*") % 2 == 0 and words.count("`") % 2 == 0, words
