"""Whether two texts are those of one mail: once as a forward shows it, once as it lies in a mailbox."""

from __future__ import annotations

import re

from bot.mail.words import fold

# Lines are wrapped and marks lost on the way; what a forward adds or leaves out is the rest.
LEAST_SHARED = 0.6
# Numbers and addresses are what tells two enquiries of one portal apart.
LEAST_FIGURES = 0.9
FEWEST_WORDS = 5
_COMPARED = 300
_LONGEST = 20_000

_URL = re.compile(r"<?\bhttps?://\S+")
_WORD = re.compile(r"[^\s<>()\[\]\"'„“”‚‘’*_|]+")


def same_text(forwarded: str, found: str) -> bool:
    """Whether most of the forwarded text, and nearly all its numbers and addresses, stand in the text that was found.

    Only its beginning is compared. A text of a few words tells nothing, and counts as the same.
    """
    wanted, there = _words(forwarded)[:_COMPARED], set(_words(found))
    if len(wanted) < FEWEST_WORDS:
        return True
    figures = [word for word in wanted if "@" in word or any(c.isdigit() for c in word)]
    return _share(wanted, there) >= LEAST_SHARED and _share(figures, there) >= LEAST_FIGURES


def _words(text: str) -> list[str]:
    plain = _URL.sub(" ", fold(text[:_LONGEST]))
    return [word for match in _WORD.findall(plain) if (word := match.strip(".,;:!?-–—=#>"))]


def _share(wanted: list[str], there: set[str]) -> float:
    return sum(word in there for word in wanted) / len(wanted) if wanted else 1.0
