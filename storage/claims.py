"""Who takes a proposal from one state to another: of several at once, one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from storage.attempts import write_attempt
from storage.engine import transaction
from storage.tables import UNDER_WAY, Candidate, Proposal, ProposalState, Target, Work, now


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer to a compare-and-set: who holds the proposal now, and whether this caller won it."""

    won: bool
    proposal: Proposal


class Claims:
    """Queries that change what state a proposal is in."""

    _engine: sa.Engine

    def claim(
        self,
        proposal_id: str,
        wanted: Collection[ProposalState],
        new: ProposalState,
        user: str,
        targets: Iterable[Target] = (),
        *,
        works: Mapping[str, Work] | None = None,
        attachments: Sequence[int] | None = None,
        count: bool = False,
        seen: int | None = None,
    ) -> Claim | None:
        """Compare-and-set: take the proposal from one of the `wanted` states to `new` for `user`, once.

        With `count` a new attempt begins; its `targets` (attempt numbers are filled in here) and, per vendor named in
        them or in `works` (by default to link), its calls are written in the same transaction, as are the `attachments`
        where the caller chose some. `seen` is the attempt that the caller
        decided upon: a newer one is lost to. None where there is no such proposal.
        """
        with transaction(self._engine) as session:
            update = (
                sa.update(Proposal)
                .where(col(Proposal.id) == proposal_id, col(Proposal.state).in_(list(wanted)))
                .values(state=new, acted_by=user, acted_at=now(), attempt=col(Proposal.attempt) + int(count))
                .returning(col(Proposal.attempt))
            )
            if seen is not None:
                update = update.where(col(Proposal.attempt) == seen)
            attempt = session.execute(update).scalar_one_or_none()
            proposal = session.get(Proposal, proposal_id, populate_existing=True)
            if proposal is None:
                return None
            if attempt is None:
                return Claim(False, proposal)
            if attachments is not None:
                proposal.attachments = list(attachments)
            if count:
                write_attempt(session, proposal_id, attempt, list(targets), works or {})
            return Claim(True, proposal)

    def set_state(self, proposal_id: str, state: ProposalState) -> None:
        """Set the state; the end of a proposal makes it forget the mail's text."""
        with transaction(self._engine) as session:
            proposal = session.get_one(Proposal, proposal_id)
            proposal.state = state
            if state in (ProposalState.LINKED, ProposalState.DISMISSED, ProposalState.EXPIRED):
                proposal.sealed_mail, proposal.sealed_contents = None, None
                session.execute(
                    sa.update(Candidate).where(col(Candidate.proposal_id) == proposal_id).values(sealed_evidence=None)
                )

    def unfinished(self, before: datetime) -> list[Proposal]:
        """Proposals confirmed before this moment whose work has not ended, and new ones without a card."""
        with transaction(self._engine) as session:
            query = select(Proposal).where(
                col(Proposal.state).in_(UNDER_WAY),
                sa.or_(col(Proposal.acted_at).is_(None), col(Proposal.acted_at) < before),
            )
            return list(session.exec(query))
