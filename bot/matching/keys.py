"""Keys of 64 bits for texts, the same in every process and on every machine: an index outlives the process."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int32]

_WIDTH = 8  # bytes of one piece
_LONGEST = 8 * _WIDTH
_SALTS: Keys = np.array([(0x9E3779B97F4A7C15 * (i + 1)) & (2**64 - 1) for i in range(_LONGEST // _WIDTH)], np.uint64)


def mixed(keys: Keys) -> Keys:
    """Spread keys evenly over 64 bits (the finaliser of splitmix64)."""
    x = keys.astype(np.uint64, copy=True)
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


_NOUGHTS = mixed(_SALTS)  # what padding would add: a text has the same key beside longer and shorter ones


def text_keys(texts: Sequence[str]) -> Keys:
    """One key a text: its pieces of eight bytes, each mixed with its place, summed. Long texts are digested first."""
    if not texts:
        return np.empty(0, np.uint64)
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    lengths = np.fromiter(map(len, encoded), np.uint64, len(encoded))
    longest = int(lengths.max())
    if longest > _LONGEST:
        encoded = [blake2b(raw, digest_size=32).digest() if len(raw) > _LONGEST else raw for raw in encoded]
        longest = _LONGEST
    pieces = max(1, -(-longest // _WIDTH))
    packed = np.array(encoded, f"S{pieces * _WIDTH}").view("<u8").reshape(len(encoded), pieces)
    keys: Keys = (mixed(packed + _SALTS[:pieces]) - _NOUGHTS[:pieces]).sum(axis=1, dtype=np.uint64) + lengths
    return keys
