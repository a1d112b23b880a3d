"""Whatever a vendor does and wherever the process dies: what is said is what is."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.attempts import DEFECT
from bot.crm.port import Outcome
from bot.link_attempt import NO_MAILBOX, NOT_IN_MAILBOX, RECORD_GONE
from bot.linking import Choice
from bot.outcomes import DONE, UNCERTAIN, link_ref
from bot.records import Record, RecordRef
from storage.tables import ProposalState
from tests.bot.bench import AHORN, ANNA, BEN, DEAL, EMILY, ERIKA, LINDEN, MAX, PLACE, SECRET_WORD, SETTLE, WAITS, Bench
from tests.bot.fakes import ERRORS, FakeCRM, Fault
from tests.bot.memory_durable import Crashes

BOTH = (MAX, LINDEN, EMILY, DEAL)
ENDED = (ProposalState.LINKED, ProposalState.PARTLY_LINKED, ProposalState.FAILED)
TRIES = len(WAITS) + 1


def test_a_press_links_verifies_logs_and_shows() -> None:
    bench = Bench(BOTH)
    bench.onoffice.links = {ERIKA.ref}
    bench.press_link()
    assert bench.onoffice.links == {MAX.ref, LINDEN.ref, ERIKA.ref}
    assert bench.zoho.links == {EMILY.ref, DEAL.ref}
    assert bench.proposal.state == ProposalState.LINKED
    log = bench.log()
    assert set(log) == {record.ref for record in BOTH}
    assert {link.outcome for link in log.values()} == {Outcome.LINKED}
    assert all(link.verified and link.linked_by == ANNA for link in log.values())
    assert {link.message_id for link in log.values()} == {PLACE.message_id}
    (card,) = bench.surface.cards.values()
    assert card.state == ProposalState.LINKED
    assert {o.url for o in card.outcomes} >= {"https://onoffice.example/address/601", "https://zoho.example/Deals/42"}


def test_the_card_says_that_work_is_under_way_before_any_vendor_is_called() -> None:
    bench = Bench(BOTH)
    bench.press_link()
    first = bench.surface.history[0]
    assert first.state == ProposalState.LINKING
    assert {o.outcome for o in first.outcomes} == {""}


def test_what_was_linked_before_is_said_to_have_been() -> None:
    bench = Bench()
    bench.onoffice.links = {MAX.ref}
    bench.press_link()
    assert bench.outcomes() == {"Max Mustermann": Outcome.ALREADY, "Lindenstraße 12": Outcome.LINKED}


@pytest.mark.parametrize("mailboxes", [["info@nordlicht.example", "anna@nordlicht.example"], []])
def test_a_mail_in_no_mailbox_is_a_sentence_and_no_call(mailboxes: list[str]) -> None:
    bench = Bench(BOTH)
    bench.finder.place, bench.finder.mailboxes = None, mailboxes
    bench.press_link()
    assert bench.proposal.state == ProposalState.PARTLY_LINKED
    words = (NOT_IN_MAILBOX if mailboxes else NO_MAILBOX).format(mailboxes=", ".join(mailboxes), label="onOffice")
    assert {t.message for t in bench.targets().values() if t.vendor == "onoffice"} == {words}
    assert "link" not in bench.onoffice.calls
    assert bench.zoho.links == {EMILY.ref, DEAL.ref}


def test_a_record_that_vanished_behind_the_press_is_a_sentence() -> None:
    bench = Bench()
    bench.linking.confirm("p1", ANNA)
    bench.directory._matcher.update((), [MAX.ref])
    bench.durable.run()
    assert bench.proposal.state == ProposalState.FAILED
    assert {t.message for t in bench.targets().values()} == {RECORD_GONE}


@pytest.mark.parametrize("method", ["linked", "link", "verify"])
def test_a_defect_ends_in_a_sentence_without_its_words(method: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    bench = Bench()
    bench.onoffice.faults[method] = [Fault.DEFECT]
    bench.press_link()
    assert bench.proposal.state in ENDED
    if method != "verify":
        assert {t.message for t in bench.targets().values()} == {DEFECT}
    assert "ZeroDivisionError" in caplog.text
    assert SECRET_WORD not in caplog.text
    assert SECRET_WORD not in bench.durable.everything_written()


def test_a_call_that_may_still_land_is_given_time() -> None:
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.DROPPED, Fault.BUSY]
    bench.press_link()
    assert bench.durable.slept == [max(WAITS[0], SETTLE), WAITS[1]]
    assert bench.proposal.state == ProposalState.LINKED


def test_only_what_may_pass_is_tried_again() -> None:
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    assert (bench.onoffice.calls.count("link"), bench.durable.slept) == (1, [])
    assert {t.message for t in bench.targets().values()} == {str(ERRORS[Fault.REFUSED])}


def test_a_moved_mail_is_looked_for_again_before_the_next_try() -> None:
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.BUSY]
    bench.press_link()
    assert bench.finder.looked == 2


def test_success_that_does_not_show_is_not_called_linked() -> None:
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.IN_VAIN]
    bench.press_link()
    assert set(bench.outcomes().values()) == {Outcome.NOT_SET}
    assert (bench.proposal.state, bench.log()) == (ProposalState.FAILED, {})


def test_what_cannot_be_read_back_is_linked_but_not_verified() -> None:
    bench = Bench()
    bench.onoffice.faults["verify"] = [Fault.BUSY] * TRIES
    bench.press_link()
    assert {(t.outcome, t.verified) for t in bench.targets().values()} == {(Outcome.LINKED, None)}
    assert bench.proposal.state == ProposalState.LINKED


def test_try_again_does_what_was_left_undone() -> None:
    bench = Bench(BOTH)
    bench.zoho.faults["link"] = [Fault.LATER] * TRIES
    bench.press_link()
    assert bench.proposal.state == ProposalState.PARTLY_LINKED
    left = {ref for ref, target in bench.targets().items() if target.outcome not in DONE}
    assert len(left) == 1
    bench.press_link()
    assert set(bench.targets()) == left
    assert bench.proposal.state == ProposalState.LINKED
    assert set(bench.log()) == {record.ref for record in BOTH}
    assert max(bench.zoho.copies.values()) == 1


def test_a_link_whose_answer_was_lost_to_the_end_can_still_be_undone() -> None:
    """The vendor did it, nobody knew, and a second press found it done: it is the bot's own all the same."""
    bench = Bench((MAX,))
    bench.onoffice.faults["link"] = [Fault.DROPPED] * (TRIES - 1) + [Fault.LOST]
    bench.press_link()
    assert (bench.proposal.state, bench.onoffice.links) == (ProposalState.FAILED, {MAX.ref})
    assert bench.outcomes() == {"Max Mustermann": UNCERTAIN}
    bench.press_link()
    assert bench.outcomes() == {"Max Mustermann": Outcome.LINKED}
    bench.press_undo()
    assert bench.onoffice.links == set()


