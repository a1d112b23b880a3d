"""What people taught by correcting: names of their own for records ("Meier Hof" for a farm), looked for in a mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log2
from typing import NamedTuple

from bot.matching.normal import words
from bot.matching.reading import Reading
from bot.records import RecordRef

_ONCE = 21.0  # bits for what one person has said once
_DOUBLED = 3.0  # and for every time that the number of times has doubled
_MOST_BITS = 33.0
_MOST_WORDS = 8
SURE_TIMES = 3  # times that people must have said so before it ticks; before that it suggests


def alias_key(text: str) -> str:
    """The normalised phrase under which an alias is kept: its folded words. "" if it has none. Idempotent."""
    return " ".join(words(text)[:_MOST_WORDS])


class Said(NamedTuple):
    """An alias that stands in a mail: which words (indices, inclusive), of which record, and the bits it is worth.
    `sure`: people have said so often enough for a tick."""

    first: int
    last: int
    phrase: str
    ref: RecordRef
    bits: float
    sure: bool


class Aliases:
    """Normalised phrase → record → how often people said so, ready to be looked for."""

    def __init__(self, taught: Mapping[str, Mapping[RecordRef, int]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, Mapping[RecordRef, int]]]] = {}
        for phrase, records in taught.items():
            parts = tuple(alias_key(phrase).split())
            counted = {ref: count for ref, count in records.items() if count > 0}
            if parts and counted:
                self._by_first.setdefault(parts[0], []).append((parts, phrase, counted))

    def said(self, reading: Reading) -> Iterator[Said]:
        """The aliases that a mail says, word for word; of what one place says, the longest only."""
        if not self._by_first:
            return
        i = 0
        while i < len(reading.words):
            here = [
                entry
                for entry in self._by_first.get(reading.words[i], ())
                if tuple(reading.words[i : i + len(entry[0])]) == entry[0]
                and reading.source[i] == reading.source[i + len(entry[0]) - 1]
            ]
            if not here:
                i += 1
                continue
            parts, phrase, records = max(here, key=lambda entry: len(entry[0]))
            for ref, count in records.items():
                bits = min(_MOST_BITS, _ONCE + _DOUBLED * log2(count))
                yield Said(i, i + len(parts) - 1, phrase, ref, bits, count >= SURE_TIMES)
            i += len(parts)
