"""The words that the directory is made of: how rare each is, and which of them a mistyped word may have meant.

Typos are looked for in the vocabulary, never in the records: a directory of a million records has some ten thousand
words. The method is a deletion neighbourhood (Mor & Fraenkel; SymSpell): two words one edit apart share a string
that comes from deleting at most one letter of each.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import combinations
from math import log2

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from bot.matching.keys import Ints, Keys
from bot.matching.normal import sound
from bot.matching.table import Table, TableBuilder

EDIT_BITS = 4.0  # what one mistyped letter takes from the evidence: log2 of the ways to mistype a name
SOUND_BITS = 2.0  # what another spelling of the same sound takes
_PREFIX = 7
_CHUNK = 10_000
NEVER = 99.0
_Bytes = npt.NDArray[np.uint8]
BACKGROUND = (
    1000  # people and places outside the directory: what is unique in a small directory is not unique in the world
)


class Role(IntEnum):
    """What a word is in a record; a word's rarity depends on it (`Berlin` as a city, as a surname)."""

    GIVEN = 0
    FAMILY = 1
    EMPLOYER = 2
    STREET = 3
    CITY = 4
    COMPANY = 5
    TITLE = 6
    DEAL = 7


def _kept_letters(deletions: int) -> npt.NDArray[np.int64]:
    """Rows of the positions that stay when up to `deletions` of the first seven letters are deleted (7 = padding)."""
    rows = []
    for count in range(deletions + 1):
        for dropped in combinations(range(_PREFIX), count):
            kept = [i for i in range(_PREFIX) if i not in dropped]
            rows.append(kept + [_PREFIX] * (_PREFIX - len(kept)))
    return np.array(rows, np.int64)


_ONE, _TWO = _kept_letters(1), _kept_letters(2)
_FACTORS: Keys = np.array(
    [(0x9E3779B97F4A7C15 * (2 * i + 3) ** 5 | 1) & (2**64 - 1) for i in range(_PREFIX)], np.uint64
)
_BY_SOUND = np.uint64(0x5DEECE66D)


def _codes(sounds: Sequence[str]) -> npt.NDArray[np.uint64]:
    """The first seven letters of each word as numbers, with a zero for padding at the end."""
    packed = b"".join(s[:_PREFIX].encode("latin-1", "replace").ljust(_PREFIX + 1, b"\0") for s in sounds)
    return np.frombuffer(packed, np.uint8).reshape(-1, _PREFIX + 1).astype(np.uint64)


def _neighbourhood(words: Sequence[str], kept: npt.NDArray[np.int64]) -> Keys:
    """Keys of all deletions of all words, one row a word."""
    keys: Keys = (_codes(words)[:, kept] * _FACTORS).sum(axis=2, dtype=np.uint64)
    return keys


