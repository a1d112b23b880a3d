"""The words that the directory is made of: how rare each is, and which of them a mistyped word may have meant.

Typos are looked for in the vocabulary, never in the records: a directory of a million records has some ten thousand
words. The method is a deletion neighbourhood (Mor & Fraenkel; SymSpell): two words one edit apart share a string
that comes from deleting at most one letter of each.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
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
_MOST_EDITS = 2
_LONGEST = 255  # letters that are counted
_CHUNK = 10_000
_LEAST_HEARD = 5  # letters: shorter words must sound the same
NEVER = 99.0
_MOST_KEPT = 20_000  # words in one role whose bits are kept
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
    keys: Keys = _codes(words)[:, kept] @ _FACTORS
    return keys


def _all_keys(words: Sequence[str], sounds: Sequence[str], long: int) -> tuple[Keys, npt.NDArray[np.int64], int]:
    """Keys of words, which word each belongs to, and where the keys of sounds begin.

    By its letters a word has keys of one deletion, or of two if it has `long` letters; by its sound of one.
    """
    brief = [i for i, word in enumerate(words) if len(word) < long]
    lengthy = [i for i, word in enumerate(words) if len(word) >= long]
    two = _neighbourhood([words[i] for i in lengthy], _TWO).reshape(-1)
    one = _neighbourhood([*[words[i] for i in brief], *sounds], _ONE)
    one[len(brief) :] ^= _BY_SOUND
    owner = np.concatenate(
        [np.array(lengthy, np.int64).repeat(len(_TWO)), np.array([*brief, *range(len(sounds))]).repeat(len(_ONE))]
    )
    return np.concatenate([two, one.reshape(-1)]), owner, len(two) + len(brief) * len(_ONE)


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
        self.complete = len(self.words)  # so many words are found in every way
        self._bits: tuple[dict[str, float], ...] = ()
        self._forget_bits()
        self._sizes = np.array([min(len(word), _LONGEST) for word in self.words], np.int16)  # and room for more

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
        if number >= len(self._sizes):  # a longer copy: readers go on with the old one
            self._sizes = np.concatenate([self._sizes, np.zeros(number // 2 + 1000, np.int16)])
        self._sizes[number] = min(len(word), _LONGEST)
        self.ids[word] = number  # last: a reader that finds the word finds its counts
        if self.typos is not None:
            self._index(word, number, self.typos)
        self.complete = number + 1
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
        self._forget_bits()

    def count_all(self, role: Role, numbers: Ints, records: int) -> None:
        """Count the words of many records that have them in a role."""
        counted = np.bincount(numbers, minlength=len(self.words)).astype(np.int32)
        for counts in (self.counts[role], self.frequency):
            seen = np.frombuffer(counts, np.int32) + counted
            counts[:] = array("i", seen.tobytes())
        self.totals[role] += records
        self._forget_bits()

    def _forget_bits(self) -> None:
        """Begin with empty ones, after counts were changed. Who is just working out bits of the counts as they were
        puts them with the old ones, so no lock is needed."""
        self._bits = tuple({} for _ in Role)

    def bits(self, role: Role, word: str) -> float:
        """How much it tells that a record has this word in this role: log2 of one in how many has it.

        What was worked out is kept until a count changes: mails and records repeat their words.
        """
        kept = self._bits
        known = kept[role].get(word)
        if known is None:
            number = self.ids.get(word)
            count = self.counts[role][number] if number is not None else 0
            known = log2((self.totals[role] + BACKGROUND) / (count + 0.5))
            if len(kept[role]) >= _MOST_KEPT:
                kept[role].clear()
            kept[role][word] = known
        return known

    def has(self, role: Role, word: str) -> bool:
        """Whether some record has this word in this role."""
        number = self.ids.get(word)
        return number is not None and self.counts[role][number] > 0

    def having(self, role: Role, word: str) -> int:
        """How many records have this word in this role."""
        number = self.ids.get(word)
        return self.counts[role][number] if number is not None else 0

    def freeze(self) -> None:
        """Build the typo look-up for all words so far; words added later are added to it one by one."""
        tolerant = [i for i, word in enumerate(self.words) if _tolerant(word)]
        builder = TableBuilder()
        for start in range(0, len(tolerant), _CHUNK):
            numbers = np.array(tolerant[start : start + _CHUNK], np.int32)
            words = [self.words[i] for i in numbers.tolist()]
            found, owner, _ = _all_keys(words, list(map(sound, words)), _PREFIX)
            builder.add(found, numbers[owner])
        self.typos = builder.build()

    def similar(self, asked: Iterable[str]) -> dict[str, dict[str, float]]:
        """For each folded word the *other* vocabulary words it may be a misspelling of, each with its cost in bits."""
        targets = [word for word in asked if _tolerant(word)]
        if self.typos is None or not targets:
            return {}
        sounds = list(map(sound, targets))
        keys, owner, heard = _all_keys(targets, sounds, _PREFIX - 1)
        which, found = self.typos.find(keys)
        asked_by, by_sound = owner[which], which >= heard
        sizes = np.array([min(len(word), _LONGEST) for word in targets], np.int16)
        near = by_sound | (np.abs(sizes[asked_by] - self._sizes[found]) <= _MOST_EDITS)  # others differ in more letters
        pairs = ((asked_by << 33) | (found.astype(np.int64) << 1) | by_sound)[near]
        pairs.sort()
        distinct = np.ones(len(pairs), np.bool_)
        distinct[1:] = pairs[1:] != pairs[:-1]
        return self._near(targets, sounds, pairs[distinct].tolist())

    def _near(self, targets: list[str], sounds: list[str], pairs: list[int]) -> dict[str, dict[str, float]]:
        """What is near enough of what shares a key. A pair is the number of a target, that of a word, and whether the
        key is one of sounds: words that are alike by letters share a key of letters, and so on."""
        others = [self.words[pair >> 1 & 0xFFFFFFFF] for pair in pairs]
        asked = [sounds[pair >> 33] if pair & 1 else targets[pair >> 33] for pair in pairs]
        having = [sound(other) if pair & 1 else other for pair, other in zip(pairs, others, strict=True)]
        edits = cpdist(asked, having, scorer=OSA.distance, score_cutoff=_MOST_EDITS, dtype=np.uint8)  # all in one go
        result: dict[str, dict[str, float]] = {}
        for pair, other, differ in zip(pairs, others, edits.tolist(), strict=True):
            if differ > _MOST_EDITS:
                continue
            word = targets[pair >> 33]
            cost = _cost(pair & 1, differ, min(len(word), len(other)))
            if cost < NEVER and word != other:
                costs = result.setdefault(word, {})
                if cost < costs.get(other, NEVER):
                    costs[other] = cost
        return result

    def _index(self, word: str, number: int, table: Table) -> None:
        if _tolerant(word):
            for key in set(_all_keys([word], [sound(word)], _PREFIX)[0].tolist()):
                table.add(key, number)


@lru_cache(maxsize=1 << 10)
def _cost(by_sound: int, edits: int, length: int) -> float:
    return sounding_cost(edits, length) if by_sound else spelling_cost(edits, length)


def spelling_cost(edits: int, length: int) -> float:
    """Bits that a misspelling takes from the evidence of a word: the shorter the word, the more a letter counts."""
    return edits * _letter_bits(length) if edits <= (1 if length < _PREFIX else _MOST_EDITS) else NEVER


def sounding_cost(edits: int, length: int) -> float:
    """The same for a word that sounds like the other one, or nearly so."""
    if edits == 0:
        return SOUND_BITS
    return SOUND_BITS + _letter_bits(length) if edits == 1 and length >= _LEAST_HEARD else NEVER


def _letter_bits(length: int) -> float:
    return EDIT_BITS * max(1.0, 6.0 / length)
