"""Who is behind a mail: portals, web forms, own people and their signatures."""

from __future__ import annotations

import pytest

from bot.mail import Mail, Participant, customer, read_file, to_dict, unwrap, without_own_signatures

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
    assert told["customer"] == {"name": "Erika Muster", "address": "erika@example.de"}
    assert told["unsure"] == [
        "It is not known when the mail was sent.",
        "No Message-ID is known: the mail can be found by sender, subject and date only.",
    ]
