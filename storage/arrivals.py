"""What reached the bot, until it has been read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

from storage.batch import Batch
from storage.engine import reading, transaction
from storage.tables import Arrival, ArrivalState, now
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an arrival is: so many of its mails have been shown, and whether these are all. `proposal_id` is that of
    the last."""

    key: str
    proposal_id: str
    mails: int
    whole: bool


class Arrivals:
    """Queries on arrivals; `source` (a Slack file object or a message as JSON) is sealed at rest.

    Who reads an arrival has claimed it, for so long at a time: `claim`, `still_at`, and then `shown`, `put_off`, `hold`
    or `give_up`.
    """

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault
        self._batch = Batch(self._write_all)

    def receive(self, arrival: Arrival, source: str) -> bool:
        """Write down an arrival. False where it is known already and was read or is being read; one whose reading
        failed is read anew."""
        return self._batch.add(self._sealed(arrival, source))

    def receive_all(self, found: Sequence[tuple[Arrival, str]]) -> list[bool]:
        """As `receive`, for several at once."""
        return self._write_all([self._sealed(arrival, source) for arrival, source in found])

    def _sealed(self, arrival: Arrival, source: str) -> Arrival:
        arrival.sealed_source = self._vault.seal(source, _place(arrival.key))
        return arrival

    def _write_all(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Before all else that wants to write, and in few statements: Slack waits for it."""
        rows = {arrival.key: arrival.model_dump() | {"attempts": 1} for arrival in reversed(arrivals)}
        with transaction(self._engine, urgent=True) as session:
            # In one order: of two processes that get the same ones, none waits for the other in a circle.
            written = self._insert(session, [rows[key] for key in sorted(rows)])
            known: dict[str, Arrival] = {}
            if others := rows.keys() - written:
                query = select(Arrival).where(col(Arrival.key).in_(others)).order_by(Arrival.key).with_for_update()
                known = {arrival.key: arrival for arrival in session.exec(query)}
            new: list[bool] = []
            for arrival in arrivals:
                if arrival.key in known:
                    new.append(_begun_anew(known[arrival.key], arrival))
                else:
                    new.append(arrival.key in written)
                    written.discard(arrival.key)  # of several with this key one is the first
            return new

    def _insert(self, session: Session, rows: list[dict[str, Any]]) -> set[str]:
        """Gives the keys of the new rows; another process may have been first with some."""
        return set(session.execute(_INSERT[self._engine.dialect.name], rows).scalars())

    def get(self, key: str) -> Arrival | None:
        with reading(self._engine) as session:
            return session.get(Arrival, key)

    def source(self, key: str) -> str | None:
        """The sealed source in clear; None once the arrival has been read."""
        arrival = self.get(key)
        return self.opened(arrival) if arrival else None

    def opened(self, arrival: Arrival) -> str | None:
        """The source of an arrival in clear; None once it has been read."""
        return self._vault.open(arrival.sealed_source, _place(arrival.key)) if arrival.sealed_source else None

    def claim(self, by: str, most: int, lease: timedelta) -> list[Arrival]:
        """Take so many arrivals at the most that are due, the oldest first, for the process `by` alone: for so long,
        and for as long as it says `still_at`. On SQLite one process runs, and what another one had claimed it left."""
        due = [
            col(Arrival.state) == ArrivalState.RECEIVED,
            sa.or_(col(Arrival.next_try_at).is_(None), col(Arrival.next_try_at) <= now()),
        ]
        if self._engine.dialect.name == "sqlite":
            due[1] = sa.or_(due[1], col(Arrival.claimed_by).not_in(("", by)))
        first = select(Arrival.key).where(*due).order_by(col(Arrival.created_at)).limit(most)
        with reading(self._engine) as session:  # most looks find nothing, and nobody is to wait for them
            if session.exec(first.limit(1)).first() is None:
                return []
        with transaction(self._engine) as session:
            keys = list(session.exec(first.with_for_update(skip_locked=True)))
            claim = sa.update(Arrival).where(col(Arrival.key).in_(keys)).returning(Arrival)
            rows = session.execute(claim.values(claimed_by=by, next_try_at=now() + lease)).scalars()
            return sorted(rows, key=lambda one: one.created_at)

    def still_at(self, by: str, keys: Collection[str], lease: timedelta) -> None:
        """The process is still reading these."""
        mine = (col(Arrival.key).in_(list(keys)), *_claimed(by))
        with transaction(self._engine) as session:
            session.execute(sa.update(Arrival).where(*mine).values(next_try_at=now() + lease))

    def give_back(self, by: str) -> None:
        """The process ends: what it claimed and did not do is for who is there."""
        with transaction(self._engine) as session:
            session.execute(sa.update(Arrival).where(*_claimed(by)).values(claimed_by="", next_try_at=None))

    def hurry(self) -> None:
        """What was put off is due: what was in its way seems to be over."""
        put_off = (*_claimed(""), col(Arrival.next_try_at) > now())
        with reading(self._engine) as session:
            if session.exec(select(Arrival.key).where(*put_off).limit(1)).first() is None:
                return
        with transaction(self._engine) as session:
            session.execute(sa.update(Arrival).where(*put_off).values(next_try_at=None))

    def shown(self, progress: Progress) -> None:
        """A mail of the arrival has its card."""
        with transaction(self._engine) as session:
            write_progress(session, progress)

    def put_off(self, arrival: Arrival, until: datetime) -> None:
        """Reading failed for now: it is tried again at that moment."""
        values = {"attempts": col(Arrival.attempts) + 1, "next_try_at": until, "claimed_by": ""}
        self._end(arrival, values)

    def hold(self, arrival: Arrival) -> None:
        """A person is asked whether all of it is wanted."""
        self._end(arrival, {"state": ArrivalState.HELD, "next_try_at": None, "claimed_by": ""})

    def give_up(self, arrival: Arrival) -> None:
        """The arrival cannot be read or shown: forget its source."""
        self._end(arrival, {"state": ArrivalState.FAILED, "sealed_source": None, "claimed_by": ""})

    def _end(self, arrival: Arrival, values: dict[str, Any]) -> None:
        """Whoever took too long, so that another process has claimed it, does not say any more what becomes of it."""
        mine = (col(Arrival.key) == arrival.key, *_claimed(arrival.claimed_by))
        with transaction(self._engine) as session:
            session.execute(sa.update(Arrival).where(*mine).values(values))

    def withdraw(self, team: str, channel: str, ts: str) -> list[str]:
        """A message is gone: what it brought is forgotten where it has not been read yet. Gives the keys of all that
        came with it."""
        there = (Arrival.team == team, Arrival.channel == channel, Arrival.ts == ts)
        with transaction(self._engine) as session:
            found = list(session.exec(select(Arrival).where(*there).with_for_update()))
            for arrival in found:
                if arrival.state in (ArrivalState.RECEIVED, ArrivalState.HELD):
                    arrival.state, arrival.sealed_source = ArrivalState.FAILED, None
            return [arrival.key for arrival in found]

    def release(self, key: str, channel: str, source: str | None) -> bool:
        """A person answered in that channel: it is read from `source`, or dropped where that is None. False where
        somebody has answered before, or it does not belong there."""
        with transaction(self._engine) as session:
            arrival = session.get(Arrival, key, with_for_update=True)
            if arrival is None or arrival.state != ArrivalState.HELD or arrival.channel != channel:
                return False
            arrival.state = ArrivalState.FAILED if source is None else ArrivalState.RECEIVED
            arrival.sealed_source = None if source is None else self._vault.seal(source, _place(key))
            return True

    def drop_held(self, before: datetime) -> None:
        """What nobody answered about since then is dropped."""
        with transaction(self._engine) as session:
            held = sa.and_(col(Arrival.state) == ArrivalState.HELD, col(Arrival.created_at) < before)
            if session.exec(select(Arrival.key).where(held).limit(1)).first() is not None:
                session.execute(sa.update(Arrival).where(held).values(state=ArrivalState.FAILED, sealed_source=None))

    def is_waiting(self, team: str, channel: str) -> bool:
        """Whether a mail of this conversation is being read just now."""
        with reading(self._engine) as session:
            query = select(Arrival.key).where(
                Arrival.team == team, Arrival.channel == channel, Arrival.state == ArrivalState.RECEIVED
            )
            return session.exec(query.limit(1)).first() is not None

    def first_and_newest(self) -> dict[str, tuple[str, str]]:
        """The conversations from which mails came, each with the ts of the first and of the newest."""
        with reading(self._engine) as session:
            ts = col(Arrival.ts)
            query = select(Arrival.channel, sa.func.min(ts), sa.func.max(ts)).group_by(Arrival.channel)
            return {channel: (first, newest) for channel, first, newest in session.exec(query)}


def write_progress(session: Session, progress: Progress) -> None:
    """Write down that a mail of an arrival has its card, and forget the source behind the last one."""
    update = _WHOLE if progress.whole else _PART
    # On the connection: nothing of the session's is to be brought up to date.
    session.connection().execute(update, {"of": progress.key, "by": progress.proposal_id, "done": progress.mails})


# Made once: each mail that comes asks the same.
_ARRIVALS = SQLModel.metadata.tables["arrival"]
_INSERT = {
    dialect: insert(_ARRIVALS).on_conflict_do_nothing().returning(_ARRIVALS.c.key)
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_PART = (
    _ARRIVALS.update()
    .where(_ARRIVALS.c.key == sa.bindparam("of"), _ARRIVALS.c.state == ArrivalState.RECEIVED)
    .values(mails_done=sa.bindparam("done"), proposal_id=sa.bindparam("by"))
)
_WHOLE = _PART.values(state=ArrivalState.DONE, sealed_source=None, claimed_by="", next_try_at=None)


def _claimed(by: str) -> tuple[sa.ColumnElement[bool], ...]:
    """What the process `by` is to read; with none what nobody has claimed."""
    return col(Arrival.state) == ArrivalState.RECEIVED, col(Arrival.claimed_by) == by


def _place(key: str) -> str:
    return f"arrival {key} source"


def _begun_anew(known: Arrival, arrival: Arrival) -> bool:
    """Whether a known arrival is to be read anew; it is not where it was read or is being read."""
    if known.state != ArrivalState.FAILED:
        return False
    known.state = ArrivalState.RECEIVED
    known.sealed_source = arrival.sealed_source
    known.user, known.asked = arrival.user, arrival.asked
    known.response_url = arrival.response_url
    known.attempts, known.claimed_by, known.mails_done = 1, "", 0
    known.next_try_at, known.created_at = None, now()
    return True
