"""Proposals: a mail in a conversation, its candidates, and the attempts to link it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.engine import reading, transaction
from storage.tables import Bundle, Candidate, LinkCall, Proposal, ProposalState, Target, Work, now
from storage.vault import Vault

RETRIABLE = (ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARTLY_LINKED)
# What of a mail tells who wrote it and about what.
NAMELESS = {"subject": "", "sender_name": "", "sender_address": ""}
# Cards that show what they are about.
_WHOLE = (col(Proposal.card_ts).is_not(None), col(Proposal.card_bare).is_(False))
UNDER_WAY = (ProposalState.CONFIRMED, ProposalState.LINKING)


@dataclass(frozen=True, slots=True)
class Claim:
    """The answer to a compare-and-set: who holds the proposal now, and whether this caller won it."""

    won: bool
    proposal: Proposal


class Proposals:
    """Queries on proposals. Mail text and evidence are sealed at rest."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def create(
        self, proposal: Proposal, mail: str, contents: str, candidates: Iterable[tuple[Candidate, str]]
    ) -> tuple[Proposal, bool]:
        """Write a proposal with its candidates and their evidence. Gives the stored one and whether it is new: the
        same mail in the same conversation keeps its first proposal."""
        self._seal(proposal, mail, contents)
        try:
            with transaction(self._engine) as session:
                known = session.exec(_same_mail(proposal)).first()
                if known is not None:
                    return known, False
                session.add(proposal)
                session.flush()
                for candidate, evidence in candidates:
                    candidate.sealed_evidence = self._vault.seal(evidence, _place_of(candidate))
                    session.add(candidate)
        except sa.exc.IntegrityError:  # another process was first
            with transaction(self._engine) as session:
                return session.exec(_same_mail(proposal)).one(), False
        return proposal, True

    def _seal(self, proposal: Proposal, mail: str, contents: str) -> None:
        proposal.sealed_mail = self._vault.seal(mail, f"proposal {proposal.id} mail")
        proposal.sealed_contents = self._vault.seal(contents, f"proposal {proposal.id} contents")

    def revive(self, proposal_id: str, mail: str, contents: str, candidates: Iterable[tuple[Candidate, str]]) -> bool:
        """Keep the mail once more, as it was read anew: what was put aside or has expired is open again; what was
        tried, linked or taken back stays as it is and can go on. False where the mail is still kept, or under way."""
        with transaction(self._engine) as session:
            proposal = session.get_one(Proposal, proposal_id, with_for_update=True)
            kept = proposal.sealed_mail is not None and proposal.state != ProposalState.LINKED
            if kept or proposal.state in UNDER_WAY:
                return False
            self._seal(proposal, mail, contents)
            proposal.created_at, proposal.attachments = now(), None
            if proposal.state in (ProposalState.DISMISSED, ProposalState.EXPIRED):
                proposal.state, proposal.acted_by, proposal.acted_at = ProposalState.OPEN, "", None
            session.execute(sa.delete(Candidate).where(col(Candidate.proposal_id) == proposal_id))
            for candidate, evidence in candidates:
                candidate.proposal_id = proposal_id
                candidate.sealed_evidence = self._vault.seal(evidence, _place_of(candidate))
                session.add(candidate)
            return True

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

    def begin_card(self, proposal_id: str) -> Proposal | None:
        """Count a posting of the card that is about to be tried (`card_tries`, from 1). None where it is there."""
        update = (
            sa.update(Proposal)
            .where(col(Proposal.id) == proposal_id, col(Proposal.card_ts).is_(None))
            .values(card_tries=col(Proposal.card_tries) + 1)
        )
        return self._updated(update)

    def set_card(self, proposal_id: str, card_ts: str) -> Proposal | None:
        """Remember where the card is; gives the proposal as it is now."""
        return self._updated(sa.update(Proposal).where(col(Proposal.id) == proposal_id).values(card_ts=card_ts))

    def _updated(self, update: sa.Update) -> Proposal | None:
        with transaction(self._engine) as session:
            return session.execute(update.returning(Proposal)).scalar_one_or_none()

    def set_card_behind(self, proposal_id: str, behind: bool) -> None:
        """Remember that the card does not show yet what became of the proposal, or that it does."""
        with transaction(self._engine) as session:
            session.get_one(Proposal, proposal_id).card_behind = behind

    def set_card_bare(self, proposal_id: str, bare: bool) -> None:
        """Remember whether the card is shown without what it is about."""
        with transaction(self._engine) as session:
            session.get_one(Proposal, proposal_id).card_bare = bare

    def channels_with_whole_cards(self) -> list[str]:
        """The conversations in which a card shows what it is about."""
        with transaction(self._engine) as session:
            query = select(Proposal.channel).where(*_WHOLE).distinct()
            return sorted(session.exec(query))

    def whole_cards_are_behind(self, channel: str) -> None:
        """All cards of a conversation that show what they are about are to be shown again, and what sums them up."""
        with transaction(self._engine) as session:
            summed_up = (col(Bundle.channel) == channel, col(Bundle.ts).is_not(None))
            session.execute(sa.update(Bundle).where(*summed_up).values(behind=True))
            session.execute(
                sa.update(Proposal).where(*_WHOLE, col(Proposal.channel) == channel).values(card_behind=True)
            )

    def cards_behind(self) -> list[Proposal]:
        with reading(self._engine) as session:
            return list(session.exec(select(Proposal).where(col(Proposal.card_behind))))

    def newest_unlinked(self, team: str, channel: str) -> Proposal | None:
        """The newest mail of a conversation that still waits for a person."""
        with reading(self._engine) as session:
            query = (
                select(Proposal)
                .where(Proposal.team == team, Proposal.channel == channel, col(Proposal.state).in_(RETRIABLE))
                .order_by(col(Proposal.thread_ts).desc())
            )
            return session.exec(query).first()

    def channels(self, team: str) -> list[str]:
        """The conversations in which mails are known."""
        with reading(self._engine) as session:
            return sorted(session.exec(select(Proposal.channel).where(Proposal.team == team).distinct()))

    def in_channels(
        self, team: str, channels: Collection[str], states: Collection[ProposalState], most: int, by: str = ""
    ) -> list[Proposal]:
        """The mails of these conversations that are in one of these states: what somebody decided last first, then the
        newest. With `by` only what this person decided last."""
        query = select(Proposal).where(
            Proposal.team == team, col(Proposal.channel).in_(list(channels)), col(Proposal.state).in_(list(states))
        )
        if by:
            query = query.where(Proposal.acted_by == by)
        decided = ProposalState.LINKED in states
        order = [col(Proposal.acted_at).desc()] if decided else []
        with reading(self._engine) as session:
            return list(session.exec(query.order_by(*order, col(Proposal.thread_ts).desc()).limit(most)))

    def at(self, team: str, channel: str, moments: Collection[str]) -> Proposal | None:
        """The newest mail of a conversation whose thread or card is at one of these moments."""
        wanted = list(moments)
        place = sa.or_(col(Proposal.thread_ts).in_(wanted), col(Proposal.card_ts).in_(wanted))
        query = select(Proposal).where(Proposal.team == team, Proposal.channel == channel, place)
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
                _write_attempt(session, proposal_id, attempt, list(targets), works or {})
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

    def save_target(self, target: Target) -> None:
        with transaction(self._engine) as session:
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

    def unfinished(self, before: datetime) -> list[Proposal]:
        """Proposals confirmed before this moment whose work has not ended, and new ones without a card."""
        with transaction(self._engine) as session:
            query = select(Proposal).where(
                col(Proposal.state).in_(UNDER_WAY),
                sa.or_(col(Proposal.acted_at).is_(None), col(Proposal.acted_at) < before),
            )
            return list(session.exec(query))


def _place_of(candidate: Candidate) -> str:
    return f"candidate {candidate.proposal_id} {candidate.vendor} {candidate.kind} {candidate.record_id} evidence"


def _same_mail(proposal: Proposal) -> Any:
    return select(Proposal).where(
        Proposal.team == proposal.team, Proposal.channel == proposal.channel, Proposal.mail_key == proposal.mail_key
    )


def _write_attempt(
    session: Session, proposal_id: str, attempt: int, targets: list[Target], works: Mapping[str, Work]
) -> None:
    for vendor in sorted({target.vendor for target in targets} | works.keys()):
        work = works.get(vendor, Work.LINK)
        session.add(LinkCall(proposal_id=proposal_id, attempt=attempt, vendor=vendor, work=work))
    for target in targets:
        target.proposal_id, target.attempt = proposal_id, attempt
        session.add(target)
