"""What people taught the bot: these words mean this record. Few rows, so that sealed words can be compared in clear.

A press brings a lesson; the lesson becomes an alias, or counts one up, once its link is verified.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.engine import reading, transaction
from storage.tables import Alias, Lesson, Proposal, now
from storage.vault import Vault

RecordKey = tuple[str, str, str]  # vendor, kind, id


class Aliases:
    """Queries on aliases and on the lessons that they come from."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def note(self, lesson: Lesson, words: str) -> None:
        """Write down what a press would teach, once its link is verified. One lesson for each record of a proposal."""
        with transaction(self._engine) as session:
            for known in self._of(session, lesson.proposal_id, [_key(lesson)]):
                if known.alias_id is not None:
                    return
                session.delete(known)
            lesson.sealed_words = self._vault.seal(words, _place(lesson))
            session.add(lesson)

    def learn(self, proposal_id: str, verified: Collection[RecordKey]) -> None:
        """The proposal's lessons about these records become aliases. Doing it twice counts once."""
        if not verified:
            return
        with transaction(self._engine) as session:
            for lesson in self._of(session, proposal_id, verified):
                if lesson.alias_id is None:
                    lesson.alias_id = self._teach(session, lesson)

    def unlearn(self, proposal_id: str, undone: Collection[RecordKey]) -> None:
        """What the proposal taught about these records, or would have, is not so."""
        if not undone:
            return
        with transaction(self._engine) as session:
            for lesson in self._of(session, proposal_id, undone):
                alias = session.get(Alias, lesson.alias_id) if lesson.alias_id is not None else None
                session.delete(lesson)
                session.flush()
                if alias is None:
                    continue
                alias.times -= 1
                alias.taught_at = now()
                if alias.times < 1:
                    self._forget(session, alias)

    def taught_by(self, proposal_id: str) -> list[tuple[Alias, str]]:
        """The aliases that this proposal taught and that are still known, with their words in clear."""
        with reading(self._engine) as session:
            lessons = select(Lesson.alias_id).where(Lesson.proposal_id == proposal_id)
            rows = list(session.exec(select(Alias).where(col(Alias.id).in_(lessons)).order_by(col(Alias.id))))
        return [(row, self._vault.open(row.sealed_words, _place(row))) for row in rows]

    def _of(self, session: Session, proposal_id: str, records: Collection[RecordKey]) -> list[Lesson]:
        rows = session.exec(select(Lesson).where(Lesson.proposal_id == proposal_id).with_for_update())
        return [row for row in rows if _key(row) in records]

    def _teach(self, session: Session, lesson: Lesson) -> int | None:
        """The alias of a lesson: written down, or counted once more where it is known."""
        words = self._vault.open(lesson.sealed_words, _place(lesson))
        of_record = (Alias.vendor == lesson.vendor, Alias.kind == lesson.kind, Alias.record_id == lesson.record_id)
        for row in session.exec(select(Alias).where(*of_record).with_for_update()):
            if self._vault.open(row.sealed_words, _place(row)) == words:
                row.times, row.taught_by, row.taught_at = row.times + 1, lesson.taught_by, now()
                return row.id
        alias = Alias(
            vendor=lesson.vendor,
            kind=lesson.kind,
            record_id=lesson.record_id,
            record_name=lesson.record_name,
            sealed_words=lesson.sealed_words,
            taught_by=lesson.taught_by,
        )
        session.add(alias)
        session.flush()
        return alias.id

    def all(self) -> list[tuple[Alias, str]]:
        """Every alias with its words in clear, the newest first."""
        with reading(self._engine) as session:
            rows = list(session.exec(select(Alias).order_by(col(Alias.id).desc())))
        return [(row, self._vault.open(row.sealed_words, _place(row))) for row in rows]

    def taught_in(self, team: str, channels: Collection[str]) -> set[int]:
        """The numbers of the aliases that mails of these conversations taught."""
        query = (
            select(Lesson.alias_id)
            .join(Proposal, col(Proposal.id) == col(Lesson.proposal_id))
            .where(Proposal.team == team, col(Proposal.channel).in_(list(channels)))
        )
        with reading(self._engine) as session:
            return {one for one in session.exec(query) if one is not None}

    def state(self) -> tuple[int, int, datetime | None]:
        """What changes whenever an alias does: for looking whether anything is new."""
        with reading(self._engine) as session:
            sums = sa.select(sa.func.count(), sa.func.sum(col(Alias.id) * col(Alias.times))).select_from(Alias)
            count, times = session.execute(sums).one()
            newest = session.exec(select(Alias.taught_at).order_by(col(Alias.taught_at).desc())).first()
        return count, times or 0, newest

    def forget(self, alias_id: int) -> bool:
        """False where there is none of this number."""
        with transaction(self._engine) as session:
            alias = session.get(Alias, alias_id)
            if alias is None:
                return False
            self._forget(session, alias)
            return True

    @staticmethod
    def _forget(session: Session, alias: Alias) -> None:
        # With its lessons: a number that is free may be given to another alias.
        session.execute(sa.delete(Lesson).where(col(Lesson.alias_id) == alias.id))
        session.delete(alias)


def _key(lesson: Lesson) -> RecordKey:
    return lesson.vendor, lesson.kind, lesson.record_id


def _place(row: Alias | Lesson) -> str:
    """The same for an alias and its lessons: the words are copied from one to the other."""
    return f"alias {row.vendor} {row.kind} {row.record_id} words"
