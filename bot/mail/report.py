"""A mail as `linkbot parse` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.mail.forwarded import unwrap
from bot.mail.model import Mail, Participant


def person(participant: Participant | None) -> dict[str, str | None] | None:
    return {"name": participant.name, "address": participant.address} if participant else None


def people(participants: tuple[Participant, ...]) -> list[dict[str, str | None]]:
    return [{"name": one.name, "address": one.address} for one in participants]


def to_dict(mail: Mail) -> dict[str, Any]:
    """Everything that was read, JSON-ready; attachments by name, type and size, dates in ISO 8601."""
    forward = mail.forward
    return {
        "forwarded": forward is not None,
        "from": person(mail.sender),
        "reply_to": people(mail.reply_to),
        "to": people(mail.to),
        "cc": people(mail.cc),
        "bcc": people(mail.bcc),
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_ids": [{"id": one.value, "source": one.source.value} for one in mail.message_ids],
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
        "chain": [to_dict(inner) for inner in mail.chain],
        "notes": list(mail.notes),
    }


def jsonl_answer(case: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one case of `linkbot parse --jsonl`: `{"id", "subject", "text"}` → what its text forwards."""
    subject = case.get("subject")
    found = unwrap(str(case.get("text") or ""), subject if isinstance(subject, str) else None)
    if found is None:
        return {"id": case.get("id"), "forwarded": False, "note": None, "original": None}
    original = {
        "from": person(found.sender),
        "to": people(found.to),
        "cc": people(found.cc),
        "subject": found.subject or None,
        "date": found.date.isoformat() if found.date else None,
        "text": found.text,
    }
    return {"id": case.get("id"), "forwarded": True, "note": found.note or None, "original": original}