def test_a_mail_whose_text_was_forgotten_is_not_copied_empty() -> None:
    """Undone in onOffice, then chosen for Zoho by hand: the text went when the first link was made."""
    bench = Bench((MAX,))
    bench.press_link()
    bench.press_undo()
    assert bench.proposal.state == ProposalState.OPEN
    bench.press_link(EMILY)
    assert bench.zoho.links == set()
    (target,) = bench.targets().values()
    assert (target.outcome, target.code) == (Outcome.REFUSED, "mail_forgotten")
    assert "Link to CRM" in target.message
    bench.press_link(MAX)
    assert bench.onoffice.links == {MAX.ref}


def test_undo_takes_back_what_was_added_and_brings_the_property_back() -> None:
    bench = Bench((MAX, ERIKA, LINDEN))
    bench.onoffice.links = {ERIKA.ref, AHORN.ref}
    bench.press_link(shown=(AHORN,))
    assert bench.onoffice.links == {MAX.ref, ERIKA.ref, LINDEN.ref}
    bench.press_undo()
    assert bench.onoffice.links == {ERIKA.ref, AHORN.ref}
    assert bench.proposal.state == ProposalState.LINKED  # Erika was linked before, and is
    assert set(bench.log()) == {ERIKA.ref}
    assert {link.record_name: link.undone_by for link in bench.links.of("p1")} == {
        MAX.name: ANNA, LINDEN.name: ANNA, AHORN.name: ANNA, ERIKA.name: ""
    }  # fmt: skip


def test_an_undo_that_fails_says_so_and_can_be_tried_again() -> None:
    bench = Bench()
    bench.press_link()
    bench.onoffice.faults["unlink"] = [Fault.REFUSED]
    bench.press_undo()
    assert set(bench.outcomes().values()) == {"not undone"}
    assert {t.message for t in bench.targets().values()} == {str(ERRORS[Fault.REFUSED])}
    assert set(bench.log()) == {MAX.ref, LINDEN.ref}
    bench.press_undo()
    assert (bench.proposal.state, bench.onoffice.links, bench.log()) == (ProposalState.OPEN, set(), {})


def test_undo_finds_a_mail_that_left_its_mailbox_by_where_it_was() -> None:
    bench = Bench()
    bench.press_link()
    bench.finder.place = None
    bench.press_undo()
    assert bench.onoffice.links == set()


def test_a_vendor_that_is_no_longer_set_up_ends_in_a_sentence() -> None:
    bench = Bench(BOTH)
    bench.linking.confirm("p1", ANNA)
    del bench.crms["zoho"]
    bench.durable.run()
    assert bench.proposal.state == ProposalState.PARTLY_LINKED
    assert {t.outcome for t in bench.targets().values() if t.vendor == "zoho"} == {Outcome.REFUSED}
    assert bench.onoffice.links == {MAX.ref, LINDEN.ref}


