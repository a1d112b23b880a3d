"""Where a signature begins and ends in what somebody wrote: below the closing words, from the line with their name, or
where lines with numbers and addresses begin. Pure functions of text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.mail.person_names import is_company, split_name
from bot.mail.words import fold, words

_MOST_LINES = 400
_SIGNATURE_LINES = 18
# A name stands above the first number or address by so many lines at most.
_ABOVE = 5
_SHORT = 50
_QUOTED = re.compile(
    r"^\s*(?:>|-{3,}\s*(?:original|urspr|forward|weiter)|_{10,}|(?:am|on|le)\s.{4,120}(?:schrieb|wrote|a écrit)\b"
    r"|(?:von|from|gesendet|sent):\s)",
    re.IGNORECASE,
)
# Closing words as people put them together: "Danke und schöne Grüße", "With best wishes", "All the best". What stands
# behind them in the line is a name, a place, or nothing.
_CLOSING = re.compile(
    r"^(?:[\w.]+[\s,]+){0,4}?(?:gr(?:ü|ue|u)(?:ß|ss)(?:e|en)?|regards|wishes|sincerely|faithfully|truly|cheers|the best"
    r"|freundlichst|herzlichst|hochachtungsvoll|lg|vg|bg|mfg|kr|br)\b[\s,!.*-]*(?P<rest>.{0,40})$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"@|\b\d{4,5}\s+[^\W\d_]{3}|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b"
    r"|\b(?:tel|telefon|fon|phone|mobil|mobile|handy|cell|fax)\b.{0,6}[+(\d]|[📞☎📱🏠📍]|(?:\+|\b0)[\d ()/.\-]{7,}\d",
    re.IGNORECASE,
)


def signature_lines(text: str, names: Sequence[str]) -> list[str]:
    """The lines of the last signature of what somebody wrote themselves, whoever is quoted below, the name that stands
    beside the closing words included. `names` are those of who wrote, as far as they are known."""
    own = own_lines(text)
    closing = next((i for i in range(len(own) - 1, -1, -1) if behind_closing(own[i]) is not None), None)
    named = next((i for i in range(len(own) - 1, -1, -1) if _is_name_line(own[i], names)), None)
    if closing is None:
        start = named if named is not None else _first_of_contact(own)
        return own[start : start + _SIGNATURE_LINES] if start is not None else []
    start, beside = closing + 1, behind_closing(own[closing])
    if own[closing].strip() == "--" and named is not None and named < closing and closing - named < 4:
        start = named
    return [*([beside] if beside else []), *own[start : start + _SIGNATURE_LINES]]


def own_lines(text: str) -> list[str]:
    """The lines of what somebody wrote themselves, above what is quoted."""
    own: list[str] = []
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        if _QUOTED.match(line) and own:
            break
        own.append(line.strip(" \t\r*_"))
    return own


def behind_closing(line: str) -> str | None:
    """What stands behind the closing words of a line, "" for nothing; None where the line does not close a mail."""
    if len(line) > 2 * _SHORT:
        return None
    row = fold(line).strip(" ,.!*")
    if line.strip() in ("--", "—"):
        return ""
    if found := _CLOSING.match(line.strip()):
        rest = found["rest"].strip(" ,.!")
        if not rest or rest.casefold().startswith(("aus ", "from ", "ihr", "an ", "von ")):
            return ""
        parts = split_name(rest)
        if parts.given and parts.family and rest == rest.strip("?:") and rest[0].isupper():
            return rest
    known = next((one for one in words().closings if row == one or row.startswith(one)), None)
    return "" if known is not None and len(row) <= len(known) + 40 else None


def _is_name_line(line: str, names: Sequence[str]) -> bool:
    if not names or not line or len(line.split()) > 8 or "@" in line or "www." in line or is_company(line):
        return False
    row = f" {fold(line)} ".replace(",", " ")
    return all(f" {fold(name)} " in row for name in names if name)


def _first_of_contact(own: Sequence[str]) -> int | None:
    """The line of the name above the first of at least two lines with numbers or addresses that stand together at the
    end; None where there are none."""
    marked = [i for i, line in enumerate(own) if len(line) <= 2 * _SHORT and _CONTACT.search(line)]
    first = next((i for k, i in enumerate(marked[:-1]) if marked[k + 1] - i <= 3 and len(own) - i <= 14), None)
    if first is None:
        return None
    start = first
    while start > max(first - _ABOVE, 0):
        line = own[start - 1]
        if len(line) > _SHORT or line.endswith((".", "?", "!", ",", ":")):
            break
        start -= 1
    while not own[start]:
        start += 1
    return start
