"""Whatever a vendor does and wherever the process dies: what is said is what is."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.crm.port import Outcome
from bot.linking.answers import Choice
from bot.proposals.outcomes import link_ref
from bot.records import Record, RecordRef
from storage.tables import ProposalState
from tests.bot.bench import AHORN, ANNA, BEN, DEAL, EMILY, ERIKA, LINDEN, MAX, SECRET_WORD, WAITS, Bench
from tests.bot.fakes import Fault
from tests.bot.linking.observed import (
    BEFORE_WRITING,
    CRASHES,
    FAULTS,
    LINKED_BEFORE,
    QUICK,
    looked_first,
    nothing_is_said_that_is_not,
    some,
)
from tests.bot.memory_durable import Crashes

BOTH = (MAX, LINDEN, EMILY, DEAL)
ENDED = (ProposalState.LINKED, ProposalState.PARTLY_LINKED, ProposalState.FAILED)
TRIES = len(WAITS) + 1


@QUICK
@given(onoffice=FAULTS, zoho=FAULTS, before=LINKED_BEFORE, crashes=CRASHES, finder=some(BEFORE_WRITING, 3))
def test_whatever_fails_and_wherever_it_crashes(
    onoffice: dict[str, list[Fault]],
    zoho: dict[str, list[Fault]],
    before: set[RecordRef],
    crashes: frozenset[int],
    finder: list[Fault],
) -> None:
    bench = Bench(BOTH, Crashes(crashes))
    bench.onoffice.faults.update(onoffice)
    bench.zoho.faults.update({**zoho, "linked": []})
    bench.onoffice.links, bench.finder.faults = set(before), finder
    bench.press_link()
    nothing_is_said_that_is_not(bench, before)
    looked_first(bench, before)


@QUICK
@given(faults=FAULTS, broken=st.sampled_from(["onoffice", "zoho"]), crashes=CRASHES)
def test_one_vendor_does_not_hold_back_the_other(
    faults: dict[str, list[Fault]], broken: str, crashes: frozenset[int]
) -> None:
    bench = Bench(BOTH, Crashes(crashes))
    bench.fakes[broken].faults.update(faults)
    bench.press_link()
    (well,) = (crm for vendor, crm in bench.fakes.items() if vendor != broken)
    assert well.links == {record.ref for record in BOTH if record.ref.vendor == well.vendor}
    outcomes = {target.outcome for ref, target in bench.targets().items() if ref.vendor == well.vendor}
    # Zoho cannot tell whose a link is that was made before a crash.
    assert outcomes <= ({Outcome.LINKED} if well.tells else {Outcome.LINKED, Outcome.ALREADY})
    assert all(target.verified for ref, target in bench.targets().items() if ref.vendor == well.vendor)


@QUICK
@given(
    before=LINKED_BEFORE,
    first=CRASHES,
    second=CRASHES,
    link=some((Fault.LOST, Fault.DROPPED, Fault.BUSY), 2),
    unlink=some((Fault.LOST, Fault.DROPPED, Fault.BUSY), 2),
)
def test_undo_restores(
    before: set[RecordRef],
    first: frozenset[int],
    second: frozenset[int],
    link: list[Fault],
    unlink: list[Fault],
) -> None:
    bench = Bench((MAX, LINDEN, EMILY), Crashes(first))
    bench.onoffice.links = set(before)
    bench.onoffice.faults.update({"link": link, "unlink": unlink})
    bench.press_link(shown=(AHORN,))
    assert not before or AHORN.ref not in bench.onoffice.links
    bench.crashes.ticks, bench.crashes.at = 0, second
    bench.press_undo()
    assert bench.onoffice.links == before
    assert bench.zoho.links == {EMILY.ref}
    standing = set(bench.log())
    assert standing == {EMILY.ref} | (before & {MAX.ref, LINDEN.ref})
    assert bench.proposal.state == ProposalState.LINKED
    assert SECRET_WORD not in json.dumps([view.subject for view in bench.surface.history])


@QUICK
@given(
    faults=FAULTS,
    zoho=FAULTS,
    crashes=CRASHES,
    before=LINKED_BEFORE,
    remove=st.sets(st.sampled_from([MAX, ERIKA, AHORN])),
    pick=st.sampled_from([LINDEN, EMILY]),
)
def test_whatever_fails_what_is_said_of_removals_is_so(
    faults: dict[str, list[Fault]],
    zoho: dict[str, list[Fault]],
    crashes: frozenset[int],
    before: set[RecordRef],
    remove: set[Record],
    pick: Record,
) -> None:
    bench = Bench((), Crashes(crashes))
    bench.onoffice.links = set(before)
    bench.onoffice.faults.update(faults)
    bench.zoho.faults.update({**zoho, "linked": []})
    removed = {record.ref for record in remove}
    bench.linking.confirm("p1", ANNA, Choice([pick.ref], sorted(removed)))
    bench.durable.run()
    for ref, target in bench.targets().items():
        assert target.outcome, "a confirmed record without an outcome"
        if target.outcome == Outcome.UNLINKED and target.verified:
            assert ref not in bench.onoffice.links
        if target.outcome == Outcome.REFUSED:
            assert target.message
    assert before - removed <= bench.onoffice.links, "taken off without being confirmed"
    assert SECRET_WORD not in bench.durable.everything_written()


@QUICK
@given(faults=some((*BEFORE_WRITING, Fault.LOST)), crashes=CRASHES)
def test_whatever_fails_an_activity_is_written_once_and_the_other_crm_goes_on(
    faults: list[Fault], crashes: frozenset[int]
) -> None:
    bench = Bench((MAX, EMILY))
    bench.finder.place, bench.zoho.faults["link"] = None, [Fault.REFUSED]
    bench.press_link()
    bench.crashes.ticks, bench.crashes.at = 0, crashes
    bench.onoffice.faults["write_activity"] = faults
    bench.linking.write_activity("p1", ANNA)
    bench.durable.run()
    outcome = bench.targets()[MAX.ref].outcome
    assert outcome == Outcome.NOTED or bench.targets()[MAX.ref].message
    assert (MAX.ref in bench.log()) is (outcome == Outcome.NOTED)
    assert (bench.zoho.links, bench.onoffice.links) == ({EMILY.ref}, set())


@QUICK
@given(
    first=CRASHES,
    second=CRASHES,
    link=some((Fault.LOST, Fault.DROPPED, Fault.BUSY), 2),
    unlink=some((Fault.LOST, Fault.BUSY), 2),
    before=LINKED_BEFORE,
    remove=st.sets(st.sampled_from([MAX, ERIKA, AHORN]), min_size=1),
    since=st.sampled_from([None, EMILY.ref, LINDEN.ref]),
)
def test_whatever_fails_what_was_taken_off_comes_back_and_nothing_else_changes(
    first: frozenset[int],
    second: frozenset[int],
    link: list[Fault],
    unlink: list[Fault],
    before: set[RecordRef],
    remove: set[Record],
    since: RecordRef | None,
) -> None:
    """Somebody else links something between the two presses; a property keeps its place."""
    bench = Bench((), Crashes(first))
    bench.onoffice.links = set(before)
    bench.onoffice.faults.update({"link": link, "unlink": unlink})
    bench.linking.confirm("p1", ANNA, Choice([], sorted(record.ref for record in remove)))
    bench.durable.run()
    off = {record.ref for record in remove} & before
    assert bench.onoffice.links == before - off
    if since is not None and not (since == LINDEN.ref and any(ref.kind == "estate" for ref in before - off)):
        bench.onoffice.links.add(since)
    then = set(bench.onoffice.links)
    bench.crashes.ticks, bench.crashes.at = 0, second
    bench.press_undo(BEN)
    kept = {ref for ref in off if ref.kind == "estate" and any(other.kind == "estate" for other in then)}
    assert bench.onoffice.links == then | (off - kept)
    assert {link_ref(row) for row in bench.links.of("p1") if row.undone_at} == off - kept
    assert {link_ref(row) for row in bench.links.taken_off("p1")} == kept
    assert bench.proposal.state == ProposalState.OPEN
