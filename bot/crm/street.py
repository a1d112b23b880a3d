"""Street and house number, where a CRM keeps both in one field."""

from __future__ import annotations

import re

_NUMBER = r"\d{1,5}(?:\s?[a-zA-Z](?![a-zA-Z]))?(?:\s?[-–/+]\s?\d{1,5}(?:\s?[a-zA-Z](?![a-zA-Z]))?)?"
_TRAILING = re.compile(rf"(?P<street>.*?[^\W\d].*?)(?:[\s,]+N[ro]\.?)?[\s,]+(?P<number>{_NUMBER})", re.IGNORECASE)
_LEADING = re.compile(rf"(?P<number>{_NUMBER})[\s,]+(?P<street>[^\W\d].*)")


def split_street(line: str) -> tuple[str, str]:
    """`("Lindenstraße", "12 a")` of "Lindenstraße 12 a", `("High Street", "7")` of "7 High Street"; a line without a
    recognisable number is all street."""
    line = " ".join(line.split())
    found = _TRAILING.fullmatch(line) or _LEADING.fullmatch(line)
    if found is None:
        return line, ""
    return found["street"].strip(" ,"), found["number"]
