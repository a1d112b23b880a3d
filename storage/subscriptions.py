"""Who wants a weekly digest or a daily reminder, and which was sent last."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlmodel import col, select

from storage.engine import reading, transaction
from storage.tables import Subscription


class Subscriptions:
    """Queries on subscriptions. A place is a channel or a person."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, team: str, place: str, asked_by: str, sent_for: str) -> bool:
        """Somebody wants it from now on; the week or day `sent_for` counts as sent. False where it is there already."""
        try:
            with transaction(self._engine) as session:
                if session.get(Subscription, (team, place)) is not None:
                    return False
                session.add(Subscription(team=team, place=place, asked_by=asked_by, sent_for=sent_for))
        except sa.exc.IntegrityError:  # another process was first
            return False
        return True

    def remove(self, team: str, place: str) -> bool:
        """False where nobody wanted it."""
        with transaction(self._engine) as session:
            found = session.get(Subscription, (team, place))
            if found is not None:
                session.delete(found)
            return found is not None

    def has(self, team: str, place: str) -> bool:
        with reading(self._engine) as session:
            return session.get(Subscription, (team, place)) is not None

    def due(self, sent_for: Mapping[str, str]) -> list[Subscription]:
        """Those for which something else was sent last: by the first letter of the place, what should have been."""
        with reading(self._engine) as session:
            rows = session.exec(select(Subscription).order_by(col(Subscription.place)))
            return [row for row in rows if row.sent_for != sent_for.get(row.place[:1], row.sent_for)]

    def claim(self, row: Subscription, sent_for: str) -> bool:
        """Take the sending for oneself, before it is sent; False where another process did. `row` is as it was read."""
        return self._move(row, row.sent_for, sent_for)

    def give_back(self, row: Subscription, sent_for: str) -> None:
        """It was not sent, and that is sure: it is due again."""
        self._move(row, sent_for, row.sent_for)

    def _move(self, row: Subscription, old: str, new: str) -> bool:
        where = (
            col(Subscription.team) == row.team,
            col(Subscription.place) == row.place,
            col(Subscription.sent_for) == old,
        )
        with transaction(self._engine) as session:
            update = sa.update(Subscription).where(*where).values(sent_for=new)
            return session.execute(update.returning(col(Subscription.place))).first() is not None
