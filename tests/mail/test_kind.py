"""What kind of mail it is: by its headers, and by its words where a forward lost them."""

from __future__ import annotations

import pytest

from bot.mail import Kind, Mail, Participant, from_json, read_file, to_json, understand

STAFF = ("max@example.com", "Max Makler")
FORWARD = (
    "From: Max Makler <max@example.com>\nTo: crm@example.com\nSubject: WG: {subject}\n\nVon: {sender}\n"
    "Gesendet: Freitag, 27. November 2026 08:12\nAn: max@example.com\nBetreff: {subject}\n\n{text}"
)
DIRECT = "From: {sender}\nTo: max@example.com\nSubject: {subject}\n{headers}\n{text}"
ERIKA = "Erika Muster <erika@example.de>"
PORTAL = "ImmoPortal <noreply@portal.example.org>"


def both(subject: str, text: str, sender: str = ERIKA, headers: str = "") -> set[Kind]:
    """The kinds of the mail as it came, and as a forward without its headers."""
    shapes = (DIRECT, FORWARD)
    raw = (one.format(sender=sender, subject=subject, text=text, headers=headers) for one in shapes)
    return {understand(read_file("a.eml", one.encode()), STAFF).kind for one in raw}


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Automatische Antwort: Wohnung", "Ich bin bis Montag nicht im Büro."),
        ("Abwesenheitsnotiz: Wohnung", "In dringenden Fällen Frau Kern, k@example.org"),
        ("Automatic reply: flat", "I am out of the office until Monday."),
        ("Réponse automatique : appartement", "Je suis absente du bureau jusqu'au 3."),
        ("Respuesta automática: piso", "Estaré ausente hasta el lunes."),
        ("Risposta automatica: casa", "Sono assente fino a lunedì."),
        ("Automatisch antwoord: woning", "Ik ben afwezig."),
        ("Odpowiedź automatyczna: mieszkanie", "Jestem poza biurem."),
        ("AW: Wohnung", "Vielen Dank für Ihre E-Mail. Ich bin bis Montag im Urlaub. Vertretung: Frau Kern"),
    ],
)
def test_out_of_office(subject: str, text: str) -> None:
    assert both(subject, text, headers="Auto-Submitted: auto-replied\n") == {Kind.ABSENCE}


@pytest.mark.parametrize(
    "subject", ["Undelivered Mail Returned to Sender", "Unzustellbar: Wohnung", "Non remis : visite"]
)
def test_delivery_reports_are_about_whom_they_did_not_reach(subject: str) -> None:
    text = "Could not be delivered.\n\n<erika@example.de>: host mx.example.de said: 550 User unknown\n"
    sender = "Mail Delivery System <MAILER-DAEMON@mx.example.org>"
    assert both(subject, text, sender) == {Kind.BOUNCE}
    found = understand(
        read_file("a.eml", DIRECT.format(sender=sender, subject=subject, text=text, headers="").encode()), STAFF
    )
    assert found.customer is not None
    assert found.customer.address == "erika@example.de"


@pytest.mark.parametrize(
    "text",
    [
        "Abmelden: https://example.org/u",
        "Unsubscribe here",
        "Se désabonner",
        "Disiscriviti",
        "Darse de baja",
        "Wypisz się",
    ],
)
def test_newsletters(text: str) -> None:
    sender = "Kurier <newsletter@kurier.example.org>"
    assert both("Markt im November", f"Die Villa im Palmenweg 6.\n\n{text}", sender, "List-Unsubscribe: <x>\n") == {
        Kind.BULK
    }


def test_a_portals_weekly_report() -> None:
    for subject in ("Ihr Wochenbericht", "Your weekly report", "Informe semanal", "Raport tygodniowy"):
        assert both(subject, "HB-12: 31 Aufrufe", PORTAL, "Auto-Submitted: auto-generated\n") == {Kind.BULK}


def test_an_enquiry_is_one_whatever_its_headers_say() -> None:
    text = "Name: Erika Muster\nE-Mail: erika@example.de\n\nUnsubscribe"
    headers = "Auto-Submitted: auto-generated\nPrecedence: bulk\nList-Unsubscribe: <x>\n"
    assert both("Neue Anfrage", text, PORTAL, headers) == {Kind.ENQUIRY}


def test_what_people_write_is_a_mail() -> None:
    assert both("Re: Wohnung", "Gern am Montag. Ich bin dann wieder im Büro.\n\nErika") == {Kind.MAIL}
    assert both("Abwesenheit am Montag", "Können wir am Dienstag?") == {Kind.MAIL}
    assert both("Newsletter", "Bitte nehmen Sie mich aus dem Newsletter, danke.") == {Kind.MAIL}
    group = "List-Id: <anfragen.example.com>\nPrecedence: list\nList-Post: <x>\nList-Unsubscribe: <x>\n"
    assert both("Wohnung", "Ist sie frei?", headers=group) == {Kind.MAIL}


@pytest.mark.parametrize(
    "sender", ["Hjördis Zippert <hjoerdis@example.org>", "Jörg Ü <jorg@example.org>", "Søren Holm <soeren@example.org>"]
)
def test_who_writes_in_their_own_name_sends_no_newsletter(sender: str) -> None:
    assert both("Termin", "Guten Tag, zum Opt out in Ihrem Formular habe ich eine Frage.", sender) == {Kind.MAIL}


def test_calls() -> None:
    assert both("Entgangener Anruf", "Anrufer: 0405550191\nZeit: 10:20", PORTAL) == {Kind.CALL}


def test_invitations() -> None:
    assert both("Einladung: Besichtigung Amselweg 1", "Organisator\nErika Muster\nerika@example.de", PORTAL) == {
        Kind.CALENDAR
    }


def test_a_group_puts_its_address_in_the_place_of_who_wrote() -> None:
    head = "From: \"'Erika Muster' via Anfragen\" <anfragen@example.com>\nX-Original-Sender: erika@example.de\n"
    mail = read_file("a.eml", f"{head}List-Id: <x>\nSubject: Frage\n\nIst die Wohnung frei?".encode())
    found = understand(mail, (*STAFF, "anfragen@example.com")).customer
    assert found is not None
    assert (found.name, found.address) == ("Erika Muster", "erika@example.de")
    assert mail.sender == Participant("'Erika Muster' via Anfragen", "anfragen@example.com")
    assert from_json(to_json(mail)) == mail


def test_kept_mails_of_earlier_versions_can_be_read() -> None:
    import json

    old = json.loads(to_json(Mail(subject="x")))
    del old["marks"], old["written_by"]
    assert from_json(json.dumps(old)) == Mail(subject="x")
