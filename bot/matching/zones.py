"""Where in a mail's text each part begins: what was written now, signatures, quoted history, legal notices."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter

from bot.matching.signs import Zone

_QUOTE_BEGINS = re.compile(
    r"^(?:-{3,}\s*(?:Original|Ursprüngliche|Weitergeleitete|Forwarded)|_{20,}"
    r"|(?:Am|On|Le)\b.{6,120}(?:schrieb|wrote|a écrit).{0,60}:\s*$)",
    re.IGNORECASE,
)

_DISCLAIMER = re.compile(
    r"(?:Diese (?:E-?Mail|Nachricht)\b.{0,80}(?:vertraulich|rechtlich gesch)|(?:Wichtiger )?Hinweis:.{0,80}vertraulich"
    r"|Der Inhalt dieser (?:E-?Mail|Nachricht)|Sollten Sie (?:diese E-?Mail|nicht der)|Disclaimer\b"
    r"|Bitte (?:denken|prüfen) Sie.{0,60}druck|The information (?:contained )?in this (?:e-?mail|message)"
    r"|This (?:e-?mail|message|communication)\b.{0,80}(?:confidential|intended)|(?:Important|Confidentiality) notice)",
    re.IGNORECASE,
)
_DISCLAIMER_INITIALS = frozenset("DdWwHhSsBbTtIiCc")
_SHORTEST_DISCLAIMER = 25
_QUOTE_INITIALS = frozenset("-_AaOoLl")


def zones_of(lines: Iterable[str]) -> list[tuple[int, Zone]]:
    """Where in a mail's text each part begins: what was written now, signatures, quoted history."""
    zones: list[tuple[int, Zone]] = []
    quoted_from_here = signature = disclaimer = False
    offset = 0
    for line in lines:
        first = line.lstrip()[:1]
        if first:
            if first in _DISCLAIMER_INITIALS and len(line) > _SHORTEST_DISCLAIMER and _DISCLAIMER.match(line.strip()):
                disclaimer = True
            if first in _QUOTE_INITIALS and _QUOTE_BEGINS.match(line.strip()):
                quoted_from_here, signature, disclaimer = True, False, False
            if first in ">-":
                bare = line.strip().lstrip("> ")
                if line.rstrip("\r\n") == "-- " or bare == "--":
                    signature = True
                elif not bare:
                    signature = disclaimer = False
            quoted = quoted_from_here or first == ">"
            zone = Zone.QUOTED if quoted else Zone.TEXT
            zone = Zone.DISCLAIMER if disclaimer else Zone.SIGNATURE if signature else zone
            if not zones or zones[-1][1] is not zone:
                zones.append((offset, zone))
        offset += len(line)
    return zones or [(0, Zone.TEXT)]


def begins_quote(line: str) -> bool:
    """Whether a line stands above a quoted mail: "Am 7. Mai schrieb Max Muster:"."""
    return line[:1] in _QUOTE_INITIALS and bool(_QUOTE_BEGINS.match(line.strip()))


def zone_at(zones: list[tuple[int, Zone]], place: int) -> Zone:
    """The part of the mail that a place is in."""
    return zones[max(0, bisect_right(zones, place, key=itemgetter(0)) - 1)][1]
