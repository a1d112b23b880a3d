"""Links that are read, merged, written and watched: what this bot changes, and that nobody else's links suffer.

onOffice has no lock and no "add": a write replaces. So each write travels in one request with a look before and a look
after it. What somebody changed since the write was worked out shows in the look before; what the write undid of it is
owed, and written next.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.crm.onoffice import errors, mapping, outcome
from bot.crm.onoffice.directory import Directory
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.onoffice.mails import Mails
from bot.crm.onoffice.merge import (
    Change,
    Linked,
    addresses_in_the_way,
    effect,
    in_the_way,
    owed,
    to_write,
    unwritable,
    without,
)
from bot.crm.onoffice.outcome import Wanted
from bot.crm.port import OCCUPIED, CRMError, Outcome, Receipt
from bot.language import SILENCE, Sentence, Value, enumerated, sentence, together
from bot.mail import MailPlace
from bot.records import Record, RecordRef

CORRECTIONS = 3
NOT_OURS = sentence("onoffice.not_ours")
HIDDEN = sentence("onoffice.hidden")
HAS_THE_PLACE = {mapping.ESTATE: "onoffice.property_has_the_place", mapping.ADDRESS: "onoffice.address_has_the_place"}


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a change: the records that are gone with their error numbers, what somebody else had put into
    their only place in the moment of the write, and what is still owed to others after all corrections."""

    gone: Mapping[RecordRef, int]
    in_the_way: tuple[RecordRef, ...] = ()
    owed: Change = field(default_factory=Change)


