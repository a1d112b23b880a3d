"""Names with more given names or initials than the CRM has: who may be meant is shown, and nobody else ticked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.matching import MailWords, Match, Matcher
from tests.matching.people import person

GIVEN = ("Bente", "Colleen", "Yvonne", "Birgitta", "Emilie", "Henry", "Gerrit", "Jules", "Thorben", "Almut")
FAMILY = ("Räsner", "Quappen", "Zubow", "Tillner", "Hegsen", "Wenstett", "Brachow", "Dornitz")
BACKGROUND = [person(f"{given}{family}", given, family) for given in GIVEN for family in FAMILY]
PEOPLE = [
    person("bente", "Bente", "Johansen"),
    person("stine", "Stine", "Johansen"),
    person("yvonne", "Yvonne", "Mathis"),
    person("colleen", "Colleen", "Mathis"),
    person("emilie", "Emilie", "Olsson"),
    person("birgitta", "Birgitta", "Olsson"),
    person("peter", "Peter", "Kuckertz"),
    person("jules", "Jules", "de Koning"),
    person("henry", "Henry", "Gurra"),
    person("heinz-willi", "Heinz-Willi", "Hofstett"),
    person("gerrit", "Gerrit", "van Cuijck"),
]
Look = Callable[[Matcher, str], list[Match]]
TEXT = "Hallo,\nich habe heute mit {} über die Wohnung gesprochen.\nGruß"


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher([*BACKGROUND, *PEOPLE])


def in_text(matcher: Matcher, name: str) -> list[Match]:
    return matcher.match(MailWords(sender_address="kim@example.org", text=TEXT.format(name)))


def of_sender(matcher: Matcher, name: str) -> list[Match]:
    return matcher.match(MailWords(sender_name=name, sender_address="kim@example.org", text="Guten Tag"))


@pytest.mark.parametrize("look", [in_text, of_sender])
@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("S. B. Johansen", "stine"),
        ("S.B. Johansen", "stine"),
        ("S B Johansen", "stine"),
        ("E.B. Olsson", "emilie"),
        ("Colleen Yvonne Mathis", "colleen"),
        ("Willi Hofstett", "heinz-willi"),
        ("Hal Gurra", "henry"),
        ("Gerrit Vancuijck", "gerrit"),
    ],
)
def test_who_may_be_meant_is_shown_and_nobody_is_ticked(matcher: Matcher, look: Look, name: str, meant: str) -> None:
    matches = look(matcher, name)
    assert meant in {match.ref.id for match in matches}
    assert not [match.ref.id for match in matches if match.selected]


@pytest.mark.parametrize("look", [in_text, of_sender])
@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("Stine Johansen", "stine"),
        ("Frau Yvonne Mathis", "yvonne"),
        ("Jules Q. de Koning", "jules"),
        ("Peter X. Kuckertz", "peter"),
        ("P. Kuckertz", "peter"),
        ("Heinz Hofstett", "heinz-willi"),
        ("Heinz Willi Hofstett", "heinz-willi"),
    ],
)
def test_a_name_that_is_the_record_s_is_ticked(matcher: Matcher, look: Look, name: str, one: str) -> None:
    assert {match.ref.id for match in look(matcher, name) if match.selected} == {one}
