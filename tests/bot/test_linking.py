"""The presses: who wins, what is refused, and what each is answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.crm.port import Outcome
from bot.directory import Directory
from bot.linking import Answer, Choice
from bot.mail import to_json
from bot.matching import Field, MailWords
from bot.outcomes import NOT_UNDONE
from bot.records import Category, Record, RecordRef
from storage.tables import ProposalState
from tests.bot.bench import AHORN, ANNA, BEN, DEAL, EMILY, ERIKA, LINDEN, MAIL, MAX, SECRET_WORD, WAITS, Bench, ref
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


# Undo


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


# Putting aside


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


def removed(*records: Record) -> Choice:
    return Choice([], [record.ref for record in records])


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


def test_a_choice_of_what_was_not_proposed_teaches_the_words_it_was_searched_with() -> None:
    bench = Bench((MAX,))
    bench.linking.confirm("p1", ANNA, Choice([MAX.ref, AHORN.ref], words="Meier Hof"))
    ((alias, words),) = bench.aliases.all()
    assert (words, alias.record_name, alias.times, alias.taught_by) == ("Meier Hof", AHORN.name, 1, ANNA)
    bench.directory = Directory(bench.store, bench.crms, "DE", aliases=bench.aliases)
    bench.directory.refresh()
    (match, *_) = bench.directory.match(MailWords(text="Es geht um den Meier Hof."))
    assert match.ref == AHORN.ref
    assert match.evidence[0].field == Field.ALIAS


@pytest.mark.parametrize("words", ["Ahornweg 3", "", "x", "jemand@example.de"])
def test_words_that_name_the_record_or_nothing_teach_nothing(words: str) -> None:
    bench = Bench((MAX,))
    bench.linking.confirm("p1", ANNA, Choice([AHORN.ref], words=words))
    assert bench.aliases.all() == []


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


def test_a_choice_that_cannot_be_learned_from_is_linked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench((MAX,))

    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(bench.aliases, "teach", full)
    with pytest.raises(OSError, match="full"):
        bench.linking.confirm("p1", ANNA, Choice([AHORN.ref], words="Meier Hof"))
    bench.durable.run()
    assert bench.onoffice.links == {AHORN.ref}


# Taking back what was taken off


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


# Where a vendor takes off nothing but what the bot linked


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


# One place for a property


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
