"""Streets as people shorten them, and small words that are nobody's name."""

from __future__ import annotations

import pytest

from bot.matching import MailWords, Matcher
from tests.matching.people import company, estate, person

DIRECTORY = [
    estate("gasse", "Bachlergasse", "188", "1030", "Wien"),
    estate("platz", "Karl-Renner-Platz", "19", "8010", "Graz"),
    estate("glued", "Jockelplatz", "19", "1030", "Wien"),
    estate("weg", "Tillnerweg", "5", "4020", "Linz"),
    estate("allee", "Quappenallee", "7", "4020", "Linz"),
    company("stoll", "Budig Stoll GmbH"),
    company("other", "Noack & Partner GmbH"),
    person("sellers", "Charles", "Sellers"),
    *(person(f"p{i}", given, "Zubow") for i, given in enumerate(("Almut", "Bente", "Colleen", "Dorothea"))),
]


def ticked(text: str) -> set[str]:
    matches = Matcher(DIRECTORY).match(MailWords(sender_address="kim@example.org", text=text))
    return {match.ref.id for match in matches if match.selected}


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("Bachlerg. 188, 1030 Wien", "gasse"),
        ("Bachlerg. 188/2/7 in Wien", "gasse"),
        ("Jockelpl. 19, 1030 Wien", "glued"),
        ("Karl-Renner-Pl. 19, 8010 Graz", "platz"),
        ("Karl Renner Pl. 19, 8010 Graz", "platz"),
        ("Tillnerw. 5, 4020 Linz", "weg"),
        ("Quappenal. 7, 4020 Linz", "allee"),
    ],
)
def test_a_shortened_street_is_the_street(address: str, one: str) -> None:
    assert ticked(f"Guten Tag, ich interessiere mich für die Wohnung {address}.\nViele Grüße") == {one}


def test_the_end_of_a_sentence_shortens_nothing() -> None:
    assert ticked("Wir haben lange im Bachlerg gewartet. 188 Leute waren da.") == set()


def test_a_small_word_is_no_misspelt_part_of_a_name() -> None:
    assert ticked("Hi,\nis the flat at Budig still available?\nRegards") == set()
    assert ticked("Hi,\nis the flat of Budig Stol available?\nRegards") == {"stoll"}
    assert ticked("Dear all,\nthe service charges and seller are known.\nRegards") == set()
