"""Which mail this is, however it reached us, and the mail as JSON."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.language import Sentence, plain
from bot.mail.model import Attachment, Forward, IdSource, Mail, Mark, MessageId, Participant
from bot.mail.subjects import base_subject
from bot.mail.words import fold

_TRUSTED = (IdSource.ATTACHED, IdSource.OWN, IdSource.FORWARDED, IdSource.IN_REPLY_TO)
_TEXT_LENGTH = 4_000


def fingerprint(mail: Mail) -> str:
    """A sha256 (hex) that is the same each time the same mail arrives, and reveals nothing of it.

    Of the best Message-ID where one is known (In-Reply-To names the original only in a forward), else of sender,
    subject, date and text.
    """
    for source in _TRUSTED:
        if source is IdSource.IN_REPLY_TO and mail.forward is None:
            continue
        known = next((one.value for one in mail.message_ids if one.source is source), None)
        if known:
            return sha256(f"id\0{known}".encode("utf-8", "replace")).hexdigest()
    sender = mail.sender or Participant()
    date = mail.date.strftime("%Y-%m-%dT%H:%M") if mail.date else ""
    words = "".join(c for c in fold(mail.text) if c.isalnum())[:_TEXT_LENGTH]
    facts = (fold(sender.address or sender.name or ""), fold(base_subject(mail.subject)), date, words)
    return sha256("\0".join(("text", *facts)).encode("utf-8", "replace")).hexdigest()


def to_json(mail: Mail) -> str:
    """The whole mail as JSON, attachments included (base64); `from_json` gives an equal mail."""

    def simple(value: object) -> Any:
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, bytes):
            return b64encode(value).decode("ascii")
        raise TypeError(f"{type(value).__name__} cannot be kept")

    return json.dumps(asdict(mail), default=simple, ensure_ascii=True, separators=(",", ":"))


def from_json(text: str) -> Mail:
    """The inverse of `to_json`; raises ValueError, KeyError or TypeError for anything else."""
    return _mail(json.loads(text))


def _mail(data: dict[str, Any]) -> Mail:
    return Mail(
        sender=_person(data["sender"]),
        reply_to=_people(data["reply_to"]),
        to=_people(data["to"]),
        cc=_people(data["cc"]),
        bcc=_people(data["bcc"]),
        subject=data["subject"],
        date=_date(data["date"]),
        message_ids=tuple(MessageId(one["value"], IdSource(one["source"])) for one in data["message_ids"]),
        text=data["text"],
        html=data["html"],
        attachments=tuple(_attachment(one) for one in data["attachments"]),
        forward=_forward(data["forward"]),
        thread_ids=tuple(data.get("thread_ids", ())),
        chain=tuple(_mail(one) for one in data["chain"]),
        notes=tuple(_note(one) for one in data["notes"]),
        marks=tuple(Mark(one) for one in data.get("marks", ())),
        written_by=_person(data.get("written_by")),
    )


def _note(data: Any) -> Sentence:
    """A note; one of an earlier version is its words."""
    if isinstance(data, str):
        return plain(data)
    return Sentence(str(data["id"]), tuple((str(name), value) for name, value in data["values"]))


def _person(data: dict[str, Any] | None) -> Participant | None:
    return Participant(**data) if data else None


def _people(data: list[dict[str, Any]]) -> tuple[Participant, ...]:
    return tuple(Participant(**one) for one in data)


def _date(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _attachment(data: dict[str, Any]) -> Attachment:
    content = data["content"]
    return Attachment(**{**data, "content": b64decode(content) if content is not None else None})


def _forward(data: dict[str, Any] | None) -> Forward | None:
    return Forward(**{**data, "by": _person(data["by"]), "date": _date(data["date"])}) if data else None
