"""External numbers in a mail: runs of words that may be one, whatever divides their parts."""

from __future__ import annotations

from collections.abc import Collection

from bot.matching.normal import reference_key
from bot.matching.reading import Reading, Sign
from bot.matching.tables import REFERENCE_CUES

_MOST_PARTS = 4
_MOST_NUMBERS = 2000  # of a mail are looked at
_DIVIDERS = " -/.–_"


def references(reading: Reading, lengths: Collection[int]) -> list[tuple[str, Sign]]:
    """All runs of up to four words, divided by one character each, that may be an external number: (key, where).

    `lengths` are those that external numbers of the directory have. A few bare digits count only after a word such as
    "Objekt" or a "#"; parts of phone numbers and of longer numbers (2001-001-7) never do.
    """
    words, starts, ends, source = reading.words, reading.starts, reading.ends, reading.source
    numeric = [i for i, word in enumerate(words) if not word.isalpha() and word][:_MOST_NUMBERS]
    if not numeric or not lengths:
        return []
    longest = max(lengths)
    phones = [(s.source, s.start, s.end) for s in reading.signs if s.keys[0][0] == "p" and _surely_phone(reading, s)]
    found: list[tuple[str, Sign]] = []
    numbers = set(numeric)
    begin = 0
    for k in numeric:
        for i in range(max(begin, k - _MOST_PARTS + 1), k + 1):
            length, text, number = 0, reading.sources[source[i]], False
            for j in range(i, min(i + _MOST_PARTS, len(words))):
                if j > i and (
                    starts[j] - ends[j - 1] != 1 or source[i] != source[j] or text[ends[j - 1]] not in _DIVIDERS
                ):
                    break
                length += ends[j] - starts[j]
                if length > longest:
                    break
                number = number or j in numbers
                if not number or length not in lengths:
                    continue
                key = reference_key(text[starts[i] : ends[j]])
                if not key or _continued(reading, i, j) or (key.isdigit() and len(key) < 5 and not _cued(reading, i)):
                    continue
                if not any(s == source[i] and a < ends[j] and starts[i] < b for s, a, b in phones):
                    sign = Sign((f"r:{key}",), source[i], starts[i], ends[j], reading.zones[i])
                    found.append((f"r:{key}", sign))
        begin = k + 1
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
