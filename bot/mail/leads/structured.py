"""The structured parts of a mail: attached XML, address cards and calendars, XML as the text, JSON-LD in the HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.mail.leads import adf, calendar, json_ld, objektanfrage, openimmo, vcard, xml
from bot.mail.leads.calendar import Appointment
from bot.mail.leads.shape import Lead, Person
from bot.mail.leads.xml import Node
from bot.mail.model import Attachment, Mail

LARGEST = 1_000_000  # bytes of a part that is looked at
_MOST_PARTS = 20
_XML: dict[str, Callable[[Node], Lead | None]] = {
    openimmo.ROOT: openimmo.read,
    objektanfrage.ROOT: objektanfrage.read,
    adf.ROOT: adf.read,
}


@dataclass(frozen=True, slots=True)
class Structured:
    """What was read of a mail's structured parts. `about` is an enquiry that a page describes (JSON-LD): less certain,
    for it may be an advertisement; `hidden` is where the text is such a part itself, which is no prose."""

    lead: Lead | None = None
    about: Lead | None = None
    cards: tuple[Person, ...] = ()
    appointment: Appointment | None = None
    hidden: tuple[int, int] | None = None


def read(mail: Mail) -> Structured:
    """Reads every structured part of a mail; never raises for any content."""
    lead: Lead | None = None
    cards: list[Person] = []
    appointment: Appointment | None = None
    for one in _parts(mail):
        content = one.content or b""
        kind = kind_of(one.filename, one.content_type)
        if kind == "xml" and lead is None:
            lead = _by_root(content)
        elif kind == "card":
            cards += vcard.read(content)
        elif kind == "calendar" and appointment is None:
            appointment = calendar.read(content)
    hidden = adf.span(mail.text[:LARGEST])
    if hidden is not None and lead is None:
        lead = _by_root(mail.text[slice(*hidden)].encode("utf-8", "replace"), declared=False)
    about = json_ld.read(mail.html) if mail.html and "ld+json" in mail.html else None
    return Structured(lead, about, tuple(dict.fromkeys(cards)), appointment, hidden)


def kind_of(filename: str, content_type: str) -> str:
    """Which reader a file is for: `xml`, `card`, `calendar`, or empty for none."""
    name, declared = filename.casefold(), content_type.casefold().partition(";")[0].strip()
    if (
        name.endswith((".xml", ".adf"))
        or declared in ("text/xml", "application/xml")
        or declared.endswith(("adf+xml", "/adf"))
    ):
        return "xml"
    if name.endswith(".vcf") or declared in ("text/vcard", "text/x-vcard", "text/directory"):
        return "card"
    if name.endswith(".ics") or declared in ("text/calendar", "application/ics"):
        return "calendar"
    return ""


def _parts(mail: Mail) -> Iterator[Attachment]:
    found = (one for one in mail.attachments if one.content and len(one.content) <= LARGEST)
    for number, one in enumerate(one for one in found if kind_of(one.filename, one.content_type)):
        if number >= _MOST_PARTS:
            return
        yield one


def _by_root(content: bytes, *, declared: bool = True) -> Lead | None:
    """The enquiry in a document of one of the known roots, which may stand inside another (an envelope)."""
    if not declared:
        content = content[content.lower().find(b"<adf") :]  # the text was decoded: its declaration is none any more
    root = xml.parse(content)
    if root is None:
        return None
    for name, reader in _XML.items():
        found = root if root.name == name else root.first(name)
        if found is not None:
            return reader(found)
    return None
