"""Confirming: one person wins, and only what was chosen is linked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.linking.answers import Answer, Choice
from bot.records import Category, Record
from storage.tables import ProposalState
from tests.bot.bench import AHORN, ANNA, BEN, DEAL, EMILY, ERIKA, LINDEN, MAX, WAITS, Bench, ref
from tests.bot.fakes import Fault

TRIES = len(WAITS) + 1


def test_the_first_press_wins_and_the_second_is_told_who_was_first() -> None:
    bench = Bench()
    first, second = bench.linking.confirm("p1", ANNA), bench.linking.confirm("p1", BEN)
    assert (first.answer, second.answer) == (Answer.STARTED, Answer.TAKEN)
    assert second.view is not None
    assert (second.view.acted_by, second.view.state) == (ANNA, ProposalState.CONFIRMED)
    bench.durable.run()
    assert len(bench.onoffice.link_calls) == 1


def test_a_double_click_after_the_work_is_taken_not_empty() -> None:
    bench = Bench()
    bench.press_link()
    assert bench.linking.confirm("p1", ANNA).answer == Answer.TAKEN
    bench.durable.run()
    assert len(bench.onoffice.link_calls) == 1


def test_a_proposal_that_is_not_there() -> None:
    bench = Bench()
    for press in (bench.linking.confirm, bench.linking.undo, bench.linking.dismiss):
        reply = press("p9", ANNA)
        assert (reply.answer, reply.view) == (Answer.GONE, None)


def test_nothing_picked() -> None:
    bench = Bench(())
    assert bench.linking.confirm("p1", ANNA).answer == Answer.NOTHING_PICKED
    assert bench.linking.confirm("p1", ANNA, Choice([])).answer == Answer.NOTHING_PICKED
    assert bench.proposal.state == ProposalState.OPEN


def test_picks_of_the_modal_count_and_not_those_of_the_card() -> None:
    bench = Bench((MAX,))
    bench.press_link(ERIKA, LINDEN)
    assert bench.onoffice.links == {ERIKA.ref, LINDEN.ref}


@pytest.mark.parametrize("unknown", [ref("999"), ref("1", "Contacts", "salesforce")])
def test_a_record_that_is_gone_links_nothing(unknown: object) -> None:
    bench = Bench()
    reply = bench.linking.confirm("p1", ANNA, Choice([MAX.ref, unknown]))  # type: ignore[list-item]
    assert reply.answer == Answer.RECORD_GONE
    bench.durable.run()
    assert (bench.proposal.state, bench.onoffice.links) == (ProposalState.OPEN, set())


def test_a_crm_that_is_not_set_up_cannot_be_linked_to() -> None:
    bench = Bench((MAX,), only=("onoffice",))
    assert bench.linking.confirm("p1", ANNA, Choice([EMILY.ref])).answer == Answer.RECORD_GONE


@pytest.mark.parametrize(
    ("picks", "answer"),
    [
        ((LINDEN, AHORN), Answer.TOO_MANY),
        ((MAX, LINDEN, AHORN), Answer.TOO_MANY),
        ((MAX, ERIKA, LINDEN), Answer.STARTED),
        ((EMILY, DEAL, LINDEN), Answer.STARTED),
    ],
)
def test_no_more_than_the_vendor_takes(picks: tuple[Record, ...], answer: Answer) -> None:
    bench = Bench()
    assert bench.linking.confirm("p1", ANNA, Choice([record.ref for record in picks])).answer == answer


def test_what_the_vendor_cannot_link_is_too_many() -> None:
    bench = Bench()
    odd = Record(ref("7", "task"), Category.DEAL, "Ein Vorgang")
    bench.directory._matcher.update([odd])
    assert bench.linking.confirm("p1", ANNA, Choice([odd.ref])).answer == Answer.TOO_MANY


def test_a_pick_named_twice_is_linked_once() -> None:
    bench = Bench()
    bench.linking.confirm("p1", ANNA, Choice([LINDEN.ref, LINDEN.ref, MAX.ref]))
    bench.durable.run()
    assert bench.proposal.state == ProposalState.LINKED
    assert set(bench.log()) == {LINDEN.ref, MAX.ref}


def test_what_stands_already_is_not_linked_again() -> None:
    bench = Bench((MAX, EMILY))
    bench.zoho.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    bench.press_link(MAX, EMILY)
    assert set(bench.targets()) == {EMILY.ref}
    assert bench.onoffice.calls.count("link") == 1
    assert bench.linking.confirm("p1", ANNA, Choice([MAX.ref])).answer == Answer.NOTHING_NEW


def test_the_names_of_records_are_kept_as_they_were_when_confirmed() -> None:
    bench = Bench((MAX,))
    bench.linking.confirm("p1", ANNA)
    (target,) = bench.targets().values()
    assert (target.name, target.detail) == ("Max Mustermann", "max.mustermann@example.de")


def test_a_failed_attempt_is_tried_again_by_anybody() -> None:
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    assert bench.proposal.state == ProposalState.FAILED
    bench.press_link(user=BEN)
    assert {link.linked_by for link in bench.log().values()} == {BEN}
    assert {link.attempt for link in bench.log().values()} == {2}


def test_what_a_crash_left_confirmed_is_started_once() -> None:
    bench = Bench()
    started = bench.durable.start
    bench.durable.start = lambda *_: None  # type: ignore[method-assign] # the process dies between the row and the start
    bench.linking.confirm("p1", ANNA)
    bench.durable.start = started  # type: ignore[method-assign]
    bench.linking.resume(timedelta(hours=1))
    bench.durable.run()
    assert bench.proposal.state == ProposalState.CONFIRMED, "too young: the press is still starting it"
    bench.linking.resume(timedelta(0))
    bench.linking.resume(timedelta(0))
    bench.durable.run()
    assert bench.proposal.state == ProposalState.LINKED
    assert len(bench.onoffice.link_calls) == 1


def test_a_record_renamed_meanwhile_is_still_the_one_that_was_picked() -> None:
    bench = Bench((MAX,))
    bench.directory._matcher.update([replace(MAX, name="Max Muster")])
    bench.press_link()
    assert [target.name for target in bench.targets().values()] == ["Max Muster"]


def test_twenty_presses_at_once_make_one_attempt(tmp_path: object) -> None:
    bench = Bench(url=f"sqlite:///{tmp_path}/presses.db")
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda n: bench.linking.confirm("p1", f"U{n}").answer, range(20)))
    assert sorted(answers, key=str) == [Answer.STARTED, *[Answer.TAKEN] * 19]
    bench.durable.run()
    assert len(bench.onoffice.link_calls) == 1
