"""Invented people with the signatures that they end their mails with: layouts of kinds that go around, in German and
English, made for `benchmarks.prefill` and not of what the reader's own tests hold."""

# ruff: noqa: E501 - a layout is a line as it is read

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from benchmarks.invented import CODA, CORE, ENDING, GIVEN, LEGAL, ONSET, STEM, TOWN, TRADE, WAY

OFFICE = "Nordlicht Immobilien GmbH\nKai 1 · 20457 Hamburg\nTel. +49 40 112233-0 · Mobil 0170 9998877"
# None of this may ever be offered for somebody outside.
OFFICES_OWN = ("nordlicht", "berger", "kai 1", "112233", "9998877", "anna")
STAFF = ("Anna Berger", "anna.berger@nordlicht.example", "info@nordlicht.example")
PLAIN = {
    ord(a): b for a, b in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ł", "l"), ("'", None), (" ", "."))
}

GERMAN = (
    # Towns before streets.
    "{close}\n\n{name}\n{company}\nD-{code} {town}, {street}\nFestnetz: {phone}\nFunk: {mobile}",
    # Labels for all, in capitals.
    "{close}\n{NAME}\n\nANSCHRIFT: {street}, {code} {town}\nTEL: {phone}\nMOBIL: {mobile}\nMAIL: {email}",
    # Tabs between label and value.
    "{close}\n\n{name}\n-------------------------\n{company}\n{street}\n{code} {town}\n\nTelefon\t{phone}\nTelefax\t{fax}\nMobil\t{mobile}\nInternet\twww.{host}",
    # Little pictures.
    "{close}\n{name}\n🏠 {street}, {code} {town}\n📞 {phone}\n📱 {mobile}\n✉️ {email}",
    # Only what a private person says.
    "LG {given} {family}\n\n{street}\n{code} {town}\nErreichbar unter {mobile}, abends {phone}",
    # From a telephone, with the number below.
    "Danke und Gruß\n{name}\n{street}\n{code} {town}\nTel. {phone}\nHandy: {mobile}\n\nVon meinem iPhone gesendet",
    # A manager's name, the law and a warning below.
    "{close}\n\n{title}{name}\nLeitung Einkauf\n\n{company} | {street} | {code} {town}\nTel {phone} | Fax {fax} | Mobil {mobile}\n\nGeschäftsführer: Ottokar Wunderlich, Sitz der Gesellschaft: Musterstadt, Amtsgericht Musterstadt HRB 4711\nDiese E-Mail kann vertrauliche Informationen enthalten. Bitte drucken Sie sie nur, wenn nötig.",
    # A logo, a role and a slogan.
    "{close}\n\n{name}\nProjektleiterin\n\n[cid:image001.png@01DC4711.0815AB]\n\n{company}\n{street}\n{code} {town}\nT: {phone}\nM: {mobile}\nF: {fax}\n{email}\n{host}\n\nGemeinsam weiter.",
    # A country, and doors in the number.
    "{close}\n\n{name}\n{street}\n{code} {town}\nDeutschland\n\nFon +{phone_int}\nMob +{mobile_int}",
    # Two columns of the pieces, with points.
    "{close}\n{name} · {company}\n{street} · {code} {town}\nt {phone} · m {mobile}\n{email} · www.{host}",
    # Family name first.
    "{close}\n\n{family}, {given}\n{street}, {code} {town}\nTelefon privat: {phone}\nTelefon mobil: {mobile}",
    # "Ihre …"
    "Herzliche Grüße aus {town}\nIhre {name}\n\n{company}, {street}, {code} {town}\nTel.: {phone}, Mobil: {mobile}",
    "{close} aus {town}\n\n{given} {family} & Familie\n{street}\n{code} {town}\nTelefonisch: {phone} oder {mobile}",
    "Für Rückfragen erreichen Sie mich unter {mobile}.\n\n{close}\n\n{title}{name}\nRechtsanwältin\n{company}\n{street} – {code} {town}\nTel. {phone} – Fax {fax}\nkanzlei@{host}",
    "Bis bald\n{given}\n\n--\n{name}\n{street}\nDE-{code} {town}\nPhone +{phone_int}\nMobile +{mobile_int}",
    "{close}\n\n{name}\n{company}\nNiederlassung {town}\n{street}, {code} {town}, Deutschland\nT. {phone}, F. {fax}, Mobil {mobile}\nE. {email}",
    "Mit freundlichen Grüßen / Best regards\n\n{name}\nEinkauf / Purchasing\n\n{company}\n{street}\n{code} {town}\n\nTelefon / Phone: {phone}\nMobil / Mobile: {mobile}\nE-Mail: {email}",
    "Gruß\n{name}\n({street}, {code} {town}; Tel. {phone}; mobil {mobile})",
    "Vielen Dank und schöne Woche\n{name}\n\nWohnhaft: {street}, {code} {town}\nPrivat: {phone} / Mobil: {mobile}",
    "Es grüßt\n\n{name}\nGeschäftsführender Gesellschafter\n{company}\n\n{street}\n{code} {town}\n☎ {phone}\n🖷 {fax}\n📱 {mobile}",
    "{close}\ni. V. {name}\n{company} | Abteilung Vermietung\n{street} | {code} {town}\nDurchwahl: {phone} | Mobil: {mobile} | {email}",
    "Bitte um kurze Rückmeldung per Mail oder telefonisch ({mobile}).\n\n{close}\n{given} {family}\n{street}\n{code} {town}\nTel: {phone}",
    "{close}\n\n{name}\n{company}\n{street}\n{code} {town}\n\nphone: +{phone_int}\nmobile: +{mobile_int}\nmail: {email}\nweb: https://www.{host}/kontakt",
)
ENGLISH = (
    "{close}\n\n{name}\n{company}\nA: {street}, {town}, {code}\nT: {phone}\nM: {mobile}\nE: {email}",
    "{close}\n{name} (she/her)\nHead of Facilities\n\n{company}\n{street}\n{town}\n{code}\nUnited Kingdom\n\nDDI: {phone}\nMob: {mobile}",
    "{close}\n{name}\n🏠 {street}, {town} {code}\n📞 {phone}\n📱 {mobile}\n✉️ {email}",
    "Cheers\n{given}\n\n{name}\n{street}, {town}, {code}\nHome: {phone}\nMobile: {mobile}\n\nSent from my iPhone",
    "{close}\n\n{title}{name} MRICS\nDirector\n\n[cid:image002.png@01DC4711.0815AB]\n{company} | {street} | {town} | {code}\nOffice {phone} | Mobile {mobile} | Fax {fax}\n\nThis e-mail and any attachment are confidential. {company} is registered in England and Wales, No. 07654321. Registered office: 1 Otherplace Square, Elsewhere, EC1A 1BB.",
    "{close}\n\n{NAME}\n{company}\n\nTel\t{phone}\nMobile\t{mobile}\nEmail\t{email}\n\n{street}\n{town} {code}",
    "Thanks,\n{name} · {company}\n{street} · {town} · {code}\np {phone} · c {mobile}",
    "{close}\n\n{name}\nAddress: {street}, {town}, {code}\nTelephone: {phone}\nCell: {mobile}",
    "Speak soon,\n{given}\n\n{name}\n{street}\n{town}\n{code}\nLandline - {phone}\nMobile - {mobile}",
    "{close}\n\n{name} | Associate Director\n{company}\n{street}, {town}, {code}, UK\nD {phone} | M {mobile} | {email}",
    "Many thanks in advance,\n\n{name}\n{company}\n{street}\n{town}, {code}\nTel No: {phone}\nMob No: {mobile}",
    "{close}\n\n{name}\nm: {mobile}  |  p: {phone}\na: {street}, {town} {code}\nw: www.{host}",
    "Kind regards\n\n{name}\nSenior Surveyor, Residential\nFor and on behalf of {company}\n\n{street}\n{town}\n{code}\n\nPhone: {phone} | Mobile: {mobile}\nFollow us on LinkedIn",
    "Best,\n{given}\n--\n{name}\n{company}\n{street}, {town} {code}\n{phone} (office)\n{mobile} (mobile)",
    "Looking forward to hearing from you.\n\n{name}\n{street}\n{town}\n{code}\n{mobile}\n{phone}",
    "{close}\n\n{name}, {company}\n{street}, {town}, {code}, England\nTelephone {phone}; Mobile {mobile}",
    "Warmest regards\n\n{name}\nProperty Manager\nT {phone}  M {mobile}\n{company}, {street}, {town}, {code}",
)
GERMAN_CLOSES = ("Mit besten Grüßen", "Freundlichst", "Schöne Grüße", "Liebe Grüße", "Mit freundlichem Gruß", "Grüße")
ENGLISH_CLOSES = ("Yours sincerely", "With best wishes", "All the best", "Kind Regards", "Sincerely,", "Warm regards,")
GERMAN_BODIES = (
    "Guten Tag Frau Berger,\n\nist die Wohnung in der Beispielgasse 99, 98765 Nirgendwo noch frei? Ich könnte am 12.03. um 15 Uhr.\n\n",
    "Sehr geehrte Damen und Herren,\n\nanbei die Unterlagen zum Objekt NL-2649. Die Kaltmiete von 1.250 Euro passt für uns.\n\n",
    "Hallo,\n\nbitte schicken Sie mir das Exposé.\n\n",
)
ENGLISH_BODIES = (
    "Dear Anna,\n\nis the flat at 99 Sample Close, Nowhere, ZZ9 9ZZ still available? We could come on 12 March at 3pm.\n\n",
    "Hi,\n\nplease find the signed offer attached. £1,250 pcm works for us.\n\n",
    "Hello,\n\ncould you send me the brochure?\n\n",
)
# What stands below, of the office's own mail that is answered.
QUOTES = (
    "",
    "\n\nAm 03.05.2026 um 10:12 schrieb Anna Berger <anna.berger@nordlicht.example>:\n> Guten Tag,\n> gern.\n> Viele Grüße\n> Anna Berger\n> "
    + OFFICE.replace("\n", "\n> "),
    "\n\n-----Ursprüngliche Nachricht-----\nVon: Anna Berger <anna.berger@nordlicht.example>\nGesendet: Montag, 4. Mai 2026 10:12\nBetreff: Exposé\n\nGuten Tag,\n\ngern.\n\nViele Grüße\nAnna Berger\n"
    + OFFICE,
)
ROADS = ("Road", "Street", "Lane", "Close", "Avenue", "Drive", "Crescent", "Gardens", "Mews", "Terrace")
ENGLISH_TOWNS = (
    "Ashford",
    "Kingsbridge",
    "Melton Mowbray",
    "Bury St Edmunds",
    "Alnwick",
    "Stow-on-the-Wold",
    "Rye",
    "Whitby",
)
CODES = ("TN23 1AB", "TQ7 1PP", "LE13 1XA", "IP33 1QT", "NE66 1SG", "GL54 1AA", "TN31 7JE", "YO21 3PU")
ENGLISH_NAMES = (
    "Harriet",
    "Owen",
    "Miles",
    "Grace",
    "Desmond",
    "Ruth",
    "Imogen",
    "Callum",
    "Freya",
    "Rhys",
    "Nigel",
    "Tamsin",
)
ENGLISH_SURNAMES = (
    "Thistlewood",
    "Ackroyd",
    "Pemberton-Hale",
    "O'Rourke",
    "MacAllister",
    "Nwosu",
    "Chatterjee",
    "Llewellyn",
    "Fairbrother",
    "Quigley",
    "Van Dyke",
    "Winterbourne",
)


