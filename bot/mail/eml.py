"""Mails as RFC 5322 bytes (.eml)."""

from __future__ import annotations

from collections.abc import Callable

from bot.language import sentence
from bot.mail.bodies import shown_bodies
from bot.mail.headers import read_envelope
from bot.mail.model import Mail
from bot.mail.msg import UnreadableMail, arrived_msg, is_msg
from bot.mail.opening import Arrived, open_mail
from bot.mail.parts import parse_message, read_parts

_DEEPEST = 4


def read_eml(raw: bytes) -> Mail:
    """The original mail in a message of RFC 5322: attached, quoted, or the message itself. Never raises."""
    return open_mail(arrived_eml(raw))


def arrived_eml(raw: bytes, depth: int = 0) -> Arrived:
    """The message as it stands, nothing opened; `depth` says how many mails it is attached in."""
    message, complete = parse_message(raw)
    envelope = read_envelope(message)
    parts = read_parts(message)
    shown = shown_bodies("\n\n".join(parts.texts), "\n".join(parts.htmls) or None)
    for note in (*envelope.notes, *shown.notes):
        parts.note(note)
    if not complete:
        parts.note(sentence("reading.too_large"))
    mail = Mail(
        sender=envelope.sender,
        reply_to=envelope.reply_to,
        to=envelope.to,
        cc=envelope.cc,
        bcc=envelope.bcc,
        subject=envelope.subject,
        date=envelope.date,
        text=shown.text,
        html=shown.html,
        attachments=tuple(parts.attachments),
        notes=tuple(parts.notes),
    )
    attached = tuple(attached_reader(one.content or b"", depth) for one in parts.attached) if depth < _DEEPEST else ()
    return Arrived(mail, envelope, attached, may_carry=not parts.is_report)


def attached_reader(raw: bytes, depth: int = 0) -> Callable[[], Arrived | None]:
    """What reads an attached mail (.eml or .msg) when it is wanted; it gives None where that is no mail after all."""

    def read() -> Arrived | None:
        if is_msg(raw):
            try:
                return arrived_msg(raw)
            except UnreadableMail:
                return None
        inner = arrived_eml(raw, depth + 1)
        return inner if inner.mail.sender or inner.mail.subject or inner.envelope.message_id else None

    return read
