"""A mail as `linkbot parse` prints it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.language import Sentence, sentence, words
from bot.mail.enquirer import Understood, understand
from bot.mail.forwarded import unwrap
from bot.mail.leads import Person
from bot.mail.model import IdSource, Mail, Participant


def person(participant: Participant | None) -> dict[str, str | None] | None:
    return {"name": participant.name, "address": participant.address} if participant else None


def contact(one: Person | None) -> dict[str, Any] | None:
    """Who a mail is about, with what is known to reach them; None where nobody is."""
    if one is None:
        return None
    return {"name": one.name or None, "address": one.address or None, "phones": list(one.phones)}


def roles(understood: Understood) -> list[dict[str, str]]:
    """The values whose role a form or a structured part tells, in order: `{"role", "text"}`, each once."""
    found = [{"role": value.role.value, "text": value.text} for value in understood.enquiry.values]
    for lead in (understood.structured.lead, understood.structured.about):
        if lead is None:
            continue
        for one in filter(None, (lead.person, *lead.others)):
            found += [{"role": "person", "text": text} for text in (one.name, one.address, *one.phones)]
            found.append({"role": "home", "text": one.postal})
        for asked in lead.properties:
            found.append({"role": "reference", "text": asked.reference})
            found += [{"role": "property", "text": text} for text in (asked.address, asked.title)]
    distinct = {(one["role"], one["text"]): one for one in found if one["text"]}
    return list(distinct.values())


def people(participants: tuple[Participant, ...]) -> list[dict[str, str | None]]:
    return [{"name": one.name, "address": one.address} for one in participants]


def unsure(mail: Mail) -> list[Sentence]:
    """What the reader did not find or cannot vouch for: its notes, and what is missing."""
    said = list(mail.notes)
    if mail.sender is None or not mail.sender.address:
        said.append(sentence("reading.sender_unknown"))
    if not mail.subject:
        said.append(sentence("reading.without_subject"))
    if mail.date is None:
        said.append(sentence("reading.date_unknown"))
    elif mail.date.tzinfo is None:
        said.append(sentence("reading.no_zone"))
    if not mail.message_ids:
        said.append(sentence("reading.no_message_id"))
    elif mail.message_ids[0].source not in (IdSource.ATTACHED, IdSource.OWN):
        said.append(sentence("reading.hinted_message_id"))
    if not mail.text.strip():
        said.append(sentence("reading.no_text"))
    return list(dict.fromkeys(said))


def to_dict(mail: Mail, staff: Collection[str] = ()) -> dict[str, Any]:
    """Everything that was read, JSON-ready; attachments by name, type and size, dates in ISO 8601.

    `staff` are addresses and names of own people, see `customer`; `unsure` says in sentences what is not certain.
    """
    forward, say = mail.forward, words()
    understood = understand(mail, staff)
    return {
        "kind": understood.kind.value,
        "forwarded": forward is not None,
        "from": person(mail.sender),
        "customer": contact(understood.customer),
        "roles": roles(understood),
        "reply_to": people(mail.reply_to),
        "to": people(mail.to),
        "cc": people(mail.cc),
        "bcc": people(mail.bcc),
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_ids": [{"id": one.value, "source": one.source.value} for one in mail.message_ids],
        "thread": list(mail.thread_ids),
        "text": mail.text,
        "html": mail.html is not None,
        "attachments": [
            {"filename": one.filename, "content_type": one.content_type, "size": one.size, "inline": one.inline}
            for one in mail.attachments
        ],
        "forward": {
            "by": person(forward.by),
            "note": forward.note,
            "subject": forward.subject,
            "date": forward.date.isoformat() if forward.date else None,
            "message_id": forward.message_id,
        }
        if forward
        else None,
        "chain": [to_dict(inner, staff) for inner in mail.chain],
        "notes": [say(note) for note in mail.notes],
        "unsure": [say(one) for one in unsure(mail)],
    }


def jsonl_answer(case: object) -> dict[str, Any]:
    """The answer to one case of `linkbot parse --jsonl`: `{"id", "subject", "text"}` → what its text forwards.

    Raises ValueError for anything else; `subject` may be null.
    """
    match case:
        case {"id": number, "subject": str() | None as subject, "text": str() as text}:
            found = unwrap(text, subject)
        case _:
            raise ValueError("A case is an object with id, subject and text.")
    if found is None:
        return {"id": number, "forwarded": False, "note": None, "original": None}
    original = {
        "from": person(found.sender),
        "to": people(found.to),
        "cc": people(found.cc),
        "subject": found.subject or None,
        "date": found.date.isoformat() if found.date else None,
        "text": found.text,
    }
    return {"id": number, "forwarded": True, "note": found.note or None, "original": original}
