"""A mail's file (.eml), forwarded by somebody of the workspace to a channel's address, in the layout of Gmail.

A file that is a forward already goes on as it is.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from sandbox.slack.files import ArrivingMail, Attached
from sandbox.slack.workspace import Person

# What a channel's address takes, attachments included.
LARGEST_BYTES = 25 * 1024 * 1024
_LINE = "---------- Forwarded message ---------"
_FORWARD = re.compile(r"\s*(fwd?|wg|tr|rv|i)\s*:", re.IGNORECASE)


class NoMail(ValueError):  # noqa: N818 - a sentence about a file
    """The file is no mail that can be sent; the text says why and what to do."""


@dataclass(frozen=True)
class Forward:
    """The mail as it arrives, and of the original the Message-ID ("" where it has none) and the subject."""

    mail: ArrivingMail
    original: str
    subject: str


def forwarded(name: str, content: bytes, by: Person) -> Forward:
    """The forward of a mail by somebody. `name` and `content` are the file's. Raises NoMail."""
    if not name.lower().endswith(".eml"):
        raise NoMail(f"“{name}” is not a mail. In your mail program save the mail as an .eml file, and drop that here.")
    if len(content) > LARGEST_BYTES:
        raise NoMail(f"“{name}” is too large: a mail may have {LARGEST_BYTES // 1024 // 1024} MB with its attachments.")
    original = message_from_bytes(content, EmailMessage, policy=policy.default)
    sender = _header(original, "From")
    if "@" not in parseaddr(sender)[1]:
        raise NoMail(f"“{name}” cannot be read as a mail: it names no sender. Save the mail anew, and drop that here.")
    subject, message_id = _header(original, "Subject"), _header(original, "Message-ID")
    text, rich = _body(original, "plain"), _body(original, "html")
    attached = [one for part in original.iter_attachments() if (one := _attached(part))]
    to = [_header(original, "To")] if _header(original, "To") else []
    if _FORWARD.match(subject):
        cc = [_header(original, "Cc")] if _header(original, "Cc") else []
        reply = _header(original, "In-Reply-To") or None
        date = _header(original, "Date") or None
        mail = ArrivingMail(sender, subject, text or "", to, cc, rich, message_id or None, reply, date, attached)
        return Forward(mail, message_id, subject)
    lines = {name: _header(original, name) for name in ("From", "Date", "Subject", "To", "Cc")}
    head = [f"{name}: {value}" for name, value in lines.items() if value]
    mail = ArrivingMail(
        sender=f"{by.real_name} <{by.email or f'{by.name}@nordlicht.example'}>",
        subject=f"Fwd: {subject}",
        text="\n".join([_LINE, *head, "", "", text or ""]) if text or not rich else "",
        html=_as_quote(head, rich) if rich else None,
        in_reply_to=message_id or None,
        attachments=attached,
    )
    return Forward(mail, message_id, subject)


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(mail[name] or "").split())
    except (ValueError, IndexError, AttributeError):  # the standard library's parser of headers, at broken ones
        return ""


def _body(mail: EmailMessage, kind: str) -> str | None:
    part = mail.get_body((kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a character set that nobody knows, or another than it says
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else None


def _attached(part: EmailMessage) -> Attached | None:
    kind = part.get_content_type()
    if part.is_multipart():
        inner = next(part.iter_parts(), None)  # a mail that was attached to the mail
        content = inner.as_bytes() if inner is not None else b""
    else:
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
    return Attached(part.get_filename() or "attachment", content, kind) if content else None


def _as_quote(head: list[str], rich: str) -> str:
    lines = "<br>".join(html.escape(line) for line in [_LINE, *head])
    return f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{lines}<br></div><br><br>{rich}</div>'
