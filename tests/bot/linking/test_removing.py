"""Taking a mail off records, and what gives way to what was chosen."""

from __future__ import annotations

import pytest

from bot.crm.port import Outcome
from bot.linking.answers import Answer, Choice
from bot.mail import to_json
from bot.records import RecordRef
from storage.tables import ProposalState
from tests.bot.bench import AHORN, ANNA, BEN, DEAL, EMILY, ERIKA, LINDEN, MAIL, MAX, WAITS, Bench, removed
from tests.bot.fakes import Fault

TRIES = len(WAITS) + 1


def test_a_person_takes_off_what_others_linked() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {ERIKA.ref, LINDEN.ref}
    assert bench.linking.confirm("p1", ANNA, removed(ERIKA)).answer == Answer.STARTED
    bench.durable.run()
    assert bench.onoffice.links == {LINDEN.ref}, "nothing else goes"
    assert bench.proposal.state == ProposalState.OPEN, "nothing was linked yet"
    assert [(row.record_name, row.outcome) for row in bench.links.of("p1")] == [(ERIKA.name, Outcome.UNLINKED)]


def test_taking_off_one_and_linking_another_is_one_call() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {ERIKA.ref}
    bench.linking.confirm("p1", ANNA, Choice([MAX.ref], [ERIKA.ref]))
    bench.durable.run()
    assert bench.onoffice.links == {MAX.ref}
    assert bench.onoffice.calls.count("link") == 1
    assert bench.proposal.state == ProposalState.LINKED


def test_what_is_chosen_is_not_taken_off_at_the_same_time() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {MAX.ref}
    bench.linking.confirm("p1", ANNA, Choice([MAX.ref], [MAX.ref]))
    bench.durable.run()
    assert bench.onoffice.links == {MAX.ref}


def test_taking_off_the_bots_own_link_marks_it_in_the_log() -> None:
    bench = Bench((MAX, LINDEN))
    bench.press_link()
    bench.linking.confirm("p1", BEN, removed(MAX))
    bench.durable.run()
    assert bench.onoffice.links == {LINDEN.ref}
    assert {link.record_name: link.undone_by for link in bench.links.of("p1")} == {MAX.name: BEN, LINDEN.name: ""}
    assert bench.proposal.state == ProposalState.LINKED


def test_where_a_vendor_cannot_take_off_links_nothing_is_tried() -> None:
    bench = Bench((EMILY,))
    assert bench.linking.confirm("p1", ANNA, removed(EMILY)).answer == Answer.NOTHING_PICKED


def test_of_a_vendor_that_takes_off_the_bots_own_links_only_these_go_and_come_back() -> None:
    bench = Bench((EMILY, DEAL))
    bench.zoho.own_only = True
    bench.press_link()
    assert bench.proposals.mail("p1") is None, "taking off needs no text of the mail"
    bench.linking.confirm("p1", BEN, removed(DEAL))
    bench.durable.run()
    assert bench.zoho.links == {EMILY.ref}
    assert bench.zoho.calls.count("link") == 1
    assert {link.record_name: link.undone_by for link in bench.links.of("p1")} == {EMILY.name: "", DEAL.name: BEN}
    assert bench.reader.view(bench.proposal).undo_restores == (DEAL.name,)
    bench.press_undo(ANNA)
    assert bench.zoho.links == {EMILY.ref, DEAL.ref}
    assert set(bench.log()) == {EMILY.ref, DEAL.ref}


@pytest.mark.parametrize("faults", [[Fault.REFUSED], [Fault.IN_VAIN], [Fault.BUSY] * TRIES])
def test_what_such_a_vendor_does_not_take_off_is_said_to_be_there(faults: list[Fault]) -> None:
    bench = Bench((DEAL,))
    bench.zoho.own_only = True
    bench.press_link()
    bench.zoho.faults["unlink"] = faults
    bench.linking.confirm("p1", BEN, removed(DEAL))
    bench.durable.run()
    assert (bench.zoho.links, bench.outcomes()) == ({DEAL.ref}, {DEAL.name: Outcome.REFUSED})
    assert bench.proposal.state == ProposalState.PARTLY_LINKED
    bench.press_link()
    assert (bench.zoho.links, bench.proposal.state) == (set(), ProposalState.OPEN)


