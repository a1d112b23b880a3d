"""Who is behind a mail: portals, web forms, own people and their signatures."""

from __future__ import annotations

import pytest

from bot.mail import Mail, Participant, customer, read_file, to_dict, unwrap, without_own_signatures
from tests.saying import english

ERIKA = Participant("Erika Muster", "erika@example.de")
MAX = Participant("Max Makler", "max@example.com")
STAFF = ("max@example.com", "Max Makler", "info@example.com")
FORM = "Neue Anfrage zu Objekt 2649\n\n{}\n\nIch möchte die Wohnung besichtigen.\nName des Objekts: Sonnenhof"


@pytest.mark.parametrize(
    ("sender", "reply_to"),
    [
        (Participant("ImmoPortal", "noreply@portal.example.org"), ERIKA),
        (Participant("ImmoPortal", "no-reply@portal.example.org"), ERIKA),
        (Participant("Erika Muster via ImmoPortal", "a7f3@portal.example.org"), Participant(None, ERIKA.address)),
        (Participant("Erika Muster über ImmoPortal", "a7f3@portal.example.org"), Participant(None, ERIKA.address)),
        (Participant("Portal im Auftrag von Erika Muster", "x@portal.example.org"), Participant(None, ERIKA.address)),
        (Participant("Kontaktformular", "info@example.com"), ERIKA),
        (Participant("WordPress", "wordpress@example.com"), ERIKA),
    ],
)  # fmt: skip
def test_portals_and_web_forms_name_who_asks_in_reply_to(sender: Participant, reply_to: Participant) -> None:
    mail = Mail(sender=sender, reply_to=(reply_to,), to=(Participant(None, "info@example.com"),))
    assert customer(mail, STAFF) == ERIKA
    assert mail.sender == sender, "the mail is found again by what its header says"


@pytest.mark.parametrize(
    "lines",
    [
        "Name: Erika Muster\nE-Mail: erika@example.de",
        "Vorname: Erika\nNachname: Muster\nTelefon: 030 123\nE-Mail-Adresse: erika@example.de",
        "*Name:* Erika Muster\n*E-Mail:* <erika@example.de>",
        "First name: Erika\nLast name: Muster\nEmail:\nerika@example.de",
        "Interessent: Erika Muster\nIhre E-Mail: mailto:erika@example.de",
    ],
)
def test_a_form_without_reply_to_is_read_by_its_lines(lines: str) -> None:
    portal = Participant("ImmoPortal", "noreply@portal.example.org")
    assert customer(Mail(sender=portal, text=FORM.format(lines))) == ERIKA
    person = Participant("Otto", "otto@example.org")
    assert customer(Mail(sender=person, text=FORM.format(lines))) == person, "a person's own mail is that person's"


def test_an_answer_elsewhere_does_not_change_who_a_person_is() -> None:
    mail = Mail(sender=ERIKA, reply_to=(Participant("Liste", "liste@example.org"),))
    assert customer(mail, STAFF) == ERIKA


def test_what_own_people_wrote_is_for_whom_they_wrote_to() -> None:
    info = Participant(None, "info@example.com")
    assert customer(Mail(sender=MAX, to=(info,), cc=(ERIKA,)), STAFF) == ERIKA
    assert customer(Mail(sender=Participant("MAX MAKLER"), to=(ERIKA,)), STAFF) == ERIKA
    assert customer(Mail(sender=MAX, to=(info,)), STAFF) is None
    assert customer(Mail(sender=MAX, to=(ERIKA,))) == MAX, "without staff nobody is own"


def test_a_portal_that_nobody_stands_behind_is_itself() -> None:
    portal = Participant("ImmoPortal", "noreply@portal.example.org")
    assert customer(Mail(sender=portal, reply_to=(MAX,), text="Ihre Rechnung"), STAFF) == portal
    assert customer(Mail()) is None


def test_on_behalf_of_in_a_forward() -> None:
    block = "Von: {}\nGesendet: 18.11.2026 09:31\nAn: max@example.com\nBetreff: Wohnung\n\nHallo"
    portal = "ImmoPortal <noreply@portal.example.org> im Auftrag von Erika Muster <erika@example.de>"
    found = unwrap(block.format(portal), "WG: Wohnung")
    assert found is not None and found.sender == ERIKA
    found = unwrap(
        block.format("Otto <otto@example.org> im Auftrag von Erika Muster <erika@example.de>"), "WG: Wohnung"
    )
    assert found is not None and found.sender == Participant("Otto", "otto@example.org")


SIGNATURE = "Mit freundlichen Grüßen\n\nMax Makler\nMakler GmbH\nLindenstr. 12, 12345 Berlin\nTel. 030 123456"


def test_own_signatures_are_left_out_and_others_are_not() -> None:
    note = f"Bitte zu Meier ablegen.\n\n{SIGNATURE}"
    assert without_own_signatures(note, STAFF) == "Bitte zu Meier ablegen."
    assert without_own_signatures(note, ()) == note
    theirs = "Frei?\n\nViele Grüße\nErika Muster\nTel. 040 654"
    assert without_own_signatures(theirs, STAFF) == theirs
    quoted = theirs + "\n\n" + "\n".join(f"> {line}" for line in f"Ja.\n\n{SIGNATURE}".split("\n"))
    kept = without_own_signatures(quoted + "\n>> Alte Frage", STAFF)
    assert "Tel. 040" in kept and "> Ja." in kept and "Alte Frage" in kept
    assert "Lindenstr" not in kept and "030" not in kept


