"""Undo: links go, removals come back, and nothing else changes."""

from __future__ import annotations

from bot.crm.port import Outcome
from bot.linking.answers import Answer, Choice
from bot.proposals.outcomes import NOT_UNDONE
from storage.tables import ProposalState
from tests.bot.bench import AHORN, ANNA, BEN, EMILY, ERIKA, LINDEN, MAX, SECRET_WORD, WAITS, Bench, removed
from tests.bot.fakes import Fault

TRIES = len(WAITS) + 1


def test_undo_of_what_was_never_linked() -> None:
    bench = Bench()
    assert bench.linking.undo("p1", ANNA).answer == Answer.NOTHING_TO_UNDO


def test_undo_twice_is_done_once() -> None:
    bench = Bench()
    bench.press_link()
    assert [bench.linking.undo("p1", user).answer for user in (ANNA, BEN)] == [Answer.STARTED, Answer.TAKEN]
    bench.durable.run()
    assert bench.onoffice.calls.count("unlink") == 1
    assert {link.undone_by for link in bench.links.of("p1")} == {ANNA}
    assert bench.linking.undo("p1", BEN).answer == Answer.NOTHING_TO_UNDO


def test_what_a_vendor_cannot_undo_stays_and_is_not_promised() -> None:
    bench = Bench((EMILY,))
    bench.press_link()
    assert bench.linking.undo("p1", ANNA).answer == Answer.UNDO_BY_HAND
    assert bench.zoho.links == {EMILY.ref}


def test_what_was_linked_before_the_mail_came_is_not_undone() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {MAX.ref}
    bench.press_link()
    assert bench.linking.undo("p1", ANNA).answer == Answer.NOTHING_TO_UNDO


def test_after_an_undo_the_mail_can_be_linked_to_another() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    bench.press_undo()
    bench.press_link(ERIKA, user=BEN)
    assert bench.onoffice.links == {ERIKA.ref}
    assert set(bench.log()) == {ERIKA.ref}
    assert len(bench.links.of("p1")) == 2


def test_linked_undone_and_linked_again_leaves_three_marks() -> None:
    bench = Bench((MAX,))
    for _ in range(2):
        bench.press_link(MAX)
        bench.press_undo()
    bench.press_link(MAX)
    rows = bench.links.of("p1")
    assert [row.undone_at is None for row in rows] == [False, False, True]
    assert {row.outcome for row in rows} == {Outcome.LINKED}


def test_what_failed_beside_what_is_taken_back_stays_to_be_tried_again() -> None:
    bench = Bench((MAX, EMILY))
    bench.zoho.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    assert bench.proposal.state == ProposalState.PARTLY_LINKED
    bench.press_undo(BEN)
    view = bench.reader.view(bench.proposal)
    assert (view.state, view.undone, view.acted_by) == (ProposalState.FAILED, True, BEN)
    assert {o.name: o.outcome for o in view.outcomes} == {MAX.name: Outcome.UNLINKED, EMILY.name: Outcome.REFUSED}
    assert SECRET_WORD in (bench.proposals.mail("p1") or ""), "the text is needed for trying again"
    bench.press_link(user=ANNA)
    assert (bench.onoffice.links, bench.zoho.links) == (set(), {EMILY.ref}), "what was taken back stays taken back"
    assert bench.proposal.state == ProposalState.LINKED


def test_of_several_records_at_one_crm_the_failed_one_can_still_be_tried_after_an_undo() -> None:
    bench = Bench((MAX, LINDEN))
    bench.onoffice.faults["link"] = [Fault.GONE]
    bench.press_link()
    bench.press_undo()
    assert bench.outcomes() == {MAX.name: Outcome.UNLINKED}
    bench.press_link()
    assert bench.onoffice.links == {LINDEN.ref}


