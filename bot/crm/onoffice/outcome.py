"""From records to ids, and from what onOffice shows to the outcome of each record. No I/O."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.crm.onoffice import mapping
from bot.crm.onoffice.merge import Change, Linked
from bot.crm.port import LinkState, Outcome, Receipt
from bot.language import SILENCE, Sentence, sentence, together
from bot.mail import MailPlace
from bot.records import Record, RecordRef

ONE_PROPERTY = sentence("onoffice.one_property")
ONE_ADDRESS = sentence("onoffice.one_address")
NOT_LINKABLE = sentence("onoffice.not_linkable")
NOT_SHOWN = sentence("onoffice.not_shown")
HAS_ANOTHER = sentence("onoffice.has_another")
NOT_AGAIN = sentence("onoffice.not_again")
STILL_SHOWN = sentence("onoffice.still_shown")
CANNOT_TELL = sentence("onoffice.cannot_tell")
PERHAPS_MORE = sentence("onoffice.perhaps_more")
KEEPS_ONE = sentence("onoffice.keeps_one")
CANNOT_REMOVE = sentence("onoffice.cannot_remove")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to link and what to take off, as onOffice numbers it, and what it can't do with the sentence why: `occupied`
    are those of them whose only place another record has."""

    change: Change
    refused: Mapping[RecordRef, Sentence] = field(default_factory=dict)
    occupied: frozenset[RecordRef] = frozenset()

    @classmethod
    def of(cls, records: Sequence[Record], remove: Sequence[RecordRef] = (), *, single: bool = False) -> Wanted:
        addresses: list[int] = []
        estate: int | None = None
        refused: dict[RecordRef, Sentence] = {}
        for ref in (record.ref for record in records):
            if not (number := _number(ref)):
                refused[ref] = NOT_LINKABLE
            elif ref.kind == mapping.ADDRESS:
                if single and addresses not in ([], [number]):
                    refused[ref] = ONE_ADDRESS
                else:
                    addresses.append(number)
            elif estate in (None, number):
                estate = number
            else:
                refused[ref] = ONE_PROPERTY
        refused |= {ref: NOT_LINKABLE for ref in remove if not _number(ref)}
        off = [ref for ref in remove if _number(ref)]
        change = Change(
            add=frozenset(addresses),
            estate=estate,
            remove=frozenset(int(ref.id) for ref in off if ref.kind == mapping.ADDRESS) - frozenset(addresses),
            remove_estates=frozenset(int(ref.id) for ref in off if ref.kind == mapping.ESTATE) - {estate},
        )
        return cls(change, refused)

    def without(self, gone: Container[RecordRef]) -> Wanted:
        """The same without some of the records to link."""
        add = frozenset(a for a in self.change.add if mapping.ref(mapping.ADDRESS, a) not in gone)
        estate = None if mapping.ref(mapping.ESTATE, self.change.estate) in gone else self.change.estate
        return replace(self, change=replace(self.change, add=add, estate=estate))


def linked(refs: Iterable[RecordRef]) -> Linked:
    return Linked(
        frozenset(int(ref.id) for ref in refs if ref.kind == mapping.ADDRESS),
        frozenset(int(ref.id) for ref in refs if ref.kind == mapping.ESTATE),
    )


def link_state(now: Linked) -> LinkState:
    """What is linked, as the port has it."""
    refs = [mapping.ref(mapping.ADDRESS, id_) for id_ in now.addresses]
    refs += [mapping.ref(mapping.ESTATE, id_) for id_ in now.estates]
    return LinkState(frozenset(refs), now.portal_request)


def holds(now: Linked, ref: RecordRef) -> bool:
    return ref.id.isdecimal() and int(ref.id) in (now.addresses if ref.kind == mapping.ADDRESS else now.estates)


def state(place: MailPlace, now: Linked) -> dict[str, Any]:
    """The before-state of a receipt: what `unlink` needs, also after a restart."""
    return {
        "addresses": sorted(now.addresses),
        "estate": min(now.estates, default=None),
        "estates": sorted(now.estates),
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
    return receipt.outcome in (Outcome.LINKED, Outcome.UNLINKED) and not _was_there(receipt)


def took_off(receipt: Receipt) -> bool:
    """Whether this bot took the link off, which was there."""
    return receipt.outcome is Outcome.UNLINKED and _was_there(receipt)


def _was_there(receipt: Receipt) -> bool:
    """Whether the mail was linked to the record before."""
    before = receipt.before or {}
    if receipt.ref.kind == mapping.ADDRESS:
        return int(receipt.ref.id) in before.get("addresses", ())
    return int(receipt.ref.id) in before.get("estates", (before.get("estate"),))


def verified(receipt: Receipt, now: Linked | None) -> Receipt:
    """The receipt with what onOffice shows now; None where it shows nothing."""
    if receipt.outcome is Outcome.REFUSED:
        return receipt
    if now is None or (_partly(now, receipt.ref) and not holds(now, receipt.ref)):
        return replace(receipt, verified=None, message=together(receipt.message, CANNOT_TELL))
    shown = holds(now, receipt.ref)
    if receipt.outcome is Outcome.UNLINKED:
        return replace(receipt, verified=not shown, message=STILL_SHOWN if shown else SILENCE)
    if not shown:
        return replace(receipt, outcome=Outcome.NOT_SET, verified=False, message=NOT_SHOWN, permanent=False)
    if receipt.outcome is Outcome.NOT_SET:
        receipt = replace(receipt, outcome=Outcome.LINKED, message=SILENCE, permanent=True)
    return replace(receipt, verified=True)


def told_of_losses(receipts: Sequence[Receipt], now: Linked | None) -> list[Receipt]:
    """The receipts, the new links' with a note of what was linked before and is no longer, unless that was asked for
    or is said already."""
    made = [receipt for receipt in receipts if receipt.outcome is Outcome.LINKED]
    if now is None or not now.complete or not made:
        return list(receipts)
    off = {int(receipt.ref.id) for receipt in receipts if receipt.outcome is Outcome.UNLINKED}
    lost = sorted(set((made[0].before or {}).get("addresses", ())) - now.addresses - off)
    if not lost or any(receipt.message for receipt in made):
        return list(receipts)
    note = sentence("onoffice.no_longer", numbers=", ".join(map(str, lost)))
    return [replace(receipt, message=note) if receipt is made[0] else receipt for receipt in receipts]


def unlinked(receipt: Receipt, now: Linked | None) -> Receipt:
    """The receipt of a link that was taken away, with what onOffice shows now."""
    return verified(replace(receipt, outcome=Outcome.UNLINKED, message=SILENCE, permanent=True), now)


def restored(receipt: Receipt, now: Linked | None) -> Receipt:
    """The receipt of a link that was taken off and is set again, with what onOffice shows now."""
    if now is None:
        return replace(receipt, outcome=Outcome.RESTORED, verified=None, message=CANNOT_TELL)
    if holds(now, receipt.ref):
        return replace(receipt, outcome=Outcome.RESTORED, verified=True, message=SILENCE)
    why = HAS_ANOTHER if receipt.ref.kind == mapping.ESTATE and now.estates else NOT_AGAIN
    return replace(receipt, verified=None, message=why)


def _number(ref: RecordRef) -> int:
    """The record's number in onOffice; 0 for what it can't link."""
    known = ref.vendor == mapping.VENDOR and ref.kind in (mapping.ADDRESS, mapping.ESTATE)
    return int(ref.id) if known and ref.id.isdecimal() else 0


def _partly(now: Linked, ref: RecordRef) -> bool:
    return not now.complete and ref.kind == mapping.ADDRESS