def test_links_of_a_vendor_that_is_no_longer_set_up_are_not_undone_but_others_are() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    del bench.crms["onoffice"]
    assert bench.linking.undo("p1", ANNA).answer == "nothing to undo"


def test_a_card_that_cannot_be_updated_changes_nothing_else() -> None:
    bench = Bench()
    bench.surface.faults = [Fault.REFUSED] * 20
    bench.press_link()
    assert bench.proposal.state == ProposalState.LINKED


# Properties

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


def how_many_crash_points() -> int:
    crashes = Crashes()
    Bench(BOTH, crashes).press_link()
    return crashes.ticks


@pytest.mark.parametrize("at", range(1, how_many_crash_points() + 1))
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


@pytest.mark.parametrize("at", range(1, how_many_crash_points() + 1))
def test_a_crash_at_any_point_and_then_an_outage(at: int) -> None:
    """What was done before the crash is never said not to be."""
    bench = Bench(BOTH, Crashes(frozenset({at})))
    for crm in bench.fakes.values():
        crm.faults["link"] = [Fault.NONE, *[Fault.BUSY] * TRIES]
    bench.press_link()
    nothing_is_said_that_is_not(bench, set())


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


def test_a_call_that_the_vendor_shows_to_have_had_no_effect_is_no_longer_uncertain() -> None:
    bench = Bench((MAX,))
    bench.onoffice.faults["link"] = [Fault.DROPPED] * (len(WAITS) + 1)
    bench.press_link()
    assert bench.outcomes() == {MAX.name: UNCERTAIN}
    bench.onoffice.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    assert bench.outcomes() == {MAX.name: Outcome.REFUSED}


def test_a_call_that_the_vendor_shows_to_have_had_an_effect_stays_the_bots_own() -> None:
    bench = Bench((MAX,))
    bench.onoffice.faults["link"] = [Fault.LOST] * (len(WAITS) + 1)
    bench.press_link()
    bench.onoffice.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    assert bench.outcomes() == {MAX.name: UNCERTAIN}, "it is linked, whatever this answer says"
    bench.press_link()
    assert bench.outcomes() == {MAX.name: Outcome.LINKED}
    assert bench.log()[MAX.ref].outcome == Outcome.LINKED


def taking_off(crashes: Crashes) -> Bench:
    """Max was linked by the bot, Erika by others; one press takes the mail off both."""
    bench = Bench((MAX,))
    bench.onoffice.links = {ERIKA.ref}
    bench.press_link()
    bench.durable.crashes.ticks, bench.durable.crashes.at = 0, crashes.at
    bench.linking.confirm("p1", BEN, Choice([], [MAX.ref, ERIKA.ref]))
    bench.durable.run()
    return bench


def test_why_what_is_perhaps_linked_cannot_be_asked_about_is_said() -> None:
    bench = Bench((MAX,))
    bench.onoffice.faults["link"] = [Fault.LOST, *[Fault.BUSY] * (TRIES - 1)]
    bench.press_link()
    (shown,) = bench.surface.history[-1].outcomes
    assert (shown.outcome, shown.message) == (UNCERTAIN, ""), "the headline says it"
    bench.finder.place = None
    bench.press_link()
    (shown,) = bench.surface.history[-1].outcomes
    assert shown.outcome == UNCERTAIN
    assert "Move or copy it into one of them" in shown.message
    bench.finder.place = PLACE
    bench.press_link()
    assert bench.outcomes() == {MAX.name: Outcome.LINKED}


@pytest.mark.parametrize("at", range(1, 40))
def test_a_crash_while_taking_off_leaves_one_row_for_each_record(at: int) -> None:
    bench = taking_off(Crashes(frozenset({at})))
    assert bench.onoffice.links == set()
    rows = [(row.record_name, row.outcome, row.undone_by) for row in bench.links.of("p1")]
    assert sorted(rows) == [(ERIKA.name, Outcome.UNLINKED, ""), (MAX.name, Outcome.LINKED, BEN)]
    assert bench.proposal.state == ProposalState.OPEN


@pytest.mark.parametrize("at", range(1, 40))
def test_a_crash_while_the_bots_own_link_is_taken_off_where_only_that_can_be(at: int) -> None:
    bench = Bench((EMILY, DEAL))
    bench.zoho.own_only = True
    bench.press_link()
    bench.crashes.ticks, bench.crashes.at = 0, frozenset({at})
    bench.linking.confirm("p1", BEN, Choice([], [DEAL.ref]))
    bench.durable.run()
    assert bench.zoho.links == {EMILY.ref}
    assert [(row.record_name, row.undone_by) for row in bench.links.of("p1")] == [(DEAL.name, BEN), (EMILY.name, "")]
    assert bench.proposal.state == ProposalState.LINKED


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
