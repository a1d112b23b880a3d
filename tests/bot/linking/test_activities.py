"""Activities, where a mail lies in no mailbox."""

from __future__ import annotations

from dataclasses import replace

from bot.crm.port import Outcome
from bot.linking.answers import Answer, Choice
from storage.tables import ProposalState
from tests.bot.bench import ANNA, BEN, EMILY, ERIKA, LINDEN, MAX, WAITS, Bench
from tests.bot.fakes import Fault

TRIES = len(WAITS) + 1


def test_a_mail_in_no_mailbox_is_written_down_as_an_activity_once() -> None:
    bench = Bench((MAX, LINDEN))
    bench.finder.place = None
    bench.press_link()
    assert bench.proposal.state == ProposalState.FAILED
    assert bench.reader.view(bench.proposal).can_note == ("onoffice",)
    answers = [bench.linking.write_activity("p1", user).answer for user in (ANNA, BEN)]
    assert answers == [Answer.STARTED, Answer.TAKEN]
    bench.durable.run()
    assert bench.outcomes() == {MAX.name: Outcome.NOTED, LINDEN.name: Outcome.NOTED}
    assert bench.proposal.state == ProposalState.LINKED
    assert bench.onoffice.calls.count("write_activity") == 1
    assert bench.onoffice.links == set()


def test_an_activity_that_failed_can_be_tried_again_as_a_link() -> None:
    bench = Bench((MAX,))
    place, bench.finder.place = bench.finder.place, None
    bench.press_link()
    bench.onoffice.faults["write_activity"] = [Fault.REFUSED]
    bench.linking.write_activity("p1", ANNA)
    bench.durable.run()
    assert bench.proposal.state == ProposalState.FAILED
    bench.finder.place = place
    bench.press_link()
    assert bench.outcomes() == {MAX.name: Outcome.LINKED}


def test_other_failures_offer_no_activity() -> None:
    bench = Bench((MAX,))
    bench.onoffice.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    assert bench.reader.view(bench.proposal).can_note == ()
    assert bench.linking.write_activity("p1", ANNA).answer == Answer.TAKEN


def test_an_activity_does_not_forget_what_was_to_be_taken_off_elsewhere() -> None:
    bench = Bench((MAX,))
    bench.zoho.tells, bench.zoho.capabilities = True, replace(bench.zoho.capabilities, removes=True)
    bench.zoho.links, bench.zoho.faults["link"] = {EMILY.ref}, [Fault.REFUSED]
    bench.finder.place = None
    bench.linking.confirm("p1", ANNA, Choice([MAX.ref], [EMILY.ref]))
    bench.durable.run()
    assert (bench.zoho.links, bench.proposal.state) == ({EMILY.ref}, ProposalState.FAILED)
    bench.zoho.tells = False  # it needs no mailbox
    bench.linking.write_activity("p1", ANNA)
    assert {target.name for target in bench.targets().values() if target.remove} == {EMILY.name}


def test_an_activity_does_not_forget_what_was_to_be_taken_off_there() -> None:
    bench = Bench((MAX,))
    bench.onoffice.links = {ERIKA.ref}
    place, bench.finder.place = bench.finder.place, None
    bench.linking.confirm("p1", ANNA, Choice([MAX.ref], [ERIKA.ref]))
    bench.durable.run()
    bench.linking.write_activity("p1", ANNA)
    bench.durable.run()
    view = bench.reader.view(bench.proposal)
    assert {o.name: o.outcome for o in view.outcomes} == {MAX.name: Outcome.NOTED, ERIKA.name: Outcome.REFUSED}
    assert (view.state, view.can_note) == (ProposalState.PARTLY_LINKED, ()), "of a removal there is nothing to note"
    bench.finder.place = place
    bench.press_link()
    assert (bench.onoffice.links, bench.proposal.state) == (set(), ProposalState.LINKED)
