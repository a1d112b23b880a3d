"""What a mail mentions, case by case."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bot.matching import Field, MailWords, Match, Matcher, not_found
from bot.records import Category, Record, RecordRef
from tests.matching.people import DIRECTORY, company, deal, estate, person, ref


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
    assert matches[ids(matches).index("2")].selected
    without = matcher.match(MailWords(text="Herr Müller vom Holzbau wartet."))
    assert not any(match.selected for match in without if match.category is Category.PERSON)


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
    words = not_found(mail, matcher.match(mail))
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


EMILY = person("80", "Emily", "Karter", emails=("emily.karter@kestrel.example",))
SIMILAR = person("81", "Emily", "Carter", emails=("emily.carter@brightwater.example",))


def ticked(records: list[Record], mail: MailWords) -> set[str]:
    return {match.ref.id for match in Matcher([*DIRECTORY, *records]).match(mail) if match.selected}


def test_who_signs_is_who_wrote_and_not_somebody_similar() -> None:
    mail = MailWords("Emily Karter", "emily.karter@kestrel.example", text="Hello,\n\nRegards\nEmily Karter")
    assert ticked([EMILY, SIMILAR], mail) == {"80"}
    assert ticked([SIMILAR, EMILY], mail) == {"80"}


def test_two_similar_people_are_both_ticked_where_both_are_meant() -> None:
    mail = MailWords("Emily Karter", "emily.karter@kestrel.example", text="I spoke to Emily Carter about it.")
    assert ticked([EMILY, SIMILAR], mail) == {"80", "81"}


def test_a_person_whom_two_crms_have_is_ticked_in_both() -> None:
    twin = replace(EMILY, ref=RecordRef("zoho", "Contacts", "82"), phones=("0131 4960255",))
    mail = MailWords("Emily Karter", "emily.karter@kestrel.example", text="Tel. 0131 4960255")
    assert ticked([EMILY, twin], mail) == {"80", "82"}


def test_somebody_similar_in_the_other_crm_is_not_ticked() -> None:
    stranger = replace(SIMILAR, ref=RecordRef("zoho", "Contacts", "83"))
    mail = MailWords("Emily Karter", "emily.karter@kestrel.example", text="Regards\nEmily Karter")
    assert ticked([EMILY, stranger], mail) == {"80"}


def test_the_same_number_in_another_town_is_not_ticked() -> None:
    here = estate("84", "Fliederstraße", "12", "12345", "Berlin")
    there = estate("85", "Fliederstraße", "12", "14467", "Potsdam")
    mail = MailWords(subject="Fliederstr. 12", text="Wir möchten die Fliederstr. 12 in 12345 Berlin sehen.")
    assert ticked([here, there], mail) == {"84"}


@pytest.mark.parametrize(
    "text",
    [
        "Ist die Wohnung in der Fliederstraße noch frei?",
        "Ist die Fliederstraße 12 oder 21 noch frei?",
        "Ist in der Fliederstraße etwas frei? Die Hausnummer war wohl 21 oder 12.",
    ],
)
def test_a_street_without_one_number_is_shown_and_not_ticked(text: str) -> None:
    street = [estate("84", "Fliederstraße", "12", "12345", "Berlin"), estate("85", "Fliederstraße", "21", "", "Berlin")]
    matches = Matcher([*DIRECTORY, *street]).match(MailWords(text=text))
    assert set(ids(matches)) == {"84", "85"}
    assert not any(match.selected for match in matches)


def test_numbers_that_the_mail_names_leave_out_the_others() -> None:
    street = [estate(f"9{n}", "Fliederstraße", str(n), "", "Berlin") for n in (1, 3, 5)]
    mail = MailWords(text="Geht es um die Fliederstraße 1 oder 5?")
    assert set(ids(Matcher([*DIRECTORY, *street]).match(mail))) == {"91", "95"}


def test_a_street_of_many_properties_says_nothing_without_a_number() -> None:
    street = [estate(f"9{n}", "Fliederstraße", str(n), "", "Berlin") for n in range(1, 9)]
    assert ids(Matcher([*DIRECTORY, *street]).match(MailWords(text="Wir wohnen in der Fliederstraße."))) == []


def test_one_end_of_a_range_is_not_ticked_without_the_town() -> None:
    house = estate("84", "Fliederstraße", "12-16", "12345", "Berlin")
    assert ticked([house], MailWords(text="Die Fliederstraße 12 gefällt uns.")) == set()
    assert ticked([house], MailWords(text="Die Fliederstraße 12 in 12345 Berlin gefällt uns.")) == {"84"}


def test_owners_may_call_their_property_by_a_part_of_its_title() -> None:
    owner = person("50", "Uta", "Krähwinkel", emails=("uta@example.org",))
    flat = estate("51", "Am Anger", "2", "", "Ulm", name="Altbauwohnung am Rosenpark", related=(owner.ref,))
    text = "die Wohnung am Rosenpark ist geräumt."
    assert "51" in ids(Matcher([*DIRECTORY, owner, flat]).match(MailWords(sender_address="uta@example.org", text=text)))
    assert ticked([owner, flat], MailWords(text=text)) == set()


def test_a_deal_needs_no_repetition_of_its_customers_name() -> None:
    showroom = deal("90", "Kestrel - showroom lighting", related=(EMILY.ref,))
    customer = replace(EMILY, company="Kestrel Interiors")
    text = "We need the showroom lighting two days earlier."
    mail = MailWords("Emily Karter", "emily.karter@kestrel.example", text=text)
    assert ticked([customer, showroom], mail) == {"80", "90"}
    assert ticked([customer, showroom], MailWords(text=text)) == set()


def test_one_ordinary_word_does_not_tick_a_contacts_deal() -> None:
    matter = deal("90", "Kestrel - lighting", related=(EMILY.ref,))
    customer = replace(EMILY, company="Kestrel Interiors")
    mail = MailWords("", "emily.karter@kestrel.example", text="Could you split the lighting into a separate line?")
    assert "90" not in ticked([customer, matter], mail)


def test_where_the_sender_is_known_a_company_in_passing_is_shown_and_not_ticked() -> None:
    company_ = company("86", "Hausverwaltung Fliederhof GmbH")
    text = "der Schlüssel liegt bei der Hausverwaltung Fliederhof."
    matches = Matcher([*DIRECTORY, EMILY, company_]).match(MailWords("", EMILY.emails[0], text=text))
    assert [(match.ref.id, match.selected) for match in matches] == [("80", True), ("86", False)]
    assert ticked([company_], MailWords(text=text)) == {"86"}
    full = text.replace("Fliederhof", "Fliederhof GmbH")
    assert ticked([EMILY, company_], MailWords("", EMILY.emails[0], text=full)) == {"80", "86"}


def test_the_street_where_somebody_lives_tells_namesakes_apart() -> None:
    names = [person("87", "Peter", "Meier", street="Fliederstraße", house_number="3"), *DIRECTORY]
    found = ids(Matcher(names).match(MailWords(text="Peter Meier wohnt noch in der Fliederstraße.")))
    assert found[0] == "87"


def test_a_thing_that_looks_like_a_name_is_nobody() -> None:
    theda = person("88", "Theda", "Keller")
    assert ticked([theda], MailWords(text="Das Thema Keller ist in Ordnung.")) == set()
    assert ticked([theda], MailWords(text="Frau Thema Keller ist in Ordnung.")) == {"88"}


def test_a_title_with_another_word_is_shown_and_not_ticked() -> None:
    title = "Großzügige Bürofläche nahe Bahnhof in Zschopau"
    office = [estate("89", "Ufersteig", "10", "09405", "Zschopau", name=title), *DIRECTORY]
    mail = MailWords(text="Es geht um das Objekt „Charmante Bürofläche nahe Bahnhof in Zschopau“.")
    assert [(match.ref.id, match.selected) for match in Matcher(office).match(mail)] == [("89", False)]
    assert ticked(office, MailWords(text=f"Es geht um das Objekt „{title}“.")) == {"89"}


@pytest.mark.parametrize(
    ("given", "family", "written"),
    [
        ("Hans-Adolf", "Heuser", "Rolf-Peter H. Heuser"), ("Viktoria", "Lukas", "Davi Lukas V. Brandt"),
        ("Corinne", "Jähn", "C. Yahn"), ("Mary", "Jackson", "Mary Bond-Jackson"), ("Mary", "Bond", "Mary Bond-Jackson"),
        ("Darius", "Strauß", "Darius Christoph-Strauß"), ("Christopher", "Lane", "10 Justin Lane, North Christopher"),
    ],
)  # fmt: skip
def test_a_part_of_another_name_is_not_ticked(given: str, family: str, written: str) -> None:
    others = [person("97", "Rolf-Peter", "Zander"), person("98", "Jo", "Brandt")]
    records = [*DIRECTORY, person("96", given, family), *others]
    assert "96" not in ticked(records, MailWords(text=f"Es geht um {written} in dieser Sache."))
    assert "96" in ticked(records, MailWords(text=f"Es geht um {given} {family} in dieser Sache."))


def test_an_initial_between_two_given_names_and_the_surname_changes_nothing() -> None:
    records = [*DIRECTORY, person("96", "Rolf-Peter", "Heuser")]
    assert ticked(records, MailWords(text="Es geht um Rolf-Peter H. Heuser.")) == {"96"}


def test_who_is_called_just_so_is_not_lost_in_a_crowd() -> None:
    crowd = [company(f"c{i}", f"Vogel Bauträger Nord{i} GmbH") for i in range(300)]
    others = [person(f"p{i}", f"Vorname{i % 50}", f"Zuname{i}") for i in range(3000)]
    records = [*others, *crowd, company("96", "Vogel Bauträger GmbH")]
    assert ids(Matcher(records).match(MailWords(text="Rechnung der Vogel Bautraeger GmbH von heute.")))[:1] == ["96"]


def test_another_legal_form_is_another_company() -> None:
    energy = company("89", "Münsterland Energie AG")
    assert ticked([energy], MailWords(text="Rechnung der Münsterland Energie GmbH & Co. KG")) == set()
    assert ticked([energy], MailWords(text="Rechnung der Münsterland Energie AG")) == {"89"}


def test_words_of_a_list_are_no_name() -> None:
    records = [*DIRECTORY, person("95", "Stanislaw", "Keller")]
    mail = MailWords(text="Die Frage wird geprüft, ebenso Keller und Balkon (Stand 5.4.2025).")
    assert not any(match.probability > 0.5 for match in Matcher(records).match(mail) if match.ref == ref("95"))
    both = MailWords(text="Stanislaw und Maria Keller kommen.")
    assert ids(Matcher(records).match(both))[0] == "95"
