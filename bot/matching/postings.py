"""From a vocabulary word to all records that have it: what search narrows down."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from bot.matching.table import Ints
from bot.matching.vocabulary import Vocabulary


class Postings:
    """Word number → rows, and the vocabulary in alphabetical order for beginnings of words."""

    def __init__(self, vocabulary: Vocabulary, numbers: Ints, rows: Ints) -> None:
        order = np.argsort(numbers, kind="stable")
        self._rows = rows[order]
        counts = np.bincount(numbers, minlength=len(vocabulary))
        self._starts = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=self._starts[1:])
        self._later: dict[int, list[int]] = {}
        self._vocabulary = vocabulary
        self._sorted: list[str] = []
        self._sorted_size = -1

    def add(self, number: int, row: int) -> None:
        """One more record has a word."""
        self._later.setdefault(number, []).append(row)

    def rows(self, word: str) -> Ints:
        """The rows of the records that have a word; some may have been emptied since."""
        number = self._vocabulary.ids.get(word)
        if number is None:
            return np.empty(0, np.int32)
        found = (
            self._rows[self._starts[number] : self._starts[number + 1]]
            if number + 1 < len(self._starts)
            else np.empty(0, np.int32)
        )
        later = self._later.get(number)
        return np.concatenate([found, np.array(later, np.int32)]) if later else found

    def beginning(self, start: str, limit: int) -> list[str]:
        """Vocabulary words that begin with `start`, alphabetically, at most `limit`."""
        size = len(self._vocabulary)
        if self._sorted_size != size:
            self._sorted = sorted(self._vocabulary.words[:size])
            self._sorted_size = size
        words = self._sorted
        i = bisect_left(words, start)
        found: list[str] = []
        while i < len(words) and len(found) < limit and words[i].startswith(start):
            found.append(words[i])
            i += 1
        return found
