"""A hash table from 64-bit keys to many small integers, in three numpy arrays, with a dict on top for what came later.

Looking up thousands of keys is a handful of array operations whose cost does not depend on how much is stored. The
arrays may lie in memory or be mapped from a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.matching.keys import Ints, Keys, mixed

_NOTHING = np.empty(0, np.int32)
_PARTS = 16  # a table is sorted in so many parts, one after the other, which takes less memory
_PART_BITS = np.uint64(64 - 4)
_PER_BUCKET = 4

Arrays = Mapping[str, npt.NDArray[Any]]


class Table:
    """Key → values. `arrays` hold the bulk and never change; `add` is for what changes afterwards.

    Reading is safe while another thread adds. Two keys are told apart by as many bits as the marks have and those of
    the bucket: a rare false hit is possible, and is harmless where every candidate is weighed again.
    """

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self._marks, self._values, self._starts = arrays["marks"], arrays["values"], arrays["starts"]
        self._kind = self._marks.dtype
        self._shift = np.uint64(64 - (len(self._starts) - 1).bit_length() + 1)
        self._later: dict[int, list[int]] = {}

    def add(self, key: int, value: int) -> None:
        """Store one more value under `key`."""
        self._later.setdefault(key, []).append(value)

    def find(self, keys: Keys) -> tuple[Ints, Ints]:
        """All values of all keys: (index into `keys`, value), in no promised order."""
        hashes = mixed(keys)
        buckets = (hashes >> self._shift).astype(np.int64)
        starts = self._starts[buckets]
        counts = self._starts[buckets + 1] - starts
        before = counts.cumsum() - counts
        places = (starts - before).repeat(counts)
        places += np.arange(len(places))
        (same,) = (self._marks[places] == hashes.astype(self._kind).repeat(counts)).nonzero()
        which = np.arange(len(keys)).repeat(counts)[same]
        values = self._values[places[same]]
        if self._later:
            later = self._later
            extra = [(i, value) for i, key in enumerate(keys.tolist()) if key in later for value in tuple(later[key])]
            if extra:
                more = np.array(extra, np.int32)
                which = np.concatenate([which, more[:, 0]])
                values = np.concatenate([values, more[:, 1]])
        return which, values

    def get(self, keys: Keys | Sequence[int]) -> Iterator[tuple[int, int]]:
        """`find` for a few keys."""
        which, values = self.find(np.asarray(keys, np.uint64)) if len(keys) else (_NOTHING, _NOTHING)
        return zip(which.tolist(), values.tolist(), strict=True)


class TableBuilder:
    """Takes keys and values in batches and makes a table of them.

    `marks` is the type of the marks: `np.uint16` saves memory where a false hit does no harm.
    """

    def __init__(self, marks: type[np.unsignedinteger] = np.uint32) -> None:
        self._kind = marks
        self._batches: list[tuple[Keys, Ints]] = []
        self._cuts: list[npt.NDArray[np.int64]] = []

    def add(self, keys: Keys, values: Ints) -> None:
        """One more batch. The values of one key stay in the order in which they came."""
        hashes = mixed(keys)
        order = hashes.argsort(kind="stable")
        hashes = hashes[order]
        self._batches.append((hashes, values[order].astype(np.int32, copy=False)))
        edges = np.arange(_PARTS + 1, dtype=np.uint64)[:-1] << _PART_BITS
        self._cuts.append(np.append(np.searchsorted(hashes, edges), len(hashes)))

    def build(self, most: int = 0) -> Table:
        """The table. Of a key with more values than `most` (0: no limit) only the first so many are kept."""
        size = sum(len(hashes) for hashes, _ in self._batches)
        shift = np.uint64(64 - max(4, (size // _PER_BUCKET).bit_length()))
        marks, values = np.empty(size, self._kind), np.empty(size, np.int32)
        counts = np.zeros(1 << int(np.uint64(64) - shift), np.int32)
        filled = 0
        for part in range(_PARTS):
            cuts = [slice(cut[part], cut[part + 1]) for cut in self._cuts]
            batches = list(zip(self._batches, cuts, strict=True))
            hashes = np.concatenate([batch[0][cut] for batch, cut in batches] or [np.empty(0, np.uint64)])
            found = np.concatenate([batch[1][cut] for batch, cut in batches] or [_NOTHING])
            order = hashes.argsort(kind="stable")
            hashes = hashes[order]
            if most:
                kept = np.arange(len(hashes)) - np.searchsorted(hashes, hashes) < most
                hashes, order = hashes[kept], order[kept]
            end = filled + len(hashes)
            marks[filled:end], values[filled:end] = hashes.astype(self._kind), found[order]
            filled = end
            first = part * len(counts) // _PARTS  # at least as many buckets as parts
            filling = np.bincount((hashes >> shift).astype(np.int64) - first)
            counts[first : first + len(filling)] = filling
        self._batches, self._cuts = [], []
        starts = np.zeros(len(counts) + 1, np.int32)
        np.cumsum(counts, out=starts[1:])
        return Table({"marks": marks[:filled].copy(), "values": values[:filled].copy(), "starts": starts})
