"""What a mail mentions, case by case."""

from __future__ import annotations

import threading

import pytest

from bot.matching import Field, MailWords, Match, Matcher, unmatched
from bot.records import Category
from tests.matching.people import DIRECTORY, company, estate, person, ref


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(DIRECTORY)


def ids(matches: list[Match]) -> list[str]:
    return [match.ref.id for match in matches]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bitte rufen Sie Anna Müller zurück.", "1"),
        ("Bitte rufen Sie Anna Mueller zurück.", "1"),
        ("bitte Müller, Anna zurückrufen", "1"),
        ("Bitte rufen Sie ANNA MULLER zurück.", "1"),
        ("Gestern sprach ich mit Anna Mülelr über das Haus.", "1"),
        ("Schreiben Sie an Anna.Mueller+haus@Example.DE bitte.", "1"),
        ("Rückruf unter 030 / 123 45 67.", "1"),
        ("Rückruf unter 0049 (0)30 1234567.", "1"),
        ("Dr. Hajo Sonntag hat zugesagt.", "3"),
        ("Hansjoachim Sonntag hat zugesagt.", "3"),
        ("Alex von der Heide fragt nach.", "4"),
        ("Interessent: Katharina Gross Luedtke", "5"),
        ("Elodie Duranona is waiting.", "8"),
        ("I spoke to Bill O’Brien yesterday.", "9"),
        ("Juergen Weiss kommt auch.", "10"),
        ("Rechnung an Zschopauer Holzbau bitte.", "20"),
        ("Kestrel und Soehne Hausverwaltung meldet sich.", "21"),
        ("Es geht um die Lindenstr. 12 in Berlin.", "30"),
        ("Es geht um die Linden Strasse 12, 12345 Berlin.", "30"),
        ("Ist die Lindnestraße 12 noch frei?", "30"),
        ("Lindenstraße 14 A, Berlin", "31"),
        ("Anfrage zu Objekt-Nr. e 01002", "31"),
        ("Besichtigung Berliner Str. 7 in Leipzig?", "32"),
        ("Exposé 2001/017 bitte", "32"),
        ("Haus Am Berg 3, 01067 Dresden", "33"),
        ("We like 742 Maple Ave. very much.", "34"),
        ("Zum Vorgang „Verkauf Rosenquartier Potsdam BA 2“ fehlt etwas.", "40"),
    ],
)
def test_finds_what_a_text_mentions(matcher: Matcher, text: str, expected: str) -> None:
    matches = matcher.match(MailWords(text=text))
    assert ids(matches)[:1] == [expected]
    assert matches[0].evidence


@pytest.mark.parametrize(
    "text",
    [
        "Petra Müller hat angerufen.",
        "Es geht um die Lindenstraße 13 in Berlin.",
        "Kennen Sie 2001-018?",
        "Der lange Weg zum Notar hat sich gelohnt.",
        "Rückruf unter 030 1234568.",
        "",
    ],
)
def test_ticks_nothing_for_what_only_looks_similar(matcher: Matcher, text: str) -> None:
    assert [match for match in matcher.match(MailWords(text=text)) if match.selected] == []


def test_sender_is_found_by_name_and_by_address(matcher: Matcher) -> None:
    by_address = matcher.match(MailWords(sender_address="anna.mueller@example.de", text="Hallo"))
    assert (ids(by_address)[0], by_address[0].selected) == ("1", True)
    assert by_address[0].evidence[0].field is Field.EMAIL
    by_name = matcher.match(MailWords.from_headers("Müller, Anna <x1@example.net>", "", "", "Hallo"))
    assert ids(by_name)[0] == "1"


def test_namesakes_are_shown_but_not_ticked(matcher: Matcher) -> None:
    matches = matcher.match(MailWords(text="Peter Meier möchte besichtigen."))
    assert set(ids(matches)[:2]) == {"6", "7"}
    assert not any(match.selected for match in matches)


def test_bare_surname_is_never_ticked(matcher: Matcher) -> None:
    matches = matcher.match(MailWords(text="Herr Sonntag kommt."))
    assert ids(matches) == ["3"]
    assert not matches[0].selected


def test_a_company_tells_which_of_the_namesakes(matcher: Matcher) -> None:
    matches = matcher.match(MailWords(text="Herr Müller von der Zschopauer Holzbau wartet."))
    assert next(m.ref.id for m in matches if m.category is Category.PERSON) == "2"
    assert ids(matches).index("20") < 2


def test_evidence_says_where(matcher: Matcher) -> None:
    text = "Guten Tag, es geht um die Lindenstr. 12 in Berlin."
    (evidence, *_) = matcher.match(MailWords(text=text))[0].evidence
    assert evidence.field is Field.STREET
    assert evidence.span is not None
    assert text[slice(*evidence.span)] == evidence.mail == "Lindenstr. 12"
    assert evidence.record == "Lindenstraße 12"
    assert evidence.similarity > 0.9


