"""Wherever the process dies: what is said is what is, and nothing is done twice."""

from __future__ import annotations

import pytest

from bot.crm.port import Outcome
from bot.linking.answers import Choice
from bot.records import RecordRef
from storage.tables import ProposalState
from tests.bot.bench import BEN, DEAL, EMILY, ERIKA, LINDEN, MAX, WAITS, Bench
from tests.bot.fakes import Fault
from tests.bot.linking.observed import (
    looked_first,
    nothing_is_said_that_is_not,
)
from tests.bot.memory_durable import Crashes

BOTH = (MAX, LINDEN, EMILY, DEAL)
ENDED = (ProposalState.LINKED, ProposalState.PARTLY_LINKED, ProposalState.FAILED)
TRIES = len(WAITS) + 1


# How many points there are at which a crash may strike; `test_these_are_all_the_points` holds the numbers.
LINKING, TAKING_OFF, TAKING_OFF_OUR_OWN = 56, 27, 27


@pytest.mark.parametrize("at", range(1, LINKING + 1))
def test_a_crash_at_any_point_changes_nothing(at: int) -> None:
    """Without failures of the vendor, the end is the same as without the crash."""
    bench = Bench(BOTH, Crashes(frozenset({at})))
    bench.press_link()
    assert bench.durable.restarts == 1
    assert set(bench.outcomes().values()) == {Outcome.LINKED}
    nothing_is_said_that_is_not(bench, set())
    looked_first(bench, set())
    assert bench.proposal.state == ProposalState.LINKED
    assert bench.surface.history[-1].state == ProposalState.LINKED


@pytest.mark.parametrize("at", range(1, LINKING + 1))
def test_a_crash_at_any_point_and_then_an_outage(at: int) -> None:
    """What was done before the crash is never said not to be."""
    bench = Bench(BOTH, Crashes(frozenset({at})))
    for crm in bench.fakes.values():
        crm.faults["link"] = [Fault.NONE, *[Fault.BUSY] * TRIES]
    bench.press_link()
    nothing_is_said_that_is_not(bench, set())


def taking_off(at: int) -> Bench:
    """Max was linked by the bot, Erika by others; one press takes the mail off both."""
    bench = Bench((MAX,))
    bench.onoffice.links = {ERIKA.ref}
    bench.press_link()
    return pressed_anew(bench, at, [MAX.ref, ERIKA.ref])


def taking_off_our_own(at: int) -> Bench:
    """Of what the bot linked, where only that can be taken off."""
    bench = Bench((EMILY, DEAL))
    bench.zoho.own_only = True
    bench.press_link()
    return pressed_anew(bench, at, [DEAL.ref])


def pressed_anew(bench: Bench, at: int, remove: list[RecordRef]) -> Bench:
    bench.crashes.ticks, bench.crashes.at = 0, frozenset({at})
    bench.linking.confirm("p1", BEN, Choice([], remove))
    bench.durable.run()
    return bench


@pytest.mark.parametrize("at", range(1, TAKING_OFF + 1))
def test_a_crash_while_taking_off_leaves_one_row_for_each_record(at: int) -> None:
    bench = taking_off(at)
    assert bench.durable.restarts == 1
    assert bench.onoffice.links == set()
    rows = [(row.record_name, row.outcome, row.undone_by) for row in bench.links.of("p1")]
    assert sorted(rows) == [(ERIKA.name, Outcome.UNLINKED, ""), (MAX.name, Outcome.LINKED, BEN)]
    assert bench.proposal.state == ProposalState.OPEN


@pytest.mark.parametrize("at", range(1, TAKING_OFF_OUR_OWN + 1))
def test_a_crash_while_the_bots_own_link_is_taken_off_where_only_that_can_be(at: int) -> None:
    bench = taking_off_our_own(at)
    assert bench.durable.restarts == 1
    assert bench.zoho.links == {EMILY.ref}
    assert [(row.record_name, row.undone_by) for row in bench.links.of("p1")] == [(DEAL.name, BEN), (EMILY.name, "")]
    assert bench.proposal.state == ProposalState.LINKED


def test_these_are_all_the_points() -> None:
    linking = Bench(BOTH)
    linking.press_link()
    points = [bench.crashes.ticks for bench in (linking, taking_off(0), taking_off_our_own(0))]
    assert points == [LINKING, TAKING_OFF, TAKING_OFF_OUR_OWN]
