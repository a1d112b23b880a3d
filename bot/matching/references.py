"""External numbers in a mail: runs of words that may be one, whatever divides their parts."""

from __future__ import annotations

from bot.matching.normal import reference_key
from bot.matching.reading import Reading, Sign
from bot.matching.tables import REFERENCE_CUES

_MOST_PARTS = 4
_LONGEST = 24
_DIVIDERS = " -/.–_"


def references(reading: Reading) -> list[tuple[str, Sign]]:
    """All runs of up to four words, divided by one character each, that hold a digit: (key, where).

    A few bare digits count only after a word such as "Objekt" or a "#"; parts of phone numbers and of longer numbers
    (2001-001-7) never do.
    """
    words = reading.words
    numeric = [i for i, word in enumerate(words) if not word.isalpha() and any(c.isdigit() for c in word)]
    starts = sorted({i for k in numeric for i in range(max(0, k - _MOST_PARTS + 1), k + 1)})
    phones = [(s.source, s.start, s.end) for s in reading.signs if s.keys[0][0] == "p" and _surely_phone(reading, s)]
    found: list[tuple[str, Sign]] = []
    for i in starts:
        if not words[i]:
            continue
        text = ""
        for j in range(i, min(i + _MOST_PARTS, len(words))):
            if j > i and reading.between(j - 1) not in _DIVIDERS:
                break
            text += reading.raw(j, j)
            key = reference_key(text)
            if not key or _continued(reading, i, j) or (key.isdigit() and len(key) < 5 and not _cued(reading, i)):
                continue
            if len(key) > _LONGEST:
                break
            source, start, end = reading.source[i], reading.starts[i], reading.ends[j]
            if not any(s == source and a < end and start < b for s, a, b in phones):
                found.append((f"r:{key}", Sign((f"r:{key}",), source, start, end, reading.zones[i])))
    return found


def _surely_phone(reading: Reading, sign: Sign) -> bool:
    raw = reading.sources[sign.source][sign.start : sign.end].lstrip(" (")
    return raw.startswith(("+", "00")) or (raw.startswith("0") and sum(map(str.isdigit, raw)) >= 9)


def _continued(reading: Reading, i: int, j: int) -> bool:
    """Whether the run is part of a longer number."""
    words = reading.words
    if reading.between(i - 1) in ("-", "/") and words[i - 1][-1:].isdigit() and words[i][0].isdigit():
        return True
    return reading.between(j) in ("-", "/") and words[j + 1][:1].isdigit() and words[j][-1:].isdigit()


def _cued(reading: Reading, i: int) -> bool:
    if not REFERENCE_CUES.isdisjoint(reading.words[max(0, i - 3) : i]):
        return True
    start = reading.starts[i]
    return "#" in reading.sources[reading.source[i]][max(0, start - 2) : start]
