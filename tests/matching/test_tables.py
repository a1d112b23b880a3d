"""The tables of the language hold words as normalisation spells them: others are never met."""

from __future__ import annotations

import pytest

from bot.matching import tables
from bot.matching.normal import fold

TABLES = {
    name: getattr(tables, name)
    for name in (
        "SALUTATIONS", "TITLES", "PARTICLES", "THING_ARTICLES", "LEGAL_FORMS", "STREET_WORDS", "COMMON",
        "COMMON_SURNAMES", "JOINED_STREET_WORDS",
        "PROPERTY_CUES", "CUSTOMER_CUES", "OTHER_NUMBER_CUES", "NUMBER_WORDS", "REFERENCE_WORDS",
    )
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_every_entry_is_its_own_normal_form(name: str) -> None:
    assert {word for word in TABLES[name] if fold(word) != word} == set()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SALUTATIONS", "Fräulein Eheleute Miss"),
        ("TITLES", "Professor Ingenieur Gräfin"),
        ("LEGAL_FORMS", "GmbH Gesellschaft haftungsbeschränkt"),
        ("STREET_WORDS", "Straße Str Gasse Allee Chaussee Damm Avenue"),
        ("COMMON", "für über kann muss soll wenn hatte Grüße gruß Mittwoch Donnerstag Tuesday week tomorrow"),
        ("PROPERTY_CUES", "Objekt Kennung Exposé Kennzeichen"),
        ("OTHER_NUMBER_CUES", "Rechnung Quittung Betrag Gläubiger Passwort"),
    ],
)
def test_words_are_known_as_people_write_them(name: str, words: str) -> None:
    known = tuple(TABLES[name]) if isinstance(TABLES[name], tuple) else ()
    missing = {word for word in words.split() if fold(word) not in TABLES[name] and not fold(word).startswith(known)}
    assert missing == set()


def test_surnames_are_not_common_words() -> None:
    assert {"sonntag", "freitag", "montag"}.isdisjoint(tables.COMMON)
