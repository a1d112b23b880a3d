"""What a new record would hold: right for nearly everybody, and never the office's own."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.crm import same_number, same_words
from bot.mail import Contact, Mail, Participant, contact_of
from bot.mail.person_names import NameParts, split_name
from tests.mail.invented_signatures import Signed, signed

STAFF = ("Anna Berger", "anna.berger@nordlicht.example", "info@nordlicht.example")


def right(one: Signed, found: Contact) -> dict[str, bool]:
    name = " ".join(filter(None, (found.title, found.given_name, found.family_name)))
    told = {same_number(number, "DE") for number in (found.phone, found.mobile)}
    region = "GB" if one.phones[1].startswith(("07", "+44")) else "DE"
    wanted = {same_number(number, region) for number in one.phones}
    return {
        "name": same_words(name) == same_words(one.name),
        "email": found.email == one.email,
        "phone": {same_number(number, region) for number in (found.phone, found.mobile)} == wanted or told == wanted,
        "street": same_words(found.street) == same_words(one.street),
        "town": (same_words(found.city), found.postal_code) == (same_words(one.town), one.code),
    }


def test_a_hundred_signatures_are_read_right() -> None:
    people = list(signed())
    assert len(people) == 100
    wrong = Counter[str]()
    for one in people:
        region = "GB" if one.phones[1].startswith(("07", "+44")) else "DE"
        found = contact_of(one.mail, STAFF, region)
        wrong.update(part for part, is_right in right(one, found).items() if not is_right)
        assert "nordlicht" not in str(found) and found.family_name != "Berger"
    assert all(count <= 5 for count in wrong.values()), dict(wrong)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Herr Dr. Max von Beispiel", NameParts("Herr", "Dr.", "Max", "von Beispiel")),
        ("Beispiel, Erika", NameParts("", "", "Erika", "Beispiel")),
        ("Erika Muster | Beispiel GmbH", NameParts("", "", "Erika", "Muster")),
        ("Frau Prof. Dr. Muster", NameParts("Frau", "Prof. Dr.", "", "Muster")),
        ("MAX MUSTERMANN", NameParts("", "", "Max", "Mustermann")),
        ("Hans und Erika Maier", NameParts("", "", "Hans und Erika", "Maier")),
        ("Familie Schmidt", NameParts("Familie", "", "", "Schmidt")),
        ("Beispiel Immobilien GmbH", NameParts()),
        ("info4711", NameParts()),
        ("", NameParts()),
    ],
)
def test_names_in_their_parts(text: str, parts: NameParts) -> None:
    assert split_name(text) == parts


def mail(text: str, sender: Participant) -> Mail:
    return Mail(sender=sender, to=(Participant("Anna Berger", "anna.berger@nordlicht.example"),), text=text)


def test_nobody_is_called_herr_by_their_first_name_or_by_a_greeting() -> None:
    text = "Sehr geehrte Frau Berger,\n\nbitte rufen Sie an.\n\nViele Grüße\nMax Muster\n"
    found = contact_of(mail(text, Participant("Max Muster", "max@muster.example")), STAFF)
    assert (found.salutation, found.family_name) == ("", "Muster")


def test_an_own_signature_below_a_reply_tells_nothing() -> None:
    text = (
        "Danke, passt.\n\nGruß Max Muster\n\nAm 03.05.2026 schrieb Anna Berger:\n> Viele Grüße\n> Anna Berger\n"
        "> Nordlicht GmbH\n> Tel. 040 112233\n> Kai 1\n> 20457 Hamburg\n"
    )
    found = contact_of(mail(text, Participant("Max Muster", "max@muster.example")), STAFF)
    assert (found.phone, found.street, found.company) == ("", "", "")


def test_a_mail_of_an_own_person_is_about_its_recipient() -> None:
    sent = Mail(
        sender=Participant("Anna Berger", "anna.berger@nordlicht.example"),
        to=(Participant("Max Muster", "max@muster.example"),),
        text="Guten Tag Herr Muster,\n\nanbei das Exposé.\n\nViele Grüße\nAnna Berger\nTel. 040 112233\n",
    )
    found = contact_of(sent, STAFF)
    assert (found.family_name, found.email, found.phone) == ("Muster", "max@muster.example", "")


def test_nothing_is_known_of_nobody() -> None:
    assert contact_of(Mail(), STAFF) == Contact()
