"""The index: from identifiers, rare words and pairs of words to the records that have them."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable
from math import log2

import numpy as np
import numpy.typing as npt

from bot.matching.columns import Columns, Fields
from bot.matching.described import forget_spellings, named, roles
from bot.matching.keys import Ints, Keys, text_keys
from bot.matching.meanings import Meanings
from bot.matching.postings import Postings, PostingsBuilder
from bot.matching.store import Packer, Store
from bot.matching.table import Table, TableBuilder
from bot.matching.tables import nicknames
from bot.matching.vocabulary import Vocabulary
from bot.records import Record, RecordRef

_BATCH = 20_000  # records
MOST_OF_PAIR = 200  # records that a pair of words leads to: of more, none is likely to be meant by these words alone
_CHANGES = 20_000


class Index:
    """All records with their keys. One thread at a time may change it, while any number read.

    `exact` leads from identifiers and names of records to rows, `pairs` from pairs of words and from single ones.
    """

    def __init__(
        self, region: str, vocabulary: Vocabulary, store: Store, exact: Table, pairs: Table, postings: Postings,
        lengths: npt.NDArray[np.uint8], reference_lengths: Iterable[int],
    ) -> None:  # fmt: skip
        self.region = region
        self.vocabulary = vocabulary
        self.store = store
        self.exact = exact
        self.pairs = pairs
        self.postings = postings
        self.bulk_lengths = self._lengths = lengths
        self.reference_lengths = set(reference_lengths)  # of external numbers, without punctuation
        self.meanings = Meanings(vocabulary)
        self._built = len(store)

    @classmethod
    def build(cls, records: Iterable[Record], region: str) -> Index:
        """An index of records, read once, in batches. Where a directory has a record twice, the later one counts."""
        index = cls._build(records, region)
        forget_spellings()
        give_back()
        return index

    @classmethod
    def _build(cls, records: Iterable[Record], region: str) -> Index:
        vocabulary, packer = Vocabulary(), Packer()
        exact, pairs, postings = TableBuilder(), TableBuilder(np.uint16), PostingsBuilder()
        lengths, names, reference_lengths = [np.empty(0, np.uint8)], [np.empty(0, np.uint64)], set[int]()
        fields, row = Fields(vocabulary), 0
        columns = Columns(fields, region)

        def flush() -> None:
            for table, (rows, keys) in ((exact, columns.exact()), (pairs, columns.pairs())):
                table.add(keys, rows + np.int32(row))
            rows, numbers = columns.searchable()
            postings.add(numbers, rows + np.int32(row))
            for role, found, having in columns.counted():
                vocabulary.count_all(role, found, having)
            lengths.append(columns.lengths())
            names.append(columns.names())
            reference_lengths.update(columns.reference_lengths)

        for record in records:
            columns.add(record)
            packer.add(record)
            if len(columns) == _BATCH:
                flush()
                row += _BATCH
                fields.tidy()
                columns = Columns(fields, region)
        if len(columns):
            flush()
        for name in nicknames():  # known words, so that a misspelt nickname is understood
            vocabulary.add(name)
        vocabulary.freeze()
        store = packer.store()
        index = cls(
            region, vocabulary, store, exact.build(), pairs.build(MOST_OF_PAIR), postings.build(vocabulary),
            np.concatenate(lengths), reference_lengths,
        )  # fmt: skip
        index._forget_earlier(np.concatenate(names))
        return index

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
        for _, row in sorted(self.exact.get(text_keys([named(ref)])), reverse=True):
            record = self.store.record(row)
            if record is not None and record.ref == ref:
                return row
        return None

    def get(self, ref: RecordRef) -> Record | None:
        """The record with this name."""
        row = self.row(ref)
        return None if row is None else self.store.record(row)

    def put(self, record: Record) -> None:
        """Add a record, or replace the one of the same name."""
        old = self.row(record.ref)
        if old is not None and self.store.record(old) == record:
            return
        columns, row = Columns(Fields(self.vocabulary), self.region), len(self.store)
        columns.add(record)
        if row >= len(self._lengths):  # a longer copy: readers go on with the old one
            self._lengths = np.concatenate([self._lengths, np.zeros(row + 1000, np.uint8)])
        self._lengths[row] = columns.lengths()[0]
        self.reference_lengths |= columns.reference_lengths
        for table, (_, keys) in ((self.exact, columns.exact()), (self.pairs, columns.pairs())):
            for key in set(keys.tolist()):
                table.add(key, row)
        for number in set(columns.searchable()[1].tolist()):
            self.postings.add(number, row)
        self._count(self.store.add(record), 1)  # from here on readers see it
        if old is not None:
            self._forget(old)

    def drop(self, ref: RecordRef) -> None:
        """Forget a record; unknown ones are ignored."""
        row = self.row(ref)
        if row is not None:
            self._forget(row)

    def _forget(self, row: int) -> None:
        self._count(row, -1)
        self.store.empty(row)

    def _count(self, row: int, by: int) -> None:
        found = self.store.get(row)
        if found is not None:
            for role, words in roles(found[1]):
                self.vocabulary.count(role, words, by)

    def _forget_earlier(self, names: Keys) -> None:
        order = names.argsort(kind="stable")
        (same,) = (names[order][1:] == names[order][:-1]).nonzero()
        for row in order[same].tolist():
            self._forget(row)


def give_back() -> None:
    """Return to the system what building took. The C library keeps it otherwise; other libraries have no such call."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
