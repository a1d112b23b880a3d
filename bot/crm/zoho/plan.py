"""Which calls link a mail to several records: one record in the URL, at most one more beside it. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.crm.zoho.mapping import CONTACTS, DEALS, LEADS
from bot.records import Record

_RANK = MappingProxyType({CONTACTS: 0, LEADS: 1, DEALS: 2})


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the record of the URL and the `linked_record` beside it."""

    record: Record
    beside: Record | None = None

    @property
    def turned(self) -> bool:
        """A deal with the contact beside it: the other way round than planned."""
        return self.beside is not None and self.record.ref.kind == DEALS


def calls(records: Sequence[Record]) -> list[Call]:
    """A contact takes a deal beside it: one that is its own if that is among the picked ones, else the first that is
    free. Every other record has a call of its own. Pairs and people come first: should Zoho take a mail only once
    in the whole organisation (its page says: once for a record), it stands where it matters most.

    The contact is the record of the URL because a deal can be taken off a contact's mail again (`deals.py`), and
    because Zoho then doesn't choose a deal by itself.
    """
    contacts = [record for record in records if record.ref.kind == CONTACTS]
    free = [record for record in records if record.ref.kind == DEALS]
    paired: dict[Record, Record] = {}
    for own in (True, False):
        for contact in contacts:
            deal = next((d for d in free if not own or contact.ref in d.related), None)
            if contact not in paired and deal is not None:
                paired[contact] = deal
                free.remove(deal)
    beside = set(paired.values())
    planned = [Call(record, paired.get(record)) for record in records if record not in beside]
    return sorted(planned, key=lambda call: (call.beside is None, _RANK.get(call.record.ref.kind, len(_RANK))))
