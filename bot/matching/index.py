"""The index: from identifiers, rare words and pairs of words to the records that have them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from math import log2
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.matching.described import (
    Described,
    describe,
    identifiers,
    leading,
    pair_keys,
    roles,
    searchable,
    street_alone,
)
from bot.matching.meanings import Meanings
from bot.matching.postings import Postings
from bot.matching.store import Store
from bot.matching.table import Ints, Keys, Table
from bot.matching.tables import nicknames
from bot.matching.vocabulary import Role, Vocabulary
from bot.records import Record, RecordRef

_MASK = 0xFFFFFFFFFFFFFFFF
WORD_KEYS = 0xFFFFFFFF << 32  # keys of single words have these bits; no pair of words has them
STREET_KEYS = 0xFFFFFFFE << 32  # and those of streets without a number these
RARE = 200  # a word that more records have leads, on its own, only to the first few of them
_FEW = 8
_CHANGES = 20_000


def text_key(text: str) -> int:
    """The key of an identifier; valid within this process only."""
    return hash(text) & _MASK


class Index:
    """All records with their keys. One thread at a time may change it, while any number read."""

    def __init__(self, records: Iterable[Record], region: str) -> None:
        self.region = region
        self.vocabulary = Vocabulary()
        self.store = Store()
        self._lengths = np.zeros(0, np.uint8)  # by row: how many words the name of a company or deal has, 0 for others
        self.reference_lengths: set[int] = set()  # of external numbers, without punctuation
        self._refs, self.table, self.postings = self._build(records)
        for name in nicknames():  # known words, so that a misspelt nickname is understood
            self.vocabulary.add(name)
        self.vocabulary.freeze()
        self.meanings = Meanings(self.vocabulary)
        self._built = len(self.store)

    def __len__(self) -> int:
        return self.store.count

    @property
    def population(self) -> float:
        """How many bits it takes to pick one record."""
        return log2(self.store.count + 2)

    def lengths(self, rows: Ints) -> npt.NDArray[np.uint8]:
        """How many words the names of companies and deals have, by row; 0 for persons and properties."""
        return self._lengths[rows]

    @property
    def outgrown(self) -> bool:
        """Whether so much was changed since it was built that building it anew saves memory and time."""
        return len(self.store) > 2 * self._built + _CHANGES

    def row(self, ref: RecordRef) -> int | None:
        """The row of the record with this name."""
        for _, row in sorted(self._refs.get([text_key(str(ref))]), reverse=True):
            found = self.store.get(row)
            if found is not None and found[0].ref == ref:
                return row
        return None

    def get(self, ref: RecordRef) -> Record | None:
        """The record with this name."""
        row = self.row(ref)
        found = None if row is None else self.store.get(row)
        return None if found is None else found[0]

    def put(self, record: Record) -> None:
        """Add a record, or replace the one of the same name."""
        old = self.row(record.ref)
        found = None if old is None else self.store.get(old)
        if found is not None and found[0] == record:
            return
        described, row, ids = describe(record), len(self.store), self.vocabulary.ids_of
        if row >= len(self._lengths):  # a longer copy: readers go on with the old one
            self._lengths = np.concatenate([self._lengths, np.zeros(row + 1000, np.uint8)])
        self._lengths[row] = _length(described)
        for key in {*self._exact_keys(record), *pair_keys(described, ids), *self._street_keys(record, described)}:
            self.table.add(key, row)
        for number in {number for words in leading(described) for number in ids(words)}:
            self.table.add(WORD_KEYS | number, row)
        for number in set(ids(searchable(described))):
            self.postings.add(number, row)
        self._refs.add(text_key(str(record.ref)), row)
        self._count(described, 1)
        self.store.add(record)  # from here on readers see it
        if old is not None:
            self._forget(old)

    def drop(self, ref: RecordRef) -> None:
        """Forget a record; unknown ones are ignored."""
        row = self.row(ref)
        if row is not None:
            self._forget(row)

    def _forget(self, row: int) -> None:
        found = self.store.get(row)
        if found is not None:
            self.store.empty(row)
            self._count(found[1], -1)

    def _count(self, described: Described, by: int) -> None:
        for role, words in roles(described):
            self.vocabulary.count(role, words, by)

    def _exact_keys(self, record: Record) -> Iterator[int]:
        for text in identifiers(record, self.region):
            if text[0] == "r":
                self.reference_lengths.add(len(text) - 2)
            yield text_key(text)

    def _street_keys(self, record: Record, described: Described) -> Iterator[int]:
        if word := street_alone(record, described):
            yield STREET_KEYS | self.vocabulary.ids_of((word,))[0]

    def _build(self, records: Iterable[Record]) -> tuple[Table, Table, Postings]:
        """Read all records once into flat arrays: the tables of names and of all keys, and the postings for search."""
        refs, keys, rows, leaders, leader_rows = array("Q"), array("Q"), array("i"), array("Q"), array("i")
        counted: dict[Role, array[int]] = {role: array("i") for role in Role}
        having, having_rows, lengths = array("i"), array("i"), array("B")
        ids, totals, add = self.vocabulary.ids_of, self.vocabulary.totals, self.store.add
        for record in records:
            described, row = describe(record), add(record)
            lengths.append(_length(described))
            refs.append(text_key(str(record.ref)))
            before = len(keys)
            keys.extend(self._exact_keys(record))
            keys.extend(pair_keys(described, ids))
            keys.extend(self._street_keys(record, described))
            rows.extend([row] * (len(keys) - before))
            for words in leading(described):
                numbers = ids(words)
                leaders.extend(numbers)
                leader_rows.extend([row] * len(numbers))
            for role, words in roles(described):
                counted[role].extend(ids(words))
                totals[role] += 1
            posted = ids(searchable(described))
            having.extend(posted)
            having_rows.extend([row] * len(posted))
        self.vocabulary.count_all({role: _array(numbers, np.int32) for role, numbers in counted.items()})
        names = Table(_array(refs, np.uint64), np.arange(len(refs), dtype=np.int32))
        self._lengths = np.frombuffer(lengths, np.uint8).copy()
        single = _array(leaders, np.uint64)
        kept = _kept(single)
        table = Table(
            np.concatenate([_array(keys, np.uint64), single[kept] | np.uint64(WORD_KEYS)]),
            np.concatenate([_array(rows, np.int32), _array(leader_rows, np.int32)[kept]]),
        )
        self._forget_earlier(_array(refs, np.uint64))
        return names, table, Postings(self.vocabulary, _array(having, np.int32), _array(having_rows, np.int32))

    def _forget_earlier(self, refs: Keys) -> None:
        """Where a directory has a record twice, the later one counts."""
        order = np.argsort(refs, kind="stable")
        (same,) = np.nonzero(refs[order][1:] == refs[order][:-1])
        for row in order[same].tolist():
            self._forget(row)


def _length(described: Described) -> int:
    return min(255, len(described.phrase)) if described.role is not Role.TITLE else 0


def _array(values: array[int], kind: type[np.generic]) -> npt.NDArray[Any]:
    return np.frombuffer(values, kind) if values else np.empty(0, kind)


def _kept(numbers: Keys) -> npt.NDArray[np.bool_]:
    """Which entries of single words to keep: all of rare words, the first few of others."""
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    first = np.searchsorted(ordered, ordered)
    count = np.searchsorted(ordered, ordered, side="right") - first
    kept = np.empty(len(numbers), np.bool_)
    kept[order] = (count <= RARE) | (np.arange(len(numbers)) - first < _FEW)
    return kept
