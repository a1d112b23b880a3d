"""The parts of one MIME message: its bodies, its attachments, and mails attached to it."""

from __future__ import annotations

import binascii
import quopri
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message
from email.parser import BytesHeaderParser

from bot.language import Sentence, sentence
from bot.mail.charset import decode, unflow
from bot.mail.headers import decode_raw, decode_words
from bot.mail.html import MAX_HTML
from bot.mail.lines import MAX_TEXT
from bot.mail.model import Attachment
from bot.mail.smime import ENCRYPTED, UNREADABLE, UnreadableContent, signed_content
from bot.mail.tnef import NOT_OPENED, is_tnef, unpack

MAX_RAW = 60_000_000
MAX_PARTS = 500
TOO_MANY_PARTS = sentence("reading.too_many_parts", most=MAX_PARTS)
_MAIL_TYPES = ("message/rfc822", "message/global")
_OUTLOOK_TYPES = ("application/vnd.ms-outlook", "application/x-msg", "application/msoutlook")
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_SIGNED_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_DEEPEST_SIGNED = 3
_MSG_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(slots=True)
class Parts:
    """What one message carries; `attached` are whole mails, as raw bytes, in `attachments` as well."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    attached: list[Attachment] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)
    is_report: bool = False

    def note(self, said: Sentence) -> None:
        if said not in self.notes:
            self.notes.append(said)


def parse_message(raw: bytes) -> tuple[Message, bool]:
    """The message, and whether its body could be read as well; what is nested too deep is read as a header alone."""
    try:
        return message_from_bytes(raw[:MAX_RAW]), len(raw) <= MAX_RAW
    except RecursionError:
        return BytesHeaderParser().parsebytes(raw[:MAX_RAW]), False


def read_parts(message: Message) -> Parts:
    """Takes a message apart. Never raises; what could not be read is in `notes`."""
    parts = Parts(is_report=message.get_content_type() == "multipart/report")
    if message.get_content_type() == "multipart/encrypted":
        parts.note(ENCRYPTED)
    _read_into(parts, message, 0)
    if not parts.htmls and any("-----BEGIN PGP MESSAGE-----" in text for text in parts.texts):
        parts.note(ENCRYPTED)
    return parts


def _read_into(parts: Parts, message: Message, depth: int) -> None:
    for part in _leaves(message, parts):
        kind = part.get_content_type().casefold()
        if kind in _MAIL_TYPES:
            _add_mail(parts, part, _inner_bytes(part))
            continue
        content, declared = _payload(part), part.get_content_charset()
        named = bool(_filename(part))
        shown = not named and part.get_content_disposition() != "attachment"
        if kind == "text/plain" and shown:
            text = decode(content[: 4 * MAX_TEXT], _charset(declared))
            if not text.sure:
                parts.note(sentence("reading.characters"))
            flowed = str(part.get_param("format") or "").casefold() == "flowed"
            delete = str(part.get_param("delsp") or "").casefold() == "yes"
            parts.texts.append(unflow(text.text, delete_space=delete) if flowed else text.text)
        elif kind == "text/html" and shown:
            parts.htmls.append(decode(content[: 4 * MAX_HTML], _charset(declared)).text)
        elif _is_mail_file(part, kind, content):
            _add_mail(parts, part, content)
        elif is_tnef(content) or kind in _TNEF_TYPES:
            if not _add_unpacked(parts, content):
                parts.note(NOT_OPENED)
                parts.attachments.append(_attachment(part, kind, content))
        elif kind in _SIGNED_TYPES or _filename(part).casefold().endswith(".p7m"):
            if not _add_signed(parts, content, depth):
                parts.attachments.append(_attachment(part, kind, content))
        elif content or named:
            parts.attachments.append(_attachment(part, kind, content))


def _add_signed(parts: Parts, content: bytes, depth: int) -> bool:
    """Reads what a whole signed mail holds; False where that cannot be read, which the notes then say."""
    try:
        inner, complete = parse_message(signed_content(content))
    except UnreadableContent as closed:
        parts.note(closed.message)
        return False
    if depth >= _DEEPEST_SIGNED or not complete:
        parts.note(UNREADABLE)
        return False
    _read_into(parts, inner, depth + 1)
    return True


def _add_unpacked(parts: Parts, content: bytes) -> bool:
    """Adds what winmail.dat holds; the text only where the mail has none beside it."""
    inside = unpack(content)
    if not (inside.text.strip() or inside.html.strip() or inside.files):
        return False
    if not any(text.strip() for text in (*parts.texts, *parts.htmls)):
        parts.texts += [inside.text] if inside.text.strip() else []
        parts.htmls += [inside.html] if inside.html.strip() else []
    for one in inside.files:
        name = one.name or "attachment.bin"
        content_id = one.content_id.strip("<>") or None
        file = Attachment(
            filename=name,
            content_type=one.content_type,
            size=len(one.content),
            content=one.content,
            content_id=content_id,
            inline=content_id is not None,
        )
        parts.attachments.append(file)
        if name.casefold().endswith(".eml") or (
            name.casefold().endswith(".msg") and one.content.startswith(_MSG_MAGIC)
        ):
            parts.attached.append(file)
    return True


def _leaves(message: Message, parts: Parts) -> Iterator[Message]:
    """All parts that are no containers, in order; attached mails are not opened. Those that are too many are said."""
    waiting, seen = [message], 0
    while waiting and seen < MAX_PARTS:
        part = waiting.pop()
        seen += 1
        payload = _content(part)
        if isinstance(payload, list) and part.get_content_type().casefold() not in _MAIL_TYPES:
            waiting.extend(one for one in reversed(payload) if isinstance(one, Message))
        else:
            yield part
    if waiting:
        parts.note(TOO_MANY_PARTS)


def _content(part: Message) -> object:
    """The parts of a part, or its text as it stands; some declared character sets make the standard library raise."""
    try:
        return part.get_payload()
    except (ValueError, LookupError):
        part.del_param("charset")
        return part.get_payload()


def _payload(part: Message) -> bytes:
    _content(part)  # also takes away a character set that nothing can be done with
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error):
        content = None
    if isinstance(content, bytes):
        return content
    text = _content(part)
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else b""


def _inner_bytes(part: Message) -> bytes:
    """The bytes of an attached mail; base64 and quoted-printable, which the standard forbids, are undone by hand."""
    payload = _content(part)
    inner = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(inner, Message):
        return _payload(part)
    body = _content(inner)
    if isinstance(body, str):  # as_bytes fails where the encoding hides the boundary
        head = "".join(f"{name}: {value}\n" for name, value in inner.raw_items())
        torn = any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in inner.defects)
        raw = f"{head}{'' if torn else chr(10)}{body}".encode("utf-8", "surrogateescape")
    else:
        try:
            raw = inner.as_bytes(unixfrom=False)
        except (UnicodeError, ValueError, LookupError, TypeError, RecursionError):
            return b""
    encoding = str(part.get("content-transfer-encoding") or "").strip().casefold()
    if encoding == "base64":
        try:
            return b64decode(b"".join(raw.split()) + b"==")
        except (binascii.Error, ValueError):
            return raw
    return quopri.decodestring(raw) if encoding == "quoted-printable" and b"=3D" in raw else raw


def _charset(declared: object) -> str | None:
    return declared if isinstance(declared, str) else None


def _filename(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        name = ""
    return decode_words(decode_raw(str(name), None)).replace("\n", "").replace("\r", "").strip()


def _is_mail_file(part: Message, kind: str, content: bytes) -> bool:
    name = _filename(part).casefold()
    return name.endswith(".eml") or (
        content.startswith(_MSG_MAGIC) and (name.endswith(".msg") or kind in _OUTLOOK_TYPES)
    )


def _add_mail(parts: Parts, part: Message, raw: bytes) -> None:
    name = _filename(part) or "mail.eml"
    one = Attachment(filename=name, content_type=part.get_content_type(), size=len(raw), content=raw)
    parts.attached.append(one)
    parts.attachments.append(one)


def _attachment(part: Message, kind: str, content: bytes) -> Attachment:
    content_id = str(part.get("content-id") or "").strip().strip("<>") or None
    inline = part.get_content_disposition() == "inline" or (content_id is not None and kind.startswith("image/"))
    return Attachment(
        filename=_filename(part) or f"attachment.{kind.rpartition('/')[2] or 'bin'}",
        content_type=kind,
        size=len(content),
        content=content,
        content_id=content_id,
        inline=inline,
    )
