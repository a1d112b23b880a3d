"""What a mail names and nothing was found for."""

from __future__ import annotations

import pytest

from bot.matching import MailWords, Matcher, not_found
from tests.matching.people import DIRECTORY


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(DIRECTORY)


def missing(matcher: Matcher, mail: MailWords) -> tuple[str, ...]:
    return not_found(mail, matcher.match(mail))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Frau Dr. Nirgendwo hat angerufen.", "Dr. Nirgendwo"),
        ("Ist die Feldweg 9a frei?", "Feldweg 9a"),
        ("Zur Lindenstr. 13 in Berlin hätte ich Fragen.", "Lindenstr. 13"),
        ("We would like to see 12 Elm Street soon.", "12 Elm Street"),
        ("Bitte das Exposé zu Objekt-Nr. 4711/b senden.", "4711/b"),
        ("Kennung KX-000123 fehlt uns.", "KX-000123"),
        ("Schreiben Sie an rosa@example.org bitte.", "rosa@example.org"),
    ],
)
def test_names_streets_numbers_and_addresses_as_they_stand(matcher: Matcher, text: str, expected: str) -> None:
    assert any(expected in words for words in missing(matcher, MailWords(text=text)))
    assert all(words in text for words in missing(matcher, MailWords(text=text)))


@pytest.mark.parametrize(
    "text",
    [
        "Frau Anna Müller hat angerufen.",
        "Es geht um die Lindenstr. 12 in Berlin.",
        "Anfrage zu Objekt-Nr. E-01002.",
        "Schreiben Sie an anna.mueller@example.de bitte.",
        "Wir kommen am 12.3. um 15 Uhr und zahlen 350.000 Euro.",
        "",
    ],
)
def test_what_was_found_is_not_among_them(matcher: Matcher, text: str) -> None:
    assert missing(matcher, MailWords(text=text)) == ()


def test_the_sender_comes_first_and_by_name(matcher: Matcher) -> None:
    mail = MailWords("Rosa Unbekannt", "rosa@example.org", text="Frau Anna Müller und der Feldweg 9, rosa@example.org")
    assert missing(matcher, mail) == ("Rosa Unbekannt", "Feldweg 9")
    assert missing(matcher, MailWords("", "rosa@example.org")) == ("rosa@example.org",)


def test_a_sender_who_was_found_is_not_among_them(matcher: Matcher) -> None:
    assert missing(matcher, MailWords("A. M.", "anna.mueller@example.de", text="Hallo")) == ()
    assert missing(matcher, MailWords("Jürgen Weiß", "x@example.net", text="Hallo")) == ()


def test_a_shared_given_name_does_not_make_somebody_found(matcher: Matcher) -> None:
    mail = MailWords("Anna Unbekannt", "a@example.net", text="Frau Anna Müller kennt mich.")
    assert missing(matcher, mail) == ("Anna Unbekannt",)


def test_the_own_house_is_not_among_them(matcher: Matcher) -> None:
    mail = MailWords(
        "Jürgen Weiß", "x@example.net", recipients=(("Kim Beispiel", "kim@office.example"),),
        text="Herr Lutz Beispiel, team@office.example, lutz@office.example",
        forwarders=(("Lutz Beispiel", "lutz@office.example"),),
    )  # fmt: skip
    assert missing(matcher, mail) == ()


def test_at_most_five_each_once(matcher: Matcher) -> None:
    text = " ".join(f"Frau Fremd{i}a und Frau Fremd{i}a, Feldweg {i}." for i in range(20))
    words = missing(matcher, MailWords(text=text.replace("0a", "xa")))
    assert len(words) == len(set(words)) == 5
