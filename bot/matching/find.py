"""From a mail's words to the few records worth weighing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log2

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from bot.matching.aliases import Aliases, Said
from bot.matching.columns import STREET_KEYS, WORD_KEYS, pair_keys
from bot.matching.index import Index
from bot.matching.keys import Ints, Keys, text_keys
from bot.matching.reading import Reading, Sign
from bot.matching.references import reference, references
from bot.matching.tables import COMMON, STREET_WORDS
from bot.matching.vocabulary import EDIT_BITS, SOUND_BITS
from bot.records import RecordRef

KEEP = 60  # records that are weighed for one mail
LEAST = 0.35  # of the bits that it takes to pick one record must speak for it
_LEAST_PAIR = 0.35  # of those bits must speak for two words
PER_PAIR = 3  # and at most so many for one pair of words: the rest are its namesakes
WINDOW = 5  # how many places apart the words of a pair may stand
LETTER_BITS = 3.0  # "12a" where the record has 12
PER_WORD = 6  # records that one word alone leads to
MANY_WORDS = 4
MOST_IN_STREET = 6  # properties that a street without a number leads to; of more it says nothing
MOST_KIN = 30  # records related to those whose identifiers stand in the mail
_SCATTERED = 14.0  # bits: two words of a name of many words stand near each other by chance
_NUMBER = 6.0  # bits: the most that a number is worth
_ALONE = 4.0  # bits: what one word leads to is worth less than what a pair leads to
_ADDRESSED = 6.0  # and more if it is somebody's name
_STREETS = tuple(STREET_WORDS)
_MOST_ALONE = EDIT_BITS * 1.5 + SOUND_BITS

NONE = Aliases({})
Floats = npt.NDArray[np.float64]
Spot = tuple[int, int, float]  # first and last index of words of the mail, and the bits that the spelling costs


@dataclass(slots=True)
class Sight:
    """A mail seen through the vocabulary: every vocabulary word that may stand in it, with where."""

    reading: Reading
    seen: dict[str, list[Spot]] = field(default_factory=dict)
    exact: dict[int, list[tuple[str, Sign]]] = field(default_factory=dict)  # row → identifiers found in the mail
    said: dict[int, list[Said]] = field(default_factory=dict)  # row → aliases found in the mail
    thread: set[int] = field(default_factory=set)  # rows that the thread was linked to before


def look(reading: Reading, index: Index, aliases: Aliases = NONE, thread: Iterable[RecordRef] = ()) -> Sight:
    """See a mail's words through the vocabulary: as written, joined, as nicknames and as misspellings."""
    sight = Sight(reading)
    for said in aliases.said(reading):
        if (row := index.row(said.ref)) is not None:
            sight.said.setdefault(row, []).append(said)
    sight.thread.update(row for ref in thread if (row := index.row(ref)) is not None)
    seen = sight.seen
    joined = _joined(reading, index)
    meanings = index.meanings.learn([*reading.words, *(entry[0] for entry in joined), *reading.plain.values()])
    for i, word in enumerate(reading.words):
        for other, cost in meanings[word]:
            seen.setdefault(other, []).append((i, i, cost))
    for word, first, last, extra in joined:
        for other, cost in meanings[word]:
            seen.setdefault(other, []).append((first, last, cost + extra))
    for word, plain in reading.plain.items():  # Keduel: a slip that looks like the spelling of an umlaut
        for other, cost in meanings[plain]:
            if cost:
                seen.setdefault(other, []).extend((i, i, cost) for i in reading.where(word))
    return sight


_STREETISH = re.compile(r"s.{0,2}t?.?r.?$|tsr$|srt$")


