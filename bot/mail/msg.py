"""Outlook's .msg files (MS-OXMSG), read with python-oxmsg."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime
from email.parser import HeaderParser
from io import BytesIO

from olefile import OleFileIO  # type: ignore[import-untyped] # has neither types nor stubs here
from oxmsg.domain import constants as pid
from oxmsg.domain.model import UnrecognizedCodePageError, UnsupportedEncodingError
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from bot.language import SpokenError, sentence
from bot.mail.bodies import shown_bodies
from bot.mail.charset import decode
from bot.mail.headers import Envelope, message_ids, read_envelope
from bot.mail.model import Attachment, Mail, Participant
from bot.mail.opening import Arrived
from bot.mail.participants import is_address
from bot.mail.rtf import rtf_text

_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_TOP_HEADER, _EMBEDDED_HEADER, _OTHER_HEADER = 32, 24, 8  # bytes before the properties (MS-OXMSG 2.4)
_EMBEDDED = "__substg1.0_3701000D"  # an attachment that is itself a message
_TO, _CC, _BCC = 1, 2, 3  # PidTagRecipientType
_RECIPIENT_TYPE = 0x0C15
_SENDER_SMTP, _REPRESENTING_SMTP = 0x5D01, 0x5D02
_REPRESENTING_NAME, _REPRESENTING_ADDRESS = 0x0042, 0x0065
_RTF = 0x1009  # PidTagRtfCompressed
_RTF_ONLY = sentence("reading.rtf_only")
_DEEPEST = 4
# What python-oxmsg and olefile raise on files that are damaged or made to deceive.
_DAMAGED = (
    *(OSError, KeyError, ValueError, IndexError, TypeError, AssertionError, RecursionError, AttributeError),
    *(OverflowError, struct.error, UnrecognizedCodePageError, UnsupportedEncodingError),
)


class UnreadableMail(SpokenError):  # noqa: N818 - the name says what happened
    """A file that holds no mail."""


def is_msg(raw: bytes) -> bool:
    """Whether the bytes begin as an OLE file does."""
    return raw.startswith(_MAGIC)


def arrived_msg(raw: bytes) -> Arrived:
    """The mail of a .msg file as it stands, nothing opened; raises `UnreadableMail`."""
    try:
        with OleFileIO(BytesIO(raw)) as ole:
            return _arrived(Storage.from_ole(ole), _TOP_HEADER, 0)
    except _DAMAGED as error:
        raise UnreadableMail(sentence("file.outlook_damaged")) from error


def _arrived(storage: Storage, header: int, depth: int) -> Arrived:
    props = Properties(storage, properties_header_offset=header)
    envelope = _envelope(storage, props)
    html = _html(props)
    attachments: list[Attachment] = []
    attached: list[Callable[[], Arrived | None]] = []
    for one in storage.iter_attachment_storages():
        inner = next((s for s in one.storages if s.name == _EMBEDDED), None)
        if inner is None:
            attachments.append(_attachment(Properties(one, properties_header_offset=_OTHER_HEADER)))
        elif depth < _DEEPEST:
            attached.append(_reader(inner, depth + 1))
    plain = props.str_prop_value(pid.PID_BODY) or ""
    rtf = b"" if plain.strip() or html else props.binary_prop_value(_RTF) or b""
    shown = shown_bodies(rtf_text(rtf) if rtf else plain, html)
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
        attachments=tuple(attachments),
        notes=((_RTF_ONLY,) if rtf and not shown.text.strip() else ()) + shown.notes,
    )
    return Arrived(mail, envelope, tuple(attached))


def _reader(storage: Storage, depth: int) -> Callable[[], Arrived | None]:
    def read() -> Arrived | None:
        try:
            return _arrived(storage, _EMBEDDED_HEADER, depth)
        except _DAMAGED:
            return None

    return read


def _envelope(storage: Storage, props: Properties) -> Envelope:
    """The header: from the properties, and what they leave out from the transport headers of received mails."""
    transport = read_envelope(HeaderParser().parsestr(props.str_prop_value(pid.PID_TRANSPORT_MESSAGE_HEADERS) or ""))
    people: dict[int, list[Participant]] = {_TO: [], _CC: [], _BCC: []}
    for one in storage.iter_recipient_storages():
        recipient = Properties(one, properties_header_offset=_OTHER_HEADER)
        kind = recipient.int_prop_value(_RECIPIENT_TYPE) or _TO
        people.get(kind & 0xF, people[_TO]).append(_recipient(recipient))
    return Envelope(
        sender=transport.sender or _sender(props),
        reply_to=transport.reply_to,
        to=tuple(people[_TO]) or transport.to,
        cc=tuple(people[_CC]) or transport.cc,
        bcc=tuple(people[_BCC]) or transport.bcc,
        subject=" ".join((props.str_prop_value(pid.PID_SUBJECT) or transport.subject).split()),
        date=_date(props, pid.PID_CLIENT_SUBMIT_TIME) or transport.date or _date(props, pid.PID_MESSAGE_DELIVERY_TIME),
        message_id=_first_id(props, pid.PID_INTERNET_MESSAGE_ID) or transport.message_id,
        forwarded_ids=transport.forwarded_ids,
        in_reply_to=message_ids(props.str_prop_value(pid.PID_IN_REPLY_TO_ID) or "") or transport.in_reply_to,
        references=message_ids(props.str_prop_value(pid.PID_INTERNET_REFERENCES) or "") or transport.references,
    )


def _first_id(props: Properties, tag: int) -> str | None:
    return next(iter(message_ids(props.str_prop_value(tag) or "")), None)


def _sender(props: Properties) -> Participant | None:
    """On behalf of whom it was sent, else who sent it; Exchange's own addresses ("/O=…") are none."""
    names = [props.str_prop_value(tag) for tag in (_REPRESENTING_NAME, pid.PID_SENDER_NAME)]
    tags = (_REPRESENTING_SMTP, _REPRESENTING_ADDRESS, _SENDER_SMTP, pid.PID_SENDER_EMAIL_ADDRESS)
    addresses = [props.str_prop_value(tag) or "" for tag in tags]
    name = next((one.strip() for one in names if one and one.strip()), None)
    address = next((one for one in addresses if is_address(one)), None)
    return Participant(name if name != address else None, address) if name or address else None


