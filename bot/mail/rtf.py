"""The text of Outlook mails that hold nothing but compressed RTF (MS-OXRTFCP)."""

from __future__ import annotations

import re
import struct
from itertools import islice

from striprtf.striprtf import font_table_group, rtf_to_text

_FONT = re.compile(r"\\f(\d{1,5})[^;{}]{0,200}?\\fcharset(\d{1,3})(?!\d)")
_MOST_FONTS = 300
MAX_RTF = 300_000  # characters of which text is made; pictures that lie beyond do not matter
_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)  # what every compressed text may refer back to (MS-OXRTFCP 2.1.2.1)
_WINDOW = 4096
_HEADER = struct.Struct("<II4sI")
# What striprtf raises on RTF that is damaged.
_DAMAGED = (ValueError, IndexError, OverflowError, LookupError, TypeError)


def rtf_text(raw: bytes) -> str:
    """The text of a compressed RTF body; "" where it cannot be read."""
    rtf = decompress(raw).decode("latin-1")
    if not rtf.startswith("{\\rtf"):
        return ""
    try:
        text: str = rtf_to_text(_harmless(rtf), errors="replace")  # type: ignore[no-untyped-call] # has no annotations
    except _DAMAGED:
        return ""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # RTF writes emoji as two halves


def _harmless(rtf: str) -> str:
    """The same with a plain table of fonts and without links: the library looks for both in more than linear time."""
    table: str = font_table_group(rtf)  # type: ignore[no-untyped-call] # has no annotations
    fonts = (f"{{\\f{font[1]}\\fcharset{font[2]} x;}}" for font in islice(_FONT.finditer(table), _MOST_FONTS))
    if table:
        rtf = rtf.replace(table, f"{{\\fonttbl{''.join(fonts)}}}", 1)
    return rtf.replace("\\field{", "\\field {")


def decompress(raw: bytes) -> bytes:
    """The RTF itself, at most `MAX_RTF` bytes of it; b"" for what is no compressed RTF."""
    if len(raw) < _HEADER.size:
        return b""
    _, _, kind, _ = _HEADER.unpack_from(raw)
    content = raw[_HEADER.size :]
    if kind == b"MELA":
        return content[:MAX_RTF]
    if kind != b"LZFu":
        return b""
    window = bytearray(_BEGINNING.ljust(_WINDOW))
    place = len(_BEGINNING)
    found = bytearray()
    position = 0
    while position < len(content) and len(found) < MAX_RTF:
        control, position = content[position], position + 1
        for bit in range(8):
            if not control >> bit & 1:
                piece = content[position : position + 1]
                position += 1
            else:
                token = int.from_bytes(content[position : position + 2], "big")
                position += 2
                start, length = token >> 4, (token & 0xF) + 2
                if start == place % _WINDOW or position > len(content):
                    return bytes(found)
                # bytes that the piece itself writes may be read again: one by one
                piece = b""
                for step in range(length):
                    byte = window[(start + step) % _WINDOW]
                    window[(place + step) % _WINDOW] = byte
                    piece += bytes((byte,))
            for byte in piece:
                window[place % _WINDOW] = byte
                place += 1
            found += piece
    return bytes(found)
