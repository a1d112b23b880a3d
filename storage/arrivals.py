"""What reached the bot, until it has been read."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from storage.engine import transaction
from storage.tables import Arrival, ArrivalState, now
from storage.vault import Vault


class Arrivals:
    """Queries on arrivals; `source` (a Slack file object or a message as JSON) is sealed at rest."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def receive(self, arrival: Arrival, source: str) -> int | None:
        """Write down an arrival. Gives the number of the reading attempt to start, or None where this arrival is
        already known and was read or is being read. One whose reading failed begins a new attempt."""
        arrival.sealed_source = self._vault.seal(source, _place(arrival.key))
        with transaction(self._engine) as session:
            known = session.get(Arrival, arrival.key, with_for_update=True)
            if known is None:
                arrival.attempts = 1
                session.add(arrival)
                try:
                    session.flush()
                except sa.exc.IntegrityError:  # another process was first
                    session.rollback()
                    return None
                return 1
            if known.state == ArrivalState.FAILED:
                known.state = ArrivalState.RECEIVED
                known.sealed_source = arrival.sealed_source
                known.user, known.asked = arrival.user, arrival.asked
                known.response_url = arrival.response_url
                known.attempts += 1
                known.next_try_at, known.created_at = None, now()
                return known.attempts
            return None

    def get(self, key: str) -> Arrival | None:
        with transaction(self._engine) as session:
            return session.get(Arrival, key)

    def source(self, key: str) -> str | None:
        """The sealed source in clear; None once the arrival has been read."""
        arrival = self.get(key)
        return self._vault.open(arrival.sealed_source, _place(key)) if arrival and arrival.sealed_source else None

    def close(self, key: str, state: ArrivalState, proposal_id: str | None = None) -> None:
        """The arrival has been read (or cannot be): forget its source."""
        with transaction(self._engine) as session:
            arrival = session.get_one(Arrival, key)
            arrival.state, arrival.sealed_source = state, None
            arrival.proposal_id = proposal_id or arrival.proposal_id

    def put_off(self, key: str, until: datetime) -> None:
        """Reading failed for now: it begins anew at that moment, as another attempt."""
        with transaction(self._engine) as session:
            arrival = session.get_one(Arrival, key)
            arrival.attempts += 1
            arrival.next_try_at = until

    def hurry(self) -> None:
        """What was put off is tried again now: what was in its way seems to be over."""
        with transaction(self._engine) as session:
            waiting = sa.and_(col(Arrival.state) == ArrivalState.RECEIVED, col(Arrival.next_try_at) > now())
            if session.exec(select(Arrival.key).where(waiting).limit(1)).first() is not None:
                session.execute(sa.update(Arrival).where(waiting).values(next_try_at=now()))

    def is_waiting(self, team: str, channel: str) -> bool:
        """Whether a mail of this conversation is being read just now."""
        with transaction(self._engine) as session:
            query = select(Arrival.key).where(
                Arrival.team == team, Arrival.channel == channel, Arrival.state == ArrivalState.RECEIVED
            )
            return session.exec(query.limit(1)).first() is not None

    def newest_by_channel(self) -> dict[str, str]:
        """The conversations from which mails came, each with the ts of the newest."""
        with transaction(self._engine) as session:
            query = select(Arrival.channel, sa.func.max(Arrival.ts)).group_by(Arrival.channel)
            return dict(session.exec(query).all())

    def unread(self, before: datetime) -> list[Arrival]:
        """Arrivals older than `before` that have not been read: what a crash between writing and starting left, and
        what was put off until now."""
        with transaction(self._engine) as session:
            query = select(Arrival).where(
                Arrival.state == ArrivalState.RECEIVED,
                Arrival.created_at < before,
                sa.or_(col(Arrival.next_try_at).is_(None), col(Arrival.next_try_at) <= now()),
            )
            return list(session.exec(query))


def _place(key: str) -> str:
    return f"arrival {key} source"
