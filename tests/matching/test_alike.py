"""People, addresses and streets that look alike: the one that is written is ticked, and no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import MailWords, Match, Matcher
from bot.matching.normal import email_keys
from bot.records import Record
from tests.matching.people import company, estate, person

DIRECTORY: list[Record] = [
    person("john-james", "John James", "Crittenby"),
    person("john-paul", "John Paul", "Crittenby"),
    person("anna-maria", "Anna Maria", "Zschopau"),
    person("anna-lena", "Anna Lena", "Zschopau"),
    person("sen", "Egon", "Quappen sen."),
    person("jun", "Egon", "Quappen jun."),
    person("alexandro", "Alexandro", "Bedell", emails=("alexandro-fernando@example.net",)),
    person("fernando", "Rolf", "Tillner", emails=("fernando@example.net.invalid",)),
    person("andrej", "Andrej", "Zubovan", emails=("a.zubovan@example.net",)),
    person("dots", "Kunigunde", "Erhardt", emails=("kuni.erhardt@googlemail.com",)),
    person("no-dots", "Gernot", "Stifter", emails=("gernotstifter@gmail.com",)),
    person("web", "Amalgunde", "Brack", emails=("a.brack@web.de",)),
    company("freemail", "Malerbetrieb Löffelholz", emails=("malerloeffelholz@gmail.com",)),
    estate("ii", "II. Bickestraße", "12", "44263", "Dortmund"),
    estate("iii", "III. Bickestraße", "12", "44263", "Dortmund"),
    estate("4", "4. Querweg", "3", "44263", "Dortmund"),
    estate("5", "5. Querweg", "3", "44263", "Dortmund"),
]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(DIRECTORY)


def ticked(matches: list[Match]) -> set[str]:
    return {match.ref.id for match in matches if match.selected}


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("John J. Crittenby", {"john-james"}),
        ("John P. Crittenby", {"john-paul"}),
        ("John J Crittenby", {"john-james"}),
        ("Crittenby, John P.", set()),  # the initial stands outside the name
        ("John Paul Crittenby", {"john-paul"}),
        ("John Crittenby", set()),
        ("John X. Crittenby", set()),
        ("Anna M. Zschopau", {"anna-maria"}),
        ("Anna-Lena Zschopau", {"anna-lena"}),
        ("Anna Zschopau", set()),
        ("Egon Quappen jun.", {"jun"}),
        ("Egon Quappen sen.", {"sen"}),
        ("Egon Quappen", set()),
        ("Rolf Bedell", set()),
        ("Amalgunde Erhardt", set()),
        ("Egon Crittenby", set()),
    ],
)
def test_people_of_one_name(matcher: Matcher, name: str, ids: set[str]) -> None:
    assert ticked(matcher.match(MailWords(name, text="ok"))) == ids


@pytest.mark.parametrize(
    ("address", "ids"),
    [
        ("fernando@example.net", set()),
        ("alexandro@example.net", set()),
        ("m.zubovan18@posteo.example", set()),
        ("b.zubovan@example.net", set()),
        ("a.zubovan@example.org", set()),
        ("xa.zubovan@example.net", set()),
        ("a.zubovan@example.net.invalid", set()),
        ("lena@gmail.com", set()),
        ("abrack@web.de", set()),  # dots count elsewhere
        ("A.ZUBOVAN@Example.NET", {"andrej"}),
        ("a.zubovan+haus@example.net", {"andrej"}),
        ("kuni.erhardt@gmail.com", {"dots"}),
        ("kunierhardt@gmail.com", {"dots"}),
        ("k.u.n.i.erhardt+haus@googlemail.com", {"dots"}),
        ("gernot.stifter@googlemail.com", {"no-dots"}),
        ("a.brack@web.de", {"web"}),
    ],
)
def test_addresses(matcher: Matcher, address: str, ids: set[str]) -> None:
    assert ticked(matcher.match(MailWords("", address, text="Bitte um Rückruf."))) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("II. Bickestraße 12, 44263 Dortmund", {"ii"}),
        ("2. Bickestraße 12, 44263 Dortmund", {"ii"}),
        ("3. Bickestraße 12, 44263 Dortmund", {"iii"}),
        ("die III. Bickestr. 12 in Dortmund", {"iii"}),
        ("IV. Querweg 3, Dortmund", {"4"}),
        ("4. Querweg 3, Dortmund", {"4"}),
        ("V. Querweg 3, Dortmund", {"5"}),
        ("Bickestraße 12, 44263 Dortmund", set()),
        ("6. Querweg 3, Dortmund", set()),
    ],
)
def test_streets_that_a_number_tells_apart(matcher: Matcher, text: str, ids: set[str]) -> None:
    assert ticked(matcher.match(MailWords(text=text))) == ids


@given(local=st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){0,3}", fullmatch=True), older=st.booleans())
def test_dots_in_a_gmail_address_are_nothing(local: str, *, older: bool) -> None:
    plain = email_keys(local.replace(".", "") + "@gmail.com")
    assert plain[-1] in email_keys(f"{local}@{'googlemail' if older else 'gmail'}.com")
    assert email_keys(f"{local}@example.com") == [f"{local}@example.com"]
