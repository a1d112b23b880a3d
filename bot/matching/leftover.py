"""What a mail seems to name and nothing matched: words for a person to search with."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.matching.normal import words
from bot.matching.words import MailWords, Match

_NAME = r"[^\W\d_a-z][\w'’-]+"
_PERSON = re.compile(
    rf"\b(?:Herrn?|Frau|Familie|Mr\.?|Mrs\.?|Ms\.?)\s+((?:(?:Dr|Prof)\.\s+)*{_NAME}(?:\s+(?:von|van|de|der|zu)\b)*(?:\s+{_NAME})?)"
)
_STREET_WORD = r"(?:[sS]tr(?:aße|asse|\.)|[wW]eg|[pP]latz|[aA]llee|[gG]asse|[rR]ing|[uU]fer|[dD]amm)"
_STREET = re.compile(
    rf"\b((?:{_NAME}[ -])?[\w-]{{0,40}}{_STREET_WORD}\s+\d{{1,4}}\s?[a-z]?)\b"
    rf"|\b(\d{{1,5}}\s+{_NAME}(?:\s+{_NAME})?\s+(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Lane|Drive|Court|Square))"
)
_MOST = 8
_MOST_TEXT = 50_000
_LONGEST_LINE = 2000  # a paragraph; what is longer nobody wrote


def leftover(mail: MailWords, matches: Iterable[Match]) -> list[str]:
    """At most eight names and addresses, in the order of the mail, the sender first."""
    matched = {w for match in matches for evidence in match.evidence for w in words(evidence.mail)}
    found: dict[str, None] = {}
    sender = mail.sender_name.strip() or mail.sender_address
    names = [sender] if sender else []
    for line in (mail.subject, *mail.text[:_MOST_TEXT].splitlines()):
        if len(line) <= _LONGEST_LINE:
            names += [m.group(1) for m in _PERSON.finditer(line)]
            names += [m.group(1) or m.group(2) for m in _STREET.finditer(line)]
    for name in names:
        clean = " ".join(name.split())
        folded = words(clean)
        if folded and not matched.intersection(folded):
            found[clean] = None
    return list(found)[:_MOST]
