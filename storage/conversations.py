"""The mails of conversations, as one person sees them."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import col, select

from storage.engine import reading
from storage.tables import RETRIABLE, Candidate, Proposal, ProposalState


class Conversations:
    """Queries on the proposals of conversations."""

    _engine: sa.Engine

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