def _joined(reading: Reading, index: Index) -> list[tuple[str, int, int, float]]:
    """Words that the mail divides or abbreviates differently from the record: (word, first, last, extra cost)."""
    words, known = reading.words, index.vocabulary.ids
    starts, ends = reading.starts, reading.ends
    found: list[tuple[str, int, int, float]] = []
    for i in range(len(words) - 1):
        word, following = words[i], words[i + 1]
        if word in COMMON or not word or not following:
            continue
        if word[0].isdigit():
            if len(following) == 1 and following.isalpha() and word.isdigit() and reading.gap(i) <= 1:
                found.append((word + following, i, i + 1, 0.0))
            elif not word.isdigit() and word[:-1].isdigit():
                found.append((word[:-1], i, i, LETTER_BITS))
            continue
        if following[0].isdigit():
            if len(word) >= 6 and _STREETISH.search(word) and not word.endswith("strase") and word not in known:
                for cut in (2, 3, 4):  # "Sonnensthr. 4": the slip is in the abbreviation
                    if len(word) - cut >= 3 and OSA.distance(word[-cut:], "str") <= 1:
                        found.append((word[:-cut] + "strase", i, i, EDIT_BITS))
            continue
        if len(word) + len(following) < 5 or not 1 <= starts[i + 1] - ends[i] <= 2 or reading.gap(i) > 2:
            continue
        whole = word + following
        if whole in known:
            found.append((whole, i, i + 1, 0.0 if following == "strase" else 1.0))
        elif following == "strase":
            found.append((whole, i, i + 1, 0.0))
        elif following[0] == "s" and 5 <= len(following) <= 7 and OSA.distance(following, "strase") == 1:
            found.append((word + "strase", i, i + 1, EDIT_BITS))
    return found


def candidates(sight: Sight, index: Index) -> list[int]:
    """The rows of the records worth weighing."""
    _identified(sight, index)
    kin = [*_kin(sight, index), *_in_streets(sight, index)]
    paired_rows, paired = _paired(sight, index)
    alone_rows, alone = _alone(sight, index)
    rows, gains = np.concatenate([paired_rows, alone_rows]), np.concatenate([paired, alone])
    best: list[int] = []
    if len(rows):
        unique, inverse = np.unique(rows, return_inverse=True)
        totals = np.bincount(inverse, weights=gains)
        enough = totals >= LEAST * index.population
        unique, totals = unique[enough], totals[enough]
        best = unique[np.argsort(-totals, kind="stable")[:KEEP]].tolist()
    return list(dict.fromkeys([*sight.exact, *sight.said, *sorted(sight.thread), *best, *kin]))


def _identified(sight: Sight, index: Index) -> None:
    asked: list[tuple[str, Sign]] = []
    for sign in sight.reading.signs:
        for key in sign.keys:
            asked.append((key, sign))
            if key.startswith("e:"):
                asked.append(("d:" + key.rpartition("@")[2], sign))
    runs = references(sight.reading, index.reference_lengths)
    keys = [key for key, _ in asked] + [run[0] for run in runs]
    for which, row in index.exact.get(text_keys(keys)):
        if len(sight.exact) < KEEP or row in sight.exact:
            known = asked[which][1] if which < len(asked) else reference(sight.reading, runs[which - len(asked)])
            if known is not None:
                sight.exact.setdefault(row, []).append((keys[which], known))


def _kin(sight: Sight, index: Index) -> list[int]:
    """Rows of what the CRM relates to the identified records: an owner's properties, a contact's company and deals."""
    found: dict[int, None] = {}
    asked: list[str] = []
    for row in {**sight.exact, **sight.said, **dict.fromkeys(sorted(sight.thread))}:
        known = index.store.get(row)
        if known is not None:
            asked.append(f"k:{known[0].ref}")
            for ref in known[0].related[:MOST_KIN]:
                if (kin := index.row(ref)) is not None:
                    found[kin] = None
    for _, row in index.exact.get(text_keys(asked)):
        if len(found) < MOST_KIN:
            found[row] = None
    return list(found)


def _in_streets(sight: Sight, index: Index) -> list[int]:
    """Rows of the properties in a street that the mail names, right to the letter, where they are few."""
    known, capital = index.vocabulary.ids, sight.reading.capital
    asked = [
        int(STREET_KEYS) | known[word]
        for word, spots in sight.seen.items()
        if word.endswith(_STREETS) and word in known and any(cost == 0 and capital[first] for first, _, cost in spots)
    ]
    rows: dict[int, list[int]] = {}
    for which, row in index.pairs.get(asked):
        rows.setdefault(which, []).append(row)
    few = [street for street in rows.values() if len(street) <= 2 * MOST_IN_STREET]
    known_rows = [[row for row in street if index.store.record(row) is not None] for street in few]
    return [row for street in known_rows if len(street) <= MOST_IN_STREET for row in street]


