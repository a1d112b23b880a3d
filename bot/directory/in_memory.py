"""The directory in memory: the matcher, kept in step with the copy in storage."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.crm import CRM
from bot.directory.live_search import LIVE_SECONDS, LiveSearch
from bot.directory.rows import from_row, ref_of, to_row
from bot.directory.saved_index import SavedMatcher
from bot.matching import MailWords, Match, Matcher, Selection, alias_key
from bot.records import Category, Record, RecordRef
from storage.aliases import Aliases
from storage.directory import DirectoryStore
from storage.tables import DirectoryRecord, now

# Rows are stamped before their transaction commits: looking back a little further than the last look misses none.
OVERLAP = timedelta(seconds=30)
SHORTEST_LIVE_SEARCH = 3
# Beyond this many changes a new index is built sooner than the old one is changed.
MANY_CHANGES = 2_000

log = logging.getLogger(__name__)


class Directory:
    """Matching and searching over all CRMs' records. Threads may match while `refresh` brings changes in."""

    def __init__(
        self,
        store: DirectoryStore,
        crms: Mapping[str, CRM],
        *,
        region: str,
        selection: Selection | None = None,
        aliases: Aliases | None = None,
        saved: SavedMatcher | None = None,
    ) -> None:
        """`selection` says when a match is ticked, `aliases` are what people taught, and `saved` is where the index is
        kept from one process to the next."""
        self._store = store
        self._crms = crms
        self._region = region
        self._selection = selection or Selection()
        self._aliases = aliases
        self._taught: tuple[object, ...] | None = None
        self._saved = saved
        self._changes_to_save = 0
        self._refreshing = threading.Lock()
        self._looked_at: datetime | None = None
        self._stamps: dict[datetime, int] = {}  # of what has been brought in
        # Rises with all that comes in or changes, whichever way.
        self.version = 0
        # Set once the copies are complete: before that "nothing found" would be said of records not yet read.
        self.ready = threading.Event()
        self._matcher = Matcher((), (), region=region, selection=self._selection)
        self._staff: frozenset[str] = frozenset()
        self._live = LiveSearch(crms, self._take_in)
        self._taking_in = threading.Lock()

    def __len__(self) -> int:
        return len(self._matcher)

    def refresh(self) -> int:
        """Bring in what changed in storage since the last look, also by other processes; gives how many records."""
        with self._refreshing:
            started = now()
            people = self._store.staff()
            staff = frozenset(text for person in people for text in (person.address, person.name) if text)
            loaded = self._looked_at is None and self._load(staff)
            if self._looked_at is None or staff != self._staff:
                stamps = self._store.stamps_since(started - OVERLAP)  # before the rows: what comes between is seen next
                self._replace(self._build(staff))
                self._staff, self._stamps = staff, stamps
                count = len(self)
            else:
                rows, stamps = self._changed_since(self._looked_at - OVERLAP)
                fresh = [record for row in rows if not row.vanished and self._is_new(record := from_row(row))]
                gone = [ref_of(row) for row in rows if row.vanished and self._matcher.get(ref_of(row))]
                if len(fresh) > max(MANY_CHANGES, len(self) // 5):
                    self._replace(self._build(staff))
                elif fresh or gone:
                    self._matcher.update(fresh, gone)
                self._stamps = stamps  # only now: where anything failed, the next look brings it in
                count = len(fresh) + len(gone)
            if loaded and len(self) != self._store.count(self._crms):
                log.info("the saved index does not fit the database and is built anew")
                self._replace(self._build(staff))
                count = len(self)
            self._looked_at = started
            self._changes_to_save += count
            self.version += bool(count)
            self._learn()
            return count

    def save(self) -> None:
        """Keep the index for the next start, if it has changed since."""
        with self._refreshing:
            if self._saved is not None and self._changes_to_save and self._looked_at is not None:
                self._saved.save(self._matcher, self._looked_at, self._store.newest_change())
                self._changes_to_save = 0

    def _load(self, staff: frozenset[str]) -> bool:
        """Start from the index of an earlier process; what storage has gained since then is brought in as ever."""
        if self._saved is None:
            return False
        loaded = self._saved.load(staff, self._region, self._selection, self._store.newest_change())
        if loaded is None:
            return False
        matcher, self._looked_at = loaded
        self._staff = staff
        self._replace(matcher)
        return True

    def _build(self, staff: Collection[str]) -> Matcher:
        records = (from_row(row) for row in self._store.all() if row.vendor in self._crms)
        return Matcher(records, staff, region=self._region, selection=self._selection)

    def _replace(self, matcher: Matcher) -> None:
        self._taught = None
        self._matcher = matcher

    def _learn(self) -> None:
        """Bring in what people taught since the last look, also through other processes."""
        if self._aliases is None or (state := self._aliases.state()) == self._taught:
            return
        taught: dict[str, dict[RecordRef, int]] = defaultdict(dict)
        for alias, words in self._aliases.all():
            ref = RecordRef(alias.vendor, alias.kind, alias.record_id)
            known = taught[alias_key(words)]
            known[ref] = known.get(ref, 0) + alias.times
        self._matcher.teach(taught)
        self._taught = state

    def _changed_since(self, moment: datetime) -> tuple[list[DirectoryRecord], dict[datetime, int]]:
        """The rows that were written or vanished since then, without those that an earlier look has brought in; and the
        stamps of all."""
        stamps = self._store.stamps_since(moment)
        rows = self._store.stamped([stamp for stamp, rows in stamps.items() if self._stamps.get(stamp) != rows])
        return [row for row in rows if row.vendor in self._crms], stamps

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

    def keep(self, record: Record) -> None:
        """Take in a record that was just read from its CRM: it is matched and found at once, here, and by the other
        processes with their next look."""
        self._store.save_live([to_row(record)])
        self._matcher.update([record], ())
        self.version += 1

    def numbered(self, numbers: Collection[str]) -> list[RecordRef]:
        """The records that have one of these numbers at their vendor."""
        return [ref_of(row) for row in self._store.with_numbers(numbers) if row.vendor in self._crms] if numbers else []

    def search(
        self,
        text: str,
        vendor: str,
        categories: Collection[Category],
        *,
        limit: int = 20,
        within: float = LIVE_SECONDS,
    ) -> list[Record]:
        """As-you-type search in the copy; where it has nothing, the vendor itself is asked, for so many seconds."""
        found = self._matcher.search(text, categories, limit, vendor)
        if found or len(text.strip()) < SHORTEST_LIVE_SEARCH:
            return found
        return self._live.find(text, vendor, categories, limit=limit, within=within)

    def _take_in(self, found: list[Record]) -> None:
        """A vendor's search may know less of a record than the copy does: what is known stays as it is."""
        with self._taking_in:  # several searches may find the same record at once
            fresh = [record for record in found if self._matcher.get(record.ref) is None]
            if fresh:
                self._store.save_live([to_row(record) for record in fresh])
                self._matcher.update(fresh, ())
                self.version += 1