def _all_keys(words: Sequence[str], long: int) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Keys of words, and which word each belongs to: one deletion, two for words of `long` letters, one by sound."""
    which = np.arange(len(words))
    lengthy = [i for i, word in enumerate(words) if len(word) >= long]
    brief = [i for i, word in enumerate(words) if len(word) < long]
    parts = [
        (which[brief], _neighbourhood([words[i] for i in brief], _ONE)),
        (which[lengthy], _neighbourhood([words[i] for i in lengthy], _TWO)),
        (which, _neighbourhood([sound(word) for word in words], _ONE) ^ _BY_SOUND),
    ]
    keys = np.concatenate([part.reshape(-1) for _, part in parts])
    return keys, np.concatenate([np.repeat(owner, part.shape[1]) for owner, part in parts])


def _tolerant(word: str) -> bool:
    return len(word) >= 4 and word.isalpha()


class Vocabulary:
    """Folded words ↔ numbers, with document counts per role and a typo-tolerant look-up."""

    def __init__(
        self,
        words: Sequence[str] = (),
        counts: Sequence[array[int]] = (),
        frequency: array[int] | None = None,
        totals: Sequence[int] = (),
        typos: Table | None = None,
    ) -> None:
        """An empty vocabulary, or one that was saved: what its attributes of these names held."""
        self.words = list(words)
        self.ids = {word: number for number, word in enumerate(self.words)}
        self.counts = tuple(counts) or tuple(array("i") for _ in Role)
        self.frequency = frequency or array("i")  # in how many places of records a word stands, whatever its role
        self.totals = list(totals) or [1] * len(Role)
        self.typos = typos

    def __len__(self) -> int:
        return len(self.words)

    def add(self, word: str) -> int:
        """The number of a word, new or known."""
        known = self.ids.get(word)
        if known is not None:
            return known
        number = len(self.words)
        self.words.append(word)
        for counts in (*self.counts, self.frequency):
            counts.append(0)
        self.ids[word] = number  # last: a reader that finds the word finds its counts
        if self.typos is not None:
            self._index(word, number, self.typos)
        return number

    def ids_of(self, words: tuple[str, ...]) -> tuple[int, ...]:
        """The numbers of some words, new or known."""
        try:
            return tuple([self.ids[word] for word in words])
        except KeyError:
            return tuple([self.add(word) for word in words])

    def count(self, role: Role, words: tuple[str, ...], by: int) -> None:
        """Count a record's words in a role, or take them back."""
        for number in self.ids_of(words):
            self.counts[role][number] += by
            self.frequency[number] += by
        self.totals[role] += by

    def count_all(self, role: Role, numbers: Ints, records: int) -> None:
        """Count the words of many records that have them in a role."""
        counted = np.bincount(numbers, minlength=len(self.words)).astype(np.int32)
        for counts in (self.counts[role], self.frequency):
            seen = np.frombuffer(counts, np.int32) + counted
            counts[:] = array("i", seen.tobytes())
        self.totals[role] += records

    def bits(self, role: Role, word: str) -> float:
        """How much it tells that a record has this word in this role: log2 of one in how many has it."""
        number = self.ids.get(word)
        count = self.counts[role][number] if number is not None else 0
        return log2((self.totals[role] + BACKGROUND) / (count + 0.5))

    def has(self, role: Role, word: str) -> bool:
        """Whether some record has this word in this role."""
        number = self.ids.get(word)
        return number is not None and self.counts[role][number] > 0

    def freeze(self) -> None:
        """Build the typo look-up for all words so far; words added later are added to it one by one."""
        tolerant = [i for i, word in enumerate(self.words) if _tolerant(word)]
        builder = TableBuilder()
        for start in range(0, len(tolerant), _CHUNK):
            numbers = np.array(tolerant[start : start + _CHUNK], np.int32)
            found, owner = _all_keys([self.words[i] for i in numbers.tolist()], _PREFIX)
            builder.add(found, numbers[owner])
        self.typos = builder.build()

    def similar(self, asked: Iterable[str]) -> dict[str, list[tuple[str, float]]]:
        """For each folded word the *other* vocabulary words it may be a misspelling of, each with its cost in bits."""
        targets = [word for word in asked if _tolerant(word)]
        if self.typos is None or not targets:
            return {}
        keys, owner = _all_keys(targets, _PREFIX - 1)
        which, found = self.typos.find(keys)
        pairs = np.unique((owner[which] << 32) | found)
        result: dict[str, list[tuple[str, float]]] = {}
        if not len(pairs):
            return result
        one, other = (pairs >> 32).tolist(), (pairs & 0xFFFFFFFF).tolist()
        left, right = [targets[i] for i in one], [self.words[i] for i in other]
        edits = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
        sounds = list(map(sound, targets))
        heard = cpdist(
            [sounds[i] for i in one], list(map(sound, right)), scorer=OSA.distance, score_cutoff=1, dtype=np.uint8
        )
        lengths = np.minimum(np.fromiter(map(len, left), np.int64), np.fromiter(map(len, right), np.int64))
        costs = spelling_costs(edits, heard, lengths)
        (kept,) = ((edits > 0) & (costs < NEVER)).nonzero()
        for i, cost in zip(kept.tolist(), costs[kept].tolist(), strict=True):
            result.setdefault(left[i], []).append((right[i], cost))
        return result

    def _index(self, word: str, number: int, table: Table) -> None:
        if _tolerant(word):
            for key in set(_all_keys([word], _PREFIX)[0].tolist()):
                table.add(key, number)


def spelling_costs(edits: _Bytes, sounding: _Bytes, lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Bits that misspellings take from the evidence of a word: the shorter the word, the more a letter counts.

    `edits` and `sounding` are the letters by which two words and their sounds differ, `lengths` those of the shorter.
    """
    letter = EDIT_BITS * np.maximum(1.0, 6.0 / lengths)
    costs = np.where(edits <= np.where(lengths < 7, 1, 2), edits * letter, NEVER)
    costs = np.where(sounding == 0, np.minimum(costs, SOUND_BITS), costs)
    heard: npt.NDArray[np.float64] = np.where(
        (sounding == 1) & (lengths >= 5), np.minimum(costs, SOUND_BITS + letter), costs
    )
    return heard
