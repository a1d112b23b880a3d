"""A hundred invented people with the signatures that they end their mails with, in German and English."""

# ruff: noqa: E501 - a person a line, and a layout a line

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from bot.mail import Mail, Participant


@dataclass(frozen=True)
class Signed:
    """A mail, and what is right about who wrote it."""

    mail: Mail
    name: str
    email: str
    phones: tuple[str, ...]
    street: str
    town: str
    code: str


_GERMAN = (
    ("Annika", "Petersen", "Am Deich 4", "20457", "Hamburg", "040 3344556", "0171 2233441", "Petersen Bau GmbH"),
    ("Jörg", "Müller-Lüdenscheidt", "Königstraße 12a", "70173", "Stuttgart", "0711/445566-0", "+49 151 12345678", ""),
    ("Dr. Eva", "von Beispiel", "Lindenallee 101", "50968", "Köln", "+49 (0) 221 99887-12", "0160/7700148", "Kanzlei Beispiel"),
    ("Max", "Mustermann", "Hauptstr. 7", "52074", "Aachen", "0241-123456", "01520 1234567", ""),
    ("Sören", "Groß", "Straße des 17. Juni 135", "10623", "Berlin", "030 / 20 30 40 50", "0176 20304050", "Groß & Klein KG"),
    ("Mehmet", "Yıldız", "An der Alster 23-25", "20099", "Hamburg", "0049 40 445566", "+49 172/5554443", "Yıldız Immobilien UG"),
    ("Katharina", "Zu der Au", "Untere Gasse 3 b", "6020", "Innsbruck", "+43 512 998877", "+43 664 1234567", ""),
    ("Reto", "Bünzli", "Bahnhofstrasse 44", "8001", "Zürich", "+41 44 211 22 33", "+41 79 211 22 33", "Bünzli Treuhand AG"),
    ("Lena", "Fischer", "Marktplatz 1", "91054", "Erlangen", "09131 778899", "0151 99887766", "Fischer Solutions GmbH & Co. KG"),
    ("Heinz-Peter", "Schulte", "Im Winkel 9", "48143", "Münster", "(0251) 55 66 77", "0179 1122334", ""),
)  # fmt: skip
_ENGLISH = (
    ("Emily", "Carter", "12 High Street", "SW1A 1AA", "London", "+44 20 7946 0018", "+44 7700 900123", "Brightwater Ltd"),
    ("James", "O'Connor", "221b Baker Street", "NW1 6XE", "London", "020 7946 0321", "07700 900456", ""),
    ("Sarah", "Jones-Smith", "5 Mill Lane", "OX1 2JD", "Oxford", "01865 496 0123", "07700 900789", "Jones Consulting LLP"),
    ("Robert", "King", "48 Victoria Road", "M1 1AE", "Manchester", "0161 496 0456", "+44 (0)7700 900321", "King Properties Ltd"),
    ("Priya", "Patel", "101 Queens Drive", "L4 6RX", "Liverpool", "0151 496 0789", "07700 900654", ""),
    ("Michael", "Brown", "7 Church Avenue", "B1 1AA", "Birmingham", "+44 121 496 0234", "+44 7700 900987", "Brown Group plc"),
    ("Fiona", "MacLeod", "33 Castle Terrace", "EH1 2EL", "Edinburgh", "0131 496 0567", "07700 900135", ""),
    ("Dr Alan", "Whitfield", "2 Park Crescent", "LS1 1AA", "Leeds", "0113 496 0890", "07700 900246", "Whitfield Surveyors Ltd"),
    ("Grace", "Lee", "19 Harbour Way", "BS1 4DJ", "Bristol", "0117 496 0123", "07700 900357", "Lee Design Ltd"),
    ("Tom", "Baker", "64 Station Road", "CB1 2JB", "Cambridge", "01223 496 012", "07700 900468", ""),
)  # fmt: skip

