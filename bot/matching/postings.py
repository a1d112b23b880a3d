"""From a vocabulary word to all records that have it: what search narrows down."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

from bot.matching.keys import Ints
from bot.matching.vocabulary import Vocabulary


class Postings:
    """Word number → rows, and the vocabulary in alphabetical order for beginnings of words."""

    def __init__(self, vocabulary: Vocabulary, rows: Ints, starts: npt.NDArray[np.int64]) -> None:
        self.bulk_rows, self.starts = rows, starts
        self._later: dict[int, list[int]] = {}
        self._vocabulary = vocabulary
        self._sorted: list[str] = sorted(vocabulary.words)
        self._sorted_size = len(vocabulary)

    def add(self, number: int, row: int) -> None:
        """One more record has a word."""
        self._later.setdefault(number, []).append(row)

    def rows(self, word: str) -> Ints:
        """The rows of the records that have a word; some may have been emptied since."""
        number = self._vocabulary.ids.get(word)
        if number is None:
            return np.empty(0, np.int32)
        found = (
            self.bulk_rows[self.starts[number] : self.starts[number + 1]]
            if number + 1 < len(self.starts)
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


class PostingsBuilder:
    """Takes words and rows in batches and makes postings of them."""

    def __init__(self) -> None:
        self._numbers: list[Ints] = [np.empty(0, np.int32)]
        self._rows: list[Ints] = [np.empty(0, np.int32)]

    def add(self, numbers: Ints, rows: Ints) -> None:
        """One more batch; rows come in ascending order."""
        order = np.argsort(numbers, kind="stable")
        self._numbers.append(numbers[order])
        self._rows.append(rows[order])

    def build(self, vocabulary: Vocabulary) -> Postings:
        """The postings of all batches."""
        numbers = np.concatenate(self._numbers)
        self._numbers = []
        rows = np.concatenate(self._rows)[np.argsort(numbers, kind="stable")]
        starts = np.zeros(len(vocabulary) + 1, np.int64)
        np.cumsum(np.bincount(numbers, minlength=len(vocabulary)), out=starts[1:])
        return Postings(vocabulary, rows, starts)
