"""The directory in memory: the matcher, kept in step with the copy in storage."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from bot.crm.port import CRM, CRMError
from bot.matching import MailWords, Match, Matcher
from bot.records import Category, Record, RecordRef
from storage.directory import DirectoryStore
from storage.tables import DirectoryRecord, now

# Rows are stamped before their transaction commits: looking back a little further than the last look misses none.
OVERLAP = timedelta(seconds=30)
SHORTEST_LIVE_SEARCH = 3
# One CRM's many namesakes must not push the other's off the list; the search itself compares no more than these.
MOST_SEARCHED = 1_000
# Beyond this many changes a new index is built sooner than the old one is changed.
MANY_CHANGES = 2_000

log = logging.getLogger(__name__)


def to_row(record: Record) -> DirectoryRecord:
    """A record as storage keeps it."""
    fields = asdict(record)
    for name in ("ref", "category", "name"):
        del fields[name]
    fields["related"] = [str(ref) for ref in record.related]
    kept = {name: value for name, value in fields.items() if value}
    ref = record.ref
    return DirectoryRecord(
        vendor=ref.vendor, kind=ref.kind, record_id=ref.id, category=record.category, name=record.name, fields=kept
    )


def from_row(row: DirectoryRecord) -> Record:
    """The inverse of `to_row`."""
    fields: dict[str, Any] = dict(row.fields)
    for name in ("emails", "phones"):
        if name in fields:
            fields[name] = tuple(fields[name])
    if "related" in fields:
        fields["related"] = tuple(RecordRef.parse(text) for text in fields["related"])
    return Record(ref=_ref(row), category=Category(row.category), name=row.name, **fields)


def _ref(row: DirectoryRecord) -> RecordRef:
    return RecordRef(row.vendor, row.kind, row.record_id)


class Directory:
    """Matching and searching over all CRMs' records. Threads may match while `refresh` brings changes in."""

    def __init__(self, store: DirectoryStore, crms: Mapping[str, CRM], region: str) -> None:
        self._store = store
        self._crms = crms
        self._region = region
        self._refreshing = threading.Lock()
        self._looked_at: datetime | None = None
        # Set once the copies are complete: before that "nothing found" would be said of records not yet read.
        self.ready = threading.Event()
        self._matcher = Matcher((), (), region=region)
        self._staff: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self._matcher)

    def refresh(self) -> int:
        """Bring in what changed in storage since the last look, also by other processes; gives how many records."""
        with self._refreshing:
            started = now()
            people = self._store.staff()
            staff = frozenset(text for person in people for text in (person.address, person.name) if text)
            if self._looked_at is None or staff != self._staff:
                self._matcher = self._build(staff)
                self._staff = staff
                count = len(self)
            else:
                rows = [r for r in self._store.changed_since(self._looked_at - OVERLAP) if r.vendor in self._crms]
                fresh = [record for row in rows if not row.vanished and self._is_new(record := from_row(row))]
                gone = [_ref(row) for row in rows if row.vanished and self._matcher.get(_ref(row))]
                if len(fresh) > max(MANY_CHANGES, len(self) // 5):
                    self._matcher = self._build(staff)
                elif fresh or gone:
                    self._matcher.update(fresh, gone)
                count = len(fresh) + len(gone)
            self._looked_at = started
            return count

    def _build(self, staff: Collection[str]) -> Matcher:
        records = (from_row(row) for row in self._store.all() if row.vendor in self._crms)
        return Matcher(records, staff, region=self._region)

    def _is_new(self, record: Record) -> bool:
        return self._matcher.get(record.ref) != record

    @property
    def staff(self) -> frozenset[str]:
        """Addresses and names of the CRMs' own users."""
        return self._staff

    def match(self, mail: MailWords, limit: int = 20) -> list[Match]:
        return self._matcher.match(mail, limit)

    def get(self, ref: RecordRef) -> Record | None:
        return self._matcher.get(ref)

    def search(self, text: str, vendor: str, categories: Collection[Category], limit: int = 20) -> list[Record]:
        """As-you-type search in the copy; where it has nothing, the vendor itself is asked."""
        found = [r for r in self._matcher.search(text, categories, MOST_SEARCHED) if r.ref.vendor == vendor][:limit]
        if found or len(text.strip()) < SHORTEST_LIVE_SEARCH:
            return found
        return self._search_live(text, vendor, categories, limit)

    def _search_live(self, text: str, vendor: str, categories: Collection[Category], limit: int) -> list[Record]:
        found: list[Record] = []
        for category in categories:
            try:
                found += [r for r in self._crms[vendor].search(text, category, limit) if r.category in categories]
            except CRMError as error:
                log.warning("live search at %s failed: %s", vendor, error.code)
                break
        # A vendor's search may know less of a record than the copy does: what is known stays as it is.
        fresh = [record for record in found if self._matcher.get(record.ref) is None]
        if fresh:
            self._store.save_live([to_row(record) for record in fresh])
            self._matcher.update(fresh, ())
        return found[:limit]
