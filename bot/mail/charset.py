"""Bytes to text. Senders declare wrong and invented character sets; this never raises."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_ALIASES = {
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-roman": "mac-roman",
    "windows-874": "cp874",
    "utf-8mb4": "utf-8",
    "utf8mb4": "utf-8",
    "cp-850": "cp850",
    "gb2312": "gb18030",  # senders that say GB 2312 use its supersets
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-1": "cp1252",  # as every browser does: the difference is control characters that nobody sends
    "latin-1": "cp1252",
    "us-ascii": "",  # says nothing about bytes beyond ASCII
    "ascii": "",
}
_FALLBACKS = ("utf-8", "cp1252")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text; `sure` is False where characters may be wrong."""

    text: str
    sure: bool


def decode(raw: bytes, declared: str | None = None) -> Decoded:
    """Text of `raw`: by the declared character set, else UTF-8, else Windows-1252; what fits none is replaced."""
    name = _codec(declared)
    for encoding in (name, *_FALLBACKS) if name else _FALLBACKS:
        try:
            return Decoded(raw.decode(encoding), sure=True)
        except (UnicodeError, ValueError):  # ValueError: a codec that refuses, such as "idna"
            continue
    return Decoded(raw.decode("cp1252", "replace"), sure=False)


def _codec(declared: str | None) -> str | None:
    """The declared character set, if Python has it as a text encoding."""
    wanted = (declared or "").strip(" \t\r\n'\";").casefold()
    wanted = _ALIASES.get(wanted, wanted)
    if not wanted or "\0" in wanted or not wanted.isascii():
        return None
    try:
        info = codecs.lookup(wanted)
    except LookupError:
        return None
    return info.name if getattr(info, "_is_text_encoding", True) else None


def unflow(text: str, *, delete_space: bool) -> str:
    """The paragraphs of format=flowed text (RFC 3676): lines that end in a blank go on in the next one."""
    rows: list[str] = []
    open_depth: int | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        shown = content[:-1] if flows and delete_space else content
        if open_depth == depth and content != "-- ":
            rows.append(shown)
        else:
            rows.append(("\n" if rows else "") + ("> " * depth) + shown)
        open_depth = depth if flows else None
    return "".join(rows)
