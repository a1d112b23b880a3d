"""The index: from identifiers, rare words and pairs of words to the records that have them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from math import log2
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.matching.described import Described, describe, identifiers, leading_words, pairs, roles
from bot.matching.meanings import Meanings
from bot.matching.table import Keys, Table
from bot.matching.tables import nicknames
from bot.matching.vocabulary import Vocabulary
from bot.records import Record, RecordRef

_MASK = 0xFFFFFFFFFFFFFFFF
WORD_KEYS = 0xFFFFFFFF << 32  # keys of single words have these bits; no pair of words has them
RARE = 200  # a word that more records have leads, on its own, only to the first few of them
_FEW = 8


def word_key(number: int) -> int:
    """The key of one vocabulary word."""
    return WORD_KEYS | number


def pair_key(one: int, other: int) -> int:
    """The key of two vocabulary words in either order."""
    return one << 32 | other if one < other else other << 32 | one


def text_key(text: str) -> int:
    """The key of an identifier; valid within this process only."""
    return hash(text) & _MASK


class Index:
    """All records with their keys. One thread at a time may change it, while any number read."""

    def __init__(self, records: Iterable[Record], region: str) -> None:
        self.region = region
        self.vocabulary = Vocabulary()
        self.reference_lengths: set[int] = set()  # of external numbers, without punctuation
        self._rows: list[Record | None] = []
        self._row_of: dict[RecordRef, int] = {}
        keys, rows = array("Q"), array("i")
        words, word_rows = array("Q"), array("i")
        for record in records:
            row = self._append(record)
            described = describe(record)
            self._count(described, 1)
            for key in self._exact_keys(record, described):
                keys.append(key)
                rows.append(row)
            for number in self._leading(described):
                words.append(number)
                word_rows.append(row)
        numbers, owners = _array(words, np.uint64), _array(word_rows, np.int32)
        kept = _leading_entries(numbers)
        self.table = Table(
            np.concatenate([_array(keys, np.uint64), numbers[kept] | np.uint64(WORD_KEYS)]),
            np.concatenate([_array(rows, np.int32), owners[kept]]),
        )
        for name in nicknames():  # known words, so that a misspelt nickname is understood
            self.vocabulary.add(name)
        self.vocabulary.freeze()
        self.meanings = Meanings(self.vocabulary)

    def __len__(self) -> int:
        return len(self._row_of)

    @property
    def population(self) -> float:
        """How many bits it takes to pick one record."""
        return log2(len(self._row_of) + 2)

    def record(self, row: int) -> Record | None:
        """The record in a row; None if it has vanished or was replaced."""
        return self._rows[row]

    def get(self, ref: RecordRef) -> Record | None:
        """The record with this name."""
        row = self._row_of.get(ref)
        return None if row is None else self._rows[row]

    def row(self, ref: RecordRef) -> int | None:
        """The row of a record."""
        return self._row_of.get(ref)

    def __iter__(self) -> Iterator[Record]:
        return (record for record in list(self._rows) if record is not None)

    def put(self, record: Record) -> None:
        """Add a record, or replace the one of the same name."""
        old = self.get(record.ref)
        if old == record:
            return
        described = describe(record)
        for role, word in roles(described):
            del role
            self.vocabulary.add(word)
        row = len(self._rows)
        for key in self._exact_keys(record, described):
            self.table.add(key, row)
        for number in self._leading(described):
            self.table.add(word_key(number), row)
        if old is not None:
            self.drop(record.ref)
        self._append(record)  # last: from here on readers see it
        self._count(described, 1)

    def drop(self, ref: RecordRef) -> None:
        """Forget a record; unknown ones are ignored."""
        row = self._row_of.pop(ref, None)
        if row is None:
            return
        record, self._rows[row] = self._rows[row], None
        if record is not None:
            self._count(describe(record), -1)

    def _append(self, record: Record) -> int:
        known = self._row_of.get(record.ref)
        if known is not None:  # the same record twice in one directory: the later one counts
            self._rows[known] = None
        self._rows.append(record)
        self._row_of[record.ref] = len(self._rows) - 1
        return len(self._rows) - 1

    def _count(self, described: Described, by: int) -> None:
        vocabulary = self.vocabulary
        seen = set()
        for role, word in roles(described):
            number = vocabulary.add(word)
            vocabulary.counts[role][number] += by
            vocabulary.frequency[number] += by
            if role not in seen:
                seen.add(role)
                vocabulary.totals[role] += by

    def _exact_keys(self, record: Record, described: Described) -> Iterator[int]:
        for text in identifiers(record, self.region):
            if text[0] == "r":
                self.reference_lengths.add(len(text) - 2)
            yield text_key(text)
        add = self.vocabulary.add
        for one, other in set(pairs(described)):
            yield pair_key(add(one), add(other))

    def _leading(self, described: Described) -> Iterator[int]:
        add = self.vocabulary.add
        return (add(word) for word in set(leading_words(described)))


def _array(values: array[int], kind: type[np.generic]) -> npt.NDArray[Any]:
    return np.frombuffer(values, kind) if values else np.empty(0, kind)


def _leading_entries(numbers: Keys) -> npt.NDArray[np.bool_]:
    """Which entries of single words to keep: all of rare words, the first few of others."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    first = np.searchsorted(ordered, ordered)
    count = np.searchsorted(ordered, ordered, side="right") - first
    kept = np.empty(len(numbers), np.bool_)
    kept[order] = (count <= RARE) | (np.arange(len(numbers)) - first < _FEW)
    return kept
