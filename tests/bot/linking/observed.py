"""Faults to draw from, and what must hold at every end whatever they were."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.crm.port import Outcome
from bot.proposals.outcomes import DONE, UNCERTAIN
from bot.records import RecordRef
from storage.tables import ProposalState
from tests.bot.bench import AHORN, DEAL, EMILY, ERIKA, LINDEN, MAX, SECRET_WORD, WAITS, Bench
from tests.bot.fakes import FakeCRM, Fault

BOTH = (MAX, LINDEN, EMILY, DEAL)
ENDED = (ProposalState.LINKED, ProposalState.PARTLY_LINKED, ProposalState.FAILED)
TRIES = len(WAITS) + 1


BEFORE_WRITING = (Fault.NONE, Fault.REFUSED, Fault.BUSY, Fault.DROPPED, Fault.DEFECT)
WRITING = (*BEFORE_WRITING, Fault.LOST, Fault.IN_VAIN, Fault.GONE, Fault.LATER)


def some(kinds: tuple[Fault, ...], most: int = TRIES + 1) -> st.SearchStrategy[list[Fault]]:
    return st.lists(st.sampled_from(kinds), max_size=most)


FAULTS = st.fixed_dictionaries(
    {
        "linked": some(BEFORE_WRITING),
        "link": some(WRITING),
        "verify": some(BEFORE_WRITING),
        "web_link": some((Fault.BUSY,)),
    }
)
CRASHES = st.frozensets(st.integers(1, 100), max_size=3)
LINKED_BEFORE = st.sets(st.sampled_from([MAX.ref, ERIKA.ref, LINDEN.ref, AHORN.ref]), max_size=3).filter(
    lambda refs: sum(ref.kind == "estate" for ref in refs) < 2
)
QUICK = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def told(bench: Bench, crm: FakeCRM) -> dict[RecordRef, str]:
    return {ref: target.outcome for ref, target in bench.targets().items() if ref.vendor == crm.vendor}


def nothing_is_said_that_is_not(bench: Bench, before: set[RecordRef]) -> None:
    """What must hold at every end."""
    assert bench.proposal.state in ENDED
    targets = bench.targets()
    assert all(target.outcome for target in targets.values()), "a confirmed record without an outcome"
    assert all(target.message for target in targets.values() if target.outcome in (Outcome.REFUSED, UNCERTAIN))
    done = {ref for ref, target in targets.items() if target.outcome in DONE}
    assert set(bench.log()) == done
    for ref, target in targets.items():
        if target.verified:
            assert ref in bench.fakes[ref.vendor].links
        if target.outcome in (Outcome.REFUSED, Outcome.NOT_SET):
            assert ref not in bench.fakes[ref.vendor].links or ref in before, "linked, and said not to be"
        if ref in done and ref.vendor == "onoffice":
            assert target.outcome == (Outcome.ALREADY if ref in before else Outcome.LINKED)
    # What others linked is as they left it.
    assert before <= bench.onoffice.links, "something gave way that nobody was shown"
    assert max([*bench.onoffice.copies.values(), *bench.zoho.copies.values()], default=0) <= 1
    assert SECRET_WORD not in bench.durable.everything_written()


def looked_first(bench: Bench, before: set[RecordRef]) -> None:
    """No call is made before the vendor was asked; each is told what was linked before the first of them; each was
    counted before it was made; and the mail's text is there each time."""
    calls = bench.onoffice.calls
    if "link" in calls:
        assert "linked" in calls[: calls.index("link")]
    assert all(told == before for told, _, _ in bench.onoffice.link_calls)
    assert all(SECRET_WORD in text for crm in bench.fakes.values() for _, _, text in crm.link_calls)
    for call in bench.proposals.calls("p1", 1):
        assert call.writes >= len(bench.fakes[call.vendor].link_calls)
