"""Sentences are values: they are compared, stored and read back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.language import SILENCE, Sentence, SpokenError, Value, enumerated, plain, sentence, together, words
from bot.language.sentence import ids

TEXT = st.text(max_size=20)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(TEXT, st.integers(), st.floats(allow_nan=False)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(TEXT, inner, max_size=3).map(lambda values: Sentence("an.id", tuple(sorted(values.items())))),
    ),
    max_leaves=6,
)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_what_is_stored_is_read_back(values: dict[str, Value]) -> None:
    said = Sentence("an.id", tuple(sorted(values.items())))
    assert Sentence.load(said.dump()) == said


@given(TEXT)
def test_words_that_were_stored_before_are_said_as_they_are(text: str) -> None:
    assert words()(plain(text)) == text
    if not text.lstrip().startswith("{"):
        assert words()(Sentence.load(text)) == text


def test_what_says_nothing_is_nothing_everywhere() -> None:
    assert not plain("")
    assert plain("").dump() == ""
    assert not Sentence.load("")
    assert words()(plain("")) == ""


def test_the_order_of_values_does_not_matter() -> None:
    assert sentence("an.id", a="1", b="2") == sentence("an.id", b="2", a="1")
    assert len({sentence("an.id", a="1", b="2"), sentence("an.id", b="2", a="1")}) == 1


def test_the_ids_within_are_found() -> None:
    inner = sentence("inner", word="x")
    outer = sentence("outer", one=inner, several=(inner, "y", sentence("third")))
    assert sorted(ids(outer)) == ["inner", "inner", "outer", "third"]


def test_sentences_after_each_other_are_one_and_know_what_they_say() -> None:
    first, then = plain("It is done."), sentence("link.record_gone")
    both = together(first, SILENCE, then)
    assert words()(both) == f"It is done. {words()(then)}"
    assert first in both and then in both and plain("Else.") not in both
    assert Sentence.load(both.dump()) == both
    assert together(SILENCE, first) == first
    assert not together()


def test_values_one_by_one_are_joined_without_an_and() -> None:
    said = sentence("doctor.missing", names=enumerated(["A", plain("B"), "C"]))
    assert words()(said) == "missing: A, B, C"
    said = sentence("doctor.missing", names=enumerated(["A", "B"], by="enumerated.semicolon"))
    assert words()(said) == "missing: A; B"
    assert enumerated([]) == ""


def test_an_error_says_in_its_trace_which_it_is_and_no_words() -> None:
    error = SpokenError(plain("Guten Tag, Frau Berger"))
    assert str(error) == "plain"
    assert words()(error.message) == "Guten Tag, Frau Berger"
