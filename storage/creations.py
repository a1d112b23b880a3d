"""Records that people had created: the claim that keeps two of them from being made, and the log of what was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.engine import reading, transaction
from storage.tables import Creation, CreationState, InterestState, now
from storage.vault import BrokenSealError, Vault

# From these a person may go on.
ENDED_FOR_NOW = (CreationState.FAILED, CreationState.FOUND, CreationState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Begun:
    """The answer to a claim: the creation that holds it, and whether this caller's is the one that begins."""

    creation: Creation
    won: bool


class Creations:
    """Queries on creations. Drafts are sealed at rest, and gone with the end."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def begin(self, creation: Creation, draft: str) -> Begun:
        """Write it down with its claim. One with the same id, or with the same claim by somebody else, is given
        instead."""
        creation.sealed_draft = self._vault.seal(draft, _place(creation.id))
        try:
            with transaction(self._engine) as session:
                if (known := _held(session, creation.id, creation.claim)) is not None:
                    return Begun(known, won=False)
                session.add(creation)
        except sa.exc.IntegrityError:  # another process was first
            with transaction(self._engine) as session:
                if (known := _held(session, creation.id, creation.claim)) is not None:
                    return Begun(known, won=False)
            raise
        return Begun(creation, won=True)

    def go_on(self, creation_id: str, seen: int, changed: Mapping[str, Any], draft: str) -> Begun:
        """Compare-and-set what ended for now, with the attempt that a person `seen` ended, back to `planned`, with what
        they changed. Raises KeyError where there is no such creation."""
        claim = changed["claim"]
        try:
            with transaction(self._engine) as session:
                row = session.get(Creation, creation_id, with_for_update=True)
                if row is None:
                    raise KeyError(creation_id)
                if row.state not in ENDED_FOR_NOW or row.attempt != seen:
                    return Begun(row, won=False)
                other = _held(session, "", claim)
                if other is not None and other.id != creation_id:
                    return Begun(other, won=False)
                row.state, row.attempt = CreationState.PLANNED, row.attempt + 1
                row.sealed_draft, row.others = self._vault.seal(draft, _place(creation_id)), []
                row.message = row.code = row.field = ""
                row.missing = False
                row.asked_at, row.ended_at = now(), None
                for name, value in changed.items():
                    setattr(row, name, value)
                return Begun(row, won=True)
        except sa.exc.IntegrityError:
            with transaction(self._engine) as session:
                other = _held(session, "", claim)
                if other is None:
                    raise
                return Begun(other, won=False)

    def get(self, creation_id: str) -> Creation | None:
        with reading(self._engine) as session:
            return session.get(Creation, creation_id)

    def of_proposal(self, proposal_id: str) -> list[Creation]:
        """Those of a mail, the newest first."""
        with reading(self._engine) as session:
            query = select(Creation).where(Creation.proposal_id == proposal_id).order_by(col(Creation.asked_at).desc())
            return list(session.exec(query))

    def draft(self, creation: Creation) -> str | None:
        """What is to be created, while that is open; None after the end. Raises BrokenSealError."""
        if not creation.sealed_draft:
            return None
        return self._vault.open(creation.sealed_draft, _place(creation.id))

    def draft_text(self, creation: Creation) -> str | None:
        """The same; None also for one that was sealed with another key."""
        try:
            return self.draft(creation)
        except BrokenSealError:
            return None

    def save(self, creation_id: str, **values: Any) -> None:
        """Keep what a step found out."""
        with transaction(self._engine) as session:
            row = session.get_one(Creation, creation_id)
            for name, value in values.items():
                setattr(row, name, value)

    def count_call(self, creation_id: str, attempt: int) -> bool:
        """Note, before the vendor is called, that it is. False where this attempt has begun a call already, or another
        attempt has begun: then nothing may be called."""
        with transaction(self._engine) as session:
            row = session.get_one(Creation, creation_id, with_for_update=True)
            if row.sent_in >= attempt or row.record or row.attempt != attempt or row.state != CreationState.PLANNED:
                return False
            row.sent_in, row.calls = attempt, row.calls + 1
            return True

    def end(self, creation_id: str, state: CreationState, **values: Any) -> None:
        """What becomes of it for now. A record that was made ends it for good: the draft is gone. Its claim stays
        where a record may have been made."""
        with transaction(self._engine) as session:
            row = session.get_one(Creation, creation_id, with_for_update=True)
            for name, value in values.items():
                setattr(row, name, value)
            row.state, row.ended_at = state, now()
            if state != CreationState.UNKNOWN:
                row.claim = None
            if state == CreationState.CREATED:
                row.sealed_draft = None

    def take_interest(self, creation_id: str, user: str) -> bool:
        """Compare-and-set: whether this press is the one that takes back what was noted."""
        with transaction(self._engine) as session:
            row = session.get_one(Creation, creation_id, with_for_update=True)
            if row.interest != InterestState.NOTED:
                return False
            row.interest, row.undone_by = InterestState.TO_TAKE_BACK, user
            return True

    def settle(self, proposal_id: str, record: str) -> None:
        """People linked the mail to this record instead: of the mail's creations those that it was shown for are
        settled, and their drafts are gone."""
        with transaction(self._engine) as session:
            query = select(Creation).where(
                Creation.proposal_id == proposal_id,
                col(Creation.state).in_((CreationState.FOUND, CreationState.UNKNOWN)),
            )
            for row in session.exec(query.with_for_update()):
                if record in row.others:
                    row.sealed_draft, row.claim = None, None

    def all_made(self) -> list[Creation]:
        """The log: what was created, the oldest first."""
        with transaction(self._engine) as session:
            query = select(Creation).where(Creation.state == CreationState.CREATED).order_by(col(Creation.asked_at))
            return list(session.exec(query))

    def left(self, before: datetime) -> list[Creation]:
        """Those that were begun before this moment and have not ended, and where interest is to be taken back."""
        with transaction(self._engine) as session:
            going = sa.or_(
                col(Creation.state) == CreationState.PLANNED, col(Creation.interest) == InterestState.TO_TAKE_BACK
            )
            return list(session.exec(select(Creation).where(going, col(Creation.asked_at) < before)))

    def expire(self, before: datetime) -> int:
        """Forget the drafts that nobody went on with since this moment; gives how many."""
        with transaction(self._engine) as session:
            query = select(Creation).where(col(Creation.state).in_(ENDED_FOR_NOW), col(Creation.ended_at) < before)
            rows = [row for row in session.exec(query) if row.sealed_draft is not None]
            for row in rows:
                row.sealed_draft, row.claim = None, None
                if row.state == CreationState.UNKNOWN:
                    row.state = CreationState.EXPIRED
            return len(rows)


def _place(creation_id: str) -> str:
    return f"creation {creation_id} draft"


def _held(session: Session, creation_id: str, claim: str | None) -> Creation | None:
    """The creation with this id, or with this claim."""
    same = sa.or_(
        col(Creation.id) == creation_id, sa.and_(col(Creation.claim).is_not(None), col(Creation.claim) == claim)
    )
    return session.exec(select(Creation).where(same)).first()