def test_a_signature_ends_where_the_next_mail_begins() -> None:
    text = f"Ja.\n\n{SIGNATURE}\n\nVon: Erika\nGesendet: heute\nBetreff: x\n\nLindenstraße 12?"
    assert without_own_signatures(text, STAFF) == "Ja.\n\nVon: Erika\nGesendet: heute\nBetreff: x\n\nLindenstraße 12?"


def test_own_people_who_are_addressed_are_no_signature() -> None:
    text = "Sehr geehrter Herr\nMax Makler\n\nLindenstr. 12 ist schön."
    assert without_own_signatures(text, STAFF) == text


def test_a_mail_with_nothing_but_an_id_is_a_mail() -> None:
    mail = read_file("a.eml", b"Message-ID: <o1@example.de>\n\nHallo")
    assert mail.text == "Hallo" and mail.message_ids[0].value == "<o1@example.de>"


def test_the_report_says_what_is_unsure() -> None:
    told = to_dict(Mail(sender=MAX, to=(ERIKA,), subject="Wohnung", text="Frei?"), STAFF)
    assert told["customer"] == {"name": "Erika Muster", "address": "erika@example.de", "phones": []}
    assert told["unsure"] == [
        "It is not known when the mail was sent.",
        "No Message-ID is known: the mail can be found by sender, subject and date only.",
    ]


@pytest.mark.parametrize(
    ("desk", "text"),
    [
        ("noreply", "Neue Nachricht von Erika Muster:\n\nIst sie frei?\n\nerika@example.de"),
        ("noreply", "Von: Erika Muster\nTelefon: 030 1\nE-Mail: erika@example.de\n\nIst sie frei?"),
        ("noreply", "Von: Erika Muster <erika@example.de>\nObjekt: 4711"),
        ("noreply", "| Name | Objekt |\nVor- und Nachname: Erika Muster\nTel. 030 1, erika@example.de"),
        ("anfrage", "Anrede: Frau\nName: Erika Muster\nE-Mail: erika@example.de\nNachricht:\nHallo"),
        ("leads", "New lead from Erika Muster\nEmail: erika@example.de\nPhone: 030 1"),
    ],
)  # fmt: skip
def test_what_portals_write_about_who_asks(desk: str, text: str) -> None:
    footer = "\n\nFragen? hilfe@portal.example.org"
    portal = Participant("ImmoPortal", f"{desk}@portal.example.org")
    assert customer(Mail(sender=portal, text=text + footer), STAFF) == ERIKA


def test_a_portal_that_passes_mails_on_under_an_address_of_its_own() -> None:
    relay = "a7f3@mail.portal.example.org"
    for name in ("Erika Muster via Portal", "Erika Muster über Portal"):
        assert customer(Mail(sender=Participant(name, relay))) == Participant("Erika Muster", relay)
        answered = Mail(sender=Participant(name, "noreply@portal.example.org"), reply_to=(Participant(name, relay),))
        assert customer(answered) == Participant("Erika Muster", relay)


def test_a_desk_counts_as_a_person_unless_a_form_or_an_answer_says_otherwise() -> None:
    desk = Participant("Muster GmbH", "kontakt@example.de")
    assert customer(Mail(sender=desk, text="Hallo\n\nMuster GmbH\nE-Mail: kontakt@example.de")) == desk
    assert customer(Mail(sender=desk, text="Hallo\n\nKontakt: Otto Muster\nE-Mail: otto@example.de")) == desk
    assert customer(Mail(sender=desk, reply_to=(Participant("Otto", "otto@example.de"),))) == desk
    other = Participant("Otto", "otto@example.org")
    assert customer(Mail(sender=desk, reply_to=(other,), to=(MAX,)), STAFF) == other


def test_two_addresses_in_a_text_are_nobodys() -> None:
    portal = Participant("ImmoPortal", "noreply@portal.example.org")
    assert customer(Mail(sender=portal, text="Nachricht von Erika\n\na@example.de b@example.com")) == portal


def test_several_senders_are_said() -> None:
    found = unwrap("Von: Erika <e@example.de>, O <o@example.de>\nBetreff: x\nDatum: 1.2.26 10:00\n\nHallo", "WG: x")
    assert found is not None and str(found.sender) == "Erika <e@example.de>" and "Several" in english(found.notes[0])
    mail = read_file("a.eml", b"From: Erika <e@example.de>, Otto <o@example.de>\nSubject: x\n\nHallo")
    assert str(mail.sender) == "Erika <e@example.de>" and "Several" in english(mail.notes[0])


def test_the_report_tells_roles_and_kind() -> None:
    portal = Participant("ImmoPortal", "noreply@portal.example.org")
    text = "Objekt-Nr: HB-1077\nName: Erika Muster\nE-Mail: erika@example.de\nTelefon: 030 1234567\nStraße: Amselweg 1"
    told = to_dict(Mail(sender=portal, text=text), STAFF)
    assert told["kind"] == "enquiry"
    assert told["customer"] == {"name": "Erika Muster", "address": "erika@example.de", "phones": ["030 1234567"]}
    assert told["roles"] == [
        {"role": "reference", "text": "HB-1077"},
        {"role": "person", "text": "Erika Muster"},
        {"role": "person", "text": "erika@example.de"},
        {"role": "person", "text": "030 1234567"},
        {"role": "home", "text": "Amselweg 1"},
    ]