def test_staff_are_never_the_customer() -> None:
    matcher = Matcher(DIRECTORY, staff=["anna.mueller@example.de", "Jürgen Weiß"])
    mail = MailWords("Anna Müller", "anna.mueller@example.de", text="Grüße, Jürgen Weiß")
    assert not {"1", "10"} & set(ids(matcher.match(mail)))


def test_relations_in_the_crm_lift_both() -> None:
    owner = person("50", "Uta", "Krähwinkel")
    house = estate("51", "Am Anger", "2", "99999", "Musterstadt", related=(owner.ref,))
    mail = MailWords(text="Frau Krähwinkel fragt nach dem Haus Am Anger 2.")
    alone = {m.ref: m for m in Matcher([*DIRECTORY, owner]).match(mail)}
    both = {m.ref: m for m in Matcher([*DIRECTORY, owner, house]).match(mail)}
    assert both[owner.ref].probability > alone[owner.ref].probability
    assert Field.RELATED in {e.field for e in both[owner.ref].evidence}


def test_update_is_visible_at_once_and_vanished_records_are_gone() -> None:
    own = Matcher(DIRECTORY)
    mail = MailWords(text="Xenia Quastenflosser und Anna Müller")
    assert ids(own.match(mail)) == ["1"]
    own.update([person("99", "Xenia", "Quastenflosser")], [ref("1")])
    assert ids(own.match(mail)) == ["99"]
    assert own.get(ref("1")) is None
    assert len(own) == len(DIRECTORY)
    own.update([person("99", "Xenia", "Umbenannt")], [])
    assert ids(own.match(mail)) == []
    assert len(own) == len(DIRECTORY)
    typo = own.match(MailWords(text="Xenia Umbennant"))
    assert ids(typo) == ["99"]


def test_reading_while_updating() -> None:
    own = Matcher(DIRECTORY)
    stop = threading.Event()
    failures: list[BaseException] = []

    def ask() -> None:
        while not stop.is_set():
            try:
                assert "10" in ids(own.match(MailWords(text="Jürgen Weiß, Quirin Nr7")))
            except BaseException as error:  # noqa: BLE001 - the failure of a thread is the test's result
                failures.append(error)
                return

    thread = threading.Thread(target=ask)
    thread.start()
    for i in range(200):
        own.update([person(f"u{i % 20}", "Quirin", f"Nummer{i}")], [ref(f"u{(i + 7) % 20}")])
    stop.set()
    thread.join()
    assert failures == []


def test_many_changes_rebuild_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.matching.index._CHANGES", 10)
    own = Matcher(DIRECTORY)
    for i in range(60):
        own.update([person(f"u{i % 5}", "Quirin", f"Nummer{i}")], [])
    assert len(own) == len(DIRECTORY) + 5
    assert set(ids(own.match(MailWords(text="Quirin Nummer59 und Anna Müller")))) == {"u4", "1"}
    assert own.get(ref("u4")) == person("u4", "Quirin", "Nummer59")


def test_search_as_you_type(matcher: Matcher) -> None:
    def found(text: str, *categories: Category) -> list[str]:
        return [record.ref.id for record in matcher.search(text, categories or tuple(Category))]

    assert found("son")[0] == "3"
    assert found("mueller an")[0] in {"1", "2"}
    assert found("anna mul") == ["1"]
    assert found("lindenstr 14")[0] == "31"
    assert found("e-01002")[0] == "31"
    assert found("e01002")[0] == "31"
    assert found("duranona@")[0] == "8"
    assert found("kathrina")[0] == "5"
    assert set(found("müller", Category.COMPANY)) == set()
    assert found("") == []


def test_unmatched_names_what_nothing_was_found_for(matcher: Matcher) -> None:
    mail = MailWords("Rosa Unbekannt", "rosa@example.org", text="Frau Nirgendwo und Anna Müller, Feldweg 9")
    words = unmatched(mail, matcher.match(mail))
    assert words[0] == "Rosa Unbekannt"
    assert {"Nirgendwo", "Feldweg 9"} <= set(words)
    assert not any("Müller" in word for word in words)


def test_shared_phone_shows_all_and_ticks_none() -> None:
    shared = [person("60", "Ida", "Eins", phones=("030 555000",))]
    shared += [person("61", "Udo", "Zwei", phones=("+49 30 555000",))]
    matches = Matcher([*DIRECTORY, *shared]).match(MailWords(text="Tel. 030/555000"))
    assert {"60", "61"} <= set(ids(matches))
    assert not any(match.selected for match in matches)


def test_a_company_with_another_trade_is_not_ticked() -> None:
    own = Matcher([*DIRECTORY, company("70", "Hagedorn Immobilien GmbH")])
    assert not any(m.selected for m in own.match(MailWords(text="Die Hagedorn Logistik GmbH liefert.")))
