"""Mails that are put aside, or that nobody decides upon."""

from __future__ import annotations

from datetime import timedelta

from bot.crm.port import Outcome
from bot.linking.answers import Answer, Choice
from bot.surface import Stuck
from storage.tables import ProposalState
from tests.bot.bench import ANNA, BEN, EMILY, ERIKA, MAX, WAITS, Bench
from tests.bot.fakes import Fault

TRIES = len(WAITS) + 1


def test_a_mail_that_is_put_aside_is_forgotten() -> None:
    bench = Bench()
    reply = bench.linking.dismiss("p1", ANNA)
    assert reply.answer == Answer.STARTED
    assert reply.view is not None and reply.view.state == ProposalState.DISMISSED
    assert bench.proposals.mail("p1") is None
    assert bench.linking.confirm("p1", BEN).answer == Answer.TAKEN
    assert bench.linking.dismiss("p1", BEN).answer == Answer.TAKEN


AGED = -timedelta(days=1)  # every mail is older than one that arrives tomorrow


def test_a_mail_that_nobody_decided_upon_is_forgotten_and_its_card_says_so() -> None:
    bench = Bench()
    bench.linking.expire(AGED)
    assert (bench.proposal.state, bench.proposals.mail("p1")) == (ProposalState.EXPIRED, None)
    bench.linking.catch_up_cards()
    assert bench.surface.cards["2.0"].state == ProposalState.EXPIRED


def test_what_is_linked_in_part_is_not_said_to_be_undecided_when_its_text_is_forgotten() -> None:
    bench = Bench((MAX, EMILY))
    bench.zoho.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    bench.linking.expire(AGED)
    assert (bench.proposal.state, bench.proposals.mail("p1")) == (ProposalState.PARTLY_LINKED, None)
    bench.press_undo(BEN)
    assert bench.onoffice.links == set(), "what is linked can still be taken back"


def test_what_is_perhaps_linked_is_not_said_to_be_undecided_when_its_text_is_forgotten() -> None:
    bench = Bench((MAX,))
    bench.onoffice.faults["link"] = [Fault.LOST, *[Fault.BUSY] * (TRIES - 1)]
    bench.press_link()
    bench.linking.expire(AGED)
    assert (bench.proposal.state, bench.proposals.mail("p1")) == (ProposalState.FAILED, None)
    bench.press_link()
    assert bench.outcomes() == {MAX.name: Outcome.LINKED}, "it can still be found out"


def test_what_was_taken_off_can_still_be_taken_back_when_the_text_is_forgotten() -> None:
    bench = Bench()
    bench.onoffice.links = {ERIKA.ref}
    bench.linking.confirm("p1", ANNA, Choice(remove=[ERIKA.ref]))
    bench.durable.run()
    bench.linking.expire(AGED)
    assert (bench.proposal.state, bench.proposals.mail("p1")) == (ProposalState.OPEN, None)
    bench.press_undo(BEN)
    assert bench.onoffice.links == {ERIKA.ref}


def test_of_a_mail_whose_message_was_deleted_nothing_is_kept() -> None:
    bench = Bench()
    key = bench.proposal.arrival_key
    assert bench.proposals.withdraw(["another"]) == []
    assert bench.proposals.withdraw([key]) == ["p1"]
    gone = bench.proposal
    assert (gone.state, gone.subject, gone.sender_address, gone.sealed_mail) == (ProposalState.WITHDRAWN, "", "", None)
    assert bench.proposals.candidates("p1") == []
    assert bench.linking.confirm("p1", BEN).answer == Answer.TAKEN
    assert bench.linking.confirm("p1", BEN, Choice([MAX.ref])).answer == Answer.TAKEN
    bench.linking.catch_up_cards()
    assert bench.surface.cards["2.0"].state == ProposalState.WITHDRAWN


def test_what_was_linked_or_may_have_been_stays_when_its_message_is_deleted() -> None:
    for fault in (Fault.NONE, Fault.LOST):
        bench = Bench((MAX,))
        bench.onoffice.faults["link"] = [fault] + [Fault.BUSY] * (TRIES - 1) * (fault is Fault.LOST)
        bench.press_link()
        before = bench.proposal
        assert bench.proposals.withdraw([before.arrival_key]) == []
        assert (bench.proposal.state, bench.proposal.subject) == (before.state, before.subject)


def test_who_pressed_is_told_where_the_card_cannot_be_changed() -> None:
    bench = Bench()
    bench.surface.faults = [Fault.REFUSED, Fault.REFUSED]
    bench.press_link()
    assert bench.surface.stuck == [(ANNA, Stuck.LINKED, bench.proposal.channel)]


def test_what_is_being_linked_cannot_be_put_aside() -> None:
    bench = Bench()
    bench.linking.confirm("p1", ANNA)
    assert bench.linking.dismiss("p1", BEN).answer == Answer.TAKEN
    bench.durable.run()
    assert bench.proposal.state == ProposalState.LINKED


def test_a_failed_attempt_can_be_put_aside_unless_it_is_perhaps_linked() -> None:
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    assert bench.linking.dismiss("p1", ANNA).answer == Answer.STARTED
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.LOST] + [Fault.BUSY] * (TRIES - 1)
    bench.press_link()
    assert bench.linking.dismiss("p1", ANNA).answer == Answer.PERHAPS_LINKED
    assert bench.proposal.state == ProposalState.FAILED
