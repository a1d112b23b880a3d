"""Where the words of a mail lead: to records that have two words which stand near each other, or one that tells enough.

All questions to the index are asked in one go, whatever the number of words: numpy's cost is by the call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from math import log2
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.matching.columns import STREET_KEYS, WHOLE_KEYS, WORD_KEYS, pair_keys
from bot.matching.index import MOST_OF_PAIR, Index
from bot.matching.keys import Ints, Keys
from bot.matching.meanings import ALONE, COMMON_WORD, KIND_BITS, KNOWN, NUMBER, STREET
from bot.matching.reading import Reading
from bot.matching.vocabulary import EDIT_BITS, SOUND_BITS

WINDOW = 5  # how many places apart the words of a pair may stand
PER_PAIR = 3  # people and properties that one pair of words leads to, and companies and deals: the rest are namesakes
PER_WORD = 6  # records that one word alone leads to
MANY_WORDS = 4
MOST_IN_STREET = 6  # properties that a street without a number leads to; of more it says nothing
_LEAST_PAIR = 0.35  # of the bits that it takes to pick one record must speak for two words
_SCATTERED = 14.0  # bits: two words of a name of many words stand near each other by chance
_NUMBER = 6.0  # bits: the most that a number is worth
_ALONE = 4.0  # bits: what one word leads to is worth less than what a pair leads to
_WHOLE = 20.0  # bits: a name that begins and ends as the mail says is worth more than parts of it
_ADDRESSED = 6.0  # and more if it is somebody's name
_MOST_ALONE = EDIT_BITS * 1.5 + SOUND_BITS
_NEVER = -99.0

Spot = tuple[int, int, float]  # first and last index of words of the mail, and the bits that the spelling costs
Floats = npt.NDArray[np.float64]
_Bools = npt.NDArray[np.bool_]


class Paired(NamedTuple):
    """All records that pairs of words lead to, in parallel: the number of the pair, and the row."""

    which: Ints = np.empty(0, np.int32)
    rows: Ints = np.empty(0, np.int32)


class Leads(NamedTuple):
    """Rows with the bits that speak for them, a row as often as something does; rows of the properties in streets that
    the mail names, right to the letter, where they are few; and all that each pair of words leads to."""

    rows: Ints
    gains: Floats
    in_streets: list[int]
    paired: Paired


def leads(seen: Mapping[str, Sequence[Spot]], reading: Reading, index: Index) -> Leads:
    """Where the vocabulary words that a mail has in some spots lead."""
    if not seen or not len(index.vocabulary):
        return Leads(np.empty(0, np.int32), np.empty(0), [], Paired())
    asked = _Asked(seen, reading, index)
    pairs, gains = asked.pairs()
    words, worths, named = asked.alone()
    streets = asked.streets()
    which, rows = index.pairs.find(np.concatenate([pairs, words, streets]))
    by_pair, by_street = which < len(pairs), which >= len(pairs) + len(words)
    by_word = ~(by_pair | by_street)
    of_pairs = Paired(which[by_pair], rows[by_pair])
    paired_rows, paired = _of_pairs(index, pairs, gains, of_pairs.which, of_pairs.rows)
    alone_rows, alone = _of_words(index, worths, named, which[by_word] - len(pairs), rows[by_word])
    whole_rows, whole = _of_whole_names(index, pairs, gains, of_pairs.which)
    return Leads(
        np.concatenate([paired_rows, alone_rows, whole_rows]),
        np.concatenate([paired, alone, whole]),
        _of_streets(index, which[by_street], rows[by_street]),
        of_pairs,
    )


class _Asked:
    """The vocabulary words that may stand in a mail, as arrays: those of words, and those of all their spots."""

    def __init__(self, seen: Mapping[str, Sequence[Spot]], reading: Reading, index: Index) -> None:
        facts = np.fromiter(map(index.meanings.facts.__getitem__, seen), np.int64, len(seen))
        first, _, cost = zip(*chain.from_iterable(seen.values()), strict=True)
        sizes = np.fromiter(map(len, seen.values()), np.int64, len(seen))
        self.population = index.population
        self.numbers, self.kinds = facts >> KIND_BITS, facts & ((1 << KIND_BITS) - 1)
        counts = map(index.vocabulary.frequency.__getitem__, self.numbers.tolist())
        self.counts = np.fromiter(counts, np.int64, len(seen))
        self.word = np.arange(len(facts)).repeat(sizes)  # of each spot
        self.starts = sizes.cumsum() - sizes  # where the spots of each word begin
        self.first, self.cost = np.fromiter(first, np.int64, len(first)), np.fromiter(cost, np.float64, len(first))
        self.place = np.fromiter(reading.places, np.int64, len(reading.places))[self.first]
        self.capital = np.frombuffer(bytes(reading.capital), np.bool_)[self.first]
        addressed = np.zeros(len(reading.words) + 1, np.bool_)
        addressed[list(reading.addressed)] = True
        self.addressed = addressed[self.first]
        self.as_written = self.capital & (self.cost == 0)

    def pairs(self) -> tuple[Keys, Floats]:
        """The keys of all pairs of words that stand near each other and tell enough, with the bits they are worth."""
        kinds = self.kinds[self.word]
        (spots,) = ((kinds & KNOWN > 0) & (self.capital | (kinds & COMMON_WORD == 0))).nonzero()
        order = spots[self.place[spots].argsort(kind="stable")]
        place, words = self.place[order], self.word[order]
        few = max(1, round(2.0 ** (self.population - _NUMBER)))
        counts = np.maximum(self.counts, np.where(self.kinds & NUMBER, few, 1))
        worth = (self.population - np.log2(counts))[words] - self.cost[order]
        reach = place.searchsorted(place + WINDOW, side="right") - np.arange(1, len(place) + 1)
        left = np.arange(len(place)).repeat(reach)
        right = left + 1 + np.arange(len(left)) - (reach.cumsum() - reach).repeat(reach)
        gains = worth[left] + worth[right]
        (telling,) = (gains > _LEAST_PAIR * self.population).nonzero()
        wanted = self.numbers[words]
        return pair_keys(wanted[left[telling]], wanted[right[telling]]), gains[telling]

    def alone(self) -> tuple[Keys, Floats, _Bools]:
        """The keys of words that may lead to a record on their own: a surname after "Herr" or "Frau", or the only word
        of a company's name; the bits each is worth, and whether it is somebody's name."""
        best = np.where(self.as_written, -_ALONE, _NEVER)
        named = np.where(self.cost <= _MOST_ALONE, _ADDRESSED - self.cost, _NEVER)
        best = np.maximum.reduceat(np.where(self.addressed, named, best), self.starts)
        (words,) = ((best > _NEVER) & (self.kinds & ALONE > 0)).nonzero()
        counts, best = self.counts[words].tolist(), best[words]
        worth = best + self.population - np.array([log2(max(1, count)) for count in counts])
        enough = worth > 0
        return self.numbers[words[enough]].astype(np.uint64) | WORD_KEYS, worth[enough], best[enough] > 0

    def streets(self) -> Keys:
        """The keys of streets that stand in the mail as they are written."""
        (words,) = (np.logical_or.reduceat(self.as_written, self.starts) & (self.kinds & STREET > 0)).nonzero()
        return self.numbers[words].astype(np.uint64) | STREET_KEYS


def _of_pairs(index: Index, keys: Keys, gains: Floats, which: Ints, rows: Ints) -> tuple[Ints, Floats]:
    """The best few rows of each pair of words, with the bits that the pair is worth."""
    if not len(which):
        return rows, np.empty(0)
    which, rows, gain = _best_of_each(keys, gains, which, rows)
    _, inverse = distinct(rows)
    hits = np.bincount(inverse)[inverse]
    lengths = index.lengths(rows)
    gain -= _SCATTERED * ((hits == 1) & (lengths >= MANY_WORDS))
    totals = np.bincount(inverse, weights=gain)[inverse]
    kind = 2 * which + (lengths > 0)  # who works for a company has its words, too, and must not stand in its way
    best = _first_of_each(kind, np.lexsort((rows, -totals, kind)), PER_PAIR)
    return rows[best], gain[best]


def _best_of_each(keys: Keys, gains: Floats, which: Ints, rows: Ints) -> tuple[Ints, Ints, Floats]:
    """Of each pair of words that stands at several places only the best one: (number of the pair, row, bits)."""
    found = np.zeros(len(keys), np.bool_)
    found[which] = True
    (asked,) = found.nonzero()
    order = asked[np.lexsort((-gains[asked], keys[asked]))]
    first = np.ones(len(order), np.bool_)
    first[1:] = keys[order][1:] != keys[order][:-1]
    chosen = np.zeros(len(keys), np.bool_)
    chosen[order[first]] = True
    kept = chosen[which]
    which = which[kept]
    return which, rows[kept], gains[which]


def _of_words(index: Index, worths: Floats, named: _Bools, which: Ints, rows: Ints) -> tuple[Ints, Floats]:
    """The first few rows of each word, where it is somebody's name or the whole name of a company."""
    if not len(which):
        return rows, np.empty(0)
    whole_name = named[which] | (index.lengths(rows) == 1)
    which, rows = which[whole_name], rows[whole_name]
    kept = _first_of_each(which, np.lexsort((rows, which)), PER_WORD)
    return rows[kept], worths[which[kept]]


