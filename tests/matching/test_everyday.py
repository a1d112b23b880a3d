"""Companies, properties and deals that are called by everyday words: said in passing they are never ticked, meant they
are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import Field, MailWords, Match, Matcher
from bot.matching.everyday import all_everyday, is_everyday
from bot.matching.normal import words
from bot.records import Record
from tests.matching.people import DIRECTORY, company, deal, estate, person

COMPANIES = [
    "Haus & Garten GmbH", "Open House Ltd", "Good Morning Inc", "Neue Heimat", "Hand & Stone GmbH",
    "Guter Grund AG", "Sonne und Meer Immobilien GmbH", "Traumhaus & Wohnen KG", "Fresh Start Properties Ltd",
    "Zuhause GmbH", "Blue Sky Homes Ltd", "Gute Lage Immobilien GmbH", "First Choice Lettings Ltd",
    "Schöner Wohnen AG", "Licht und Raum", "Bergblick GmbH", "Dach + Fach GmbH", "Schlüssel & Tür OHG",
    "Vier Wände UG", "Wald und Wiese eG", "Küche Aktiv GmbH", "Key & Door LLC", "New Home Inc", "Bright Future Ltd",
    "Best Price Removals Ltd", "Big Garden plc", "Happy Family LLC", "The Good Life Company", "Lebensraum Bau GmbH",
    "Gute Nachbarn e.V.", "Alles Klar Reinigung GmbH", "Frische Luft KG",
]  # fmt: skip
DIRECTORY_TOO = [company(f"c{i}", name) for i, name in enumerate(COMPANIES)] + DIRECTORY

IN_PASSING = [
    "Wir suchen ein Haus mit Garten.",
    "Haus und Garten sind sehr gepflegt.",
    "Zu Haus & Garten noch eine Frage: wie groß sind sie?",
    "We are having an open house on Sunday at 3.",
    "The Open House is on Sunday at 3.",
    "Good morning,\n\nis the flat still free?",
    "Good Morning,\n\nis the flat still free?",
    "Wir suchen eine neue Heimat für uns drei.",
    "Das wird unsere Neue Heimat.",
    "Er gab mir die Hand, der Stone war schwer.",
    "Das ist ein guter Grund, anzurufen.",
    "Sonne und Meer, Immobilien am Strand: das ist unser Traum.",
    "Ein Traumhaus, und das Wohnen darin!",
    "We hope for a fresh start. Properties in Bath are dear.",
    "Das Zuhause der Muster GmbH ist schön.",
    "A blue sky and nice homes around.",
    "Gute Lage! Immobilien wie diese sind selten.",
    "Our first choice would be lettings in Leeds.",
    "Bei Ihnen ließe es sich schöner wohnen.",
    "Die Wohnung hat viel Licht und Raum.",
    "Der Balkon mit Bergblick gefällt uns.",
    "Dach und Fach sind saniert.",
    "Der Schlüssel passt nicht in die Tür.",
    "Wir wollen endlich in unsere vier Wände.",
    "Rundum nur Wald und Wiese.",
    "Die Küche ist aktiv belüftet.",
    "Please leave the key at the door.",
    "This is going to be our new home.",
    "We wish you a bright future.",
    "What is your best price? Removals are extra.",
    "We have a big garden and a happy family.",
    "That is the good life, and the company is nice.",
    "Der Lebensraum ist knapp, der Bau geht weiter.",
    "Wir sind gute Nachbarn.",
    "Alles klar! Die Reinigung kommt am Montag.",
    "Hier gibt es frische Luft.",
]  # fmt: skip

MEANT = [
    ("die Haus & Garten GmbH hat angerufen", "Haus & Garten GmbH"),
    ("Rechnung der Firma Haus & Garten", "Haus & Garten GmbH"),
    ("Das Angebot der Haus und Garten GmbH liegt bei.", "Haus & Garten GmbH"),
    ("rechnung von der haus & garten gmbh", "Haus & Garten GmbH"),
    ("We have a quote from Open House Ltd.", "Open House Ltd"),
    ("Good Morning Inc sent the offer.", "Good Morning Inc"),
    ("Firma: Neue Heimat", "Neue Heimat"),
    ("Hand & Stone GmbH liefert am Montag.", "Hand & Stone GmbH"),
    ("Die Guter Grund AG verkauft.", "Guter Grund AG"),
    ("Sonne und Meer Immobilien GmbH", "Sonne und Meer Immobilien GmbH"),
    ("Traumhaus & Wohnen KG", "Traumhaus & Wohnen KG"),
    ("Fresh Start Properties Ltd manages the block.", "Fresh Start Properties Ltd"),
    ("Blue Sky Homes Ltd manages the block.", "Blue Sky Homes Ltd"),
    ("Gute Lage Immobilien GmbH", "Gute Lage Immobilien GmbH"),
    ("First Choice Lettings Ltd manages the block.", "First Choice Lettings Ltd"),
    ("Die Schöner Wohnen AG bittet um Rückruf.", "Schöner Wohnen AG"),
    ("Dach + Fach GmbH hat das Dach geprüft.", "Dach + Fach GmbH"),
    ("Vier Wände UG", "Vier Wände UG"),
    ("Key & Door LLC has the keys.", "Key & Door LLC"),
    ("Bright Future Ltd is the buyer.", "Bright Future Ltd"),
    ("Die Lebensraum Bau GmbH baut hier.", "Lebensraum Bau GmbH"),
    ("Die Alles Klar Reinigung GmbH kommt am Montag.", "Alles Klar Reinigung GmbH"),
]  # fmt: skip


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(DIRECTORY_TOO)


def ticked(matches: list[Match]) -> set[str]:
    return {match.name for match in matches if match.selected}


@pytest.mark.parametrize("name", COMPANIES)
def test_they_are_everyday_words(name: str) -> None:
    assert all_everyday(tuple(word for word in words(name) if word not in ("gmbh", "ltd", "kg", "eg", "ohg", "ug", "ag")
                              and word not in ("llc", "inc", "plc", "e", "v")))  # fmt: skip


@pytest.mark.parametrize("text", IN_PASSING)
@pytest.mark.parametrize("where", ["text", "subject"])
def test_words_said_in_passing_tick_nothing(matcher: Matcher, text: str, where: str) -> None:
    assert ticked(matcher.match(MailWords("Lena Winterfeld", "lw@example.org", **{where: text}))) == set()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["haus mit garten gesucht", "neue heimat gesucht", "OPEN HOUSE ON SUNDAY", "Open House"]
)
def test_nor_do_they_in_a_subject(matcher: Matcher, text: str) -> None:
    assert ticked(matcher.match(MailWords("", "lw@example.org", subject=text))) == set()


@pytest.mark.parametrize(("text", "name"), MEANT)
def test_who_is_meant_is_ticked(matcher: Matcher, text: str, name: str) -> None:
    assert ticked(matcher.match(MailWords("Lena Winterfeld", "lw@example.org", text=text))) == {name}


@pytest.mark.parametrize(
    "name", ["Haus & Garten", "Haus & Garten GmbH", "Neue Heimat", "Open House Ltd", "Good Morning"]
)
def test_the_sender_is_meant(matcher: Matcher, name: str) -> None:
    found = ticked(matcher.match(MailWords(name, "post@example.org", text="ok")))
    assert [one for one in found if one.startswith(name)] == list(found) != []


def test_a_name_within_a_senders_name_is_not_meant(matcher: Matcher) -> None:
    assert ticked(matcher.match(MailWords("Haus & Garten Magazin", "news@example.org", text="ok"))) == set()
    assert ticked(matcher.match(MailWords("", "good.morning@example.org", text="ok"))) == set()


def test_the_senders_own_company_is_meant_by_its_domain() -> None:
    own = company("60", "Haus & Garten GmbH", emails=("info@haus-garten.example",))
    text = "Gern.\n\nViele Grüße\nUta Brack\nHaus & Garten"
    mail = MailWords("Uta Brack", "uta.brack@haus-garten.example", text=text)
    assert ticked(Matcher([*DIRECTORY, own]).match(mail)) == {"Haus & Garten GmbH"}


def test_what_is_written_as_a_name_is_shown(matcher: Matcher) -> None:
    matches = matcher.match(MailWords(text="Die Neue Heimat hat geschrieben."))
    shown = {match.name: match.evidence[-1].field for match in matches}
    assert shown["Neue Heimat"] is Field.EVERYDAY


@pytest.mark.parametrize(
    "text", ["Frau Kestrel fragt nach Haus und Garten.", "Frau Kestrel mag das Haus, den Garten auch."]
)
def test_everyday_words_do_not_make_a_surname_sure(text: str) -> None:
    who = person("61", "Uta", "Kestrel", company="Haus & Garten GmbH")
    assert ticked(Matcher([*DIRECTORY, who]).match(MailWords(text=text))) == set()


THINGS: list[Record] = [
    estate("70", "Am Anger", "2", "", "Ulm", name="Haus mit Garten"),
    estate("71", "Seeweg", "3", "", "Ulm", name="Ruhige Wohnung"),
    estate("72", "Waldweg", "4", "", "Ulm", name="Schönes Haus am See mit großem Garten"),
    deal("73", "Neue Küche"),
    deal("74", "Open House"),
]


@pytest.mark.parametrize(
    "text",
    ["Wir suchen ein Haus mit Garten.", "Wir suchen eine ruhige Wohnung.", "Die Ruhige Wohnung war schön.",
     "Ist die neue Küche schon da?", "Come to our open house.", "Ein schönes Haus, am See, mit Garten."],
)  # fmt: skip
def test_a_title_of_everyday_words_said_in_passing_is_not_ticked(text: str) -> None:
    assert ticked(Matcher([*DIRECTORY, *THINGS]).match(MailWords(text=text))) == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [("Anfrage zu „Ruhige Wohnung“", "Ruhige Wohnung"), ("Objekt: Ruhige Wohnung", "Ruhige Wohnung"),
     ("Schönes Haus am See mit großem Garten", "Schönes Haus am See mit großem Garten")],
)  # fmt: skip
def test_a_title_in_quotation_marks_behind_a_label_or_of_many_words_is_meant(text: str, name: str) -> None:
    assert ticked(Matcher([*DIRECTORY, *THINGS]).match(MailWords(subject=text))) == {name}


HEADS, TAILS = ["haus", "garten", "traum", "leben", "raum", "wohn"], ["haus", "garten", "raum"]
LOOSE = ["haus", "garten", "und", "mit", "open", "house", "good", "morning", "gut", "die", "a", ",", ".", "\n"]


@given(st.sampled_from(HEADS), st.sampled_from(TAILS))
def test_two_everyday_words_make_one_in_german(head: str, tail: str) -> None:
    assert is_everyday(head + tail)
    assert not is_everyday(head + "zsch" + tail[:2])


@given(st.lists(st.sampled_from(LOOSE), max_size=30))
def test_no_arrangement_of_the_words_alone_ticks(parts: list[str]) -> None:
    named = Matcher([company("c0", "Haus & Garten GmbH"), company("c1", "Open House Ltd")])
    assert ticked(named.match(MailWords(text=" ".join(parts)))) == set()
