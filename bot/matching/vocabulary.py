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

from bot.matching.normal import sound
from bot.matching.table import Ints, Keys, Table

EDIT_BITS = 4.0  # what one mistyped letter takes from the evidence: log2 of the ways to mistype a name
SOUND_BITS = 2.0  # what another spelling of the same sound takes
_PREFIX = 7
_CHUNK = 20_000


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
_FACTORS = np.array([(0x9E3779B97F4A7C15 * (2 * i + 3) ** 5) | 1 for i in range(_PREFIX)], dtype=object)
_FACTORS64: Keys = np.array([int(f) & 0xFFFFFFFFFFFFFFFF for f in _FACTORS], np.uint64)


def _codes(sounds: Sequence[str]) -> npt.NDArray[np.uint64]:
    """The first seven letters of each word as numbers, with a zero for padding at the end."""
    packed = b"".join(s[:_PREFIX].encode("latin-1", "replace").ljust(_PREFIX + 1, b"\0") for s in sounds)
    return np.frombuffer(packed, np.uint8).reshape(-1, _PREFIX + 1).astype(np.uint64)


def _neighbourhood(sounds: Sequence[str], kept: npt.NDArray[np.int64]) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Keys of all deletions of all words, and which word each belongs to."""
    keys = (_codes(sounds)[:, kept] * _FACTORS64).sum(axis=2, dtype=np.uint64)
    return keys.reshape(-1), np.repeat(np.arange(len(sounds)), len(kept))


def _tolerant(word: str) -> bool:
    return len(word) >= 4 and word.isalpha()


class Vocabulary:
    """Folded words ↔ numbers, with document counts per role and a typo-tolerant look-up."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.ids: dict[str, int] = {}
        self.counts: tuple[array[int], ...] = tuple(array("i") for _ in Role)
        self.totals: list[int] = [1] * len(Role)
        self._typos: Table | None = None
        self._frozen = 0

    def __len__(self) -> int:
        return len(self.words)

    def add(self, word: str) -> int:
        """The number of a word, new or known."""
        known = self.ids.get(word)
        if known is not None:
            return known
        number = len(self.words)
        self.words.append(word)
        for counts in self.counts:
            counts.append(0)
        self.ids[word] = number  # last: a reader that finds the word finds its counts
        if self._typos is not None:
            self._index([word], number, self._typos)
        return number

    def bits(self, role: Role, word: str) -> float:
        """How much it tells that a record has this word in this role: log2 of one in how many has it."""
        number = self.ids.get(word)
        count = self.counts[role][number] if number is not None else 0
        return log2((self.totals[role] + 1) / (count + 0.5))

    def has(self, role: Role, word: str) -> bool:
        """Whether some record has this word in this role."""
        number = self.ids.get(word)
        return number is not None and self.counts[role][number] > 0

    def freeze(self) -> None:
        """Build the typo look-up for all words so far; words added later are added to it one by one."""
        tolerant = [i for i, word in enumerate(self.words) if _tolerant(word)]
        keys: list[Keys] = [np.empty(0, np.uint64)]
        owners: list[Ints] = [np.empty(0, np.int32)]
        for deletions, kept in ((1, _ONE), (2, _TWO)):
            members = [i for i in tolerant if (len(sound(self.words[i])) >= _PREFIX) == (deletions == 2)]
            for start in range(0, len(members), _CHUNK):
                chunk = members[start : start + _CHUNK]
                found, owner = _neighbourhood([sound(self.words[i]) for i in chunk], kept)
                keys.append(found)
                owners.append(np.array(chunk, np.int32)[owner])
        self._typos = Table(np.concatenate(keys), np.concatenate(owners))

    def _index(self, words: Sequence[str], first: int, table: Table) -> None:
        for offset, word in enumerate(words):
            if _tolerant(word):
                heard = sound(word)
                keys, _ = _neighbourhood([heard], _TWO if len(heard) >= _PREFIX else _ONE)
                for key in set(keys.tolist()):
                    table.add(key, first + offset)

    def similar(self, asked: Iterable[str]) -> dict[str, list[tuple[str, float]]]:
        """For each folded word the *other* vocabulary words it may be a misspelling of, each with its cost in bits."""
        table = self._typos
        targets = [word for word in asked if _tolerant(word)]
        if table is None or not targets:
            return {}
        sounds = [sound(word) for word in targets]
        short = [i for i, s in enumerate(sounds) if len(s) < _PREFIX - 1]
        long = [i for i, s in enumerate(sounds) if len(s) >= _PREFIX - 1]
        asked_index, found = [], []
        for members, kept in ((short, _ONE), (long, _TWO)):
            if members:
                keys, owner = _neighbourhood([sounds[i] for i in members], kept)
                which, numbers = table.find(keys)
                asked_index.append(np.array(members, np.int64)[owner[which]])
                found.append(numbers)
        pairs = np.unique((np.concatenate(asked_index) << 32) | np.concatenate(found)).tolist()
        left = [targets[p >> 32] for p in pairs]
        right = [self.words[p & 0xFFFFFFFF] for p in pairs]
        if not left:
            return {}
        edits = cpdist(left, right, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8).tolist()
        heard = cpdist(
            [sound(w) for w in left], [sound(w) for w in right], scorer=OSA.distance, score_cutoff=1, dtype=np.uint8
        ).tolist()
        result: dict[str, list[tuple[str, float]]] = {}
        for word, other, edit, ear in zip(left, right, edits, heard, strict=True):
            if edit == 0:
                continue
            length = min(len(word), len(other))
            allowed = 1 if length < 7 else 2
            cost = edit * EDIT_BITS if edit <= allowed else 99.0
            if ear == 0:
                cost = min(cost, SOUND_BITS)
            elif ear == 1 and length >= 5:
                cost = min(cost, SOUND_BITS + EDIT_BITS)
            if cost < 99.0:
                result.setdefault(word, []).append((other, cost))
        return result
