"""The records of an attempt as rows to be linked or taken off, and whether their vendors can take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from bot.crm import CRM, LinkState
from bot.directory import Directory
from bot.proposals import Undoing, candidate_ref
from bot.records import Category, RecordRef, detail
from storage.tables import Proposal, Target


class Targets:
    """Makes targets of records; changes nothing."""

    def __init__(self, directory: Directory, crms: Mapping[str, CRM], undoing: Undoing) -> None:
        self._directory = directory
        self._crms = crms
        self._undoing = undoing

    def removal(self, proposal: Proposal, ref: RecordRef) -> Target:
        """A record to take the mail off; it need not be in the copy of the directory."""
        record = self._directory.get(ref)
        link = next((t for t in self._undoing.own(proposal.id) if candidate_ref(t) == ref), None)
        return Target(
            proposal_id=proposal.id,
            attempt=0,
            vendor=ref.vendor,
            kind=ref.kind,
            record_id=ref.id,
            category=record.category if record else Category.OTHER,
            name=record.name if record else ref.id,
            detail=detail(record) if record else "",
            remove=True,
            vendor_ref=link.vendor_ref if link else "",
            before=link.before if link else None,
        )

    def link(self, proposal: Proposal, ref: RecordRef) -> Target | None:
        """A record to link the mail to; None where the copy no longer has it."""
        record = self._directory.get(ref)
        if record is None or ref.vendor not in self._crms:
            return None
        return Target(
            proposal_id=proposal.id,
            attempt=0,
            vendor=ref.vendor,
            kind=ref.kind,
            record_id=ref.id,
            category=record.category,
            name=record.name,
            detail=detail(record),
        )

    def removes(self, ref: RecordRef, picks: Sequence[RecordRef], own: Collection[RecordRef]) -> bool:
        """Whether the mail can be taken off a record: at some vendors only where the bot linked it."""
        if ref in picks or ref.vendor not in self._crms:
            return False
        return ref in own or self._crms[ref.vendor].capabilities.removes

    def giving_way(self, targets: Sequence[Target], shown: Sequence[RecordRef]) -> list[RecordRef]:
        """Which of the linked records that a person was shown are in the way of those that they chose."""
        found: list[RecordRef] = []
        for vendor in {target.vendor for target in targets}:
            refs = [candidate_ref(target) for target in targets if target.vendor == vendor]
            records = [record for ref in refs if (record := self._directory.get(ref))]
            state = LinkState(frozenset(ref for ref in shown if ref.vendor == vendor))
            found += self._crms[vendor].in_the_way(records, state)
        return found

    def too_many(self, targets: Sequence[Target]) -> bool:
        """Whether a vendor cannot link that many of a category, or none of it."""
        slots = Counter((target.vendor, target.category) for target in targets)
        for (vendor, category), count in slots.items():
            limits = {str(name): most for name, most in self._crms[vendor].capabilities.categories.items()}
            if category not in limits:
                return True
            most = limits[category]
            if most is not None and count > most:
                return True
        return False

    def described(self, target: Target) -> str:
        """What tells the record from its namesakes; empty where the copy no longer has it."""
        record = self._directory.get(candidate_ref(target))
        return detail(record) if record else ""
