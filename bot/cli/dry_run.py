"""`linkbot link FILE --dry-run`: the whole way for one mail, up to the request that would be sent."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.connections import create_crms, create_locator, create_storage
from bot.crm import CRM, CRMError
from bot.directory import create_directory
from bot.intake import words_of
from bot.language import words
from bot.mail import Locator, Mail, MailboxError
from bot.matching import Evidence
from bot.proposals import choose
from bot.records import Record
from bot.settings import Settings


class NothingCopiedError(Exception):
    """There is no copy of the directory to match with; the text says how to make one."""


def evidence_line(evidence: tuple[Evidence, ...]) -> str:
    """Evidence in one line for a terminal."""
    return "; ".join(f"{e.field}: “{e.mail}” ≈ {e.record}" for e in evidence)


def report(settings: Settings, mail: Mail) -> Iterator[str]:
    """Lines for a terminal: the mail, its matches, where it lies, and each vendor's request. Raises
    NothingCopiedError."""
    storage = create_storage(settings)
    crms = create_crms(settings, storage)
    directory = create_directory(
        settings, crms, store=storage.directory, aliases=storage.aliases, database=storage.engine.url
    )
    directory.refresh()
    if not len(directory):
        raise NothingCopiedError(
            "There is no copy of the CRM's directory yet to match the mail with. Run: linkbot sync"
        )
    yield f"Mail     {mail.subject or '(no subject)'}"
    yield f"From     {mail.sender or 'unknown'}"
    if mail.forward:
        yield f"Forward  by {mail.forward.by or 'unknown'}"
    picked: list[Record] = []
    for match, pick in choose(directory.match(words_of(mail, directory.staff)), crms):
        yield f"{'[x]' if pick else '[ ]'} {match.probability:.2f} {match.name} ({match.ref})"
        yield f"         {evidence_line(match.evidence)}"
        record = directory.get(match.ref)
        if pick and record is not None:
            picked.append(record)
    if not picked:
        yield "Nothing is sure enough to be picked; a person would choose in Slack."
    for vendor, crm in crms.items():
        records = [record for record in picked if record.ref.vendor == vendor]
        if records:
            yield from _requests(crm, create_locator(storage), mail, records)


def _requests(crm: CRM, locator: Locator, mail: Mail, records: list[Record]) -> Iterator[str]:
    yield f"{crm.label}:"
    try:
        place = locator.find(mail) if crm.capabilities.needs_mailbox else None
        if crm.capabilities.needs_mailbox:
            if place is None:
                yield "  The mail is in none of the mailboxes, so it could not be linked. See: linkbot mailbox list"
                return
            yield f"  found in {place.identity}, folder {place.folder}, UID {place.uid}"
        before = crm.linked(mail, place)
        if before is not None:
            yield f"  linked now: {', '.join(sorted(map(str, before.records))) or 'nothing'}"
            for ref in crm.in_the_way(records, before):
                yield f"  in the way: {ref}, which Link replaces only where its card said so"
        for request in crm.preview(mail, place, records, before):
            yield f"  would send: {request.method} {request.url}"
            yield json.dumps(dict(request.body), ensure_ascii=False, indent=2)
    except (CRMError, MailboxError) as error:
        yield f"  {words()(error.message)}"
        yield "  What is wrong, and how to mend it: linkbot doctor"
