"""What reached the bot, until it has been read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage.batch import Batch
from storage.engine import reading, transaction
from storage.tables import Arrival, ArrivalState, now
from storage.vault import Vault


class Arrivals:
    """Queries on arrivals; `source` (a Slack file object or a message as JSON) is sealed at rest."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault
        self._batch = Batch(self._receive_all)

    def receive(self, arrival: Arrival, source: str) -> int | None:
        """Write down an arrival. Gives the number of the reading attempt to start, or None where this arrival is
        already known and was read or is being read. One whose reading failed begins a new attempt."""
        arrival.sealed_source = self._vault.seal(source, _place(arrival.key))
        return self._batch.add(arrival)

    def _receive_all(self, arrivals: Sequence[Arrival]) -> list[int | None]:
        """Before all else that wants to write, and in few statements: Slack waits for it."""
        rows = {arrival.key: arrival.model_dump() | {"attempts": 1} for arrival in reversed(arrivals)}
        with transaction(self._engine, urgent=True) as session:
            written = self._insert(session, list(rows.values()))
            known: dict[str, Arrival] = {}
            if others := rows.keys() - written:
                query = select(Arrival).where(col(Arrival.key).in_(others)).with_for_update()
                known = {arrival.key: arrival for arrival in session.exec(query)}
            attempts: list[int | None] = []
            for arrival in arrivals:
                if arrival.key in known:
                    attempts.append(_begun_anew(known[arrival.key], arrival))
                else:
                    attempts.append(1 if arrival.key in written else None)
                    written.discard(arrival.key)  # of several with this key one is the first
            return attempts

    def _insert(self, session: Session, rows: list[dict[str, Any]]) -> set[str]:
        """Gives the keys of the new rows; another process may have been first with some."""
        insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        statement = insert(Arrival).on_conflict_do_nothing().returning(col(Arrival.key))
        return set(session.execute(statement, rows).scalars())

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

    def shown(self, key: str, proposal_id: str) -> None:
        """The arrival has been read and its card is there: forget its source. What was put off is tried again now: what
        was in its way seems to be over."""
        with transaction(self._engine) as session:
            values = {"state": ArrivalState.DONE, "sealed_source": None, "proposal_id": proposal_id}
            session.execute(sa.update(Arrival).where(col(Arrival.key) == key).values(**values))
            put_off = sa.and_(col(Arrival.state) == ArrivalState.RECEIVED, col(Arrival.next_try_at) > now())
            session.execute(sa.update(Arrival).where(put_off).values(next_try_at=now()))

    def give_up(self, key: str) -> None:
        """The arrival cannot be read or shown: forget its source."""
        with transaction(self._engine) as session:
            arrival = session.get_one(Arrival, key)
            arrival.state, arrival.sealed_source = ArrivalState.FAILED, None

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

    def put_off(self, key: str, until: datetime) -> None:
        """Reading failed for now: it begins anew at that moment, as another attempt."""
        with transaction(self._engine) as session:
            arrival = session.get_one(Arrival, key)
            arrival.attempts += 1
            arrival.next_try_at = until

    def hold(self, key: str) -> None:
        """A person is asked whether all of it is wanted."""
        with transaction(self._engine) as session:
            session.get_one(Arrival, key).state = ArrivalState.HELD

    def release(self, key: str, channel: str, source: str | None) -> bool:
        """A person answered in that channel: it is read from `source`, as another attempt, or dropped where that is
        None. False where somebody has answered before, or it does not belong there."""
        with transaction(self._engine) as session:
            arrival = session.get(Arrival, key, with_for_update=True)
            if arrival is None or arrival.state != ArrivalState.HELD or arrival.channel != channel:
                return False
            arrival.state = ArrivalState.FAILED if source is None else ArrivalState.RECEIVED
            arrival.sealed_source = None if source is None else self._vault.seal(source, _place(key))
            arrival.attempts += 1
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

    def unread(self, before: datetime) -> list[str]:
        """The keys of arrivals older than `before` that have not been read: what a crash between writing and starting
        left, and what was put off until now."""
        with reading(self._engine) as session:
            query = select(Arrival.key).where(
                Arrival.state == ArrivalState.RECEIVED,
                Arrival.created_at < before,
                sa.or_(col(Arrival.next_try_at).is_(None), col(Arrival.next_try_at) <= now()),
            )
            return list(session.exec(query))


def _place(key: str) -> str:
    return f"arrival {key} source"


def _begun_anew(known: Arrival, arrival: Arrival) -> int | None:
    """The attempt that a known arrival begins; None where it was read or is being read."""
    if known.state != ArrivalState.FAILED:
        return None
    known.state = ArrivalState.RECEIVED
    known.sealed_source = arrival.sealed_source
    known.user, known.asked = arrival.user, arrival.asked
    known.response_url = arrival.response_url
    known.attempts += 1
    known.next_try_at, known.created_at = None, now()
    return known.attempts
