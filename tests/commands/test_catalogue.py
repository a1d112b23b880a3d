"""Every word that people see is there, is used, and is given what it asks for."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from bot.crm.port import Outcome
from bot.linking import Answer, Reply
from bot.matching import Field
from bot.proposals import NOT_UNDONE, UNCERTAIN
from bot.records import Category
from bot.surface import Notice, ProposalState
from commands import catalogue as say
from commands.cards.card import card
from commands.confirmation import sentence
from tests.commands.shown import view
from tests.commands.slack_reads import inert, taken

COMMANDS = Path(say.__file__).parent
# What a template asks for where the code formats it under another name: the wider call gives more than each needs.
GIVEN_BY_OTHER_NAMES = {
    name: given
    for names, given in (
        (
            "LINKED_BY NOTED_BY CHANGED_BY PARTLY_BY NOTED_PARTLY FAILED_BY NOT_TAKEN_OFF_BY UNCERTAIN_BY "
            "DISMISSED_BY UNDONE_BY UNDONE_REST RESTORED_BY",
            {"user", "when"},
        ),
        ("TAKEN_LINKING TAKEN_UNDOING TAKEN_LINKED TAKEN_YOURSELF TAKEN_OTHER", {"user", "when"}),
        ("PICK MAYBE", {"icon", "name", "detail", "vendor", "evidence"}),
        ("MODAL_SEARCHED MODAL_UNSURE", {"words"}),
        ("MODAL_KEPT MODAL_KEPT_OWN", {"vendor"}),
    )
    for name in names.split()
}
GIVEN_TO_THE_MEMBERS_OF = {"NOTICES": {"link"}, "EVIDENCE": {"mail", "record"}}


def texts() -> dict[str, Any]:
    return {name: value for name, value in vars(say).items() if name.isupper()}


def asked_for(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def trees() -> Iterator[ast.Module]:
    for path in COMMANDS.rglob("*.py"):
        if path.name != "catalogue.py":
            yield ast.parse(path.read_text("utf-8"))


def said(node: ast.AST) -> str | None:
    """The name in `say.NAME`."""
    named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "say"
    return node.attr if named and isinstance(node, ast.Attribute) else None


def formatted() -> Iterator[tuple[str, set[str]]]:
    """Each `say.NAME.format(…)` in the code, with what it gives."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
                name = said(node.func.value)
                if name is not None:
                    yield name, {str(keyword.arg) for keyword in node.keywords}


@pytest.mark.parametrize(
    ("mapping", "members"),
    [
        (say.NOTICES, set(Notice)),
        (say.OUTCOMES, {*Outcome, NOT_UNDONE, UNCERTAIN, ""}),
        (say.ICONS, set(Category)),
        (say.SLOTS_MANY, set(Category)),
        (say.SLOTS_ONE, set(Category)),
        (say.EVIDENCE, {str(field) for field in Field}),
    ],
)
def test_everything_has_words_and_nothing_else_has(mapping: Mapping[StrEnum, str], members: set[StrEnum]) -> None:
    assert set(mapping) == members
    assert all(words.strip() for words in mapping.values())


@pytest.mark.parametrize("answer", [answer for answer in Answer if answer is not Answer.STARTED])
@pytest.mark.parametrize("state", list(ProposalState))
@pytest.mark.parametrize("user", ["U0ANNA", "U0BEN"])
def test_every_press_that_does_nothing_is_answered(answer: Answer, state: ProposalState, user: str) -> None:
    words = sentence(Reply(answer, None if answer is Answer.GONE else view(state)), user)
    assert words
    assert "{" not in words.replace("{date_short_pretty} {time}", "")
    inert(words)


def test_a_press_that_works_is_answered_by_the_card() -> None:
    assert sentence(Reply(Answer.STARTED, view()), "U0ANNA") is None


@pytest.mark.parametrize("state", list(ProposalState))
def test_every_state_has_a_card(state: ProposalState) -> None:
    taken(*card(view(state)))


def test_every_text_is_used() -> None:
    used = {said(node) for tree in trees() for node in ast.walk(tree)}
    assert set(texts()) - used == set()


def test_every_text_that_is_used_is_there() -> None:
    used = {name for tree in trees() for node in ast.walk(tree) if (name := said(node))}
    assert used - set(texts()) == set()


def test_templates_are_given_what_they_ask_for_and_nothing_in_vain() -> None:
    calls = list(formatted())
    assert len(calls) > 15
    for name, given in calls:
        assert asked_for(getattr(say, name)) == given, name


def test_no_template_is_shown_with_its_braces() -> None:
    formatted_names = {name for name, _ in formatted()}
    for name, value in texts().items():
        if isinstance(value, str) and asked_for(value) and name not in formatted_names:
            assert asked_for(value) <= GIVEN_BY_OTHER_NAMES[name], name
        elif not isinstance(value, str):
            allowed = GIVEN_TO_THE_MEMBERS_OF.get(name, set())
            assert all(asked_for(words) <= allowed for words in value.values()), name


def test_texts_act_as_they_are_meant_to() -> None:
    """In the catalogue itself only people are mentioned and only the card is linked to."""
    for value in texts().values():
        for words in [value] if isinstance(value, str) else value.values():
            plain = words.replace("<@{user}>", "").replace("<{url}|see the card>", "")
            assert "<" not in plain
            assert "&" not in plain
            assert words.count("*") % 2 == 0 and words.count("`") % 2 == 0, words
