"""The attempts to link a mail: what a person confirmed in each, and the calls at the vendors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.engine import reading, transaction
from storage.tables import LinkCall, Target, Work


class Attempts:
    """Queries on the attempts of proposals."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def attempts(self, proposal_id: str, outcomes: Collection[str]) -> list[int]:
        """The attempts in which a record had one of these outcomes, the newest first."""
        with reading(self._engine) as session:
            query = select(Target.attempt).where(
                Target.proposal_id == proposal_id, col(Target.outcome).in_([str(outcome) for outcome in outcomes])
            )
            return list(session.exec(query.distinct().order_by(col(Target.attempt).desc())))

    def targets(self, proposal_id: str, attempt: int, vendor: str | None = None) -> list[Target]:
        with reading(self._engine) as session:
            query = select(Target).where(Target.proposal_id == proposal_id, Target.attempt == attempt)
            if vendor is not None:
                query = query.where(Target.vendor == vendor)
            return list(session.exec(query.order_by(Target.category, Target.name)))

    def save_targets(self, targets: Iterable[Target]) -> None:
        with transaction(self._engine) as session:
            for target in targets:
                session.merge(target)

    def calls(self, proposal_id: str, attempt: int) -> list[LinkCall]:
        with reading(self._engine) as session:
            query = select(LinkCall).where(LinkCall.proposal_id == proposal_id, LinkCall.attempt == attempt)
            return list(session.exec(query.order_by(LinkCall.vendor)))

    def newest_open_call(self, proposal_id: str, attempt: int, vendor: str) -> LinkCall | None:
        """The newest call at a vendor before an attempt that was begun and not seen to end, or that was no link."""
        begun = sa.and_(col(LinkCall.writes) > 0, col(LinkCall.done).is_(False))
        query = select(LinkCall).where(
            LinkCall.proposal_id == proposal_id,
            LinkCall.vendor == vendor,
            col(LinkCall.attempt).between(1, attempt - 1),
            sa.or_(begun, col(LinkCall.work) != Work.LINK),
        )
        with reading(self._engine) as session:
            return session.exec(query.order_by(col(LinkCall.attempt).desc()).limit(1)).first()

    def call(self, proposal_id: str, attempt: int, vendor: str) -> LinkCall:
        with reading(self._engine) as session:
            return session.get_one(LinkCall, (proposal_id, attempt, vendor))

    def save_call(self, proposal_id: str, attempt: int, vendor: str, **values: Any) -> None:
        with transaction(self._engine) as session:
            call = session.get_one(LinkCall, (proposal_id, attempt, vendor))
            for name, value in values.items():
                setattr(call, name, value)

    def save_look(self, proposal_id: str, vendor: str, before: Sequence[str]) -> None:
        """Keep what a mail was linked to before anybody decided upon it, as a call of attempt 0."""
        with transaction(self._engine) as session:
            session.merge(LinkCall(proposal_id=proposal_id, attempt=0, vendor=vendor, before=list(before)))

    def count_write(self, proposal_id: str, attempt: int, vendor: str) -> int:
        """Count a vendor call that is about to be made, committed before it is; gives its number, from 1."""
        with transaction(self._engine) as session:
            call = session.get_one(LinkCall, (proposal_id, attempt, vendor))
            call.writes += 1
            return call.writes


def write_attempt(
    session: Session, proposal_id: str, attempt: int, targets: list[Target], works: Mapping[str, Work]
) -> None:
    """Write a new attempt of a proposal: its targets, and a call for each vendor named in them or in `works`."""
    for vendor in sorted({target.vendor for target in targets} | works.keys()):
        work = works.get(vendor, Work.LINK)
        session.add(LinkCall(proposal_id=proposal_id, attempt=attempt, vendor=vendor, work=work))
    for target in targets:
        target.proposal_id, target.attempt = proposal_id, attempt
        session.add(target)
