"""Proposals: a mail in a conversation, and its candidates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from storage.attempts import Attempts, write_attempt
from storage.bundles import Brought, join
from storage.cards import Cards
from storage.engine import reading, transaction
from storage.tables import (
    HELD_FOR_NOBODY,
    Arrival,
    ArrivalState,
    Candidate,
    LinkCall,
    Proposal,
    ProposalState,
    Target,
    Work,
    now,
)
from storage.vault import Vault

RETRIABLE = (ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARTLY_LINKED)
# What of a mail tells who wrote it and about what.
NAMELESS = {"subject": "", "sender_name": "", "sender_address": ""}
UNDER_WAY = (ProposalState.CONFIRMED, ProposalState.LINKING)


class WithdrawnError(Exception):
    """The message that brought a mail was deleted meanwhile."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer to a compare-and-set: who holds the proposal now, and whether this caller won it."""

    won: bool
    proposal: Proposal


class Proposals(Cards, Attempts):
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

    def newest_unlinked(self, team: str, channel: str, user: str = "") -> Proposal | None:
        """The newest mail of a conversation that still waits for a person, as this one sees it."""
        with reading(self._engine) as session:
            query = (
                select(Proposal)
                .where(Proposal.team == team, Proposal.channel == channel, col(Proposal.state).in_(RETRIABLE))
                .where(_seen_by(user))
                .order_by(col(Proposal.thread_ts).desc())
            )
            return session.exec(query).first()

    def channels(self, team: str) -> list[str]:
        """The conversations in which mails are known."""
        with reading(self._engine) as session:
            return sorted(session.exec(select(Proposal.channel).where(Proposal.team == team).distinct()))

    def in_channels(
        self,
        team: str,
        channels: Collection[str],
        states: Collection[ProposalState],
        most: int,
        by: str = "",
        user: str = "",
        *,
        anywhere: bool = False,
        unfound: bool | None = None,
    ) -> list[Proposal]:
        """The mails of these conversations that are in one of these states: what somebody decided last first, then the
        newest. With `by` only what this person decided last. Of the mails that one person alone sees those of `user`,
        with `anywhere` also from where they are not. `unfound`: whether mails to which nothing was found are among them
        whatever the states (True), never (False), or like others (None)."""
        here = sa.and_(col(Proposal.channel).in_(list(channels)), _seen_by(user))
        if anywhere and user:
            here = sa.or_(here, col(Proposal.held_for) == user)
        query = select(Proposal).where(Proposal.team == team, here, _in_one_of(states, unfound))
        if by:
            query = query.where(Proposal.acted_by == by)
        decided = ProposalState.LINKED in states
        order = [col(Proposal.acted_at).desc()] if decided else []
        with reading(self._engine) as session:
            return list(session.exec(query.order_by(*order, col(Proposal.thread_ts).desc()).limit(most)))

    def count(
        self,
        team: str,
        channels: Collection[str],
        states: Collection[ProposalState],
        user: str = "",
        *,
        unfound: bool | None = None,
    ) -> int:
        """How many mails of these conversations, as this person sees them, are in one of these states. `unfound` as in
        `in_channels`."""
        query = select(sa.func.count()).where(
            Proposal.team == team,
            col(Proposal.channel).in_(list(channels)),
            _in_one_of(states, unfound),
            _seen_by(user),
        )
        with reading(self._engine) as session:
            return session.exec(query).one()

    def naming(
        self,
        team: str,
        channels: Collection[str],
        states: Collection[ProposalState],
        record: tuple[str, str, str],
        user: str = "",
    ) -> list[Proposal]:
        """The mails of these conversations in one of these states that mention a record (vendor, kind, id), as this
        person sees them, the newest first."""
        vendor, kind, id_ = record
        mentioned = select(Candidate.proposal_id).where(
            Candidate.vendor == vendor, Candidate.kind == kind, Candidate.record_id == id_
        )
        query = select(Proposal).where(
            Proposal.team == team,
            col(Proposal.channel).in_(list(channels)),
            col(Proposal.state).in_(list(states)),
            col(Proposal.id).in_(mentioned),
            _seen_by(user),
        )
        with reading(self._engine) as session:
            return list(session.exec(query.order_by(col(Proposal.thread_ts).desc())))

    def at(self, team: str, channel: str, moments: Collection[str], user: str = "") -> Proposal | None:
        """The newest mail of a conversation whose thread or card is at one of these moments, as this person sees it."""
        wanted = list(moments)
        place = sa.or_(col(Proposal.thread_ts).in_(wanted), col(Proposal.card_ts).in_(wanted))
        query = select(Proposal).where(Proposal.team == team, Proposal.channel == channel, place, _seen_by(user))
        with reading(self._engine) as session:
            return session.exec(query.order_by(col(Proposal.created_at).desc()).limit(1)).first()

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

    def unfinished(self, before: datetime) -> list[Proposal]:
        """Proposals confirmed before this moment whose work has not ended, and new ones without a card."""
        with transaction(self._engine) as session:
            query = select(Proposal).where(
                col(Proposal.state).in_(UNDER_WAY),
                sa.or_(col(Proposal.acted_at).is_(None), col(Proposal.acted_at) < before),
            )
            return list(session.exec(query))


def nothing_found() -> sa.ColumnElement[bool]:
    """Whether nothing was found to an open mail, and nobody has done anything with it yet."""
    candidates = sa.exists().where(col(Candidate.proposal_id) == col(Proposal.id))
    return sa.and_(col(Proposal.attempt) == 0, col(Proposal.state) == ProposalState.OPEN, ~candidates)


def _in_one_of(states: Collection[ProposalState], unfound: bool | None) -> sa.ColumnElement[bool]:
    """The states, with or without what nothing was found to; see `Proposals.in_channels`."""
    here = col(Proposal.state).in_(list(states))
    if unfound is None:
        return here
    return sa.or_(here, nothing_found()) if unfound else sa.and_(here, ~nothing_found())


def _seen_by(user: str) -> sa.ColumnElement[bool]:
    """The mails that all see, and those that this person alone sees."""
    return col(Proposal.held_for).in_(("", user))


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