def _recipient(props: Properties) -> Participant:
    addresses = [props.str_prop_value(tag) or "" for tag in (pid.PID_SMTP_ADDRESS, pid.PID_EMAIL_ADDRESS)]
    address = next((one for one in addresses if is_address(one)), None)
    name = (props.str_prop_value(pid.PID_DISPLAY_NAME) or "").strip(" '") or None
    return Participant(name if name != address else None, address)


def _date(props: Properties, tag: int) -> datetime | None:
    date = props.date_prop_value(tag)
    return date if date and date.year > 1980 else None  # 1601 is how Outlook says "never"


def _html(props: Properties) -> str | None:
    raw = props.binary_prop_value(pid.PID_HTML)
    if raw:
        return decode(raw, props.body_encoding).text
    return props.str_prop_value(pid.PID_BODY_HTML)


def _attachment(props: Properties) -> Attachment:
    content = props.binary_prop_value(pid.PID_ATTACH_DATA_BINARY)
    content_id = props.str_prop_value(pid.PID_ATTACH_CONTENT_ID)
    name = props.str_prop_value(pid.PID_ATTACH_LONG_FILENAME) or props.str_prop_value(pid.PID_ATTACH_FILENAME)
    return Attachment(
        filename=name or "attachment.bin",
        content_type=props.str_prop_value(pid.PID_ATTACH_MIME_TAG) or "application/octet-stream",
        size=len(content or b""),
        content=content,
        content_id=content_id or None,
        inline=bool(content_id),
    )
