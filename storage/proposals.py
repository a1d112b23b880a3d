"""Proposals: a mail in a conversation, and its candidates."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from storage.attempts import Attempts
from storage.bundles import Brought, join
from storage.cards import Cards
from storage.claims import Claims
from storage.conversations import Conversations
from storage.engine import reading, transaction
from storage.retention import Retention
from storage.tables import HELD_FOR_NOBODY, UNDER_WAY, Arrival, ArrivalState, Candidate, Proposal, ProposalState, now
from storage.vault import Vault


class WithdrawnError(Exception):
    """The message that brought a mail was deleted meanwhile."""


class Proposals(Cards, Claims, Conversations, Retention, Attempts):
    """Queries on proposals, their cards and the attempts to link them. Mail text and evidence are sealed at rest."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        super().__init__(engine)
        self._vault = vault

    def create(
        self,
        proposal: Proposal,
        mail: str,
        contents: str,
        candidates: Iterable[tuple[Candidate, str]],
        brought: Brought | None = None,
    ) -> tuple[Proposal, bool]:
        """Write a proposal with its candidates and their evidence. Gives the stored one and whether it is new: the
        same mail in the same conversation keeps its first proposal. A new one is put to what was `brought` with it.
        Raises WithdrawnError."""
        self._seal(proposal, mail, contents)
        try:
            with transaction(self._engine) as session:
                connection = session.connection()
                if connection.execute(_ARRIVAL, {"arrival": proposal.arrival_key}).scalar() == ArrivalState.FAILED:
                    raise WithdrawnError
                if connection.execute(_IS_KNOWN, _names(proposal)).first() is not None:
                    return session.execute(_SAME_MAIL, _names(proposal)).scalar_one(), False
                connection.execute(_INSERT, proposal.model_dump())
                if rows := [self._row(*one) for one in candidates]:
                    connection.execute(_INSERT_CANDIDATES, rows)
                if brought is not None:
                    join(session, brought, proposal.id)
        except sa.exc.IntegrityError:  # another process was first
            with transaction(self._engine) as session:
                return session.execute(_SAME_MAIL, _names(proposal)).scalar_one(), False
        return proposal, True

    def _row(self, candidate: Candidate, evidence: str) -> dict[str, Any]:
        candidate.sealed_evidence = self._vault.seal(evidence, _place_of(candidate))
        return candidate.model_dump()

    def _seal(self, proposal: Proposal, mail: str, contents: str) -> None:
        proposal.sealed_mail = self._vault.seal(mail, f"proposal {proposal.id} mail")
        proposal.sealed_contents = self._vault.seal(contents, f"proposal {proposal.id} contents")

    def revive(
        self,
        proposal_id: str,
        mail: str,
        contents: str,
        candidates: Iterable[tuple[Candidate, str]],
        held_for: str = "",
    ) -> bool:
        """Keep the mail once more, as it was read anew: what was put aside or has expired is open again; what was
        tried, linked or taken back stays as it is and can go on. False where the mail is still kept, or under way.
        `held_for` is who alone decides upon it, unless all see its card already. The card is behind then."""
        with transaction(self._engine) as session:
            proposal = session.get_one(Proposal, proposal_id, with_for_update=True)
            ended = proposal.state in (ProposalState.LINKED, ProposalState.PARKED)
            kept = proposal.sealed_mail is not None and not ended
            if kept or proposal.state in UNDER_WAY:
                return False
            self._seal(proposal, mail, contents)
            proposal.created_at, proposal.attachments, proposal.card_behind = now(), None, True
            if proposal.card_ts is None:
                proposal.held_for = proposal.held_for or held_for
            if proposal.state in (ProposalState.DISMISSED, ProposalState.EXPIRED, ProposalState.PARKED):
                proposal.state, proposal.acted_by, proposal.acted_at = ProposalState.OPEN, "", None
            self.summary_is_behind(session, proposal_id)
            self._replace_candidates(session, proposal_id, candidates)
            return True

    def _replace_candidates(
        self, session: Session, proposal_id: str, candidates: Iterable[tuple[Candidate, str]]
    ) -> None:
        session.execute(sa.delete(Candidate).where(col(Candidate.proposal_id) == proposal_id))
        for candidate, evidence in candidates:
            candidate.proposal_id = proposal_id
            candidate.sealed_evidence = self._vault.seal(evidence, _place_of(candidate))
            session.add(candidate)

    def replace_candidates(
        self, session: Session, proposal: Proposal, contents: str, candidates: Iterable[tuple[Candidate, str]]
    ) -> None:
        """Have a mail's card show what is found in it now, in somebody's transaction."""
        proposal.sealed_contents = self._vault.seal(contents, f"proposal {proposal.id} contents")
        self._replace_candidates(session, proposal.id, candidates)

    def hold_for(self, proposal_id: str, user: str) -> Proposal | None:
        """Have a mail that is held for nobody yet decided by this person; gives the proposal as it is now."""
        update = (
            sa.update(Proposal)
            .where(col(Proposal.id) == proposal_id, col(Proposal.held_for) == HELD_FOR_NOBODY)
            .values(held_for=user)
        )
        return self._updated(update) or self.get(proposal_id)

    def get(self, proposal_id: str) -> Proposal | None:
        with reading(self._engine) as session:
            return session.get(Proposal, proposal_id)

    def mail(self, proposal_id: str) -> str | None:
        """The mail as it was stored, while the proposal needs it; None after its end."""
        proposal = self.get(proposal_id)
        return (
            self._vault.open(proposal.sealed_mail, f"proposal {proposal_id} mail")
            if proposal and proposal.sealed_mail
            else None
        )

    def contents(self, proposal: Proposal) -> str:
        """What the card says of the mail itself; empty after the proposal's end."""
        if not proposal.sealed_contents:
            return ""
        return self._vault.open(proposal.sealed_contents, f"proposal {proposal.id} contents")

    def candidates(self, proposal_id: str) -> list[tuple[Candidate, str]]:
        """The candidates, best first, each with its evidence in clear (empty once the proposal has ended)."""
        with reading(self._engine) as session:
            query = select(Candidate).where(Candidate.proposal_id == proposal_id).order_by(col(Candidate.rank))
            rows = list(session.exec(query))
        return [
            (row, self._vault.open(row.sealed_evidence, _place_of(row)) if row.sealed_evidence else "") for row in rows
        ]

    def pick(self, proposal_id: str, record: tuple[str, str, str], others: Collection[tuple[str, str, str]]) -> bool:
        """Have an open proposal's card show a candidate (vendor, kind, id) as chosen, and `others` not. False where it
        is not open."""
        with transaction(self._engine) as session:
            proposal = session.get(Proposal, proposal_id, with_for_update=True)
            if proposal is None or proposal.state != ProposalState.OPEN:
                return False
            for row in session.exec(select(Candidate).where(Candidate.proposal_id == proposal_id)):
                named = (row.vendor, row.kind, row.record_id)
                if named == record or named in others:
                    row.picked = named == record
            return True


def _place_of(candidate: Candidate) -> str:
    return f"candidate {candidate.proposal_id} {candidate.vendor} {candidate.kind} {candidate.record_id} evidence"


def _names(proposal: Proposal) -> dict[str, str]:
    return {"team": proposal.team, "channel": proposal.channel, "mail_key": proposal.mail_key}


# Made once: each mail that comes asks the same.
_ARRIVAL = sa.select(col(Arrival.state)).where(col(Arrival.key) == sa.bindparam("arrival")).with_for_update(read=True)
_SAME = [col(getattr(Proposal, name)) == sa.bindparam(name) for name in ("team", "channel", "mail_key")]
_SAME_MAIL = select(Proposal).where(*_SAME)
_IS_KNOWN = sa.select(col(Proposal.id)).where(*_SAME)
_INSERT, _INSERT_CANDIDATES = (SQLModel.metadata.tables[name].insert() for name in ("proposal", "candidate"))
