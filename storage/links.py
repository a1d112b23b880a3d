"""The log of links: written once per record and attempt, never deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from storage.engine import reading, transaction
from storage.tables import Link, now

# A row that tells of a record which a person took the mail off ("undone" where that was taken back); everything else
# stands for a link.
TAKEN_OFF = "unlinked"
PORTION = 500


class Links:
    """Queries on the log."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def write(self, links: Iterable[Link]) -> None:
        """Append to the log; a row that is already there (a step repeated after a crash) is left as it is."""
        for link in links:
            try:
                with transaction(self._engine) as session:
                    session.add(link)
            except sa.exc.IntegrityError:
                continue

    def of(self, proposal_id: str) -> list[Link]:
        """All links of a proposal, oldest first, undone ones included."""
        with reading(self._engine) as session:
            return list(session.exec(select(Link).where(Link.proposal_id == proposal_id).order_by(col(Link.id))))

    def standing(self, proposal_id: str) -> list[Link]:
        """The links of a proposal that have not been undone."""
        return [link for link in self.of(proposal_id) if link.undone_at is None and link.outcome != TAKEN_OFF]

    def taken_off(self, proposal_id: str) -> list[Link]:
        """The removals of a proposal that have not been undone. One whose record was linked since counts no more."""
        newest = {(link.vendor, link.kind, link.record_id): link for link in self.of(proposal_id)}
        return [link for link in newest.values() if link.undone_at is None and link.outcome == TAKEN_OFF]

    def of_messages(self, team: str, message_ids: Collection[str]) -> list[Link]:
        """The log of the mails with these Message-IDs, in any conversation of the workspace."""
        wanted = [one for one in message_ids if one]
        if not wanted:
            return []
        with reading(self._engine) as session:
            return list(session.execute(_OF_MESSAGES, {"team": team, "wanted": wanted}).scalars())

    def mark_undone(self, ids: Collection[int], user: str) -> None:
        if not ids:
            return
        with transaction(self._engine) as session:
            session.execute(sa.update(Link).where(col(Link.id).in_(ids)).values(undone_by=user, undone_at=now()))

    def forget_names(self, before: datetime) -> int:
        """Forget the names of records in rows older than this moment; ids, people and moments stay. Gives how many."""
        with transaction(self._engine) as session:
            old = (col(Link.linked_at) < before, col(Link.record_name) != "")
            result = session.execute(sa.update(Link).where(*old).values(record_name=""))
            return int(result.rowcount)  # type: ignore[attr-defined] # an update has one

    def all(self) -> Iterator[Link]:
        """The whole log, oldest first, read in portions."""
        last = 0
        while True:
            with reading(self._engine) as session:
                rows = list(session.exec(select(Link).where(col(Link.id) > last).order_by(col(Link.id)).limit(PORTION)))
            yield from rows
            if len(rows) < PORTION:
                return
            last = rows[-1].id or last

    def get(self, number: int) -> Link | None:
        """One row of the log."""
        with reading(self._engine) as session:
            return session.get(Link, number)

    def newest(self, limit: int = 20) -> list[Link]:
        with reading(self._engine) as session:
            return list(session.exec(select(Link).order_by(col(Link.id).desc()).limit(limit)))


# Made once: each mail that comes asks the same.
_OF_MESSAGES = select(Link).where(
    col(Link.team) == sa.bindparam("team"), col(Link.message_id).in_(sa.bindparam("wanted", expanding=True))
)
