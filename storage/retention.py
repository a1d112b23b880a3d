"""How long is kept what a mail says, and what is forgotten of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from storage.engine import reading, transaction
from storage.tables import UNDER_WAY, Candidate, LinkCall, Proposal, ProposalState, now

# What of a mail tells who wrote it and about what.
NAMELESS = {"subject": "", "sender_name": "", "sender_address": ""}


class Retention:
    """Queries on what is kept of mails, and what takes it away."""

    _engine: sa.Engine

    def outdated(self, before: datetime) -> list[Proposal]:
        """Proposals that have kept a mail since before this moment."""
        with reading(self._engine) as session:
            query = select(Proposal).where(
                col(Proposal.sealed_mail).is_not(None),
                Proposal.created_at < before,
                col(Proposal.state).not_in(UNDER_WAY),
            )
            return list(session.exec(query))

    def forget_mail(self, proposal_id: str) -> None:
        """Delete what is kept of a mail's text, whatever the proposal's state."""
        with transaction(self._engine) as session:
            proposal = session.get_one(Proposal, proposal_id)
            proposal.sealed_mail, proposal.sealed_contents = None, None

    def withdraw(self, arrival_keys: Collection[str]) -> list[str]:
        """The messages that brought these arrivals are gone: of their mails that nobody decided upon nothing is kept,
        and none can be linked any more; the same mail, brought again, is a new one. Gives their ids. What was linked,
        or may have been, stays as it is."""
        called = sa.exists().where(
            col(LinkCall.proposal_id) == col(Proposal.id), col(LinkCall.attempt) > 0, col(LinkCall.writes) > 0
        )
        undecided = (
            col(Proposal.arrival_key).in_(list(arrival_keys)),
            col(Proposal.state).in_((ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARKED)),
            sa.not_(called),
        )
        gone: dict[str, Any] = {
            "state": ProposalState.WITHDRAWN,
            "acted_by": "",
            "acted_at": now(),
            "card_behind": True,
        }
        gone |= {"sealed_mail": None, "sealed_contents": None}
        gone["mail_key"] = sa.literal("withdrawn ") + col(Proposal.id)
        update = sa.update(Proposal).where(*undecided).values(**gone, **NAMELESS)
        with transaction(self._engine) as session:
            ids = list(session.execute(update.returning(col(Proposal.id))).scalars())
            session.execute(sa.delete(Candidate).where(col(Candidate.proposal_id).in_(ids)))
        return ids

    def forget_names(self, before: datetime) -> int:
        """Of mails that were put aside or have expired before this moment and whose card says so, forget subject,
        sender and candidates too. Gives how many mails."""
        ended = (
            col(Proposal.state).in_((ProposalState.DISMISSED, ProposalState.EXPIRED)),
            col(Proposal.card_behind).is_(False),
            col(Proposal.acted_at) < before,
            sa.or_(col(Proposal.subject) != "", col(Proposal.sender_name) != "", col(Proposal.sender_address) != ""),
        )
        with transaction(self._engine) as session:
            ids = list(session.exec(select(Proposal.id).where(*ended)))
            if ids:
                session.execute(sa.delete(Candidate).where(col(Candidate.proposal_id).in_(ids)))
                session.execute(sa.update(Proposal).where(col(Proposal.id).in_(ids)).values(**NAMELESS))
        return len(ids)
