"""Cards with more on them than Slack takes in one block, and words that would act on the lines around them."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.crm.port import Outcome
from bot.language import LANGUAGES, plain, words
from bot.records import Category, RecordRef
from bot.surface import CandidateView, OutcomeView, ProposalState, ProposalView
from commands.cards.card import card
from commands.mrkdwn import escape
from tests.commands.shown import say
from tests.commands.slack_reads import taken

REASON = "onOffice did not answer in time. Please try again in a minute."


def view(state: ProposalState, **more: Any) -> ProposalView:
    return ProposalView(
        id="p1",
        team="T0SANDBOX",
        channel="C0ANFRAGEN",
        thread_ts="1.0",
        card_ts="1.1",
        state=state,
        sender="Max Mustermann <max.mustermann@example.de>",
        subject="Besichtigung",
        date=None,
        vendors={"onoffice": "onOffice", "zoho": "Zoho CRM"},
        undoable=frozenset({"onoffice"}),
        acted_by="U0ANNA",
        **more,
    )


def outcome(number: int, outcome: Outcome, message: str = "") -> OutcomeView:
    return OutcomeView(
        RecordRef("onoffice", "address", str(number)),
        Category.PERSON,
        f"Person Nummer {number}",
        "Großer Kamp 117, 10115 Berlin · person.nummer@example.de",
        outcome,
        verified=outcome is Outcome.LINKED,
        message=plain(message),
        url=f"https://crm.example.com/address/{number}",
    )


def sections(shown: ProposalView) -> list[str]:
    _, blocks = card(shown, say)
    assert len(blocks) <= 50
    return [block["text"]["text"] for block in blocks if block["type"] == "section"]


def test_all_of_thirty_linked_people_are_on_the_card_with_whole_links() -> None:
    texts = sections(view(ProposalState.LINKED, outcomes=tuple(outcome(n, Outcome.LINKED) for n in range(30))))
    assert all(len(text) <= 3000 for text in texts)
    links = re.findall(r"<https://crm\.example\.com/address/(\d+)\|Person Nummer \1>", "\n".join(texts))
    assert links == [str(n) for n in range(30)]


def test_of_hundreds_those_that_failed_are_shown_first_and_the_rest_is_counted() -> None:
    outcomes = (*(outcome(n, Outcome.LINKED) for n in range(300)), outcome(300, Outcome.REFUSED, REASON))
    text = "\n".join(sections(view(ProposalState.PARTLY_LINKED, outcomes=outcomes)))
    assert "Person Nummer 300" in text
    assert "… and 261 more" in text


def test_a_reason_that_records_share_is_said_once_behind_the_last_of_them() -> None:
    outcomes = (
        outcome(1, Outcome.REFUSED, REASON),
        outcome(2, Outcome.REFUSED, REASON),
        outcome(3, Outcome.REFUSED, "This record is no longer in the CRM."),
    )
    text = "\n".join(sections(view(ProposalState.FAILED, outcomes=outcomes)))
    assert text.count(REASON) == 1
    assert text.index("Nummer 2") < text.index(REASON) < text.index("Nummer 3") < text.index("no longer")


def test_many_picks_with_long_evidence_fit_as_well() -> None:
    candidates = tuple(
        CandidateView(
            RecordRef("onoffice", "address", str(n)), Category.PERSON, f"Nummer {n} " + "ä" * 200, "b" * 200, 0.9, True
        )
        for n in range(20)
    )
    texts = sections(view(ProposalState.OPEN, candidates=candidates))
    assert all(len(text) <= 3000 for text in texts)
    assert all(f"Nummer {n} " in "\n".join(texts) for n in range(20))


def test_two_crms_without_a_match_are_named_as_a_person_would() -> None:
    assert any("in onOffice or Zoho CRM." in text for text in sections(view(ProposalState.OPEN)))


FAMILY = "👩\u200d👩\u200d👧"
HOSTILE = (
    "x" * 3000,
    FAMILY * 200,
    "\u202eשלום עולם" * 80,
    "",
    " ",
    "<!channel> <@U0EVIL> & <https://evil.example|onOffice>",
)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("state", list(ProposalState))
@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_every_state_with_a_hundred_matches_and_hostile_words(
    name: str, state: ProposalState, language: str
) -> None:
    matches = tuple(
        CandidateView(RecordRef("onoffice", "address", str(n)), category, name, name, 0.5, n < 20)
        for n, category in zip(range(100), itertools.cycle(Category), strict=False)
    )
    outcomes = tuple(
        replace(outcome(n, said), name=name, detail=name)
        for n, said in zip(range(100), itertools.cycle(Outcome), strict=False)
    )
    for candidates in (matches, tuple(replace(one, picked=False) for one in matches), ()):
        shown = replace(
            view(state, candidates=candidates, not_found=(name,) * 30),
            outcomes=() if state == ProposalState.OPEN else outcomes,
            subject=name,
            sender=name,
            about=name,
            kind="enquiry",
        )
        taken(*card(shown, words(language)))


def test_words_that_turn_the_direction_of_reading_stay_out() -> None:
    assert escape("\u202egnp.exe\u202c \u2067x\u2069 שלום") == "gnp.exe x שלום"
