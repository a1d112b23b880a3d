"""Removing a person from what is kept, by their e-mail address or their name."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.creations import Creations
from storage.engine import transaction
from storage.retention import NAMELESS
from storage.tables import (
    UNDER_WAY,
    Alias,
    Candidate,
    Creation,
    CreationState,
    DirectoryRecord,
    Lesson,
    Link,
    Proposal,
    ProposalState,
    Target,
)

_Named = TypeVar("_Named", Candidate, Target, Link)
RecordKey = tuple[str, str, str]  # vendor, kind, id


@dataclass(frozen=True, slots=True)
class Purged:
    """How many of each were removed: mails of the person, whose text, subject and sender are gone; places where a
    record of theirs was named (in proposals and attempts, and in the log); things that people taught about them; forms
    that were filled in for them and never ended in a record. `busy` are mails of theirs that are being linked just now,
    and records of theirs that are being created, and stay."""

    mails: int
    names: int
    log_rows: int
    lessons: int
    busy: int
    drafts: int = 0

    def __bool__(self) -> bool:
        return bool(self.mails or self.names or self.log_rows or self.lessons or self.drafts)


def purge(engine: sa.Engine, person: str, creations: Creations | None = None) -> Purged:
    """Remove a person. What the log tells of who linked what when stays, with the record's id and without its name.
    The copy of the directory is the CRM's: who is deleted there is gone with the next full sync. `creations` can open
    what was filled in for records that were never created."""
    wanted = " ".join(person.split()).casefold()
    with transaction(engine) as session:
        refs = _records(session, wanted)
        mails = [one for one in session.exec(select(Proposal)) if _is_from(one, wanted)]
        busy = [one for one in mails if one.state in UNDER_WAY]
        for proposal in mails:
            if proposal not in busy:
                _forget(session, proposal)
        names = _unname(session, Candidate, "name", wanted, refs) + _unname(session, Target, "name", wanted, refs)
        log_rows = _unname(session, Link, "record_name", wanted, refs)
        theirs = {one.id for one in mails if one not in busy}

        def is_about(row: Creation) -> bool:
            vendor, kind, id_ = row.record.split("|", 2) if row.record else ("", "", "")
            made = (vendor, kind, id_) in refs or row.record_name.casefold() == wanted or row.proposal_id in theirs
            return made or (creations is not None and _is_drafted(creations.draft_text(row), wanted))

        made, drafts, creating = _forget_creations([row for row in session.exec(select(Creation)) if is_about(row)])
        log_rows += made
        lessons = 0
        for row in [*session.exec(select(Lesson)), *session.exec(select(Alias))]:
            if (row.vendor, row.kind, row.record_id) in refs or row.record_name.casefold() == wanted:
                session.delete(row)
                lessons += isinstance(row, Alias)
    return Purged(len(mails) - len(busy), names, log_rows, lessons, len(busy) + creating, drafts)


def _records(session: Session, wanted: str) -> set[RecordKey]:
    """The records that have this address or name."""
    found = set()
    for row in session.exec(select(DirectoryRecord)):
        emails = {str(one).casefold() for one in row.fields.get("emails") or ()}
        if row.name.casefold() == wanted or wanted in emails:
            found.add((row.vendor, row.kind, row.record_id))
    return found


def _is_from(proposal: Proposal, wanted: str) -> bool:
    return wanted in (proposal.sender_address.casefold(), " ".join(proposal.sender_name.split()).casefold())


def _forget(session: Session, proposal: Proposal) -> None:
    proposal.sealed_mail = proposal.sealed_contents = None
    for name, value in NAMELESS.items():
        setattr(proposal, name, value)
    if proposal.state in (ProposalState.OPEN, ProposalState.FAILED):
        proposal.state = ProposalState.EXPIRED
    proposal.card_behind = proposal.card_ts is not None
    session.execute(sa.delete(Candidate).where(col(Candidate.proposal_id) == proposal.id))


def _is_drafted(draft: str | None, wanted: str) -> bool:
    """Whether a form was filled in for this person."""
    if not draft:
        return False
    kept = {name: str(value).casefold() for name, value in json.loads(draft).items()}
    name = f"{kept.get('given_name', '')} {kept.get('family_name', '')}".strip()
    return wanted in {name, kept.get("email"), kept.get("company")}


def _forget_creations(rows: Iterable[Creation]) -> tuple[int, int, int]:
    """What was filled in for a creation is gone, and the name in the log of it: how many names, how many forms, and how
    many are being created just now and stay."""
    names = drafts = busy = 0
    for row in rows:
        if row.state == CreationState.PLANNED:
            busy += 1
            continue
        names += bool(row.record_name)
        drafts += row.sealed_draft is not None
        row.record_name, row.sealed_draft, row.claim = "", None, None
        if row.state != CreationState.CREATED:
            row.state = CreationState.EXPIRED
    return names, drafts, busy


def _unname(session: Session, table: type[_Named], column: str, wanted: str, refs: Collection[RecordKey]) -> int:
    changed = 0
    for row in session.execute(sa.select(table)).scalars():
        named = str(getattr(row, column))
        if named and (named.casefold() == wanted or (row.vendor, row.kind, row.record_id) in refs):
            setattr(row, column, "")
            if isinstance(row, Candidate | Target):
                row.detail = ""
            if isinstance(row, Candidate):
                row.sealed_evidence = None
            changed += 1
    return changed
