"""Mails that people paste as text: `Von: … Betreff: …`, a forward, or the source of a mail."""

from __future__ import annotations

from dataclasses import replace

from bot.mail.blocks import read_block
from bot.mail.eml import read_eml
from bot.mail.forwarded import Found, Unwrapped, describe, unwrap
from bot.mail.lines import MAX_TEXT, clean, to_lines, unquoted
from bot.mail.model import Forward, IdSource, Mail, MessageId
from bot.mail.words import Role, fold

_SOURCE_MARKS = ("mime-version", "received", "return-path", "content-type", "message-id", "delivered-to")
_TOP_LINES = 60


def read_text(text: str, subject: str | None = None) -> Mail | None:
    """The mail in a pasted text, None where it holds none.

    `subject` is the subject of the forward, where the text is the body of one. A header block at the very top is the
    mail itself; what stands above a forward becomes `Mail.forward.note`.
    """
    if subject is None and _is_source(text):
        return read_eml(text.lstrip("\ufeff \r\n").encode("utf-8", "replace"))
    found = unwrap(text, subject) or (_top(text) if subject is None else None)
    if found is None:
        return None
    forwarded = bool(found.explicit or found.note or subject)
    source = IdSource.FORWARDED if forwarded else IdSource.OWN
    return Mail(
        sender=found.sender,
        reply_to=found.reply_to,
        to=found.to,
        cc=found.cc,
        bcc=found.bcc,
        subject=found.subject,
        date=found.date,
        message_ids=(MessageId(found.message_id, source),) if found.message_id else (),
        text=found.text,
        forward=Forward(note=found.note, subject=subject or "") if forwarded else None,
        notes=found.notes,
    )


def _top(text: str) -> Unwrapped | None:
    """A header block at the top that would be too little in the middle of a text: sender's name and subject."""
    lines = to_lines(clean(text[:MAX_TEXT]).lstrip("\n "))
    block = read_block(lines, 0)
    if block is None or not block.named or not block.count(Role.SUBJECT):
        return None
    found = Found(0, block.end, block.depth, block)
    return replace(describe(found, "", unquoted(lines[block.end :], block.depth), None), note="")


def _is_source(text: str) -> bool:
    """Whether the text is a mail as it was sent over the wire, with header lines that only servers write."""
    marks = 0
    for row in text.lstrip("\ufeff \r\n")[:20_000].split("\n")[:_TOP_LINES]:
        name, colon, _ = row.partition(":")
        if not row.strip():
            break
        if row[0] in " \t":
            continue
        if not colon or not name or any(c.isspace() for c in name.strip()):
            return False
        marks += fold(name) in _SOURCE_MARKS
    return marks >= 2
