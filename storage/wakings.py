"""Mails that wait for a record, and what woke them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.conversations import nothing_found
from storage.engine import reading, transaction
from storage.proposals import Proposals
from storage.tables import Candidate, DirectoryRecord, Proposal, ProposalState, Waking

Key = tuple[str, str, str]


class Wakings:
    """Queries on waiting mails: those that somebody parked, and open ones to which nothing was found."""

    def __init__(self, engine: sa.Engine, proposals: Proposals) -> None:
        self._engine = engine
        self._proposals = proposals

    def waiting(self, after: str, most: int) -> list[Proposal]:
        """So many of the waiting mails, in the order of their ids behind `after`."""
        with reading(self._engine) as session:
            query = select(Proposal).where(_waits(), col(Proposal.id) > after)
            return list(session.exec(query.order_by(col(Proposal.id)).limit(most)))

    def news(self, keys: Collection[Key], since: datetime) -> set[Key]:
        """Those of these records (vendor, kind, id) that came into the copy, or changed, since a moment."""
        row = DirectoryRecord
        named = sa.or_(
            sa.false(),
            *(sa.and_(row.vendor == v, row.kind == k, row.record_id == i) for v, k, i in keys),  # type: ignore[arg-type] # columns
        )
        query = select(row).where(named, col(row.changed_at) >= since, ~col(row.vanished))
        with reading(self._engine) as session:
            return {(one.vendor, one.kind, one.record_id) for one in session.exec(query)}

    def known(self, proposal_id: str) -> set[Key]:
        """The records that a mail's card has shown, or that woke it before."""
        with reading(self._engine) as session:
            rows: list[Candidate | Waking] = [
                *session.exec(select(Candidate).where(Candidate.proposal_id == proposal_id)),
                *session.exec(select(Waking).where(Waking.proposal_id == proposal_id)),
            ]
        return {(row.vendor, row.kind, row.record_id) for row in rows}

    def wake(
        self, proposal_id: str, found: Sequence[Waking], contents: str, candidates: Sequence[tuple[Candidate, str]]
    ) -> bool:
        """Have a waiting mail open, with what is found in it now, in one transaction with what woke it. False where it
        waits no more, or another process was first."""
        try:
            with transaction(self._engine) as session:
                proposal = _still_waiting(session, proposal_id)
                if proposal is None:
                    return False
                for one in found:
                    one.parked_by = proposal.acted_by
                    session.add(one)
                session.flush()
                proposal.state, proposal.acted_by, proposal.acted_at = ProposalState.OPEN, "", None
                proposal.card_behind = True
                self._proposals.replace_candidates(session, proposal, contents, candidates)
        except sa.exc.IntegrityError:
            return False
        return True

    def unsaid(self, most: int) -> list[Waking]:
        """What woke mails and was not said yet, the oldest first."""
        with reading(self._engine) as session:
            query = select(Waking).where(col(Waking.said).is_(False)).order_by(col(Waking.woken_at)).limit(most)
            return list(session.exec(query))

    def begin_saying(self, proposal_id: str) -> list[Waking]:
        """What is to be said of a mail, its tries counted: from 1."""
        with transaction(self._engine) as session:
            query = select(Waking).where(Waking.proposal_id == proposal_id, col(Waking.said).is_(False))
            rows = list(session.exec(query.order_by(col(Waking.name))))
            for row in rows:
                row.tries += 1
            return rows

    def said(self, proposal_id: str) -> None:
        """It was said: what names anybody goes."""
        with transaction(self._engine) as session:
            session.execute(sa.update(Waking).where(col(Waking.proposal_id) == proposal_id).values(said=True, name=""))


def _waits() -> sa.ColumnElement[bool]:
    return sa.and_(
        col(Proposal.attempt) == 0,
        col(Proposal.sealed_mail).is_not(None),
        sa.or_(col(Proposal.state) == ProposalState.PARKED, nothing_found()),
    )


def _still_waiting(session: Session, proposal_id: str) -> Proposal | None:
    query = select(Proposal).where(col(Proposal.id) == proposal_id, _waits()).with_for_update()
    return session.exec(query).first()
