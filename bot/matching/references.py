"""External numbers in a mail: runs of words that may be one, whatever divides their parts."""

from __future__ import annotations

from collections.abc import Collection

from bot.matching.normal import reference_key
from bot.matching.reading import Reading, Sign
from bot.matching.tables import REFERENCE_CUES

_MOST_PARTS = 4
_MOST_NUMBERS = 2000  # of a mail are looked at
_DIVIDERS = frozenset(" -/.–_")

Run = tuple[str, int, int]  # the key of an external number, and the first and last word (indices) that it may be


def references(reading: Reading, lengths: Collection[int]) -> list[Run]:
    """All runs of up to four words, divided by one character each, that have a digit and as many characters as some
    external number of the directory (`lengths`). Nearly all are none: see `reference` for those that are known."""
    words, starts, ends, gaps = reading.words, reading.starts, reading.ends, reading.gaps
    numeric = [i for i, word in enumerate(words) if not word.isalpha() and word][:_MOST_NUMBERS]
    if not numeric or not lengths:
        return []
    longest = max(lengths)
    found: list[Run] = []
    begin = 0
    for k in numeric:
        before = [ends[k] - starts[k]]  # sizes of the runs that end with this word, the shortest first
        i = k
        while i > begin and len(before) < _MOST_PARTS and before[-1] <= longest and gaps[i] in _DIVIDERS:
            i -= 1
            before.append(before[-1] + ends[i] - starts[i])
        after = [0]  # and by how much they are longer that go on behind it
        j = k + 1
        while j < len(words) and len(after) < _MOST_PARTS and after[-1] <= longest and gaps[j] in _DIVIDERS:
            after.append(after[-1] + ends[j] - starts[j])
            j += 1
        for back in range(len(before) - 1, -1, -1):
            for on in range(min(len(after), _MOST_PARTS - back)):
                if before[back] + after[on] in lengths and (key := reference_key(reading.raw(k - back, k + on))):
                    found.append((f"r:{key}", k - back, k + on))
        begin = k + 1
    return found


def reference(reading: Reading, run: Run) -> Sign | None:
    """A run that is an external number of the directory, as a sign, unless it is none here.

    A few bare digits count only after a word such as "Objekt" or a "#"; parts of phone numbers and of longer numbers
    (2001-001-7) never do.
    """
    key, i, j = run
    digits = key[2:]
    if _continued(reading, i, j) or (digits.isdigit() and len(digits) < 5 and not _cued(reading, i)):
        return None
    sign = Sign((key,), reading.source[i], reading.starts[i], reading.ends[j], reading.zones[i])
    return None if any(_within(sign, other) and _surely_phone(reading, other) for other in reading.signs) else sign


def _within(sign: Sign, other: Sign) -> bool:
    return other.keys[0][0] == "p" and other.source == sign.source and other.start < sign.end and sign.start < other.end


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
