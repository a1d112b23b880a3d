"""The summary of mails that came together, and the window that goes through them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.language import LANGUAGES, words
from bot.records import Category, RecordRef
from bot.surface import BundleView, FileView, InTheWayView, ProposalState, ProposalView
from commands.cards.summary import MOST_SURE, bare_summary, rest, summary
from commands.cards.walk import walk
from commands.ids import Summary, parse_summary_value
from commands.seals import Seals, sealed_blocks
from tests.commands.shown import VIEWS, candidate, outcome, say, view
from tests.commands.slack_reads import taken, taken_view

SEALS = Seals("secret")


def bundle(*mails: ProposalView) -> BundleView:
    return BundleView("b" * 32, "T1", "C1", "1.0", "9.0", "U0ANNA", tuple(enumerate(mails, 1)))


def mail(number: int, **more: Any) -> ProposalView:
    return replace(view(candidates=(candidate(str(number), name=f"Person {number}"),)), id=f"p{number}", **more)


def texts(blocks: list[dict[str, Any]]) -> str:
    return str([block.get("text") or block.get("elements") for block in blocks])


def labels(blocks: list[dict[str, Any]]) -> list[str]:
    return [b["text"]["text"] for block in blocks if block["type"] == "actions" for b in block["elements"]]


def test_each_sure_mail_is_listed_with_all_that_it_would_be_linked_to() -> None:
    house = candidate("9", ref=RecordRef("onoffice", "estate", "9"), category=Category.PROPERTY, name="Haus 9")
    both = replace(mail(2), candidates=(candidate("2", name="Person 2"), house))
    _, blocks = summary(bundle(mail(1), both, replace(mail(3), candidates=())), say)
    assert all(name in texts(blocks) for name in ("Person 1", "Person 2", "Haus 9", "Nobody and nothing found"))
    assert labels(blocks) == ["Link all the sure ones", "Go through the rest"]
    value = blocks[-1]["elements"][0]["value"]
    assert set(parse_summary_value(value)[1]) == {1, 2}


@pytest.mark.parametrize(
    ("unsure", "why"),
    [
        ({"candidates": (candidate("5", picked=False),)}, "Not clear"),
        ({"candidates": ()}, "Nobody and nothing"),
        ({"in_the_way": (InTheWayView(RecordRef("onoffice", "estate", "3"), "Haus 3", "Haus 9"),)}, "give way"),
        ({"state": ProposalState.FAILED, "outcomes": (outcome(said="refused"),)}, "Not linked"),
        ({"state": ProposalState.FAILED, "outcomes": (outcome(said="uncertain"),)}, "Perhaps linked"),
        ({"state": ProposalState.PARTLY_LINKED, "outcomes": (outcome(),)}, "only in part"),
        ({"attempt": 2, "undone": True}, "Taken back"),
    ],
)
def test_what_is_not_sure_is_not_in_the_press(unsure: dict[str, Any], why: str) -> None:
    _, blocks = summary(bundle(mail(1), mail(2, **unsure)), say)
    assert why in texts(blocks)
    assert set(parse_summary_value(blocks[-1]["elements"][0]["value"])[1]) == {1}


def test_a_property_alone_waits_for_who_wrote() -> None:
    house = candidate("9", category=Category.PROPERTY, name="Haus 9")
    one_of_two = replace(mail(1), candidates=(house, candidate("5", picked=False), candidate("6", picked=False)))
    assert labels(summary(bundle(one_of_two), say)[1]) == ["Go through them"]


def test_the_counts_are_true() -> None:
    done = mail(1, state=ProposalState.LINKED, outcomes=(outcome(),))
    unverified = mail(2, state=ProposalState.LINKED, outcomes=(outcome(verified=None),))
    states = (ProposalState.LINKING, ProposalState.DISMISSED, ProposalState.FAILED)
    text, blocks = summary(bundle(done, unverified, mail(6), *(mail(n, state=s) for n, s in enumerate(states, 3))), say)
    assert "2 of 6 linked, 2 open, 1 being linked, 1 put aside" in text
    assert "could not be verified" in texts(blocks)


def test_what_was_put_off_or_deleted_is_not_said_to_have_ended() -> None:
    deleted = replace(mail(2, state=ProposalState.WITHDRAWN), subject="", sender="")
    text, blocks = summary(bundle(mail(1, state=ProposalState.PARKED), deleted, mail(3)), say)
    assert "0 of 3 linked, 1 open, 1 put off, 1 deleted" in text
    assert "put off; its card takes it up again" in texts(blocks)
    assert "A mail whose message was deleted" in texts(blocks)
    assert "how it ended" not in texts(blocks)


def test_more_sure_ones_than_the_list_shows_are_not_linked_with_it() -> None:
    _, blocks = summary(bundle(*(mail(n) for n in range(1, 51))), say)
    assert labels(blocks)[0] == f"Link the {MOST_SURE} shown"
    assert set(parse_summary_value(blocks[-1]["elements"][0]["value"])[1]) == set(range(1, MOST_SURE + 1))
    assert len(sealed_blocks(blocks, SEALS)[-1]["elements"][0]["value"]) < 2000


def test_attachments_that_go_along_and_what_cannot_be_taken_back_are_said() -> None:
    deal = candidate("7", ref=RecordRef("zoho", "Deals", "7"), category=Category.DEAL, name="Deal 7")
    person = candidate("8", ref=RecordRef("zoho", "Contacts", "8"), name="Person 8")
    sent = replace(
        mail(1), candidates=(person, deal), carriers={"zoho": 10}, files=(FileView(1, "a.pdf", 1, goes=True),)
    )
    _, blocks = summary(bundle(sent), say)
    assert "1 attachment goes along" in texts(blocks)
    assert "can be taken back" in texts(blocks)


def test_where_others_read_along_it_names_nobody() -> None:
    text, blocks = bare_summary(bundle(mail(1), mail(2, state=ProposalState.LINKED, outcomes=(outcome(),))), say)
    everything = text + str(blocks)
    assert not any(word in everything for word in ("Person", "Max", "Besichtigung", "Lindenstr"))
    assert labels(blocks) == ["Go through them"]
    assert Summary.LINK_SURE not in everything


def test_the_unclear_ones_are_gone_through_first() -> None:
    found = rest(bundle(mail(1), replace(mail(2), candidates=()), mail(3, state=ProposalState.LINKED)))
    assert [one.id for one in found] == ["p2", "p1"]


def test_behind_the_rest_the_sure_ones_are_left_out_but_for_the_one_just_chosen_for() -> None:
    mails = bundle(mail(1), replace(mail(2), candidates=()))
    assert [one.id for one in rest(mails, unsure=True)] == ["p2"]
    assert [one.id for one in rest(mails, unsure=True, keep="p1")] == ["p1", "p2"]


@given(st.sampled_from(LANGUAGES), st.lists(VIEWS, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_slack_takes_all_of_it(language: str, mails: list[ProposalView]) -> None:
    spoken = words(language)
    for shown in (bundle(*mails), bundle(*(mails * 50)[:50])):
        for text, blocks in (summary(shown, spoken), bare_summary(shown, spoken)):
            taken(text, sealed_blocks(blocks, SEALS))
    taken_view(walk("b1", rest(bundle(*mails)), 0, spoken, notice="Ja"))
