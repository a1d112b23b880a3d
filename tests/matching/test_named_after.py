"""A whole name that is part of something else's: of a company, a street, a thing, or of two people in a list."""

from __future__ import annotations

import pytest

from bot.matching import MailWords, Matcher
from tests.matching.people import estate, person

GIVEN = ("Rosie", "Severin", "Almut", "Bente", "Colleen", "Nathalie", "Helena", "Isidora", "Joonatan", "Kamila")
FAMILY = ("Perry", "Voinea", "Kadlec", "Loiseau", "Rosario", "Malinen", "Zubow", "Hegsen")
DIRECTORY = [
    person(f"{given} {family}", given, family) for i, given in enumerate(GIVEN) for family in FAMILY[i % 3 :: 3]
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(DIRECTORY)


def ticked(matcher: Matcher, words: str) -> set[str]:
    text = f"Guten Tag,\nes geht um {words}. Bitte um Rückruf.\nGruß"
    return {m.ref.id for m in matcher.match(MailWords(sender_address="kim@example.org", text=text)) if m.selected}


@pytest.mark.parametrize(
    "words",
    [
        "die Rosie Perry GmbH",
        "Rosie Perry Ltd",
        "Rosie Perry & Partner",
        "Rosie Perry und Kollegen",
        "Rosie Perry & Co. KG",
        "die Rosie Perry Stiftung",
        "the Rosie Perry Trust",
        "das Rosie Perry Haus",
        "die Rosie Perry Ausstellung",
        "Rosie Perry Road",
        "12 Rosie Perry Avenue",
        "die Rosie-Perry-Straße 5",
        "Rosie, Gerda Perry",
        "Rosie, Almut Perry",
        "Almut Perry, Rosie",
    ],
)
def test_what_is_called_by_a_name_ticks_nobody(matcher: Matcher, words: str) -> None:
    assert "Rosie Perry" not in ticked(matcher, words)


@pytest.mark.parametrize(
    "words",
    [
        "Rosie Perry",
        "die Rosie Perry",
        "Rosie Perry, Gerda Stifter",
        "Perry, Rosie",
        "Frau Perry, Rosie",
        "die Wohnung von Rosie Perry",
        "Rosie Perry ab 5. Mai",
        "Severin und Rosie Perry",
    ],
)
def test_the_person_is_ticked(matcher: Matcher, words: str) -> None:
    assert "Rosie Perry" in ticked(matcher, words)


@pytest.mark.parametrize("greeting", ["Hallo Herr Müller,", "Sehr geehrter Herr Dr. Müller,", "Dear Mr Müller,"])
def test_whom_the_mail_greets_is_its_reader(greeting: str) -> None:
    house = estate("house", "Lindenstraße", "21", "26121", "Oldenburg")
    owner = person("owner", "Stefan", "Müller", related=(house.ref,))
    text = greeting + "\ndanke für die Besichtigung der Lindenstraße 21, 26121 Oldenburg.\nGruß"
    others = DIRECTORY[:12]
    matches = Matcher([owner, house, *others]).match(MailWords(sender_address="kim@example.org", text=text))
    assert {m.ref.id for m in matches if m.selected} == {"house"}
    text = text.replace(greeting, "Hallo,").replace("danke", "Herr Müller dankt")
    matches = Matcher([owner, house, *others]).match(MailWords(sender_address="kim@example.org", text=text))
    assert {m.ref.id for m in matches if m.selected} == {"house", "owner"}
