"""One press makes one record, whatever is lost and wherever the process dies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.creation import End
from bot.creation.attempt import Attempt
from bot.crm import CRMError, Draft, Duplicate, DuplicateError, FieldError
from bot.language import plain
from bot.linking import Answer
from bot.proposals import link_ref
from bot.records import RecordRef
from storage.purge import purge
from storage.tables import CreationState, InterestState, ProposalState
from tests.bot.bench import ANNA, BEN, LINDEN, database
from tests.bot.creation.bench import WIEBKE, CreationBench, bench
from tests.bot.fakes import Fault

# How many points there are at which a crash may strike.
POINTS = 65


def test_these_are_all_the_points() -> None:
    one = bench()
    one.press()
    assert one.crashes.ticks == POINTS


def test_somebody_new_is_created_linked_and_noted() -> None:
    one = bench()
    row = one.press()
    (ref,) = one.creator.made
    assert (row.state, row.record, row.verified, row.calls) == (CreationState.CREATED, str(ref), True, 1)
    assert row.sealed_draft is None
    assert {link_ref(link) for link in one.links.standing("p1")} == {ref, LINDEN.ref}
    assert one.proposal.state == ProposalState.LINKED
    assert one.creator.related == {(ref, LINDEN.ref)}
    assert one.directory.get(ref) is not None


@pytest.mark.parametrize("at", range(1, POINTS + 1))
def test_a_crash_at_any_point_makes_one_record(at: int) -> None:
    one = bench(frozenset({at}))
    row = one.press()
    one.creating.resume(timedelta(seconds=-1))
    one.durable.run()
    row = one.row()
    if row.state == CreationState.UNKNOWN:
        assert one.creator.made == [], "it died before the call was made, and a person is asked"
        row = one.press(creation="press1")
    assert row.state == CreationState.CREATED
    assert len(one.creator.made) == 1
    assert {link_ref(link) for link in one.links.standing("p1")} == {one.creator.made[0], LINDEN.ref}


@pytest.mark.parametrize("at", range(1, POINTS + 1))
def test_a_crash_at_any_point_while_answers_are_lost(at: int) -> None:
    one = bench(frozenset({at}))
    one.creator.faults = [Fault.LOST, Fault.LOST]
    row = one.press()
    if row.state == CreationState.UNKNOWN:
        row = one.press(creation="press1")
    assert row.state == CreationState.CREATED
    assert len(one.creator.made) == 1


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.DEFECT])
def test_an_answer_lost_behind_the_write_is_settled_by_reading(fault: Fault) -> None:
    one = bench()
    one.creator.faults = [fault]
    row = one.press()
    assert (row.state, row.calls, len(one.creator.made)) == (CreationState.CREATED, 1, 1)


def test_an_answer_lost_before_the_write_is_asked_about_and_not_repeated() -> None:
    one = bench()
    one.creator.faults = [Fault.DROPPED]
    row = one.press()
    assert (row.state, row.calls, one.creator.made) == (CreationState.UNKNOWN, 1, [])
    assert one.creating.create(one.wish(press="another", proposal_id="p1")).end is End.TAKEN
    row = one.press(creation="press1")
    assert (row.state, row.calls, len(one.creator.made)) == (CreationState.CREATED, 2, 1)


def test_a_call_that_lands_late_is_found_when_a_person_goes_on() -> None:
    one = bench()
    one.creator.faults = [Fault.DROPPED]
    one.press()
    late = one.creator.add(WIEBKE)
    row = one.press(creation="press1")
    assert (row.state, row.record, row.calls) == (CreationState.CREATED, str(late), 1)


def test_of_several_that_fit_after_a_lost_answer_a_person_chooses() -> None:
    one = bench()
    one.creator.faults = [Fault.DROPPED]
    one.press()
    late = [str(one.creator.add(WIEBKE)) for _ in range(2)]
    row = one.press(creation="press1")
    assert (row.state, row.record, row.others, row.calls) == (CreationState.UNKNOWN, "", late, 1)
    assert one.onoffice.links == set(), "nothing is linked that a person did not choose"
    row = one.press(creation="press1", known=late)
    assert (row.state, row.calls, len(one.creator.made)) == (CreationState.CREATED, 2, 1), "they saw both and went on"


def test_who_chose_one_of_several_leaves_nothing_to_go_on_with() -> None:
    one = bench()
    one.creator.faults = [Fault.LOST]
    one.creator.quick = lambda: void(one.creator.add(WIEBKE))
    theirs = one.press().others[0]
    (shown,) = one.cards.view(one.proposal, with_pages=True).creations
    assert {other.ref for other in shown.others} == set(one.creator.records) and shown.open
    one.creating.use("p1", RecordRef.parse(theirs), [LINDEN.ref], ANNA)
    one.durable.run()
    assert {str(link_ref(link)) for link in one.links.standing("p1")} == {theirs, str(LINDEN.ref)}
    assert (one.row().sealed_draft, one.row().claim) == (None, None)
    assert len(one.creator.records) == 2


def test_a_window_that_was_opened_before_an_attempt_does_not_begin_another() -> None:
    one = bench()
    one.creator.faults = [Fault.DROPPED, Fault.DROPPED]
    one.press()
    early = one.wish(creation="press1", user="U0BEN")
    one.press(creation="press1")
    one.creating.create(early)
    one.durable.run()
    row = one.row()
    assert (row.state, row.attempt, row.calls) == (CreationState.UNKNOWN, 2, 2)


def test_a_colleague_who_was_quicker_is_found_before_the_call() -> None:
    one = bench()
    theirs = one.creator.add(WIEBKE)
    row = one.press()
    assert (row.state, row.others, one.creator.made) == (CreationState.FOUND, [str(theirs)], [])
    assert one.links.standing("p1") == []


def test_a_colleague_at_the_same_moment_is_named_beside_it() -> None:
    one = bench()
    one.creator.quick = lambda: void(one.creator.add(WIEBKE))
    row = one.press()
    assert row.state == CreationState.CREATED
    assert len(one.creator.records) == 2
    assert set(row.others) == {str(ref) for ref in one.creator.records} - {row.record}


def void(_ref: RecordRef) -> None:
    return None


def test_who_was_shown_and_is_created_all_the_same() -> None:
    one = bench()
    theirs = one.creator.add(WIEBKE)
    row = one.press(known=[str(theirs)], shares=True)
    assert (row.state, len(one.creator.made), row.others) == (CreationState.CREATED, 1, [])


def test_a_duplicate_by_phone_only_is_found() -> None:
    one = bench()
    theirs = one.creator.add(replace(WIEBKE, given_name="W.", family_name="Anders", email="", mobile="+49 151 2345678"))
    assert one.press().others == [str(theirs)]


def test_a_double_press_and_two_people_begin_once() -> None:
    one = bench()
    first = one.creating.create(one.wish())
    again = one.creating.create(one.wish())
    other = one.creating.create(one.wish(user=BEN, press="press2"))
    assert (first.end, again.end, other.end) == (End.WORKING, End.WORKING, End.TAKEN)
    assert other.creation is not None and other.creation.asked_by == ANNA
    one.durable.run()
    assert len(one.creator.made) == 1


def test_of_two_drafts_of_one_person_at_the_same_moment_the_second_finds_the_first(tmp_path: Path) -> None:
    """One by e-mail and one by number only: they have different claims, and the looks come one after the other."""
    one = CreationBench((LINDEN,), url=f"sqlite:///{tmp_path}/linkbot.db")
    both = replace(WIEBKE, email="", given_name="", family_name="Tannhof")
    one.creating.create(one.wish(press="by e-mail"))
    one.creating.create(one.wish(draft=both, user=BEN, press="by number"))
    meet = threading.Barrier(2)
    look = one.creator.duplicates

    def looked(draft: Draft) -> list[Duplicate]:
        found = look(draft)
        with suppress(threading.BrokenBarrierError):
            meet.wait(0.2)  # both are here only where nothing keeps them apart
        return found

    one.creator.duplicates = looked  # type: ignore[method-assign]
    tools = replace(one.tools, durable=AtOnce())
    threads = [threading.Thread(target=Attempt(tools, name, 1).run) for name in ("by e-mail", "by number")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = {name: one.row(name).state for name in ("by e-mail", "by number")}
    assert sorted(states.values()) == [CreationState.CREATED, CreationState.FOUND]
    assert len(one.creator.made) == 1


class AtOnce:
    """No workflow engine: each step is done where it stands."""

    def register(self, name: str, workflow: Any) -> None: ...

    def start(self, name: str, workflow_id: str, *ids: str | int) -> None: ...

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        return work()

    def gather(self, name: str, calls: Iterable[tuple[str, tuple[str | int, ...]]]) -> None: ...

    def sleep(self, seconds: float) -> None: ...


def test_a_refusal_names_the_field_and_keeps_what_was_filled_in() -> None:
    one = bench()
    one.creator.faults = [FieldError(plain("Please fill in the source."), "HerkunftKontakt", "254", missing=True)]
    row = one.press()
    assert (row.state, row.field, row.missing, row.sent_in) == (CreationState.FAILED, "HerkunftKontakt", True, 0)
    sheet = one.creating.sheet("p1", "onoffice", creation_id="press1")
    assert sheet is not None
    assert (sheet.draft, sheet.demanded, sheet.creation) == (WIEBKE, ("HerkunftKontakt",), "press1")
    row = one.press(creation="press1", draft=replace(WIEBKE, more={"HerkunftKontakt": "Portal"}))
    assert row.state == CreationState.CREATED


def test_busy_is_tried_again_for_it_was_not_carried_out() -> None:
    one = bench()
    one.creator.faults = [Fault.BUSY, Fault.BUSY]
    assert (one.press().state, len(one.creator.made)) == (CreationState.CREATED, 1)


def test_a_vendor_that_names_who_has_it_is_believed() -> None:
    one = bench()
    theirs = one.creator.add(replace(WIEBKE, email="other@example.com", mobile="", family_name="Anders"))
    one.creator.faults = [DuplicateError(plain("It is there."), (theirs,), "DUPLICATE_DATA")]
    row = one.press()
    assert (row.state, row.others) == (CreationState.FOUND, [str(theirs)])


def test_a_record_that_may_not_be_read_is_linked_and_said_to_be_unread() -> None:
    one = bench()
    one.creator.hidden = True
    row = one.press()
    assert (row.state, row.verified) == (CreationState.CREATED, None)
    assert len(one.links.standing("p1")) == 2


def test_undo_takes_the_interest_back_and_leaves_the_record() -> None:
    one = bench()
    row = one.press()
    assert one.creating.undo("p1", BEN).answer is Answer.STARTED
    one.durable.run()
    row = one.row()
    assert (row.interest, row.undone_by) == (InterestState.TAKEN_BACK, BEN)
    assert one.creator.related == set()
    assert len(one.creator.records) == 1
    assert one.links.standing("p1") == []


def test_interest_is_taken_back_also_where_no_link_can_be() -> None:
    one = bench()
    one.onoffice.capabilities = replace(one.onoffice.capabilities, undo=False)
    one.onoffice.tells = False
    row = one.press()
    assert not any(outcome.can_undo for outcome in one.cards.view(one.proposal).outcomes)
    first, second = (one.creating.undo("p1", who).answer for who in (BEN, ANNA))
    assert (first, second) == (Answer.UNDO_BY_HAND, Answer.UNDO_BY_HAND)
    one.durable.run()
    row = one.row()
    assert (row.interest, row.interest_verified, row.undone_by) == (InterestState.TAKEN_BACK, True, BEN)
    assert one.creator.related == set()
    assert len(one.links.standing("p1")) == 2


def test_interest_that_is_refused_does_not_hold_back_the_link() -> None:
    one = bench()

    def refuse(_person: RecordRef, _about: RecordRef) -> None:
        raise CRMError(plain("No right."), permanent=True, code="173")

    one.creator.relate = refuse  # type: ignore[method-assign,assignment]  # a vendor that refuses this one call
    row = one.press()
    assert (row.state, row.interest) == (CreationState.CREATED, InterestState.REFUSED)
    assert one.proposal.state == ProposalState.LINKED


def test_it_is_this_one_links_and_creates_nothing() -> None:
    one = bench()
    theirs = one.creator.add(WIEBKE)
    one.creating.use("p1", theirs, [LINDEN.ref], ANNA)
    one.durable.run()
    assert {link_ref(link) for link in one.links.standing("p1")} == {theirs, LINDEN.ref}
    assert one.creator.made == []


def test_who_is_purged_is_gone_from_creations_too() -> None:
    one = bench()
    one.press()
    purge(database(one.url), "Wiebke Tannhof")
    row = one.row()
    assert (row.record_name, row.sealed_draft, row.state) == ("", None, CreationState.CREATED)


@pytest.mark.parametrize("person", ["wiebke tannhof", "Wiebke@Tannhof.example"])
def test_a_form_that_ended_in_no_record_is_purged_by_who_it_is_about(person: str) -> None:
    one = bench()
    one.creator.faults = [Fault.DROPPED]
    one.creating.create(one.wish())
    assert purge(database(one.url), person, one.creations).busy == 1, (
        "being created just now: it stays, and that is said"
    )
    one.durable.run()
    gone = purge(database(one.url), person, one.creations)
    assert (gone.drafts, gone.busy, bool(gone)) == (1, 0, True)
    row = one.row()
    assert (row.sealed_draft, row.claim, row.state) == (None, None, CreationState.EXPIRED)
    assert not purge(database(one.url), person, one.creations)
