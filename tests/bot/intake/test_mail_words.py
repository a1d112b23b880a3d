"""What matching sees of enquiries, invitations and automatic mails, and what comes of it."""

from __future__ import annotations

import pytest

from bot.intake import words_of
from bot.mail import Attachment, Forward, Mail, Participant
from bot.matching import MailWords, Matcher, Ticks
from bot.records import Category, Record, RecordRef

STAFF = ("max@example.com", "Max Makler")
PORTAL = Participant("ImmoPortal", "noreply@portal.example.org")
ERIKA = Participant("Erika Muster", "erika@example.de")


def record(kind: Category, number: str, name: str, **fields: object) -> Record:
    return Record(RecordRef("file", kind, number), kind, name, **fields)  # type: ignore[arg-type] # any field


DIRECTORY = [
    record(Category.PERSON, "erika", "Erika Muster", given_name="Erika", family_name="Muster",
           emails=("erika@example.de",)),
    record(Category.PERSON, "gyde", "Gyde Asmus", given_name="Gyde", family_name="Asmus", emails=("g@example.org",)),
    record(Category.PROPERTY, "asked", "Loft", title="Loft", reference="HB-1077", street="Deich", house_number="3",
           city="Pinneberg"),
    record(Category.PROPERTY, "home", "Villa", title="Villa", street="Amselweg", house_number="1", postal_code="20095",
           city="Hamburg"),
    *(record(Category.PROPERTY, str(n), f"Haus {n}", street=f"Straße {n}", house_number="9") for n in range(200)),
]  # fmt: skip


def matched(mail: Mail) -> tuple[set[str], set[str]]:
    """The records that are shown, and those that are ticked."""
    found = Matcher(DIRECTORY, STAFF).match(words_of(mail, STAFF))
    return {one.ref.id for one in found}, {one.ref.id for one in found if one.selected}


FORM = "Objekt-Nr: HB-1077\nName: Erika Muster\nStraße: Amselweg 1\nPLZ/Ort: 20095 Hamburg\nE-Mail: erika@example.de"


def test_where_the_enquirer_lives_is_not_what_they_ask_about() -> None:
    assert matched(Mail(sender=PORTAL, text=FORM)) == ({"erika", "asked"}, {"erika", "asked"})
    signed = "Ist das Loft HB-1077 frei?\n\nViele Grüße\nErika Muster\nAmselweg 1\n20095 Hamburg"
    assert matched(Mail(sender=ERIKA, text=signed)) == ({"erika", "asked"}, {"erika", "asked"})
    meant = "Ist Amselweg 1, 20095 Hamburg noch frei?\n\nViele Grüße\nErika Muster\nAmselweg 1\n20095 Hamburg"
    assert "home" in matched(Mail(sender=ERIKA, text=meant))[1], "who asks about their own street names it above"


def test_what_only_a_structured_part_says_is_matched() -> None:
    xml = (
        b"<openimmo_feedback><objekt><oobj_id>HB-1077</oobj_id><interessent><vorname>Erika</vorname>"
        b"<nachname>Muster</nachname>"
        b"<strasse>Amselweg 1</strasse><plz>20095</plz><ort>Hamburg</ort><email>erika@example.de</email>"
        b"</interessent></objekt>"
        b"</openimmo_feedback>"
    )
    part = Attachment("openimmo_feedback.xml", "text/xml", len(xml), xml)
    mail = Mail(sender=PORTAL, text="Neue Anfrage, siehe Anhang.", attachments=(part,))
    assert matched(mail) == ({"erika", "asked"}, {"erika", "asked"})


def test_own_people_in_an_invitation_are_not_matched() -> None:
    ics = (
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Besichtigung HB-1077\nORGANIZER;CN=Max Makler:mailto:max@example.com\n"
        b"ATTENDEE;CN=Erika Muster:mailto:erika@example.de\nEND:VEVENT\nEND:VCALENDAR"
    )
    part = Attachment("invite.ics", "text/calendar", len(ics), ics)
    mail = Mail(sender=Participant("Max Makler", "max@example.com"), to=(ERIKA,), text="Termin", attachments=(part,))
    words = words_of(mail, STAFF)
    assert "Max Makler" not in words.text
    assert words.sender_name == "Erika Muster"
    assert matched(mail)[1] == {"erika", "asked"}


@pytest.mark.parametrize(
    ("mail", "ticks", "ticked"),
    [
        (
            Mail(
                sender=ERIKA,
                subject="Automatische Antwort: HB-1077",
                text="Ich bin nicht im Büro. Bitte an Frau Gyde Asmus, g@example.org.",
            ),
            Ticks.SENDER,
            {"erika"},
        ),
        (
            Mail(
                sender=Participant("Kurier", "newsletter@example.org"),
                subject="Newsletter",
                text="Erika Muster, Gyde Asmus (g@example.org) und der Deich 3 in Pinneberg.\n\nAbmelden: https://example.org",
            ),
            Ticks.NONE,
            set(),
        ),
    ],
)
def test_an_automatic_mail_ticks_nothing_but_whom_it_is_about(mail: Mail, ticks: Ticks, ticked: set[str]) -> None:
    assert words_of(mail, STAFF).ticks is ticks
    shown, selected = matched(mail)
    assert selected == ticked
    assert "gyde" in shown, "shown all the same"


def test_labels_of_any_language_say_what_a_number_is() -> None:
    numbered = [record(Category.PROPERTY, "numbered", "Dom", title="Dom", reference="20871"), *DIRECTORY]
    matcher = Matcher(numbered, STAFF)
    for label in ("Numer oferty", "Código do imóvel", "Objekt-Nr", "Číslo zakázky", "Your ref"):
        mail = Mail(sender=PORTAL, text=f"{label}: 20871\nName: Otto Kern\nE-mail: o@example.org")
        ticked = {one.ref.id for one in matcher.match(words_of(mail, STAFF)) if one.selected}
        assert ticked == {"numbered"}, label
    mail = Mail(sender=PORTAL, text="Numer ogłoszenia: 20871\nName: Otto Kern\nE-mail: o@example.org")
    assert not any(one.selected for one in matcher.match(words_of(mail, STAFF)))


def test_the_words_of_a_mail() -> None:
    mail = Mail(
        sender=Participant("Max Mustermann", "max@example.de"),
        reply_to=(Participant(None, "antwort@example.de"),),
        to=(Participant("Büro", "info@example.de"),),
        cc=(Participant("Erika", None),),
        subject="Besichtigung",
        text="Guten Tag",
        forward=Forward(note="Bitte zu Ahornweg 3"),
    )
    assert words_of(mail) == MailWords(
        sender_name="Max Mustermann",
        sender_address="max@example.de",
        reply_to=(("", "antwort@example.de"),),
        recipients=(("Büro", "info@example.de"), ("Erika", "")),
        subject="Besichtigung",
        text="Bitte zu Ahornweg 3\n\nGuten Tag",
    )


def test_the_words_of_a_mail_without_anything() -> None:
    assert words_of(Mail()) == MailWords()
    assert words_of(Mail(text="x", forward=Forward())).text == "x"
