"""From onOffice's fields to a Record, and from its answers about a mail to what is linked. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.crm.onoffice.client import Row
from bot.crm.onoffice.merge import Linked
from bot.crm.street import split_street
from bot.mail import Participant
from bot.records import Category, Record, RecordRef

VENDOR = "onoffice"
ADDRESS = "address"
ESTATE = "estate"

# `email`, `phone` and `mobile` are special: they bring all entries of the phone book, not the main one only.
ADDRESS_FIELDS = (
    *("KdNr", "Vorname", "Name", "Zusatz1", "Strasse", "Plz", "Ort", "Status", "Email", "Telefon1"),
    *("email", "phone", "mobile"),
)
ESTATE_FIELDS = ("objektnr_extern", "objekttitel", "strasse", "hausnummer", "plz", "ort", "status")

_ENTRY = re.compile(r"(?P<sort>email|phone|mobile)[A-Za-z_]*?__\d+")


def ref(kind: str, id_: object) -> RecordRef:
    return RecordRef(VENDOR, kind, str(id_))


def address(row: Row) -> Record:
    """The record of an address as `read address` and the quick search send it. The company stands in `Zusatz1`; an
    entry with a company and no person is a company."""
    elements = row.elements
    given = _text(elements, "Vorname", "firstname")
    family = _text(elements, "Name", "surname")
    company = _text(elements, "Zusatz1", "company")
    emails = _unique([_text(elements, "Email", "primaryEmail"), *_entries(elements, "email", "emailaddress")])
    phones = _unique(
        [_text(elements, "Telefon1"), *_entries(elements, "phone", "phone"), *_entries(elements, "mobile", "mobile")]
    )
    street, number = split_street(_text(elements, "Strasse", "street"))
    person = f"{given} {family}".strip()
    return Record(
        ref=ref(ADDRESS, row.id),
        category=Category.COMPANY if company and not person else Category.PERSON,
        name=person or company or (emails[0] if emails else f"Address {row.id}"),
        given_name=given,
        family_name=family,
        company=company,
        emails=emails,
        phones=phones,
        reference=_customer(_text(elements, "KdNr", "customerno")),
        street=street,
        house_number=number,
        postal_code=_text(elements, "Plz", "zipcode"),
        city=_text(elements, "Ort", "city"),
    )


def estate(row: Row, people: Iterable[RecordRef] = ()) -> Record:
    """The record of an estate as `read estate` and the quick search send it; the house number may stand in the
    street."""
    elements = row.elements
    street, number = _text(elements, "strasse", "street"), _text(elements, "hausnummer", "houseno")
    if not number:
        street, number = split_street(street)
    title = _text(elements, "objekttitel")
    reference = _text(elements, "objektnr_extern", "externalestateno")
    city = _text(elements, "ort", "city")
    place = ", ".join(part for part in (f"{street} {number}".strip(), city) if part)
    return Record(
        ref=ref(ESTATE, row.id),
        category=Category.PROPERTY,
        name=title or place or reference or f"Property {row.id}",
        title=title,
        reference=reference,
        street=street,
        house_number=number,
        postal_code=_text(elements, "plz", "zipcode"),
        city=city,
        related=tuple(people),
    )


def archived(row: Row) -> bool:
    """Status 0; a customer without the field has no archived records that could be told."""
    return _text(row.elements, "Status", "status") == "0"


def related(rows: Iterable[Row]) -> dict[str, tuple[RecordRef, ...]]:
    """The addresses that are related to each estate, by the estate's id, from `idsfromrelation`."""
    return {
        str(parent): tuple(ref(ADDRESS, child) for child in children)
        for row in rows
        for parent, children in row.elements.items()
        if isinstance(children, list)
    }


def linked(row: Row) -> Linked:
    """The links in an answer of `emailInfo`, and whether onOffice knows the mail as an enquiry of a portal."""
    return Linked(
        frozenset(_ids(row.elements.get("addresses"), "addressId")),
        frozenset(_ids(row.elements.get("estates"), "estateId")),
        portal_request=row.elements.get("isPortalRequest") in (True, 1, "1", "true"),
    )


def linked_flat(row: Row) -> Linked:
    """The links in an answer of the deprecated `emailassignments` get, which tells one address only: where it tells
    one, there may be more."""
    one = [row.elements]
    addresses = frozenset(_ids(one, "addressid"))
    return Linked(addresses, frozenset(_ids(one, "estateid")), complete=not addresses)


def participant(row: Row) -> Participant | None:
    """A user of onOffice as `get users` or `read user` sends it; None without an address."""
    mail = _text(row.elements, "email", "Email")
    given, family = _text(row.elements, "firstname", "Vorname"), _text(row.elements, "lastname", "Name", "Nachname")
    return Participant(f"{given} {family}".strip() or None, mail) if "@" in mail else None


def _customer(number: str) -> str:
    """The customer number with its name: bare digits would be found in every postcode and price of a mail."""
    return f"KdNr {number}" if number not in ("", "0") else ""


def _ids(entries: object, key: str) -> Iterable[int]:
    for entry in entries if isinstance(entries, list) else []:
        value = str(entry.get(key, "")) if isinstance(entry, Mapping) else ""
        if value.isdecimal() and int(value) > 0:
            yield int(value)


def _entries(elements: Mapping[str, Any], sort: str, plain: str) -> list[str]:
    """All entries of a sort in the phone book: `email__13027` and the like, or a list under `plain`."""
    found = [value for key, value in elements.items() if (m := _ENTRY.fullmatch(key)) and m["sort"] == sort]
    listed = elements.get(plain)
    if isinstance(listed, list):
        found += listed
    elif isinstance(listed, str):
        found.append(listed)
    return [str(value).strip() for value in found if isinstance(value, str | int)]


def _text(elements: Mapping[str, Any], *names: str) -> str:
    """The first of the fields that holds something, as text."""
    for name in names:
        value = elements.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and (text := str(value).strip()):
            return text
    return ""


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
