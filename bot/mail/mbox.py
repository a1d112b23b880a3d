"""Several mails in one file (mbox): each begins with a line `From address Thu Apr  6 16:17:08 2023`."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_MAILS = 200
_BEGIN = re.compile(rb"^From \S+ +\w{3} \w{3} +\d{1,2} \d\d:\d\d[^\n]{0,20} \d{4}", re.MULTILINE)
_ESCAPED = re.compile(rb"^>(>{0,9}From )", re.MULTILINE)  # how the format keeps such lines inside a mail apart


def is_mbox(raw: bytes) -> bool:
    """Whether the bytes begin as an mbox does (RFC 4155); a single mail may, too."""
    return _BEGIN.match(raw) is not None


def messages(raw: bytes) -> Iterator[bytes]:
    """The mails in it, up to `MOST_MAILS`, as raw messages without the lines between them."""
    starts = [0]
    for found in _BEGIN.finditer(raw):
        above = raw[max(found.start() - 4, 0) : found.start()].replace(b"\r", b"")
        if found.start() and above.endswith(b"\n\n"):
            starts.append(found.start())
        if len(starts) > MOST_MAILS:
            break
    for begin, end in zip(starts[:MOST_MAILS], [*starts[1:], len(raw)], strict=False):
        yield _ESCAPED.sub(rb"\1", raw[begin:end].partition(b"\n")[2])
