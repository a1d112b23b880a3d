"""What Outlook packs into winmail.dat: the text of a mail and its attachments (MS-OXTNEF)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.language import sentence
from bot.mail.charset import decode
from bot.mail.rtf import rtf_text

MAGIC = struct.pack("<I", 0x223E9F78)
NOT_OPENED = sentence("reading.in_winmail")
_BODY, _PROPS, _CODEPAGE = 0x800C, 0x9003, 0x9007
_NEW_ATTACHMENT, _TITLE, _DATA, _ATTACHMENT_PROPS = 0x9002, 0x8010, 0x800F, 0x9005
_P_BODY, _P_RTF, _P_HTML = 0x1000, 0x1009, 0x1013  # MS-OXPROPS
_P_DATA, _P_LONG_NAME, _P_TYPE, _P_CONTENT_ID = 0x3701, 0x3707, 0x370E, 0x3712
_STRING, _UNICODE, _OBJECT, _BINARY, _MANY = 0x1E, 0x1F, 0x0D, 0x102, 0x1000
_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_NAMED = 0x8000
_MOST_ENTRIES = 20_000
_MOST_FILES = 500


@dataclass(slots=True)
class Packed:
    """A file that was attached."""

    name: str = ""
    content: bytes = b""
    content_type: str = "application/octet-stream"
    content_id: str = ""


@dataclass(slots=True)
class Unpacked:
    """What winmail.dat holds."""

    text: str = ""
    html: str = ""
    files: list[Packed] = field(default_factory=list)


def is_tnef(raw: bytes) -> bool:
    """Whether the bytes begin as winmail.dat does."""
    return raw.startswith(MAGIC)


def unpack(raw: bytes) -> Unpacked:
    """Text and files; what is damaged or unknown is left out. Never raises."""
    found, charset = Unpacked(), "cp1252"
    rtf = b""
    for kind, data in _attributes(raw):
        if kind == _CODEPAGE and len(data) >= 4:
            charset = _charset(struct.unpack_from("<I", data)[0]) or charset
        elif kind == _BODY:
            found.text = found.text or decode(data, charset).text.rstrip("\0")
        elif kind == _PROPS:
            props = dict(_properties(data, charset))
            found.text = _text(props.get(_P_BODY), charset) or found.text
            found.html = _text(props.get(_P_HTML), charset)
            value = props.get(_P_RTF)
            rtf = value if isinstance(value, bytes) else b""
        elif kind == _NEW_ATTACHMENT and len(found.files) < _MOST_FILES:
            found.files.append(Packed())
        elif found.files:
            _fill(found.files[-1], kind, data, charset)
    if not found.text.strip() and not found.html.strip() and rtf:
        found.text = rtf_text(rtf)
    found.files = [one for one in found.files if one.content]
    return found


def _fill(one: Packed, kind: int, data: bytes, charset: str) -> None:
    if kind == _TITLE:
        one.name = one.name or decode(data, charset).text.strip("\0 ")
    elif kind == _DATA:
        one.content = data
    elif kind == _ATTACHMENT_PROPS:
        props = dict(_properties(data, charset))
        one.name = _text(props.get(_P_LONG_NAME), charset) or one.name
        one.content_type = _text(props.get(_P_TYPE), charset) or one.content_type
        one.content_id = _text(props.get(_P_CONTENT_ID), charset)
        inner = props.get(_P_DATA)
        if isinstance(inner, bytes) and not one.content:
            one.content = inner


def _attributes(raw: bytes) -> Iterator[tuple[int, bytes]]:
    at = len(MAGIC) + 2
    for _ in range(_MOST_ENTRIES):
        if at + 9 > len(raw):
            return
        kind, size = struct.unpack_from("<HxxI", raw, at + 1)
        data = raw[at + 9 : at + 9 + size]
        if len(data) < size:
            return
        yield kind, data
        at += 9 + size + 2  # behind it stands a checksum


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:
    """The properties that are text or bytes, by their number."""
    try:
        at = 4
        for _ in range(min(struct.unpack_from("<I", data)[0], _MOST_ENTRIES)):
            form, number = struct.unpack_from("<HH", data, at)
            at += 4
            if number >= _NAMED:
                at = _behind_name(data, at)
            kind = form & ~_MANY
            many = 1
            if form & _MANY or kind not in _SIZES:
                many = struct.unpack_from("<I", data, at)[0]
                at += 4
            for _ in range(min(many, _MOST_ENTRIES)):
                if kind in _SIZES:
                    at += _SIZES[kind]
                elif kind in (_STRING, _UNICODE, _OBJECT, _BINARY):
                    size = struct.unpack_from("<I", data, at)[0]
                    value = data[at + 4 : at + 4 + size]
                    at += 4 + size + (-size % 4)
                    yield number, _value(kind, value, charset)
                else:
                    return
    except struct.error:
        return


def _behind_name(data: bytes, at: int) -> int:
    at += 16
    if struct.unpack_from("<I", data, at)[0] == 0:
        return at + 8
    size = int(struct.unpack_from("<I", data, at + 4)[0])
    return at + 8 + size + (-size % 4)


def _value(kind: int, value: bytes, charset: str) -> str | bytes:
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    if kind == _STRING:
        return decode(value, charset).text.rstrip("\0")
    return value[16:] if kind == _OBJECT else value  # an object begins with what it is of


def _text(value: str | bytes | None, charset: str) -> str:
    return decode(value, charset).text.rstrip("\0") if isinstance(value, bytes) else value or ""


def _charset(codepage: int) -> str:
    return "utf-8" if codepage == 65001 else f"cp{codepage}" if codepage < 65_000 else ""