def test_an_undo_that_fails_leaves_both_what_is_linked_and_what_is_not() -> None:
    bench = Bench((MAX, EMILY))
    bench.zoho.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    bench.onoffice.faults["unlink"] = [Fault.REFUSED]
    bench.press_undo()
    view = bench.reader.view(bench.proposal)
    assert (view.state, view.undone) == (ProposalState.PARTLY_LINKED, False)
    assert {o.name: o.outcome for o in view.outcomes} == {MAX.name: NOT_UNDONE, EMILY.name: Outcome.REFUSED}
    bench.press_link()
    assert set(bench.targets()) == {EMILY.ref}, "what is still linked is not linked again"
    assert bench.zoho.links == {EMILY.ref}


def test_what_of_several_records_could_not_be_taken_back_is_said_to_be_linked_still() -> None:
    bench = Bench()
    bench.press_link()
    bench.onoffice.faults["unlink"] = [Fault.GONE]
    bench.press_undo(BEN)
    (kept,) = bench.onoffice.links
    outcomes = {ref: target.outcome for ref, target in bench.targets().items()}
    assert outcomes == {MAX.ref: Outcome.UNLINKED, LINDEN.ref: Outcome.UNLINKED} | {kept: NOT_UNDONE}
    assert list(bench.log()) == [kept]
    bench.press_undo(BEN)
    assert bench.onoffice.links == set()


def test_an_undo_that_changed_nothing_is_not_said_to_have() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    bench.onoffice.faults["unlink"] = [Fault.IN_VAIN]
    bench.press_undo()
    assert bench.outcomes() == {MAX.name: NOT_UNDONE}
    assert set(bench.log()) == {MAX.ref}
    bench.press_undo()
    assert (bench.onoffice.links, bench.log()) == (set(), {})


def test_what_is_perhaps_linked_is_not_undone_before_it_is_known() -> None:
    bench = Bench((MAX, EMILY))
    bench.onoffice.faults["link"] = [Fault.LOST, *[Fault.BUSY] * (TRIES - 1)]
    bench.press_link()
    assert bench.linking.undo("p1", BEN).answer == Answer.PERHAPS_LINKED


def test_a_removal_is_taken_back_and_the_log_tells_it() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {ERIKA.ref, LINDEN.ref}
    bench.linking.confirm("p1", ANNA, removed(ERIKA, LINDEN))
    bench.durable.run()
    view = bench.reader.view(bench.proposal)
    assert (view.state, set(view.undo_restores), view.undo_takes_off) == (
        ProposalState.OPEN, {ERIKA.name, LINDEN.name}, ()
    )  # fmt: skip
    bench.onoffice.links.add(MAX.ref)  # by a colleague, since
    bench.press_undo(BEN)
    assert bench.onoffice.links == {ERIKA.ref, LINDEN.ref, MAX.ref}
    assert {row.outcome: row.undone_by for row in bench.links.of("p1")} == {Outcome.UNLINKED: BEN}
    view = bench.reader.view(bench.proposal)
    assert (view.state, view.undone, view.acted_by) == (ProposalState.OPEN, True, BEN)
    assert {o.outcome for o in view.outcomes} == {Outcome.RESTORED}
    assert bench.linking.undo("p1", BEN).answer == Answer.NOTHING_TO_UNDO
    bench.press_link()
    assert (bench.proposal.state, bench.log()[MAX.ref].outcome) == (ProposalState.LINKED, Outcome.ALREADY)


def test_the_undo_of_a_removal_leaves_alone_what_earlier_presses_linked() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {ERIKA.ref}
    bench.press_link()
    bench.linking.confirm("p1", BEN, removed(ERIKA))
    bench.durable.run()
    bench.press_undo(BEN)
    assert bench.onoffice.links == {MAX.ref, ERIKA.ref}
    view = bench.reader.view(bench.proposal)
    assert (view.state, view.acted_by, view.undid_by) == (ProposalState.LINKED, ANNA, BEN)
    assert (view.undo_takes_off, view.undo_restores) == ((MAX.name,), ()), "the next undo is that of the link"
    bench.press_undo(BEN)
    assert bench.onoffice.links == {ERIKA.ref}


