"""From a vocabulary word to all records that have it: what search narrows down."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

from bot.matching.keys import Ints
from bot.matching.vocabulary import Vocabulary

_MANY_LATER = 5000  # words that came later are looked through one by one
_LAST = "\U0010ffff"


class Postings:
    """Word number → rows, and the vocabulary in alphabetical order for beginnings of words."""

    def __init__(
        self, vocabulary: Vocabulary, rows: Ints, starts: npt.NDArray[np.int64], alphabetical: Ints | None = None
    ) -> None:
        self.bulk_rows, self.starts = rows, starts
        self._later: dict[int, list[int]] = {}
        self._vocabulary = vocabulary
        self._sort(alphabetical)

    def add(self, number: int, row: int) -> None:
        """One more record has a word."""
        self._later.setdefault(number, []).append(row)

    def rows(self, number: int) -> Ints:
        """The rows of the records that have a word; some may have been emptied since."""
        bulk = number + 1 < len(self.starts)
        found = self.bulk_rows[self.starts[number] : self.starts[number + 1]] if bulk else np.empty(0, np.int32)
        later = self._later.get(number)
        return np.concatenate([found, np.array(later, np.int32)]) if later else found

    def having(self, numbers: list[int], most: int) -> Ints:
        """Rows of the records that have one of these words, the rows of the first words first; at most so many."""
        found: list[Ints] = [np.empty(0, np.int32)]
        total = 0
        for number in numbers:
            rows = self.rows(number)
            if len(rows):
                found.append(rows[: most - total])
                total += len(found[-1])
                if total >= most:
                    break
        return np.concatenate(found)

    def beginning(self, start: str) -> list[int]:
        """The numbers of the vocabulary words that begin with `start`: alphabetically, then those that came later."""
        words, size = self._vocabulary.words, len(self._words)
        if len(words) > size + _MANY_LATER:
            self._sort()
            size = len(self._words)
        sorted_words = self._words
        first, last = bisect_left(sorted_words, start), bisect_left(sorted_words, start + _LAST)
        found: list[int] = self.alphabetical[first:last].tolist()
        return found + [n for n in range(size, len(words)) if words[n].startswith(start)]

    def _sort(self, alphabetical: Ints | None = None) -> None:
        words = self._vocabulary.words[:]
        if alphabetical is None:
            alphabetical = np.array(sorted(range(len(words)), key=words.__getitem__), np.int32)
        self._words = [words[number] for number in alphabetical.tolist()]
        self.alphabetical = alphabetical


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
