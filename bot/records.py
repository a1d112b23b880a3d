"""Records: the entries of a CRM's directory, in the one shape that matching, linking and the vendors share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What a record is to a person, whatever the vendor's own module is called."""

    PERSON = "person"
    COMPANY = "company"
    PROPERTY = "property"
    DEAL = "deal"
    OTHER = "other"  # quotes, invoices, orders, modules of a customer's own


@dataclass(frozen=True, slots=True, order=True)
class RecordRef:
    """The name of one record across all CRMs. `kind` is the vendor's own module (`address`, `Contacts`, …)."""

    vendor: str
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.vendor}|{self.kind}|{self.id}"

    @classmethod
    def parse(cls, text: str) -> RecordRef:
        """The inverse of `str(ref)`; raises ValueError for anything else."""
        vendor, kind, id_ = text.split("|", 2)
        if not (vendor and kind and id_):
            raise ValueError(f"not a record reference: {text!r}")
        return cls(vendor, kind, id_)


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a CRM's directory with the fields that a mail can mention.

    `name` is the display name. Every other field may be empty. `related` holds records that the CRM itself relates to
    this one (a property's owner, a deal's contact).
    """

    ref: RecordRef
    category: Category
    name: str
    title: str = ""
    given_name: str = ""
    family_name: str = ""
    company: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    reference: str = ""
    street: str = ""
    house_number: str = ""
    postal_code: str = ""
    city: str = ""
    related: tuple[RecordRef, ...] = ()


def detail(record: Record) -> str:
    """What tells a record apart from its namesakes, in a few words: number, company, address, e-mail."""
    street = " ".join(filter(None, (record.street, record.house_number)))
    place = " ".join(filter(None, (record.postal_code, record.city)))
    parts = (record.reference, record.company, ", ".join(filter(None, (street, place))), *record.emails[:1])
    return " · ".join(part for part in parts if part and part.casefold() not in record.name.casefold())