@dataclass(frozen=True)
class Signed:
    """A mail as a file, as its writer sent it or as a colleague forwarded it, and what is right about the writer."""

    raw: bytes
    kind: str
    title: str
    given: str
    family: str
    email: str
    phone: str
    mobile: str
    street: str
    code: str
    town: str
    region: str


def signed(dice: random.Random, count: int) -> Iterator[Signed]:
    """So many, half of them German, each layout about equally often."""
    for number in range(count):
        german = number % 2 == 0
        layouts = GERMAN if german else ENGLISH
        yield _signed(dice, (number // 2) % len(layouts), german=german)


def _signed(dice: random.Random, layout: int, *, german: bool) -> Signed:
    who = _german(dice) if german else _english(dice)
    who["title"] = dice.choice(("", "Dr. ")) if german else dice.choice(("", "Dr "))
    text = (GERMAN if german else ENGLISH)[layout]
    who["title"] = who["title"] if "{title}" in text else ""
    name = f"{who['given']} {who['family']}"
    host = f"{who['family'].casefold().translate(PLAIN)}.example"
    email = f"{who['given'].casefold().translate(PLAIN)}@{host}"
    company = f"{who['trade']} {dice.choice(LEGAL if german else ('Ltd', 'LLP', 'plc'))}"
    filled = text.format(
        **who,
        name=name,
        NAME=name.upper(),
        host=host,
        email=email,
        company=company,
        close=dice.choice(GERMAN_CLOSES if german else ENGLISH_CLOSES),
        phone_int=who["phone"].lstrip("0").join(("49 ", "")),
        mobile_int=who["mobile"].lstrip("0").join(("49 ", "")),
    )
    quote = dice.choice(QUOTES)
    body = dice.choice(GERMAN_BODIES if german else ENGLISH_BODIES) + filled + quote
    subject = "AW: Exposé" if quote else "Anfrage"
    shown = dice.choice((f"{name} <{email}>", f"{who['family']}, {who['given']} <{email}>", email))
    if shown.count(",") == 1:
        shown = f'"{who["family"]}, {who["given"]}" <{email}>'
    raw = (_forwarded if dice.random() < 0.5 else _direct)(shown, subject, body)
    return Signed(
        raw=raw,
        kind=f"{'German' if german else 'English'} {layout + 1}",
        title=who["title"].strip(),
        given=who["given"],
        family=who["family"],
        email=email,
        phone=who["phone"],
        mobile=who["mobile"],
        street=who["street"],
        code=who["code"],
        town=who["town"],
        region="DE" if german else "GB",
    )


def _german(dice: random.Random) -> dict[str, str]:
    family = "".join(dice.choice(part) for part in (ONSET, CORE, CODA, ENDING)).capitalize()
    area, rest = dice.choice(("040", "0221", "089", "04131", "07071")), f"{dice.randrange(10**5, 10**6)}"
    written = dice.choice(("{a} {r}", "{a}/{r}", "{a}-{r}", "{a} / {r}"))
    mobile = f"01{dice.choice(('51', '60', '72', '76'))} {dice.randrange(10**6, 10**7)}"
    return {
        "given": dice.choice(GIVEN),
        "family": dice.choice((family, family, f"von {family}", f"{family}-Mohn")),
        "trade": f"{family} {dice.choice(TRADE)}",
        "street": f"{dice.choice(STEM)}{dice.choice(WAY)} {dice.randrange(1, 150)}{dice.choice(('', '', 'a', ' b'))}",
        "code": f"{dice.randrange(1067, 99998):05d}",
        "town": dice.choice(TOWN),
        "phone": written.format(a=area, r=rest),
        "fax": f"{area} {dice.randrange(10**5, 10**6)}",
        "mobile": mobile,
    }


def _english(dice: random.Random) -> dict[str, str]:
    place = dice.randrange(len(CODES))
    family = dice.choice(ENGLISH_SURNAMES)
    return {
        "given": dice.choice(ENGLISH_NAMES),
        "family": family,
        "trade": f"{family} {dice.choice(('Surveyors', 'Interiors', 'Partners', 'Estates'))}",
        "street": f"{dice.randrange(1, 200)} {dice.choice(STEM).capitalize()} {dice.choice(ROADS)}",
        "code": CODES[place],
        "town": ENGLISH_TOWNS[place],
        "phone": dice.choice(("01632 960{:03d}", "+44 1632 960{:03d}", "(01632) 960 {:03d}")).format(
            dice.randrange(1000)
        ),
        "fax": f"01632 961{dice.randrange(1000):03d}",
        "mobile": dice.choice(("07700 900{:03d}", "+44 7700 900{:03d}", "+44 (0)7700 900{:03d}")).format(
            dice.randrange(1000)
        ),
    }


def _direct(sender: str, subject: str, body: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "info@nordlicht.example", subject
    message["Date"], message["Message-ID"] = "Tue, 05 May 2026 10:12:00 +0200", "<prefill@mail.example>"
    message.set_content(body)
    return message.as_bytes()


def _forwarded(sender: str, subject: str, body: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Anna Berger <anna.berger@nordlicht.example>", "linkbot@slack.example"
    message["Subject"] = f"WG: {subject}"
    message["Date"], message["Message-ID"] = "Tue, 05 May 2026 11:12:00 +0200", "<forward@nordlicht.example>"
    message.set_content(
        f"Bitte anlegen.\n\nViele Grüße\nAnna Berger\n{OFFICE}\n\nVon: {sender}\nGesendet: Dienstag, 5. Mai 2026 10:12\n"
        f"An: info@nordlicht.example\nBetreff: {subject}\n\n{body}"
    )
    return message.as_bytes()