class Links:
    """Changes the links of mails; safe to use from several threads."""

    def __init__(self, mails: Mails, directory: Directory, *, single: bool) -> None:
        self._mails = mails
        self._directory = directory
        self._single = single

    def linked(self, place: MailPlace) -> Linked | None:
        """What a mail is linked to now; None where onOffice can't tell."""
        now = self._mails.linked(place)
        # In the older form there is one address only: the call that tells one tells all.
        return replace(now, complete=True) if now is not None and self._single else now

    def link(
        self, place: MailPlace, records: Sequence[Record], before: Linked | None, remove: Sequence[RecordRef]
    ) -> list[Receipt]:
        """See `CRM.link`."""
        # Read again even where the caller did: another's link set meanwhile must survive, and one taken away stay away.
        now = self.linked(place)
        first = before or now or Linked()
        wanted = self._writable(Wanted.of(records, remove, single=self._single), now, remove)
        made = self._write(place, now or Linked(complete=False), wanted)
        say = self._owed(made)
        lost = self._occupied(wanted.change, made.in_the_way)
        unseen = outcome.CANNOT_TELL if now is None else SILENCE if now.complete else outcome.PERHAPS_MORE
        state = outcome.state(place, first)
        off = Linked(wanted.change.remove, wanted.change.remove_estates)
        receipts: list[Receipt] = []
        for ref in dict.fromkeys([*(record.ref for record in records), *remove]):
            if ref in made.gone:
                error = errors.error(made.gone[ref])
                receipts.append(Receipt(ref, Outcome.REFUSED, before=state, message=error.message, code=error.code))
            elif ref in wanted.refused:
                message, code = wanted.refused[ref], OCCUPIED if ref in wanted.occupied else ""
                receipts.append(Receipt(ref, Outcome.REFUSED, before=state, message=message, code=code))
            elif ref in lost:
                message = together(lost[ref], say)
                receipts.append(Receipt(ref, Outcome.REFUSED, before=state, message=message, code=OCCUPIED))
            elif outcome.holds(off, ref):
                receipts.append(Receipt(ref, Outcome.UNLINKED, before=state, message=say))
            elif outcome.holds(first, ref):
                receipts.append(Receipt(ref, Outcome.ALREADY, before=state, message=say))
            else:
                receipts.append(Receipt(ref, Outcome.LINKED, before=state, message=together(say, unseen)))
        return receipts

    def unlink(self, place: MailPlace, receipts: Sequence[Receipt]) -> list[Receipt]:
        """See `CRM.unlink`."""
        ours = [receipt for receipt in receipts if outcome.added(receipt)]
        taken_off = [receipt for receipt in receipts if outcome.took_off(receipt)]
        estates = [receipt for receipt in ours if receipt.ref.kind == mapping.ESTATE]
        addresses = [receipt for receipt in ours if receipt.ref.kind == mapping.ADDRESS]
        now = self.linked(place)
        if (ours or taken_off) and (now is None or not now.complete):
            return [replace(receipt, message=outcome.CANNOT_REMOVE) for receipt in receipts]
        now = now or Linked()
        # Of several links to an estate the one that is still set counts, with what it replaced.
        estate = next((r for r in reversed(estates) if int(r.ref.id) in now.estates), None)
        before = (addresses[0].before or {}).get("addresses") or [] if addresses and self._single else []
        again = {k: sorted(int(r.ref.id) for r in taken_off if r.ref.kind == k) for k in HAS_THE_PLACE}
        change = Change(
            add=frozenset(again[mapping.ADDRESS]),
            estate=next(iter(again[mapping.ESTATE]), None),
            remove=frozenset(int(receipt.ref.id) for receipt in addresses),
            remove_estates=frozenset({int(estate.ref.id)}) if estate else frozenset(),
            back=before[0] if before else None,
            back_estate=(estate.before or {}).get("estate") if estate else None,
        )
        change = without(change, unwritable(now, change, single=self._single))
        then: Linked | None = now
        if to_write(now, change, single=self._single) is not None:
            try:
                self._settle(place, now, change)
            except OnOfficeError as error:
                if error.number not in errors.UNKNOWN_RECORD:
                    raise
                # What was there before is gone from onOffice meanwhile: its place stays empty.
                gone = set(self._missing(now, change))
                left = replace(Wanted(change).without(gone).change, back=None, back_estate=None)
                if left == change:
                    raise
                self._settle(place, now, left)
            then = self.linked(place)
        return [
            outcome.unlinked(receipt, then)
            if receipt in ours
            else outcome.restored(receipt, then)
            if receipt in taken_off
            else replace(receipt, message=receipt.message or NOT_OURS)
            for receipt in receipts
        ]

    def _writable(self, wanted: Wanted, now: Linked | None, remove: Sequence[RecordRef]) -> Wanted:
        """The wish without the removals that can't be made, and without what has no place, each with the sentence
        why."""
        change = wanted.change
        if now is None:
            stuck, why = Change(remove=change.remove, remove_estates=change.remove_estates), outcome.CANNOT_REMOVE
        elif not now.complete:
            stuck, why = Change(remove=change.remove), outcome.CANNOT_REMOVE
        else:
            stuck, why = unwritable(now, change, single=self._single), outcome.KEEPS_ONE
        sides = {mapping.ADDRESS: stuck.remove, mapping.ESTATE: stuck.remove_estates}
        refused = {ref: why for ref in remove if ref not in wanted.refused and int(ref.id) in sides[ref.kind]}
        writable = without(change, stuck)
        way = self._in_the_way(now, writable) if now is not None else ()
        occupied = self._occupied(writable, way)
        left = Wanted(writable).without(occupied).change
        return Wanted(left, {**wanted.refused, **refused, **occupied}, frozenset(occupied))

    def _in_the_way(self, now: Linked, change: Change) -> tuple[RecordRef, ...]:
        estates = [mapping.ref(mapping.ESTATE, id_) for id_ in in_the_way(now, change)]
        addresses = addresses_in_the_way(now, change, single=self._single)
        return (*estates, *(mapping.ref(mapping.ADDRESS, id_) for id_ in addresses))

    def _occupied(self, change: Change, way: Sequence[RecordRef]) -> dict[RecordRef, Sentence]:
        """The records of a change that find their only place taken, with the sentence that names what is in the way."""
        found: dict[RecordRef, Sentence] = {}
        for kind, wanted in ((mapping.ESTATE, {change.estate} - {None}), (mapping.ADDRESS, change.add)):
            if ids := [int(ref.id) for ref in way if ref.kind == kind]:
                message = sentence(HAS_THE_PLACE[kind], names=self._names(kind, ids))
                found |= {mapping.ref(kind, id_): message for id_ in wanted if id_}
        return found

    def in_the_way(self, records: Sequence[Record], state: Linked) -> list[RecordRef]:
        """See `CRM.in_the_way`."""
        return list(self._in_the_way(state, Wanted.of(records, single=self._single).change))

    def _write(self, place: MailPlace, now: Linked, wanted: Wanted) -> Made:
        """Make the change. A record that vanished must not keep the others from being linked: it is left out, and its
        error number told."""
        try:
            return self._settle(place, now, wanted.change)
        except OnOfficeError as error:
            if error.number not in errors.UNKNOWN_RECORD:
                raise
            gone = dict.fromkeys(self._missing(now, wanted.change), error.number)
            if not gone:
                if now.addresses or now.estates:
                    error.message = HIDDEN
                raise
            return replace(self._settle(place, now, wanted.without(gone).change), gone=gone)

    def _settle(self, place: MailPlace, now: Linked, change: Change) -> Made:
        """Write the change, then what the write turned out to owe to others; at most so often."""
        write = to_write(now, change, single=self._single)
        if write is None:
            return Made({})
        seen = self._mails.assign(place, write)
        before, after = self._whole(seen.before), self._whole(seen.after)
        if write.addresses == () and write.estate and after is None:
            # The page says that an empty list "removes all links", and not whether the property is among them: where
            # the write did not show what it left, that is asked for.
            before, after = before or now, self.linked(place)
        found = before or now
        way = self._in_the_way(found, change)
        debt = owed(before, write, after, change) if before else Change()
        for _ in range(CORRECTIONS):
            now = after or effect(found, write)
            write = to_write(now, debt, single=self._single)
            if write is None:
                debt = Change()  # somebody else has mended it
                break
            try:
                seen = self._mails.assign(place, write)
            except CRMError:
                # What was confirmed is linked; that others' links are not whole yet must not be said to be a failure
                # of that. The next round tries again, and the receipts tell what stays owed.
                continue
            before, after = self._whole(seen.before), self._whole(seen.after)
            found = before or now
            debt = owed(before, write, after, debt) if before else Change()
        return Made({}, way, debt)

    def _whole(self, seen: Linked | None) -> Linked | None:
        return replace(seen, complete=True) if seen is not None and self._single else seen

    def _missing(self, now: Linked, change: Change) -> list[RecordRef]:
        """Which of the records to be added onOffice doesn't have or doesn't show."""
        addresses = change.add - now.addresses
        missing = [
            mapping.ref(mapping.ADDRESS, id_)
            for id_ in addresses - self._directory.existing(mapping.ADDRESS, addresses).keys()
        ]
        if change.estate is not None and not self._directory.existing(mapping.ESTATE, [change.estate]):
            missing.append(mapping.ref(mapping.ESTATE, change.estate))
        return missing

    def _owed(self, made: Made) -> Sentence:
        """The sentence about what is owed to others."""
        back = self._both(made.owed.add, [made.owed.estate] if made.owed.estate else [])
        off = self._both(made.owed.remove, made.owed.remove_estates)
        if back and off:
            return sentence("onoffice.meanwhile.both", linked=back, off=off)
        if back:
            return sentence("onoffice.meanwhile.still", linked=back)
        return sentence("onoffice.meanwhile.not", off=off) if off else SILENCE

    def _both(self, addresses: Collection[int], estates: Collection[int]) -> Value:
        return enumerated([*self._each(mapping.ADDRESS, addresses), *self._each(mapping.ESTATE, estates)])

    def _names(self, kind: str, ids: Collection[int]) -> Value:
        return enumerated(self._each(kind, ids))

    def _each(self, kind: str, ids: Collection[int]) -> list[Value]:
        if not ids:
            return []
        try:
            known = self._directory.existing(kind, ids)
        except CRMError:
            known = {}  # the link is made; its sentence then names the number
        return [_name(known.get(id_), id_) for id_ in sorted(ids)]


def _name(record: Record | None, id_: int) -> Value:
    if record is None:
        return sentence("onoffice.number", number=id_)
    return f"{record.name} ({record.reference})" if record.reference else record.name