_LAYOUTS = (
    # One below the other, with labels.
    "{closing}\n{name}\n\n{company}\n{street}\n{code} {town}\nTel.: {phone}\nMobil: {mobile}\nE-Mail: {email}",
    # Short labels, a fax between them.
    "{closing}\n\n{name}\n{company}\n\n{street}, {code} {town}\nT {phone}\nF {fax}\nM {mobile}\n{email} | www.{domain}",
    # All in a line.
    "{closing}\n{name} | {company} | {street} | {code} {town}\nFon {phone} | Fax {fax} | Mobil {mobile}",
    # Behind two dashes.
    "{closing}\n{given}\n\n-- \n{name}\n{street}\n{code} {town}\n\nTelefon {phone}\nHandy {mobile}",
    # Law and banks below.
    "{closing}\n\ni. A. {name}\nVertrieb\n\n{company}\n{street} · {code} {town}\nTel. {phone} · Mobil {mobile} · Fax {fax}\n"
    "Amtsgericht Musterstadt HRB 12345 · USt-IdNr. DE123456789\nIBAN DE02 1203 0000 0000 2020 51",
)
_ENGLISH_LAYOUTS = (
    "{closing}\n{name}\n\n{company}\n{street}\n{town}\n{code}\nTel: {phone}\nMobile: {mobile}\nEmail: {email}",
    "{closing}\n\n{name}\n{company}\n{street}, {town} {code}\nt: {phone}\nf: {fax}\nm: {mobile}\n{email} | www.{domain}",
    "{closing}\n{name} | {company} | {street}, {town}, {code}\nPhone {phone} | Fax {fax} | Cell {mobile}",
    "{closing}\n{given}\n\n-- \n{name}\n{street}\n{town} {code}\n\nOffice {phone}\nMob. {mobile}",
    "{closing}\n\n{name}\nSales Manager\n\n{company}\n{street} · {town} · {code}\nTel {phone} · Mobile {mobile} · Fax {fax}\n"
    "Registered in England, Company No. 01234567. VAT GB123456789",
)
_CLOSINGS = ("Mit freundlichen Grüßen", "Viele Grüße", "Beste Grüße", "Freundliche Grüße", "MfG")
_ENGLISH_CLOSINGS = ("Kind regards,", "Best regards", "Many thanks,", "Regards", "Best wishes,")
_BODY = "Guten Tag,\n\nich interessiere mich für die Wohnung in der Musterallee 77, 99999 Musterort.\nBitte rufen Sie mich an.\n\n"
_ENGLISH_BODY = "Hello,\n\nI am interested in the flat at 99 Sample Road. Please call me.\n\n"


def signed() -> Iterator[Signed]:
    """All of them, the same each time."""
    german = zip(itertools.product(_GERMAN, _LAYOUTS), itertools.cycle(_CLOSINGS), strict=False)
    english = zip(itertools.product(_ENGLISH, _ENGLISH_LAYOUTS), itertools.cycle(_ENGLISH_CLOSINGS), strict=False)
    for number, ((person, layout), closing) in enumerate(german):
        yield _signed(person, layout, closing, _BODY, number)
    for number, ((person, layout), closing) in enumerate(english):
        yield _signed(person, layout, closing, _ENGLISH_BODY, number)


def _signed(person: tuple[str, ...], layout: str, closing: str, body: str, number: int) -> Signed:
    given, family, street, code, town, phone, mobile, company = person
    domain = f"{family.split()[-1].casefold().encode('ascii', 'ignore').decode() or 'beispiel'}.example"
    email = f"kontakt{number}@{domain}"
    name = f"{given} {family}"
    text = layout.format(
        closing=closing, given=given.split()[-1], name=name, company=company, street=street, code=code, town=town,
        phone=phone, mobile=mobile, fax=f"{phone[:-1]}9", email=email, domain=domain,
    )  # fmt: skip
    # Every third program shows the address alone.
    sender = Participant(None if number % 3 == 2 else name, email)
    to = (Participant("Anna Berger", "anna.berger@nordlicht.example"),)
    text = body + text
    return Signed(
        Mail(sender=sender, to=to, subject="Anfrage", text=text), name, email, (phone, mobile), street, town, code
    )
