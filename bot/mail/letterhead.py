"""Where a text gives its writer's own postal address: in the signature, or in the letterhead above the salutation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.mail.leads.shape import Person
from bot.mail.words import fold, words

_MOST_LINES = 400
_BLOCK_LINES = 15
_LAST_BLOCKS = 3
_LEAST = 4  # letters of a name's word that count
_LONGEST_NAME_LINE = 8  # words
_LONGEST_LINE = 160
_POSTCODE = re.compile(
    r"(?:^|[\s,|·•-])(?:[A-Z]{1,2}-)?(?:\d{5}|\d{4}(?:\s?[A-Z]{2})?|\d{2}-\d{3}|\d{3}\s\d{2})\s+[^\W\d_]{2}"
    r"|[A-Z]{2}\s\d{5}(?:-\d{4})?\b|\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b"
)
_BARS = re.compile(r"\s[|·•]\s")
_NUMBERED = re.compile(
    r"^[^\d,;:]{3,50}\s\d{1,4}\s?[a-zA-Z]?(?:\s?[-/]\s?\d{1,4}\s?[a-zA-Z]?)?$|^\d{1,5}[a-z]?,?\s[^\d]{3,50}$"
)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int


def own_addresses(text: str, writer: Person | None) -> list[tuple[int, int]]:
    """The places (start, end) of lines with the writer's postal address; quoted history is not looked at.

    Such a line stands below the closing words, or in one of the last blocks or the first one, under or beside a short
    line with the writer's name or company.
    """
    names = _words_of(writer)
    blocks = _blocks(text)
    if not names or not blocks:
        return []
    found: list[tuple[int, int]] = []
    closed = False
    for number, block in enumerate(blocks):
        closes = next((i for i, line in enumerate(block) if _closes(line.text)), None)
        closed = closed or closes is not None
        edge = closed or number >= len(blocks) - _LAST_BLOCKS or number == 0
        begin = next((i for i, line in enumerate(block) if _names(line.text, names)), None)
        if not edge or begin is None or (not closed and len(blocks) == 1):
            continue
        for i in range(begin, min(len(block), begin + _BLOCK_LINES)):
            line = block[i].text
            town_below = i + 1 < len(block) and _POSTCODE.search(block[i + 1].text)
            below_name = closed and i > begin and _NUMBERED.match(line) and not town_below
            if not (_POSTCODE.search(line) or below_name) or len(line) > _LONGEST_LINE or _is_sentence(line):
                continue
            first = i - 1 if i > begin and _NUMBERED.match(block[i - 1].text) else i
            found.append((block[first].start, block[i].start + len(block[i].text)))
    return found


def _blocks(text: str) -> list[list[_Line]]:
    blocks: list[list[_Line]] = [[]]
    offset = 0
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        bare = line.strip()
        if bare.startswith(">"):
            break
        if bare:
            blocks[-1].append(_Line(bare, offset + line.find(bare)))
        elif blocks[-1]:
            blocks.append([])
        offset += len(line) + 1
    return [block for block in blocks if block]


def _words_of(writer: Person | None) -> frozenset[str]:
    said = f"{writer.name} {writer.company}" if writer else ""
    parts = "".join(c if c.isalnum() else " " for c in fold(said)).split()
    return frozenset(part for part in parts if len(part) >= _LEAST)


def _names(line: str, names: frozenset[str]) -> bool:
    beginning = _BARS.split(line)[0]  # Kunigunde Zwirn | Gartenweg 3, 12345 Berlin | Tel. …
    parts = "".join(c if c.isalnum() else " " for c in fold(beginning)).split()
    short = len(parts) <= _LONGEST_NAME_LINE * 2 and len(beginning.split()) <= _LONGEST_NAME_LINE
    return short and not names.isdisjoint(parts)


def _closes(line: str) -> bool:
    row = fold(line).strip(" ,.!*")
    return line.strip() == "--" or any(row.startswith(one) and len(row) <= len(one) + 40 for one in words().closings)


def _is_sentence(line: str) -> bool:
    """Whether a line is prose: it ends so, or goes on in small letters."""
    small = sum(part[0].islower() and part.isalpha() and len(part) > 2 for part in line.split())
    return line.rstrip().endswith(("?", "!")) or small > 3
