"""The header lines of a mail: decoded, and the Message-IDs they name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from bot.language import Sentence
from bot.mail.charset import decode
from bot.mail.dates import parse_date
from bot.mail.marks import marks
from bot.mail.model import IdSource, Mark, MessageId, Participant
from bot.mail.participants import MANY_SENDERS, are_several, parse_header

_LONGEST = 100_000
_MOST_IDS = 200
_LONGEST_ID = 998
_MOST_PARTS = 50
_SEVEN_BIT = ("iso-2022", "hz")  # character sets of bytes that look like ASCII
# What groups and mailing lists write who wrote a mail in, where they put their own address into From.
_WRITERS = ("x-original-from", "x-google-original-from", "x-original-sender")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the header of one mail says."""

    sender: Participant | None
    reply_to: tuple[Participant, ...]
    to: tuple[Participant, ...]
    cc: tuple[Participant, ...]
    bcc: tuple[Participant, ...]
    subject: str
    date: datetime | None
    message_id: str | None
    forwarded_ids: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    notes: tuple[Sentence, ...] = ()
    marks: tuple[Mark, ...] = ()
    written_by: Participant | None = None


def read_envelope(message: Message) -> Envelope:
    """Reads the header; what is missing or cannot be read is empty."""
    raw = raw_headers(message)
    senders = people(raw.get("from", ""), sender=True) or people(raw.get("sender", ""), sender=True)
    return Envelope(
        sender=senders[0] if senders else None,
        reply_to=people(raw.get("reply-to", "")),
        to=people(raw.get("to", "")),
        cc=people(raw.get("cc", "")),
        bcc=people(raw.get("bcc", "")),
        subject=" ".join(decode_words(raw.get("subject", "")).replace("\0", " ").split()),
        date=parse_date(raw.get("date", ""), "en"),
        message_id=next(iter(message_ids(raw.get("message-id", ""))), None),
        forwarded_ids=message_ids(raw.get("x-forwarded-message-id", "")),
        in_reply_to=message_ids(raw.get("in-reply-to", "")),
        references=message_ids(raw.get("references", "")),
        notes=(MANY_SENDERS,) if are_several(raw.get("from", "")) else (),
        marks=marks(raw),
        written_by=next((one for name in _WRITERS for one in people(raw.get(name, ""))), None),
    )


def raw_headers(message: Message) -> dict[str, str]:
    """The first header of each name, lower case; unfolded, bytes beyond ASCII decoded, RFC 2047 words as they are."""
    found: dict[str, str] = {}
    charset = _body_charset(message)
    for name, value in message.raw_items():
        if name.casefold() not in found:
            text = str(value)[:_LONGEST].replace("\r", "").replace("\n", "")
            found[name.casefold()] = decode_raw(text, charset).strip()
    return found


def _body_charset(message: Message) -> str | None:
    """The character set of the first text in a mail: a header that is raw is written in it as well."""
    for number, part in enumerate(message.walk()):
        if part.get_content_maintype() == "text":
            declared = part.get_content_charset()
            return declared if isinstance(declared, str) else None
        if number >= _MOST_PARTS:
            break
    return None


def decode_raw(text: str, charset: str | None) -> str:
    """A header's text from what the standard library gives, bytes beyond ASCII as surrogates: UTF-8, else `charset`."""
    raw = text.encode("utf-8", "surrogateescape")
    if raw.isascii() and not (charset or "").casefold().startswith(_SEVEN_BIT):
        return text
    try:
        return decode(raw, charset).text if b"\x1b" in raw else raw.decode("utf-8")
    except UnicodeError:
        return decode(raw, charset).text


def decode_words(text: str) -> str:
    """A header value with its RFC 2047 words decoded."""
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):  # base64 that is none
        return text
    # decode_header gives bytes as soon as there is an encoded word; those without a charset are raw-unicode-escape
    shown = [
        piece if isinstance(piece, str) else decode(piece, charset).text if charset else _plain(piece)
        for piece, charset in pieces
    ]
    return "".join(shown)


def _plain(piece: bytes) -> str:
    try:
        return piece.decode("raw-unicode-escape")
    except UnicodeError:
        return decode(piece).text


def people(value: str, *, sender: bool = False) -> tuple[Participant, ...]:
    """The participants of an address header. Names are decoded after the list is taken apart, as RFC 2047 demands."""
    listed = parse_header(value, sender=sender)
    return tuple(replace(one, name=decode_words(one.name).strip() or None) if one.name else one for one in listed)


def message_ids(value: str) -> tuple[str, ...]:
    """All ids in a header value, with angle brackets; blanks that folding put inside are removed."""
    found: list[str] = []
    position = 0
    while len(found) < _MOST_IDS:
        begin = value.find("<", position)
        end = value.find(">", begin + 1)
        if begin < 0 or end < 0:
            break
        inside = "".join(value[begin + 1 : end].rpartition("<")[2].split())
        if 0 < len(inside) <= _LONGEST_ID and inside.isprintable():
            found.append(f"<{inside}>")
        position = end + 1
    if not found:  # some programs leave the brackets out
        found = [
            f"<{word}>" for word in value.split()[:_MOST_IDS] if "@" in word.strip("<>") and len(word) < _LONGEST_ID
        ]
    return tuple(found)


def candidates(envelope: Envelope, *, attached: str | None = None, quoted: str | None = None) -> tuple[MessageId, ...]:
    """The ids that a forward gives for its original, best first; see `IdSource`.

    `attached` is the id of an attached mail, `quoted` one that the forwarded header block itself shows.
    """
    hints: list[tuple[str | None, IdSource]] = [(attached, IdSource.ATTACHED), (quoted, IdSource.FORWARDED)]
    hints += [(one, IdSource.FORWARDED) for one in envelope.forwarded_ids]
    hints += [(one, IdSource.IN_REPLY_TO) for one in envelope.in_reply_to]
    hints += [(one, IdSource.REFERENCES) for one in envelope.references[-1:]]
    return distinct(MessageId(value, source) for value, source in hints if value and value != envelope.message_id)


def distinct(ids: Iterable[MessageId]) -> tuple[MessageId, ...]:
    """Each id once, with its best source."""
    found: dict[str, MessageId] = {}
    for one in ids:
        found.setdefault(one.value, one)
    return tuple(found.values())
