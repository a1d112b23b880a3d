"""Which calls link a mail to several records: one record in the URL, at most one more beside it. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.crm.zoho.mapping import CONTACTS, DEALS, NOT_LINKABLE, VENDOR
from bot.records import Record


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the record of the URL and the `linked_record` beside it."""

    record: Record
    beside: Record | None = None


def linkable(record: Record) -> bool:
    return record.ref.vendor == VENDOR and record.ref.kind not in NOT_LINKABLE


def calls(records: Sequence[Record]) -> list[Call]:
    """A deal takes a contact beside it, as the vendor's page has it: its own if that is among the picked ones, else
    the first that is free. Every other record has a call of its own."""
    deals = [record for record in records if record.ref.kind == DEALS]
    free = [record for record in records if record.ref.kind == CONTACTS]
    paired: dict[Record, Record] = {}
    for own in (True, False):
        for deal in deals:
            contact = next((c for c in free if not own or c.ref in deal.related), None)
            if deal not in paired and contact is not None:
                paired[deal] = contact
                free.remove(contact)
    beside = set(paired.values())
    return [Call(record, paired.get(record)) for record in records if record not in beside]
