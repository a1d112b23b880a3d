"""From records to ids, and from what onOffice shows to the outcome of each record. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.crm.onoffice import mapping
from bot.crm.onoffice.merge import Linked
from bot.crm.port import Outcome, Receipt
from bot.mail import MailPlace
from bot.records import Record, RecordRef

ONE_PROPERTY = "onOffice links a mail to one property only. This one was left out; link it in a second mail if needed."
NOT_LINKABLE = "onOffice links mails to addresses and properties only. Please pick one of these."
NOT_SHOWN = "onOffice said yes but doesn't show the link. Please try again, or link the mail in onOffice by hand."
STILL_SHOWN = "onOffice still shows this link. Please remove it in onOffice by hand."


@dataclass(frozen=True, slots=True)
class Wanted:
    """The records to link, as onOffice numbers them, and those that it can't link with the sentence why."""

    addresses: tuple[int, ...]
    estate: int | None
    refused: Mapping[RecordRef, str]

    @classmethod
    def of(cls, records: Sequence[Record]) -> Wanted:
        addresses: list[int] = []
        estate: int | None = None
        refused: dict[RecordRef, str] = {}
        for ref in (record.ref for record in records):
            number = int(ref.id) if ref.id.isdecimal() else 0
            if ref.vendor != mapping.VENDOR or not number or ref.kind not in (mapping.ADDRESS, mapping.ESTATE):
                refused[ref] = NOT_LINKABLE
            elif ref.kind == mapping.ADDRESS:
                addresses.append(number)
            elif estate in (None, number):
                estate = number
            else:
                refused[ref] = ONE_PROPERTY
        return cls(tuple(addresses), estate, refused)

    def without(self, gone: Mapping[RecordRef, object]) -> Wanted:
        addresses = tuple(a for a in self.addresses if mapping.ref(mapping.ADDRESS, a) not in gone)
        estate = None if mapping.ref(mapping.ESTATE, self.estate) in gone else self.estate
        return replace(self, addresses=addresses, estate=estate)


def linked(refs: Iterable[RecordRef]) -> Linked:
    return Linked(
        frozenset(int(ref.id) for ref in refs if ref.kind == mapping.ADDRESS),
        frozenset(int(ref.id) for ref in refs if ref.kind == mapping.ESTATE),
    )


def holds(now: Linked, ref: RecordRef) -> bool:
    return ref.id.isdecimal() and int(ref.id) in (now.addresses if ref.kind == mapping.ADDRESS else now.estates)


def state(place: MailPlace, now: Linked) -> dict[str, Any]:
    """The before-state of a receipt: what `unlink` needs, also after a restart."""
    return {
        "addresses": sorted(now.addresses),
        "estate": min(now.estates, default=None),
        "identity": place.identity,
        "folder": place.folder,
        "uid": place.uid,
        "uidvalidity": place.uidvalidity,
        "messageid": place.message_id,
    }


def place(receipts: Sequence[Receipt]) -> MailPlace | None:
    """Where the mail lay when it was linked."""
    for before in (receipt.before for receipt in receipts if receipt.before):
        return MailPlace(
            before["identity"], before["folder"], before["uid"], before.get("uidvalidity", 0), before["messageid"]
        )
    return None


def added(receipt: Receipt) -> bool:
    """Whether this bot made the link, as opposed to finding it."""
    if receipt.outcome not in (Outcome.LINKED, Outcome.UNLINKED):
        return False
    before = receipt.before or {}
    number = int(receipt.ref.id)
    return (
        number not in before.get("addresses", ())
        if receipt.ref.kind == mapping.ADDRESS
        else number != before.get("estate")
    )


def verified(receipt: Receipt, now: Linked) -> Receipt:
    if receipt.outcome is Outcome.REFUSED:
        return receipt
    shown = holds(now, receipt.ref)
    if receipt.outcome is Outcome.UNLINKED:
        return replace(receipt, verified=not shown, message=STILL_SHOWN if shown else "")
    if not shown:
        return replace(receipt, outcome=Outcome.NOT_SET, verified=False, message=NOT_SHOWN, permanent=False)
    if receipt.outcome is Outcome.NOT_SET:
        receipt = replace(receipt, outcome=Outcome.LINKED, message="", permanent=True)
    lost = sorted(set((receipt.before or {}).get("addresses", ())) - now.addresses)
    if lost and receipt.outcome is Outcome.LINKED:
        numbers = ", ".join(map(str, lost))
        note = f"The mail is no longer linked to address {numbers}, which it was before. Please check it in onOffice."
        receipt = replace(receipt, message=f"{receipt.message} {note}".strip())
    return replace(receipt, verified=True)


def unlinked(receipt: Receipt, now: Linked) -> Receipt:
    shown = holds(now, receipt.ref)
    return replace(
        receipt, outcome=Outcome.UNLINKED, verified=not shown, message=STILL_SHOWN if shown else "", permanent=True
    )
