"""Normalisation: every spelling of a thing is one spelling, and normalising twice changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import tables
from bot.matching.described import split_name, street_words
from bot.matching.house_numbers import house_number, numbers_agree
from bot.matching.normal import email_keys, fold, phone_key, reference_key, sound, words


@pytest.mark.parametrize(
    "spellings",
    [
        ("Müller", "Mueller", "MÜLLER", "Muller", "mueller"),
        ("Weiß", "Weiss", "WEISS"),
        ("Goethe", "Göthe", "GOETHE"),
        ("Łukasz", "Lukasz"),
        ("O'Brien", "O’Brien", "Obrien"),
        ("Müller's", "Müller"),
        ("Durañona", "Duranona"),
        ("Lindenstr", "Lindenstraße", "Lindenstrasse", "LINDENSTRASSE"),
        ("Æbelø", "aebeloe"),
    ],
)
def test_spellings_of_one_word(spellings: tuple[str, ...]) -> None:
    assert len({fold(word) for word in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Meyer", "Maier"), ("Schmidt", "Schmitt"), ("Philipp", "Filip"), ("Stefan", "Stephan"), ("Matthias", "Mattias")],
)
def test_words_that_sound_alike(one: str, other: str) -> None:
    assert sound(fold(one)) == sound(fold(other))


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=200))
def test_words_are_folded(text: str) -> None:
    assert all(fold(word) == word for word in words(text))


@given(st.text(max_size=200))
def test_sounding_twice_never_fails(text: str) -> None:
    assert isinstance(sound(fold(text)), str)


@pytest.mark.parametrize(
    "written",
    ["+49 30 1234567", "0049 30 1234567", "030 / 123 45 67", "(030) 1234567", "+49 (0)30 1234567", "+49(0)30-1234567"],
)
def test_phone_notations(written: str) -> None:
    assert phone_key(written, "DE") == "49301234567"


def test_phone_of_another_region() -> None:
    assert phone_key("(415) 555-0100", "US") == phone_key("+1 415 555 0100", "US") == "14155550100"
    assert phone_key("12", "DE") is None
    assert phone_key("4711 0815 2342 1111 9999", "DE") is None


def test_email_forms() -> None:
    assert email_keys("Anna.Meier+Haus@Example.DE") == ["anna.meier+haus@example.de", "anna.meier@example.de"]
    assert email_keys("x@googlemail.com") == email_keys("X@gmail.com")
    assert email_keys("no address") == []


def test_references() -> None:
    assert reference_key("E-01 001") == reference_key("e01001") == "e01001"
    assert reference_key("Haus") == reference_key("7") == ""


def test_streets() -> None:
    expected = street_words("Berliner Straße")
    assert street_words("Berliner Str.") == street_words("Berlinerstraße") == expected
    assert street_words("Albert-Schweitzer-Str.") == street_words("Albert Schweitzer Straße")
    assert street_words("Maple Ave.") == street_words("Maple Avenue")


@pytest.mark.parametrize(
    ("record", "written", "least", "most"),
    [
        ("12", "12", 1, 1),
        ("12", "13", 0, 0),
        ("12a", "12 A", 1, 1),
        ("12", "12a", 0.1, 0.5),
        ("12a", "12b", 0, 0),
        ("12-16", "14", 0.5, 0.9),
        ("12-16", "18", 0, 0),
        ("12-16", "12", 0.5, 0.9),
        ("012", "12", 1, 1),
    ],
)
def test_house_numbers(record: str, written: str, least: float, most: float) -> None:
    assert least <= numbers_agree(house_number(record), house_number(written)) <= most


def test_names_are_split_before_their_particles() -> None:
    assert split_name("Ludwig van der Meer") == ("Ludwig", "van der Meer")
    assert split_name("Meer, Ludwig") == ("Ludwig", "Meer")
    assert split_name("Meer") == ("", "Meer")


def test_tables_are_folded() -> None:
    folded = [
        tables.SALUTATIONS,
        tables.TITLES,
        tables.PARTICLES,
        tables.LEGAL_FORMS,
        tables.STREET_WORDS,
        tables.COMMON,
    ]
    assert [word for table in folded for word in table if fold(word) != word] == []
    assert [word for word in tables.STREET_ABBREVIATIONS.values() if fold(word) != word] == []
    nicks = tables.nicknames()
    assert [word for word in nicks if fold(word) != word] == []
    assert "bob" in nicks["robert"]
    assert "robert" in nicks["bob"]
