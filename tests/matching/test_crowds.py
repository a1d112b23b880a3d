"""Crowds of records that the same words lead to: each of them counts, wherever it stands in the directory."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching import MailWords, Match, Matcher
from bot.records import Record
from tests.matching.people import company, estate, person

INITIALS = ("Alexander", "Ansgar", "Axel", "Almut", "Anke", "Arno", "Adele", "Alwine")
FORMS = ("GmbH", "AG", "KG", "OHG", "GmbH & Co. KG", "Ltd.")
GIVEN = ("Katharina", "Helmut", "Svenja", "Malte", "Thorben", "Gudrun", "Jörg", "Rüdiger", "Elfriede", "Ottokar")
BEGINNINGS = ("Heg", "Hil", "Jäl", "Krär", "Zub", "Tor", "Löf", "Quap", "Wen", "Sten", "Brach", "Dorn", "Fal", "Grün")
ENDINGS = ("sen", "mann", "ow", "itz", "burg", "hart", "feld", "stett", "wick", "lein", "kamp")
BACKGROUND = [
    person(f"{given}{one}{two}", given, one + two) for given in GIVEN for one in BEGINNINGS for two in ENDINGS
] + [person("kraenn", "Ortrud", "Kränn"), company("other", "Torg Fliesen GmbH")]
EMPLOYED = [person(f"e{i}", given, "Hegsen", company="Hegsen Druckerei GmbH") for i, given in enumerate(INITIALS[:4])]
DOUBLE = [person(f"d{i}", "Axel", f"{other}-Rus") for i, other in enumerate(("Frädmann", "Jeider", "Quapp"))]
RUS = [person(given, given, "Rus") for given in INITIALS]
PRINTERS = [company(form, f"Hegsen Druckerei {form}") for form in FORMS]
TOWNS = ("Dresden", "Leipzig", "Chemnitz", "Zwickau", "Plauen", "Görlitz", "Bautzen")
HOUSES = [estate(town, "Bickestraße", "12", f"0{i}067", town) for i, town in enumerate(TOWNS)]


def match(records: list[Record], words: str) -> list[Match]:
    text = f"Guten Tag,\nes geht um {words}.\nViele Grüße"
    return Matcher([*BACKGROUND, *records]).match(MailWords(sender_address="kim@example.org", text=text))


def ticked(matches: list[Match]) -> set[str]:
    return {match.ref.id for match in matches if match.selected}


@settings(max_examples=10, deadline=None)
@given(st.permutations(RUS), st.integers(2, len(RUS)))
def test_an_initial_that_fits_several_ticks_none_of_them(people: list[Record], count: int) -> None:
    matches = match([*people[:1], *DOUBLE, *people[1:count]], "A. Rus")
    assert ticked(matches) == set()
    assert matches, "one of them is meant: some are shown"


@settings(max_examples=10, deadline=None)
@given(st.permutations(PRINTERS), st.integers(2, len(PRINTERS)), st.booleans())
def test_a_company_s_name_without_its_legal_form_ticks_none_of_several(
    companies: list[Record], count: int, staff_first: bool
) -> None:
    at = 0 if staff_first else 1
    records = [*companies[:at], *EMPLOYED, *companies[at:count]]
    assert ticked(match(records, "die Firma Hegsen Druckerei")) == set()


@settings(max_examples=10, deadline=None)
@given(st.permutations(PRINTERS))
def test_with_its_legal_form_the_one_is_ticked_whatever_the_order(companies: list[Record]) -> None:
    assert ticked(match([*EMPLOYED, *companies], "die Firma Hegsen Druckerei AG")) == {"AG"}


@settings(max_examples=8, deadline=None)
@given(st.permutations(RUS), st.sampled_from(INITIALS))
def test_the_whole_name_is_found_in_the_crowd(people: list[Record], name: str) -> None:
    assert ticked(match(people, f"Herrn {name} Rus")) == {name}


@settings(max_examples=8, deadline=None)
@given(st.permutations(HOUSES), st.sampled_from(TOWNS))
def test_the_house_of_the_town_is_found_among_those_of_other_towns(houses: list[Record], town: str) -> None:
    assert ticked(match(houses, "die Bickestraße 12")) == set()
    assert ticked(match(houses, f"die Bickestraße 12 in {town}")) == {town}


def test_a_parted_surname_is_not_taken_for_a_rarer_one_with_a_slip() -> None:
    common = [person(f"c{i}", given, "Krarnke") for i, given in enumerate(GIVEN * 8)]
    several = [person(f"k{i}", "Ortrud", "Krarnke") for i in range(4)]
    assert ticked(match([*common, *several], "Ortrud Krarn Ke")) == set()
