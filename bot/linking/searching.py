"""Searching the directory, without a mail in hand: what is offered, and what is known of a record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.crm import CRM
from bot.directory import LIVE_SECONDS, Directory
from bot.proposals import ProposalReader
from bot.records import Record, RecordRef
from bot.surface import ProposalView
from storage.proposals import Proposals
from storage.tables import RETRIABLE

MOST_OFFERED = 20
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class FoundView:
    """A record, the label of its CRM, its page there (None where there is none), and the mails that wait and mention
    it."""

    record: Record
    label: str
    url: str | None
    mails: tuple[ProposalView, ...] = ()


class Searching:
    """Reads only."""

    def __init__(
        self, *, directory: Directory, crms: Mapping[str, CRM], proposals: Proposals, reader: ProposalReader
    ) -> None:
        self._directory = directory
        self._crms = crms
        self._proposals = proposals
        self._reader = reader

    def search(self, text: str) -> list[Record]:
        """What a text finds, in all CRMs; each has its share of what is shown."""
        if len(text.strip()) < SHORTEST:
            return []
        number = max(1, len(self._crms))
        share, within = max(1, MOST_OFFERED // number), LIVE_SECONDS / number
        return [
            record
            for vendor, crm in self._crms.items()
            for record in self._directory.search(
                text, vendor, tuple(crm.capabilities.categories), limit=share, within=within
            )
        ]

    def found(self, ref: RecordRef, team: str, channels: Collection[str], user: str) -> FoundView | None:
        """What is known of a record, with the mails of these conversations that wait, as this person sees them; None
        where it is not there any more. Its page is asked of the CRM."""
        record = self._directory.get(ref)
        if record is None or ref.vendor not in self._crms:
            return None
        wanted = (ref.vendor, ref.kind, ref.id)
        rows = self._proposals.naming(team, channels, RETRIABLE, wanted, user) if channels else []
        mails = tuple(self._reader.view(row) for row in rows)
        return FoundView(record, self._crms[ref.vendor].label, self._reader.web_link(ref), mails)
