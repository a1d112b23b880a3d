"""What a person's choice teaches."""

from __future__ import annotations

import pytest

from bot.crm import Outcome
from bot.directory.in_memory import Directory
from bot.linking.answers import Choice
from bot.matching import Field, MailWords
from bot.records import Record
from bot.surface import LearnedView
from storage.tables import Lesson, Proposal
from tests.bot.bench import AHORN, ANNA, MAX, WAITS, Bench
from tests.bot.fakes import Fault

TRIES = len(WAITS) + 1


def taught(bench: Bench, *records: Record, words: str = "Meier Hof") -> None:
    bench.linking.confirm("p1", ANNA, Choice([record.ref for record in records], words=words))
    bench.durable.run()


def test_a_choice_of_what_was_not_proposed_teaches_the_words_it_was_searched_with() -> None:
    bench = Bench((MAX,))
    taught(bench, MAX, AHORN)
    ((alias, words),) = bench.aliases.all()
    assert (words, alias.record_name, alias.times, alias.taught_by) == ("Meier Hof", AHORN.name, 1, ANNA)
    bench.directory = Directory(bench.store, bench.crms, region="DE", aliases=bench.aliases)
    bench.directory.refresh()
    (match, *_) = bench.directory.match(MailWords(text="Es geht um den Meier Hof."))
    assert match.ref == AHORN.ref
    assert match.evidence[0].field == Field.ALIAS


def test_nothing_is_learned_before_the_link_is_verified() -> None:
    bench = Bench((MAX,))
    bench.linking.confirm("p1", ANNA, Choice([AHORN.ref], words="Meier Hof"))
    assert bench.aliases.all() == []
    bench.onoffice.faults["link"] = [Fault.REFUSED]
    bench.durable.run()
    assert bench.aliases.all() == []
    bench.press_link()
    assert [words for _, words in bench.aliases.all()] == ["Meier Hof"], "learned when it is tried again"


def test_what_cannot_be_verified_teaches_nothing() -> None:
    bench = Bench((MAX,))
    bench.onoffice.faults["verify"] = [Fault.BUSY] * TRIES
    taught(bench, AHORN)
    assert bench.outcomes() == {AHORN.name: Outcome.LINKED}
    assert bench.aliases.all() == []


def test_the_card_says_what_was_learned_and_undo_unlearns_it() -> None:
    bench = Bench((MAX,))
    taught(bench, AHORN)
    ((alias, _),) = bench.aliases.all()
    assert bench.surface.history[-1].learned == (LearnedView(alias.id or 0, "Meier Hof", AHORN.name, sure=False),)
    bench.press_undo()
    assert bench.aliases.all() == []
    assert bench.surface.history[-1].learned == ()


def test_what_others_taught_too_stays_with_the_rest_of_its_count() -> None:
    bench = Bench((MAX,))
    for other in ("p2", "p3"):
        bench.proposals.create(Proposal(id=other, team="T1", channel=other, thread_ts="1.0", mail_key="k"), "", "", [])
        for _ in range(2):  # as after a crash: counted once
            bench.aliases.note(lesson(other), "Meier Hof")
            bench.aliases.learn(other, {("onoffice", "estate", AHORN.ref.id)})
    taught(bench, AHORN)
    assert [alias.times for alias, _ in bench.aliases.all()] == [3]
    bench.press_undo()
    bench.press_undo()
    assert [alias.times for alias, _ in bench.aliases.all()] == [2]
    ((alias, _),) = bench.aliases.all()
    assert bench.aliases.forget(alias.id or 0)
    bench.aliases.unlearn("p2", {("onoffice", "estate", AHORN.ref.id)})
    assert bench.aliases.all() == []


def lesson(proposal_id: str) -> Lesson:
    return Lesson(
        proposal_id=proposal_id,
        vendor="onoffice",
        kind="estate",
        record_id=AHORN.ref.id,
        record_name=AHORN.name,
        sealed_words="",
    )


@pytest.mark.parametrize("words", ["Ahornweg 3", "", "x", "jemand@example.de"])
def test_words_that_name_the_record_or_nothing_teach_nothing(words: str) -> None:
    bench = Bench((MAX,))
    taught(bench, AHORN, words=words)
    assert bench.aliases.all() == []


def test_a_choice_that_cannot_be_learned_from_is_linked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench((MAX,))

    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(bench.aliases, "note", full)
    with pytest.raises(OSError, match="full"):
        bench.linking.confirm("p1", ANNA, Choice([AHORN.ref], words="Meier Hof"))
    bench.durable.run()
    assert bench.onoffice.links == {AHORN.ref}
