"""A hash table from 64-bit keys to many small integers, in a few numpy arrays, with a dict on top for what came later.

Looking up thousands of keys is a handful of array operations whose cost does not depend on how much is stored.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int32]

_NOTHING = np.empty(0, np.int32)


def mixed(keys: Keys) -> Keys:
    """Spread keys evenly over 64 bits (the finaliser of splitmix64)."""
    x = keys.astype(np.uint64, copy=True)
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


class Table:
    """Key → values. Bulk contents are fixed at construction; `add` is for what changes afterwards.

    Reading is safe while another thread adds. Two keys are told apart by 32 + log2(size) bits: a rare false hit is
    possible, and is harmless because every candidate is weighed again.
    """

    def __init__(self, keys: Keys, values: Ints) -> None:
        hashes = mixed(keys)
        order = np.argsort(hashes, kind="stable")
        hashes = hashes[order]
        self._values = values[order].astype(np.int32, copy=False)
        self._marks = hashes.astype(np.uint32)  # the low half tells keys of one bucket apart
        bits = max(4, int(max(1, len(hashes))).bit_length())
        self._shift = np.uint64(64 - bits)
        counts = np.bincount((hashes >> self._shift).astype(np.int64), minlength=1 << bits)
        self._starts = np.zeros((1 << bits) + 1, np.int32)
        np.cumsum(counts, out=self._starts[1:])
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
        (full,) = counts.nonzero()
        which, values = _NOTHING, _NOTHING
        if len(full):
            counts, starts = counts[full], starts[full]
            asked = np.repeat(full, counts)
            ends = np.cumsum(counts)
            places = np.arange(ends[-1]) + np.repeat(starts - (ends - counts), counts)
            same = self._marks[places] == hashes[asked].astype(np.uint32)
            which = asked[same].astype(np.int32)
            values = self._values[places[same]]
        if self._later:
            later = self._later
            extra = [(i, value) for i, key in enumerate(keys.tolist()) if key in later for value in tuple(later[key])]
            if extra:
                more = np.array(extra, np.int32)
                which = np.concatenate([which, more[:, 0]])
                values = np.concatenate([values, more[:, 1]])
        return which, values

    def get(self, keys: Sequence[int]) -> list[tuple[int, int]]:
        """`find` for a few keys given as Python integers."""
        if not keys:
            return []
        which, values = self.find(np.array(keys, np.uint64))
        return list(zip(which.tolist(), values.tolist(), strict=True))
