"""`linkbot link FILE --dry-run`: the whole way for one mail, up to the request that would be sent."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.connections import create_crms, create_locator, create_storage
from bot.crm import CRM, CRMError
from bot.directory import create_directory
from bot.intake import words_of
from bot.language import Sentence, SpokenError, Value, plain, sentence
from bot.mail import Locator, Mail, MailboxError, Participant
from bot.matching import Evidence
from bot.proposals import choose
from bot.records import Record
from bot.settings import Settings


class NothingCopiedError(SpokenError):
    """There is no copy of the directory to match with; the message says how to make one."""


def evidence_line(evidence: tuple[Evidence, ...]) -> str:
    """Evidence in one line for a terminal."""
    return "; ".join(f"{e.field}: “{e.mail}” ≈ {e.record}" for e in evidence)


def _person(person: Participant | None) -> Value:
    return str(person or "") or sentence("dry_run.unknown")


def report(settings: Settings, mail: Mail) -> Iterator[Sentence]:
    """Lines for a terminal: the mail, its matches, where it lies, and each vendor's request. Raises
    NothingCopiedError."""
    storage = create_storage(settings)
    crms = create_crms(settings, storage)
    directory = create_directory(
        settings, crms, store=storage.directory, aliases=storage.aliases, database=storage.engine.url
    )
    directory.refresh()
    if not len(directory):
        raise NothingCopiedError(sentence("dry_run.no_directory"))
    yield sentence("dry_run.mail", subject=mail.subject or sentence("mail.no_subject"))
    yield sentence("dry_run.sender", person=_person(mail.sender))
    if mail.forward:
        yield sentence("dry_run.forward", person=_person(mail.forward.by))
    picked: list[Record] = []
    for match, pick in choose(directory.match(words_of(mail, directory.staff)), crms):
        yield plain(f"{'[x]' if pick else '[ ]'} {match.probability:.2f} {match.name} ({match.ref})")
        yield plain(f"         {evidence_line(match.evidence)}")
        record = directory.get(match.ref)
        if pick and record is not None:
            picked.append(record)
    if not picked:
        yield sentence("dry_run.nothing_sure")
    for vendor, crm in crms.items():
        records = [record for record in picked if record.ref.vendor == vendor]
        if records:
            yield from _requests(crm, create_locator(settings, storage), mail, records)


def _requests(crm: CRM, locator: Locator, mail: Mail, records: list[Record]) -> Iterator[Sentence]:
    yield plain(f"{crm.label}:")
    try:
        place = locator.find(mail) if crm.capabilities.needs_mailbox else None
        if crm.capabilities.needs_mailbox:
            if place is None:
                yield sentence("dry_run.in_no_mailbox")
                return
            yield sentence("dry_run.found", mailbox=place.identity, folder=place.folder, uid=place.uid)
        before = crm.linked(mail, place)
        if before is not None:
            yield sentence(
                "dry_run.linked", records=", ".join(sorted(map(str, before.records))) or sentence("dry_run.nothing")
            )
            for ref in crm.in_the_way(records, before):
                yield sentence("dry_run.in_the_way", record=str(ref))
        for request in crm.preview(mail, place, records, before):
            yield sentence("dry_run.would_send", method=request.method, url=request.url)
            yield plain(json.dumps(dict(request.body), ensure_ascii=False, indent=2))
    except (CRMError, MailboxError) as error:
        yield sentence("dry_run.failed", why=error.message)
        yield sentence("dry_run.see_doctor")