def test_what_was_linked_beside_a_removal_that_failed_is_read_back_all_the_same() -> None:
    bench = Bench((DEAL,))
    bench.zoho.own_only = True
    bench.press_link()
    bench.proposals.revive("p1", to_json(MAIL), "", [])
    bench.zoho.faults["unlink"] = [Fault.REFUSED]
    bench.linking.confirm("p1", BEN, Choice([EMILY.ref], [DEAL.ref]))
    bench.durable.run()
    told = {target.name: (target.outcome, target.verified) for target in bench.targets().values()}
    assert told == {EMILY.name: (Outcome.LINKED, True), DEAL.name: (Outcome.REFUSED, None)}
    assert bench.log()[EMILY.ref].verified


def test_what_somebody_else_linked_there_is_not_taken_off() -> None:
    bench = Bench((DEAL,))
    bench.zoho.own_only = True
    bench.zoho.links = {EMILY.ref}
    assert bench.linking.confirm("p1", ANNA, removed(EMILY)).answer == Answer.NOTHING_PICKED


def test_a_property_that_nobody_was_shown_does_not_give_way() -> None:
    bench = Bench((MAX, LINDEN))
    bench.onoffice.links = {AHORN.ref}
    bench.press_link()
    assert bench.onoffice.links == {MAX.ref, AHORN.ref}
    view = bench.reader.view(bench.proposal)
    assert view.state == ProposalState.PARTLY_LINKED
    assert [(one.ref, one.name, one.by) for one in view.in_the_way] == [(AHORN.ref, AHORN.name, LINDEN.name)]
    bench.press_link()
    assert bench.onoffice.links == {MAX.ref, AHORN.ref}, "trying again is no consent"
    bench.press_link(shown=(AHORN,))
    assert bench.onoffice.links == {MAX.ref, LINDEN.ref}
    assert bench.proposal.state == ProposalState.LINKED
    assert {row.record_name: row.outcome for row in bench.links.of("p1")} == {
        MAX.name: Outcome.LINKED, LINDEN.name: Outcome.LINKED, AHORN.name: Outcome.UNLINKED
    }  # fmt: skip


def test_what_was_shown_gives_way_only_to_what_needs_its_place() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {AHORN.ref, ERIKA.ref}
    bench.press_link(shown=(AHORN, ERIKA))
    assert bench.onoffice.links == {MAX.ref, AHORN.ref, ERIKA.ref}
    bench.press_link(LINDEN, shown=(AHORN, ERIKA))
    assert bench.onoffice.links == {MAX.ref, LINDEN.ref, ERIKA.ref}


def test_another_property_than_the_one_that_was_shown_stays() -> None:
    bench = Bench((LINDEN,))
    bench.onoffice.links = {RecordRef("onoffice", "estate", "9999")}
    bench.press_link(shown=(AHORN,))
    assert bench.onoffice.links == {RecordRef("onoffice", "estate", "9999")}
    view = bench.reader.view(bench.proposal)
    assert [(one.ref.id, one.name) for one in view.in_the_way] == [("9999", "")]
    assert bench.links.of("p1") == [], "what was shown was not linked any more: nothing was taken off"


def test_the_bots_own_property_gives_way_to_another_and_comes_back() -> None:
    bench = Bench((LINDEN,))
    bench.press_link()
    bench.press_link(AHORN, user=BEN, shown=(LINDEN,))
    assert (bench.onoffice.links, set(bench.log())) == ({AHORN.ref}, {AHORN.ref})
    bench.press_undo(BEN)
    assert (bench.onoffice.links, set(bench.log())) == ({LINDEN.ref}, {LINDEN.ref})
