"""Numbers: which are a property's or a customer's, and which only look like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import MailWords, Match, Matcher
from tests.matching.people import company, estate, person

HALL = estate("1", "Industriestraße", "1", "22880", "Wedel", reference="10412", name="Lagerhalle")
SHED = estate("2", "Industriestraße", "3", "22880", "Wedel", reference="20537", name="Schuppen")
LOFT = estate("3", "Kaiweg", "5", "20537", "Hamburg", reference="2001-017", name="Speicher")
FLAT = estate("4", "Kaiweg", "7", "20537", "Hamburg", reference="HB-1100", name="Etage")
SMALL = estate("5", "Kaiweg", "9", "20537", "Hamburg", reference="34 56", name="Kammer")
ROOM = estate("6", "Kaiweg", "11", "20537", "Hamburg", reference="KW-47", name="Stube")
MILLION = estate("7", "Kaiweg", "13", "20537", "Hamburg", reference="190400", name="Remise")
DATED = estate("8", "Kaiweg", "15", "20537", "Hamburg", reference="26112026", name="Pavillon")
SHORT = estate("9", "Kaiweg", "17", "20537", "Hamburg", reference="4711", name="Laube")
CUSTOMER = person("20", "Uta", "Krähwinkel", reference="30815")
FIRM = company("21", "Zschopauer Holzbau GmbH", reference="40816")
DIRECTORY = [HALL, SHED, LOFT, FLAT, SMALL, ROOM, MILLION, DATED, SHORT, CUSTOMER, FIRM]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(DIRECTORY)


def ticked(matches: list[Match]) -> set[str]:
    return {match.ref.id for match in matches if match.selected}


@pytest.mark.parametrize(
    "text",
    [
        "anbei unsere Rechnung Nr. 10412 vom 26.11.2026.",
        "Rechnung 10412",
        "Rechnungs-Nr.: 10412",
        "Rechnungsnummer: 10412",
        "Rechnungsnummer\n10412",
        "Ihre Auftrags-Nr.: 10412",
        "Ihr Auftrag 10412 ist fertig.",
        "Bestellnummer 10412",
        "Lieferschein 10412",
        "Ticket #10412",
        "Sendungsnummer 10412",
        "Ihre Kundennummer: 10412",
        "Vertragsnummer 10412",
        "Policennummer: 10412",
        "Steuernummer 10412",
        "Aktenzeichen 10412",
        "Unser Zeichen: 10412",
        "Unsere Nr. 10412",
        "Invoice No. 10412",
        "Invoice number: 10412",
        "Order 10412 has shipped.",
        "Your order no. 10412",
        "Purchase order 10412",
        "Account number 10412",
        "Booking 10412 confirmed",
        "Zählerstand 10412 kWh",
        "Zählernummer 10412",
        "Betrag: 10412 EUR",
        "Die Kosten liegen bei 10412 Euro.",
        "We paid €10412 for it.",
        "10412 km ist er gefahren.",
        "PIN 10412",
        "Meeting-ID: 10412",
        "Hausgeld 10412",
        "IBAN: DE02 1203 0000 0000 2020 10412",
        "HRB 10412",
        "Tel. 10412",
        "Postfach 10412",
        "10412 Leute waren da.",
        "Code: 10412",
    ],
)
@pytest.mark.parametrize("where", ["text", "subject"])
def test_another_kind_of_number_ticks_no_property(matcher: Matcher, text: str, where: str) -> None:
    assert ticked(matcher.match(MailWords(**{where: text}))) == set()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Wir wohnen in 20537 Hamburg.",
        "D-20537 Hamburg",
        "PLZ 20537",
        "Postfach 12 34 56, 20537 Hamburg",
        "Betrag: 1.904,00 EUR",
        "1.904,00 €",
        "Das kostet 190.400 Euro.",
        "Termin am 26.11.2026",
        "in KW 47",
        "Um 47 11 anrufen",
        "Gestern waren es 4711 Besucher.",
        "IBAN DE02 1203 4711 0000 2020 51",
    ],
)
def test_postcodes_amounts_and_dates_tick_nothing(matcher: Matcher, text: str) -> None:
    assert ticked(matcher.match(MailWords(text=text))) == set()


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Objekt 10412", "1"),
        ("Objekt-Nr. 10412", "1"),
        ("Objektnummer: 10412", "1"),
        ("Objekt-Nr.\n10412", "1"),
        ("Anfrage zu Ihrer Immobilie 10412", "1"),
        ("Exposé 10412", "1"),
        ("Scout-ID 10412", "1"),
        ("Anzeige Nr. 10412", "1"),
        ("Property reference: 10412", "1"),
        ("Listing 10412", "1"),
        ("Your ref. 10412", "1"),
        ("Ihre Nr. 10412", "1"),
        ("die Nummer 10412", "1"),
        ("Rechnung 99999 zu Objekt 10412", "1"),
        ("Objekt 4711", "9"),
        ("Ist 2001-017 noch frei?", "3"),
        ("Ist HB-1100 noch frei?", "4"),
        ("hb 1100", "4"),
        ("Rechnung zu HB-1100", "4"),
        ("Objekt KW-47", "6"),
        ("Ihre Kundennummer: 30815", "20"),
        ("Kunden-Nr. 40816", "21"),
    ],
)
def test_a_number_with_a_word_that_fits_is_ticked(matcher: Matcher, text: str, id_: str) -> None:
    assert ticked(matcher.match(MailWords(text=text))) == {id_}


def test_a_customers_number_is_no_property_and_the_other_way_round(matcher: Matcher) -> None:
    assert ticked(matcher.match(MailWords(text="Objekt 30815"))) == set()
    assert ticked(matcher.match(MailWords(text="Kundennummer 10412"))) == set()


def test_a_bare_number_that_nothing_speaks_against_is_shown(matcher: Matcher) -> None:
    for text, id_ in (("Ist 10412 noch verfügbar?", "1"), ("Anfrage #4711", "9"), ("KW 47", "6")):
        matches = matcher.match(MailWords(text=text))
        assert [(match.ref.id, match.selected) for match in matches] == [(id_, False)]
        assert matches[0].probability < 0.9


BETWEEN = st.text(st.sampled_from("abcdefg ÄÖü,;!?€\n"), max_size=12)


@given(BETWEEN, BETWEEN)
def test_a_number_among_any_words_is_not_ticked_without_a_cue(before: str, behind: str) -> None:
    assert ticked(Matcher(DIRECTORY).match(MailWords(text=f"{before} 10412 {behind}"))) == set()