def _paired(sight: Sight, index: Index) -> tuple[Ints, Floats]:
    """Rows that have two words which stand near each other, with the bits that the pair is worth."""
    known, reading, frequency = index.vocabulary.ids, sight.reading, index.vocabulary.frequency
    places, capital = reading.places, reading.capital
    where: list[int] = []
    numbers: list[int] = []
    counts: list[int] = []
    costs: list[float] = []
    few = round(2.0 ** (index.population - _NUMBER))
    for word, spots in sight.seen.items():
        number = known.get(word)
        if number is not None:
            common, count = word in COMMON, max(1, frequency[number], few if word[0].isdigit() else 1)
            for first, _, cost in spots:
                if not common or capital[first]:
                    where.append(places[first])
                    numbers.append(number)
                    counts.append(count)
                    costs.append(cost)
    if len(where) < 2:
        return np.empty(0, np.int32), np.empty(0, np.float64)
    place = np.array(where)
    order = place.argsort(kind="stable")
    place, wanted = place[order], np.array(numbers, np.int32)[order]
    worth = (index.population - np.log2(np.array(counts)) - np.array(costs))[order]
    reach = place.searchsorted(place + WINDOW, side="right") - np.arange(1, len(place) + 1)
    left = np.arange(len(place)).repeat(reach)
    right = left + 1 + np.arange(len(left)) - (reach.cumsum() - reach).repeat(reach)
    gains = worth[left] + worth[right]
    (telling,) = (gains > _LEAST_PAIR * index.population).nonzero()
    left, right, gains = left[telling], right[telling], gains[telling]
    keys = pair_keys(wanted[left], wanted[right])
    which, rows = index.pairs.find(keys)
    if not len(rows):
        return np.empty(0, np.int32), np.empty(0, np.float64)
    which, rows, gain = _best_of_each(keys, gains, which, rows)
    _, inverse = np.unique(rows, return_inverse=True)
    hits = np.bincount(inverse)[inverse]
    gain -= _SCATTERED * ((hits == 1) & (index.lengths(rows) >= MANY_WORDS))
    totals = np.bincount(inverse, weights=gain)[inverse]
    order = np.lexsort((rows, -totals, which))
    ranks = np.arange(len(order)) - np.searchsorted(which[order], which[order])
    best = order[ranks < PER_PAIR]
    return rows[best], gain[best]


def _best_of_each(keys: Keys, gains: Floats, which: Ints, rows: Ints) -> tuple[Ints, Ints, Floats]:
    """Of each pair of words that stands at several places only the best one: (number of the pair, row, bits)."""
    asked = np.unique(which)
    order = asked[np.lexsort((-gains[asked], keys[asked]))]
    first = np.ones(len(order), np.bool_)
    first[1:] = keys[order][1:] != keys[order][:-1]
    chosen = np.zeros(len(keys), np.bool_)
    chosen[order[first]] = True
    kept = chosen[which]
    which = which[kept]
    return which, rows[kept], gains[which]


def _alone(sight: Sight, index: Index) -> tuple[Ints, Floats]:
    """Rows that one word leads to: a surname after "Herr" or "Frau", or the only word of a company's name."""
    known, frequency, capital = index.vocabulary.ids, index.vocabulary.frequency, sight.reading.capital
    somebody = sight.reading.addressed
    numbers: list[int] = []
    worths: list[float] = []
    named: list[bool] = []
    for word, spots in sight.seen.items():
        number = known.get(word)
        if number is None or word in COMMON or not word.isalpha():
            continue
        best = -99.0
        for first, _, cost in spots:
            if first in somebody:
                if cost <= _MOST_ALONE:
                    best = max(best, _ADDRESSED - cost)
            elif cost == 0 and capital[first]:
                best = max(best, -_ALONE)
        if best > -99.0 and (worth := best + index.population - log2(max(1, frequency[number]))) > 0:
            numbers.append(number)
            worths.append(worth)
            named.append(best > 0)
    if not numbers:
        return np.empty(0, np.int32), np.empty(0, np.float64)
    which, rows = index.pairs.find(np.array(numbers, np.uint64) | WORD_KEYS)
    whole_name = np.array(named)[which] | (index.lengths(rows) == 1)
    which, rows = which[whole_name], rows[whole_name]
    order = np.lexsort((rows, which))
    ranks = np.arange(len(order)) - np.searchsorted(which[order], which[order])
    kept = order[ranks < PER_WORD]
    return rows[kept], np.array(worths)[which[kept]]
