"""Forms in mails: label and value in every arrangement, in several languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mail.leads import Person, Property, ValueRole, read_words

ERIKA = Person("Erika Muster", "erika@example.de", ("030 1234567",))
ROWS = (("Name", "Erika Muster"), ("E-Mail", "erika@example.de"), ("Telefon", "030 1234567"), ("Objekt-Nr", "HB-12"))


ARRANGEMENTS = [
    "\n".join(f"{label}: {value}" for label, value in ROWS),
    "\n".join(f"{label}:{value}" for label, value in ROWS),
    "\n".join(f"*{label}:* {value}" for label, value in ROWS),
    "\n".join(f"{label}\t{value}" for label, value in ROWS),
    "\n".join(f"{label:20}{value}" for label, value in ROWS),
    "\n".join(f"{label} {value}" for label, value in ROWS),
    "\n".join(f"{label}\n{value}" for label, value in ROWS),
    "\n".join(f"{label}:\n    {value}" for label, value in ROWS),
    "\n\n".join(f"{label}:\n\n{value}" for label, value in ROWS),
    "\n".join(f"--- {label} ---\n{value}\n" for label, value in ROWS),
    "\n".join(f"• {label}: {value}" for label, value in ROWS),
    "Neue Anfrage. " + "; ".join(f"{label}: {value}" for label, value in ROWS) + ";",
    "Neue Anfrage " + " ".join(f"{label}: {value}" for label, value in ROWS),
    " | ".join(f"{label}: {value}" for label, value in ROWS),
]


@pytest.mark.parametrize("arranged", ARRANGEMENTS)
def test_every_arrangement_of_labels_and_values(arranged: str) -> None:
    found = read_words(f"Guten Tag,\n\n{arranged}\n\nIhr Portal")
    assert found.lead.person == ERIKA
    assert found.lead.properties[0].reference == "HB-12"
    assert found.certain


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Vorname: Jan\nNachname: Kees\nMail: jan@example.org", Person("Jan Kees", "jan@example.org")),
        ("First Name: Ann\nLast Name: Lee\nEmail Address: a@example.org", Person("Ann Lee", "a@example.org")),
        ("Nom : Dupré\nPrénom : Léa\nCourriel : lea@example.org", Person("Léa Dupré", "lea@example.org")),
        ("Nombre: Ana\nApellidos: Ruiz Gil\nCorreo: a@example.org", Person("Ana Ruiz Gil", "a@example.org")),
        ("Nome: Ugo\nCognome: Bassi\nCellulare: 340 1234567", Person("Ugo Bassi", "", ("340 1234567",))),
        ("Naam: Piet de Vries\nE-mailadres: p@example.org", Person("Piet de Vries", "p@example.org")),
        ("Imię i nazwisko: Ewa Nowak\nAdres e-mail: ewa@example.org", Person("Ewa Nowak", "ewa@example.org")),
        ("Jméno: Petr\nPříjmení: Malý\nE-mail: petr@example.org", Person("Petr Malý", "petr@example.org")),
        ("Nome completo: Rui Sá\nTelemóvel: 912 345 678", Person("Rui Sá", "", ("912 345 678",))),
        ("お名前: 山田 花子\nメールアドレス: hanako@example.org", Person("山田 花子", "hanako@example.org")),
        ("Ihr Name *: Herr Otto Kern\nIhre E-Mail (Pflichtfeld): o@example.org", Person("Otto Kern", "o@example.org")),
        ("Kunde E-Mail: o@example.org\nName: Kern, Otto", Person("Otto Kern", "o@example.org")),
        ("Wie heißen Sie?\nOtto Kern\n\nUnter welcher E-Mail-Adresse erreichen wir Sie?\no@example.org",
         Person("Otto Kern", "o@example.org")),
        ("From: Otto Kern o@example.org\nSubject: Frage\n\nMessage Body:\nHallo", Person("Otto Kern", "o@example.org")),
    ],
)  # fmt: skip
def test_labels_of_several_languages(text: str, person: Person) -> None:
    assert read_words(text).lead.person == person


@pytest.mark.parametrize(
    "sentence",
    [
        "Neue Anfrage von Otto Kern:",
        "Otto Kern is requesting information about 12 Elm St",
        "You have a new lead named Otto Kern (Portal)",
        "A Otto Kern le interesa tu anuncio",
        "Nuova richiesta da Otto Kern",
        "Message de Otto Kern",
        "Otto Kern heeft interesse in uw woning",
        "Zapytanie od Otto Kern",
    ],
)
def test_sentences_that_name_who_asks(sentence: str) -> None:
    person = read_words(f"{sentence}\n\nHallo").lead.person
    assert person is not None
    assert person.name == "Otto Kern"


@pytest.mark.parametrize(
    "text", ["Ein Interessent hat eine Anfrage gesendet", "Nachricht von uns", "Anfrage von gestern"]
)
def test_what_names_nobody(text: str) -> None:
    assert read_words(text).lead.person is None


def homes(text: str) -> list[str]:
    found = read_words(text)
    assert all(text[value.start : value.end] == value.text for value in found.values)
    return [value.text for value in found.values if value.role is ValueRole.HOME]


def test_an_address_belongs_to_what_was_labelled_before_it() -> None:
    person = "Name: Otto Kern\nE-Mail: o@example.org\n"
    assert homes(f"{person}Straße: Amselweg 1\nPLZ/Ort: 20095 Hamburg") == ["Amselweg 1", "20095 Hamburg"]
    assert homes(f"Objekt-Nr: 12\nStraße: Amselweg 1\nOrt: Hamburg\n{person}") == []
    assert homes(f"Adresse: Amselweg 1\n{person}") == ["Amselweg 1"]
    assert homes(f"{person}Objektdaten\nAdresse: Amselweg 1") == []
    assert homes(f"Objekt-Nr: 12\nIhre Angaben\nAdresse: Amselweg 1\n{person}") == ["Amselweg 1"]
    assert homes(f"{person}Property address: 3 Elm St\nCurrent address: 4 Oak Rd") == ["4 Oak Rd"]
    assert homes("Ort\nAmselweg 1, 20095 Hamburg") == [], "where nobody is named, nobody lives"


def test_the_property_and_the_portals_own_number() -> None:
    found = read_words(
        "Scout-ID: 148\nRef: HB-7\nProperty Address:\n15 Oak Dr\nLake, MI 49240\nName: A B\nEmail: a@b.de"
    )
    assert found.lead.properties == (Property("HB-7", "15 Oak Dr\nLake, MI 49240".replace("\n", " ")),)
    assert [value.text for value in found.values if value.role is ValueRole.NUMBER] == ["148"]


def test_a_message_goes_on_to_the_next_label() -> None:
    found = read_words("Name: A B\nNachricht:\nErste Zeile.\n\nZweite Zeile.\nE-Mail: a@example.org")
    assert found.lead.message == "Erste Zeile.\nZweite Zeile."


def test_quoted_history_is_no_form() -> None:
    assert read_words("Ja, gern.\n\n> Name: A B\n> E-Mail: a@example.org").lead.person is None


def test_a_letter_is_no_form() -> None:
    text = "Guten Tag,\n\nich habe eine Frage: Ist die Wohnung noch frei? Ich bin abends da.\n\nGruß\nOtto Kern"
    assert not read_words(text).certain


@given(st.text(alphabet="aN:E-Mail@.de \n\t|;*?0Telefon", max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    for value in read_words(text, text).values:
        assert text[value.start : value.end] == value.text


@pytest.mark.parametrize(
    ("subject", "text", "number"),
    [
        ("Neue Voicemail von +49 171 5550190", "Von: +49 171 5550190\nAn: +49 40 8000100", "+49 171 5550190"),
        ("Entgangener Anruf", "Anrufer: 0405550191 (Kern, Otto)\nZielrufnummer: 0408000100", "0405550191"),
        ("Voicemail from KERN OTTO <6145550194>", "From KERN OTTO 6145550194\n\nTo 100", "6145550194"),
        ("Hai ricevuto una chiamata", "Numero che ti ha chiamato: 3401230161\nRif. HB-1", "3401230161"),
        ("Appel manqué", "Numéro appelant : 06 12 34 01 60", "06 12 34 01 60"),
        ("Angebot", "Von: 030 1234567", ""),
    ],
)
def test_who_called(subject: str, text: str, number: str) -> None:
    assert read_words(text, subject).caller == number


def test_a_block_without_labels_names_who_asks() -> None:
    block = "Otto Kern\nAmselweg 1\n20095 Hamburg\no@example.org\n0170 1234567"
    kern = Person("Otto Kern", "o@example.org", ("0170 1234567",))
    for text in (f"Neue Anfrage\n\n{block}\n\nIst sie frei?", f"Neue Anfrage\n\nKontaktdaten:\n{block}"):
        person = read_words(text).lead.person
        assert person is not None
        assert (person.name, person.address, person.phones) == (kern.name, kern.address, kern.phones)
        assert homes(text) == ["Amselweg 1", "20095 Hamburg"]
    assert not read_words(f"Neue Anfrage\n\n{block}").certain, "it may be a signature"
    assert read_words(f"Ist sie frei?\n\nViele Grüße\n\n{block}").lead.person is None


def test_a_name_in_the_subject_that_the_address_repeats() -> None:
    form = "E-Mail: erika.muster@example.de\nNachricht: Hallo"
    for subject in ("Re: Kontakt - Erika Muster", "Neue Anfrage | Erika Muster"):
        person = read_words(form, subject).lead.person
        assert person is not None
        assert person.name == "Erika Muster"
    assert getattr(read_words(form, "Anfrage - Otto Kern").lead.person, "name", "") == ""
