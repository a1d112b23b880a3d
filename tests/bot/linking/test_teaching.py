"""What a person's choice teaches."""

from __future__ import annotations

import pytest

from bot.directory.in_memory import Directory
from bot.linking.answers import Choice
from bot.matching import Field, MailWords
from tests.bot.bench import AHORN, ANNA, MAX, WAITS, Bench

TRIES = len(WAITS) + 1


def test_a_choice_of_what_was_not_proposed_teaches_the_words_it_was_searched_with() -> None:
    bench = Bench((MAX,))
    bench.linking.confirm("p1", ANNA, Choice([MAX.ref, AHORN.ref], words="Meier Hof"))
    ((alias, words),) = bench.aliases.all()
    assert (words, alias.record_name, alias.times, alias.taught_by) == ("Meier Hof", AHORN.name, 1, ANNA)
    bench.directory = Directory(bench.store, bench.crms, region="DE", aliases=bench.aliases)
    bench.directory.refresh()
    (match, *_) = bench.directory.match(MailWords(text="Es geht um den Meier Hof."))
    assert match.ref == AHORN.ref
    assert match.evidence[0].field == Field.ALIAS


@pytest.mark.parametrize("words", ["Ahornweg 3", "", "x", "jemand@example.de"])
def test_words_that_name_the_record_or_nothing_teach_nothing(words: str) -> None:
    bench = Bench((MAX,))
    bench.linking.confirm("p1", ANNA, Choice([AHORN.ref], words=words))
    assert bench.aliases.all() == []


def test_a_choice_that_cannot_be_learned_from_is_linked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench((MAX,))

    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(bench.aliases, "teach", full)
    with pytest.raises(OSError, match="full"):
        bench.linking.confirm("p1", ANNA, Choice([AHORN.ref], words="Meier Hof"))
    bench.durable.run()
    assert bench.onoffice.links == {AHORN.ref}