def _of_whole_names(index: Index, keys: Keys, gains: Floats, which: Ints) -> tuple[Ints, Floats]:
    """The first few rows of names that begin with the one word of a pair and end with the other, where some pair leads
    to more records than the index keeps: in a crowd the one that is called just so must not be lost."""
    if len(which) < MOST_OF_PAIR or np.bincount(which).max() < MOST_OF_PAIR:
        return np.empty(0, np.int32), np.empty(0)
    which, rows = index.pairs.find(keys | WHOLE_KEYS)
    kept = _first_of_each(which, np.lexsort((rows, which)), PER_WORD)
    return rows[kept], gains[which[kept]] + _WHOLE


def _of_streets(index: Index, which: Ints, rows: Ints) -> list[int]:
    streets: dict[int, list[int]] = {}
    for street, row in zip(which.tolist(), rows.tolist(), strict=True):
        streets.setdefault(street, []).append(row)
    few = [street for street in streets.values() if len(street) <= 2 * MOST_IN_STREET]
    known = [[row for row in street if index.store.has(row)] for street in few]
    return [row for street in known if len(street) <= MOST_IN_STREET for row in street]


def _first_of_each(which: Ints, order: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    """Of an order by `which`, the first few places of each."""
    ordered = which[order]
    ranks = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return order[ranks < most]


def distinct(values: Ints) -> tuple[Ints, npt.NDArray[np.int64]]:
    """The distinct values, the least first, and which of them each value is. (`np.unique` costs twice as much for few
    values, and loads a part of numpy that is of no use here.)"""
    order = values.argsort(kind="stable")
    ordered = values[order]
    first = np.ones(len(values), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    which = np.empty(len(values), np.int64)
    which[order] = first.cumsum() - 1
    return ordered[first], which
