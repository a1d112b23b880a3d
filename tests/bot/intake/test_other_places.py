"""Where somebody lives, works or meets is not the property that a mail asks about: shown, and not ticked."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import words_of
from bot.mail import read_eml
from bot.mail.other_places import other_places
from bot.matching import Match, Matcher
from tests.matching.people import company, estate, person

DIRECTORY = [
    estate("home", "Bickestraße", "12", "44263", "Dortmund"),
    estate("asked", "Tillnerweg", "3", "44263", "Dortmund"),
    person(
        "lives", "Ludmilla", "Quellmoor", street="Am Deich", house_number="14", postal_code="26121", city="Oldenburg"
    ),
    company(
        "works", "Kestrel Holzbau GmbH", street="Kirchweg", house_number="3", postal_code="26121", city="Oldenburg"
    ),
    estate("english", "Sturt Avenue", "20", "62704", "Springfield"),
    *(person(f"p{i}", "Almut", name) for i, name in enumerate(("Zubow", "Hegsen", "Quappen", "Loiseau"))),
]
HOME = "Bickestraße 12, 44263 Dortmund"
NOT_ASKED = [
    f"ich suche eine neue Bleibe und wohne zurzeit in der {HOME}.",
    f"meine Anschrift lautet: {HOME}.",
    f"meine neue Adresse ist {HOME}.",
    f"bitte schicken Sie die Rechnung an {HOME}.",
    f"unser Büro finden Sie in der {HOME}.",
    f"wir sehen uns beim Notar in der {HOME}.",
    f"ich ziehe demnächst aus der {HOME} aus.",
    f"wir sind noch zur Miete ({HOME}) und suchen etwas zum Kaufen.",
    f"ist es noch da?\n\nMit freundlichen Grüßen\nKunigunde Zwirn\n{HOME}\nTel. 0170 1234567",
    f"ist es noch da?\n\n--\nKunigunde Zwirn | {HOME} | Tel. 0170 1234567",
    "ist es noch da?\n\nMit freundlichen Grüßen\nKunigunde Zwirn\nBickestraße 12\nDortmund",
    "I currently live at 20 Sturt Avenue, Springfield.",
    "my address is 20 Sturt Avenue, Springfield.",
    "please send the brochure to 20 Sturt Avenue, Springfield.",
    "we are moving out of 20 Sturt Avenue, Springfield and need more room.",
    "our office is at 20 Sturt Avenue, Springfield.",
    "is it still there?\n\nKind regards,\nKunigunde Zwirn\n20 Sturt Avenue\nSpringfield",
]
ASKED = [
    (f"ich interessiere mich für die Wohnung in der {HOME}.", "home"),
    (f"in unserer Wohnung {HOME} tropft der Hahn.", "home"),
    (f"der Mieter zieht aus der {HOME} aus.", "home"),
    (f"der Notartermin für die {HOME} ist am Freitag.", "home"),
    (f"ich wohne in der {HOME} und interessiere mich für den Tillnerweg 3, 44263 Dortmund.", "asked"),
    ("please send me an offer for 20 Sturt Avenue, Springfield.", "english"),
    ("could I view the office at 20 Sturt Avenue, Springfield?", "english"),
]


def matches(text: str) -> list[Match]:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Kunigunde Zwirn <k.zwirn@example.com>", "office@example.org"
    mail["Subject"], mail["Message-ID"] = "Anfrage", "<one@example.com>"
    mail.set_content(f"Guten Tag,\n{text}\n")
    return Matcher(DIRECTORY).match(words_of(read_eml(bytes(mail))))


@pytest.mark.parametrize("text", NOT_ASKED)
def test_a_place_of_another_kind_is_not_ticked(text: str) -> None:
    assert not [match.ref.id for match in matches(text) if match.selected]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Name: Fenja Ostrowski\nStraße: Am Deich 14\nOrt: 26121 Oldenburg", set()),
        ("es geht um Am Deich 14, 26121 Oldenburg.", set()),
        ("es geht um Fenja Quellmoor, Am Deich 14, 26121 Oldenburg.", set()),
        ("es geht um Kirchweg 3, 26121 Oldenburg.", set()),
        ("es geht um Frau Quellmoor, Am Deich 14, 26121 Oldenburg.", {"lives"}),
        ("es geht um Ludmilla Quellmoor, Am Deich 14, 26121 Oldenburg.", {"lives"}),
        ("es geht um die Kestrel Holzbau GmbH, Kirchweg 3, 26121 Oldenburg.", {"works"}),
    ],
)
def test_nobody_is_ticked_by_an_address_alone(text: str, ids: set[str]) -> None:
    assert {match.ref.id for match in matches(text) if match.selected} == ids


def test_it_is_shown_with_the_reason() -> None:
    (match,) = (match for match in matches(NOT_ASKED[0]) if match.ref.id == "home")
    assert "other_place" in {piece.field for piece in match.evidence}


@pytest.mark.parametrize(("text", "id_"), ASKED)
def test_the_property_that_is_asked_about_is_ticked(text: str, id_: str) -> None:
    assert {match.ref.id for match in matches(text) if match.selected} == {id_}


@given(
    st.text()
    | st.lists(st.sampled_from(["ich wohne in der ", "Str. 5", ". ", "\n", "my address is ", "Wohnung "])).map("".join)
)
def test_places_lie_in_the_text(text: str) -> None:
    assert all(0 <= start <= end <= len(text) for start, end in other_places(text))
