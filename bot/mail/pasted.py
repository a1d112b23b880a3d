"""Mails that people paste as text: `Von: … Betreff: …`, a forward, or the source of a mail."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.mail.blocks import read_block
from bot.mail.eml import read_eml
from bot.mail.forwarded import Found, Unwrapped, describe, unwrap
from bot.mail.headers import Envelope
from bot.mail.lines import MAX_TEXT, clean, to_lines, unquoted
from bot.mail.model import Forward, IdSource, Mail, MessageId
from bot.mail.opening import Arrived, open_mail
from bot.mail.storable import storable
from bot.mail.words import Role, fold

_SOURCE_MARKS = ("mime-version", "received", "return-path", "content-type", "message-id", "delivered-to")
_TOP_LINES = 60
_LINK = re.compile(r"<(?:mailto:|tel:|https?://)[^<>|\s]{1,2000}\|(?P<shown>[^<>|\n]{1,500})>")


def read_text(text: str, subject: str | None = None) -> Mail | None:
    """The mail in a pasted text, None where it holds none.

    `subject` is the subject of the forward, where the text is the body of one. A header block at the very top is the
    mail as it arrived: where it is a forward itself, its original is the mail, as with a mail file of the same text.
    What stands above a forward becomes `Mail.forward.note`.
    """
    if subject is None and _is_source(text):
        return read_eml(text.lstrip("\ufeff \r\n").encode("utf-8", "replace"))
    plain = without_links(text)
    found = unwrap(plain, subject) or (_top(plain) if subject is None else None)
    if found is None:
        return None
    mail = Mail(
        sender=found.sender,
        reply_to=found.reply_to,
        to=found.to,
        cc=found.cc,
        bcc=found.bcc,
        subject=found.subject,
        date=found.date,
        text=found.text,
        notes=found.notes,
    )
    if subject is None and not found.explicit and (carried := _carried(mail, found)):
        return carried
    forwarded = bool(found.explicit or found.note or subject)
    source = IdSource.FORWARDED if forwarded else IdSource.OWN
    ids = (MessageId(found.message_id, source),) if found.message_id else ()
    forward = Forward(note=found.note, subject=subject or "") if forwarded else None
    return storable(replace(mail, message_ids=ids, forward=forward))


def _carried(mail: Mail, found: Unwrapped) -> Mail | None:
    """The mail that a pasted mail forwards, None where it forwards none; what was written above both comes first."""
    people = (mail.sender, mail.reply_to, mail.to, mail.cc, mail.bcc)
    opened = open_mail(Arrived(mail, Envelope(*people, mail.subject, mail.date, found.message_id, (), (), ())))
    if opened.forward is None:
        return None
    note = "\n\n".join(piece for piece in (found.note, opened.forward.note) if piece)
    return replace(opened, forward=replace(opened.forward, note=note))


def without_links(text: str) -> str:
    """The text without Slack's way to write links, which some programs keep when a message is saved as text."""
    if "|" not in text or ">" not in text:
        return text
    return _LINK.sub(lambda link: link["shown"], text)


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
