"""Addresses and identifiers as people write them: numbers with doors and letters, joined streets, towns of one name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import MailWords, Matcher
from bot.matching.house_numbers import house_number, numbers_agree
from bot.matching.towns import addition, additions_agree
from bot.records import Record
from tests.matching.people import company, estate, person

OTHERS = [estate(str(i), f"Erlengrund{i}", str(i), f"{i:05}", f"Neuort{i}") for i in range(100, 400)]


def ticked(records: list[Record], text: str) -> list[str]:
    """The ids of the records that a text ticks."""
    mail = MailWords(sender_address="kim@example.org", subject="Anfrage", text=text)
    return [match.ref.id for match in Matcher([*records, *OTHERS]).match(mail) if match.selected]


@pytest.mark.parametrize(
    ("street", "number", "town", "text"),
    [
        ("Kiebitzgasse", "41/2/7", "Wien", "Kiebitzgasse 41/2/7, Wien"),
        ("Kiebitzgasse", "41/2/7", "Wien", "Kiebitzgasse 41, Stiege 2, Top 7 in Wien"),
        ("Kiebitzgasse", "28p", "Wien", "Kiebitzgasse 28 P, Wien"),
        ("Kiebitzgasse", "28m", "Wien", "die Wohnung in der Kiebitzgasse 28 m in Wien"),
        ("Kiebitzgasse", "28", "Wien", "Nr. 28 in der Kiebitzgasse"),
        ("Sandpiper Street", "114", "Albany", "the flat at 114 Sandpiper St #2, Albany"),
        ("Anton-Wurmb-Gasse", "6", "Wien", "Anton Wurmbgasse 6 in Wien"),
        ("Rosa-Wurmb-Platz", "6", "Wien", "R.-Wurmb-Platz 6, Wien"),
        ("Wurmbweg", "6", "Wien", "Wurmb-Weg 6, Wien"),
        ("Wurmb Allee", "6", "Wien", "Wurmballee 6, Wien"),
    ],
)
def test_one_address_in_several_spellings_is_ticked(street: str, number: str, town: str, text: str) -> None:
    assert ticked([estate("1", street, number, "", town)], text) == ["1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kiebitzgasse 41/2/7, Wien", ["door"]),
        ("Kiebitzgasse 41/2/8, Wien", ["other door"]),
        ("Kiebitzgasse 41, Wien", []),
        ("Kiebitzgasse 7, Wien", ["house"]),
        ("In der Kiebitzgasse 7 m² Keller?", ["house"]),
    ],
)
def test_doors_of_one_house_are_told_apart(text: str, expected: list[str]) -> None:
    doors = [
        estate("door", "Kiebitzgasse", "41/2/7", "1100", "Wien"),
        estate("other door", "Kiebitzgasse", "41/2/8", "1100", "Wien"),
        estate("house", "Kiebitzgasse", "7", "1100", "Wien"),
    ]
    assert ticked(doors, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Erlenweg 9 in Frankfurt (Oder)", ["oder"]),
        ("Erlenweg 9, Frankfurt/O.", ["oder"]),
        ("Erlenweg 9, Frankfurt a. M.", ["main"]),
        ("Erlenweg 9 in Frankfurt am Main", ["main"]),
        ("Erlenweg 9 in Frankfurt am Montag", []),
        ("Erlenweg 9 in Frankfurt oder Erlenweg 10", []),
        ("Erlenweg 9, Baden-Baden", ["baden-baden"]),
    ],
)
def test_towns_of_one_name_are_told_apart(text: str, expected: list[str]) -> None:
    towns = [
        estate("oder", "Erlenweg", "9", "15230", "Frankfurt (Oder)"),
        estate("main", "Erlenweg", "9", "60311", "Frankfurt am Main"),
        estate("baden", "Erlenweg", "9", "2500", "Baden"),
        estate("baden-baden", "Erlenweg", "9", "76530", "Baden-Baden"),
    ]
    assert ticked(towns, text) == expected


@pytest.mark.parametrize(
    ("town", "expected"),
    [
        ("Halle (Saale)", "saale"), ("Halle/Westf.", "westf"), ("Frankfurt a.M.", "m"), ("Frankfurt am Main", "main"),
        ("Rothenburg ob der Tauber", "tauber"), ("St. Johann in Tirol", "tirol"), ("Berlin", ""), ("Bad Homburg", ""),
        ("Grefrath, OT Vinkrath", ""), ("", ""),
    ],
)  # fmt: skip
def test_what_a_town_adds_to_its_name(town: str, expected: str) -> None:
    assert addition(town) == expected


def test_additions_may_be_abbreviated() -> None:
    assert additions_agree("westf", "westfalen") and additions_agree("main", "m")
    assert not additions_agree("oder", "main") and not additions_agree("", "main")


@given(st.integers(1, 999), st.integers(1, 99), st.sampled_from("-/–"))
def test_house_numbers_agree_with_themselves_however_written(house: int, door: int, divider: str) -> None:
    number = house_number(f"{house}{divider}{door}")
    assert number == f"{house}-{door}"
    assert numbers_agree(number, number) == 1
    assert 0 < numbers_agree(number, str(house)) < 1
    assert house_number(number) == number


def test_a_field_with_several_addresses_leads_from_each_of_them() -> None:
    records = [
        person("1", "Ada", "Quint", emails=("ada@example.org; quint.privat@example.net",)),
        person("2", "Bo", "Rell", emails=("Bo Rell <bo@rell.example>",), phones=("030 5550101; 0172 5550103",)),
    ]  # fmt: skip
    for text, expected in (
        ("quint.privat@example.net", "1"), ("ada@example.org", "1"), ("bo@rell.example", "2"), ("0172 5550103", "2"),
    ):  # fmt: skip
        assert ticked(records, text) == [expected]


def test_entities_that_a_form_left_in_its_text_are_letters() -> None:
    assert ticked(
        [company("1", "Gebrüder Löwenzahn & Döhring KG")], "Gebr&uuml;der L&ouml;wenzahn &amp; D&#246;hring"
    ) == ["1"]


def test_a_street_word_alone_is_no_streets_name() -> None:
    place = [estate("1", "Small Place", "3", "62704", "Springfield")]
    mail = MailWords(text="Name: Kim Doe\nPlace: Springfield\nStreet: 3 Other Road")
    assert not Matcher([*place, *OTHERS]).match(mail)
