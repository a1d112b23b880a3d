"""The copy of the CRMs' directories, and how far each copy is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from storage.engine import empty_log, reading, transaction
from storage.tables import DirectoryRecord, StaffMember, SyncState, now

READ_AT_ONCE = 5_000
STAMPS_AT_ONCE = 30_000  # SQLite takes 32,766 parameters, PostgreSQL 65,535


class DirectoryStore:
    """Queries on records, staff and sync state."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def state(self, vendor: str) -> SyncState:
        """How far the copy is; a fresh state where it has not begun."""
        with reading(self._engine) as session:
            return session.get(SyncState, vendor) or SyncState(vendor=vendor)

    def save_page(
        self, state: SyncState, records: Sequence[DirectoryRecord], vanished: Iterable[tuple[str, str]]
    ) -> None:
        """Write a page of changes and how far the copy has come, in one transaction: a crash repeats at most a page."""
        with transaction(self._engine) as session:
            moment = now()  # not before it is this page's turn: who looks for changes looks back for a while only
            if records:
                rows = [
                    {**row.model_dump(), "run": state.run, "changed_at": moment, "vanished": False} for row in records
                ]
                insert = (sqlite if self._engine.dialect.name == "sqlite" else postgresql).insert(DirectoryRecord)
                keys = ("vendor", "kind", "record_id")
                fresh: dict[str, Any] = {name: insert.excluded[name] for name in rows[0] if name not in keys}
                # A full run reads everything again: only what is new to the copy is news to the bots that look at it.
                fresh["changed_at"] = sa.case(
                    (_is_as_before(insert.excluded), DirectoryRecord.changed_at), else_=insert.excluded.changed_at
                )
                session.execute(insert.on_conflict_do_update(index_elements=list(keys), set_=fresh), rows)
            for kind, record_id in vanished:
                session.execute(
                    _vanish(state.vendor, moment).where(
                        col(DirectoryRecord.kind) == kind, col(DirectoryRecord.record_id) == record_id
                    )
                )
            session.merge(state)

    def sweep(self, vendor: str, run: int) -> int:
        """After a full run: what it did not see has vanished. Gives how many."""
        with transaction(self._engine) as session:
            swept = session.execute(
                _vanish(vendor, now()).where(col(DirectoryRecord.run) < run).returning(col(DirectoryRecord.record_id))
            )
            return len(swept.all())

    def all(self) -> Iterator[DirectoryRecord]:
        """Every record that has not vanished, streamed."""
        with reading(self._engine) as session:
            query = select(DirectoryRecord).where(~col(DirectoryRecord.vanished))
            yield from session.exec(query, execution_options={"yield_per": READ_AT_ONCE})

    def stamps_since(self, moment: datetime) -> dict[datetime, int]:
        """When records were written or vanished, at or after this moment, and how many then: those of a page have one
        stamp, so that these are few."""
        stamp = col(DirectoryRecord.changed_at)
        query = select(stamp, sa.func.count()).where(stamp >= moment).group_by(stamp)
        with reading(self._engine) as session:
            return dict(session.execute(query).all())

    def stamped(self, stamps: Collection[datetime]) -> list[DirectoryRecord]:
        """Records written or vanished at one of these moments."""
        wanted, found = sorted(stamps), list[DirectoryRecord]()
        with reading(self._engine) as session:
            for first in range(0, len(wanted), STAMPS_AT_ONCE):
                some = col(DirectoryRecord.changed_at).in_(wanted[first : first + STAMPS_AT_ONCE])
                found += session.exec(select(DirectoryRecord).where(some))
        return found

    def save_live(self, records: Sequence[DirectoryRecord]) -> None:
        """Keep records that came another way than by a sync, without touching how far the copy is. A full run that is
        under way may have passed them already: they count as seen by it."""
        with transaction(self._engine) as session:
            for record in records:
                state = session.get(SyncState, record.vendor)
                record.run = state.run if state is not None else 0
                record.changed_at = now()
                session.merge(record)

    def with_numbers(self, numbers: Collection[str], most: int = 20) -> list[DirectoryRecord]:
        """The records that have one of these ids at their vendor."""
        query = select(DirectoryRecord).where(
            col(DirectoryRecord.record_id).in_(list(numbers)), col(DirectoryRecord.vanished).is_(False)
        )
        with reading(self._engine) as session:
            return list(session.exec(query.limit(most)))

    def count(self, vendors: Collection[str] | None = None) -> int:
        """How many records there are, of all vendors or of these."""
        with reading(self._engine) as session:
            query = select(sa.func.count()).select_from(DirectoryRecord).where(~col(DirectoryRecord.vanished))
            if vendors is not None:
                query = query.where(col(DirectoryRecord.vendor).in_(list(vendors)))
            return session.exec(query).one()

    def newest_change(self) -> datetime | None:
        """When a record was last written or vanished."""
        with reading(self._engine) as session:
            return session.exec(
                select(DirectoryRecord.changed_at).order_by(col(DirectoryRecord.changed_at).desc())
            ).first()

    def save_staff(self, vendor: str, people: Mapping[str, str]) -> None:
        """Replace a vendor's staff: address → name."""
        with transaction(self._engine) as session:
            session.execute(sa.delete(StaffMember).where(col(StaffMember.vendor) == vendor))
            session.add_all(StaffMember(vendor=vendor, address=a, name=n) for a, n in people.items())

    def empty_log(self) -> None:
        """See `storage.engine.empty_log`."""
        empty_log(self._engine)

    def staff(self) -> list[StaffMember]:
        with reading(self._engine) as session:
            return list(session.exec(select(StaffMember)))


def _is_as_before(read: sa.ColumnCollection[str, sa.ColumnElement[Any]]) -> sa.ColumnElement[bool]:
    """Whether what was read is what the copy has. As text: PostgreSQL compares no JSON."""
    return sa.and_(
        ~col(DirectoryRecord.vanished),
        *(
            sa.cast(col(getattr(DirectoryRecord, name)), sa.Text) == sa.cast(read[name], sa.Text)
            for name in ("category", "name", "fields")
        ),
    )


def _vanish(vendor: str, moment: datetime) -> sa.Update:
    return (
        sa.update(DirectoryRecord)
        .where(col(DirectoryRecord.vendor) == vendor, ~col(DirectoryRecord.vanished))
        .values(vanished=True, changed_at=moment)
    )