def test_the_bots_own_link_that_was_taken_off_comes_back_as_its_own() -> None:
    bench = Bench((MAX, LINDEN))
    bench.press_link()
    bench.linking.confirm("p1", BEN, removed(MAX))
    bench.durable.run()
    assert bench.reader.view(bench.proposal).undo_restores == (MAX.name,)
    bench.press_undo(BEN)
    assert bench.onoffice.links == {MAX.ref, LINDEN.ref}
    rows = [(row.record_name, row.outcome, row.linked_by, row.undone_by) for row in bench.links.of("p1")]
    assert sorted(rows) == [
        (LINDEN.name, Outcome.LINKED, ANNA, ""),
        (MAX.name, Outcome.LINKED, ANNA, BEN),
        (MAX.name, Outcome.LINKED, BEN, ""),
    ]
    bench.press_undo(ANNA)
    assert bench.onoffice.links == set(), "and can be taken back with the rest"
    assert bench.linking.undo("p1", ANNA).answer == Answer.NOTHING_TO_UNDO, "an undo is not undone"


def test_the_only_link_that_was_taken_off_can_come_back() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    bench.linking.confirm("p1", BEN, removed(MAX))
    bench.durable.run()
    view = bench.reader.view(bench.proposal)
    assert (view.state, view.undone, view.undo_restores) == (ProposalState.OPEN, False, (MAX.name,))
    bench.press_undo(BEN)
    assert (bench.onoffice.links, bench.proposal.state) == ({MAX.ref}, ProposalState.LINKED)


def test_one_press_that_linked_and_took_off_is_undone_as_a_whole() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {ERIKA.ref}
    bench.linking.confirm("p1", ANNA, Choice([MAX.ref], [ERIKA.ref]))
    bench.durable.run()
    view = bench.reader.view(bench.proposal)
    assert (view.undo_takes_off, view.undo_restores) == ((MAX.name,), (ERIKA.name,))
    bench.press_undo(BEN)
    assert bench.onoffice.links == {ERIKA.ref}
    assert {row.undone_by for row in bench.links.of("p1")} == {BEN}


def test_after_another_press_undo_brings_back_everything_as_it_was() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {ERIKA.ref}
    bench.linking.confirm("p1", ANNA, Choice([MAX.ref], [ERIKA.ref]))
    bench.durable.run()
    bench.press_link(LINDEN)
    bench.press_undo(BEN)
    assert bench.onoffice.links == {ERIKA.ref}


def test_a_place_that_somebody_else_has_by_now_is_left_to_them() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {AHORN.ref}
    bench.linking.confirm("p1", ANNA, removed(AHORN))
    bench.durable.run()
    bench.onoffice.links = {LINDEN.ref}
    bench.press_undo(BEN)
    assert bench.onoffice.links == {LINDEN.ref}
    view = bench.reader.view(bench.proposal)
    assert (view.state, view.undone, view.undo_failed_by, view.acted_by) == (ProposalState.OPEN, False, BEN, ANNA)
    assert bench.outcomes() == {AHORN.name: NOT_UNDONE}
    assert [row.undone_by for row in bench.links.of("p1")] == [""]
    bench.onoffice.links = set()
    bench.press_undo(BEN)
    assert bench.onoffice.links == {AHORN.ref}, "it can be tried again"


def test_a_removal_beside_a_failure_can_be_taken_back_and_the_failure_tried_again() -> None:
    bench = Bench((MAX, EMILY))
    bench.onoffice.links, bench.zoho.faults["link"] = {ERIKA.ref}, [Fault.REFUSED]
    bench.linking.confirm("p1", ANNA, Choice([EMILY.ref], [ERIKA.ref]))
    bench.durable.run()
    assert bench.proposal.state == ProposalState.FAILED
    bench.press_undo(BEN)
    assert (bench.onoffice.links, bench.proposal.state) == ({ERIKA.ref}, ProposalState.FAILED)
    bench.press_link()
    assert (bench.zoho.links, bench.onoffice.links) == ({EMILY.ref}, {ERIKA.ref})


def test_what_was_not_linked_is_not_logged_as_taken_off() -> None:
    bench = Bench((MAX,))
    bench.linking.confirm("p1", ANNA, removed(ERIKA))
    bench.durable.run()
    assert bench.links.of("p1") == []
    assert bench.linking.undo("p1", ANNA).answer == Answer.NOTHING_TO_UNDO
