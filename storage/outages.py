"""Vendors that are away: since when, and in which conversations that was said."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import col, select

from storage.engine import transaction
from storage.tables import Outage

# Before the name of who refuses the bot's keys; a vendor that is away stands as it is.
REFUSING = "refuses keys: "


class Outages:
    """Queries on outages."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, outage: Outage) -> bool:
        """Write down that a vendor is away, before it is said; False where it is said already."""
        try:
            with transaction(self._engine) as session:
                if session.get(Outage, (outage.vendor, outage.channel)) is not None:
                    return False
                session.add(outage)
        except sa.exc.IntegrityError:  # another process was first
            return False
        return True

    def said(self, vendor: str, channel: str, ts: str) -> None:
        """Remember the message that says so."""
        with transaction(self._engine) as session:
            session.execute(sa.update(Outage).where(*_at(vendor, channel)).values(ts=ts))

    def end(self, vendor: str, channel: str) -> None:
        with transaction(self._engine) as session:
            session.execute(sa.delete(Outage).where(*_at(vendor, channel)))

    def all(self) -> list[Outage]:
        """The vendors that are away."""
        return [one for one in self._rows() if not one.vendor.startswith(REFUSING)]

    def refused(self) -> list[Outage]:
        """Those who do not accept the bot's keys; `name` gives whom such a row is about."""
        return [one for one in self._rows() if one.vendor.startswith(REFUSING)]

    @staticmethod
    def refusing(name: str) -> str:
        """What such a row calls its vendor."""
        return REFUSING + name

    @staticmethod
    def name(outage: Outage) -> str:
        return outage.vendor.removeprefix(REFUSING)

    def _rows(self) -> list[Outage]:
        with transaction(self._engine) as session:
            return list(session.exec(select(Outage).order_by(col(Outage.vendor), col(Outage.channel))))


def _at(vendor: str, channel: str) -> tuple[sa.ColumnElement[bool], ...]:
    return col(Outage.vendor) == vendor, col(Outage.channel) == channel
