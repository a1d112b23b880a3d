"""From a mail's words to the few records worth weighing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from bot.matching.index import RARE, Index, text_key
from bot.matching.normal import reference_key
from bot.matching.reading import Reading, Sign
from bot.matching.table import Ints
from bot.matching.tables import COMMON, REFERENCE_CUES, STREET_ABBREVIATIONS, nicknames
from bot.matching.vocabulary import EDIT_BITS

KEEP = 60  # records that are weighed for one mail
PER_PAIR = 12  # and at most so many for one pair of words: the rest are its namesakes
WINDOW = 5  # how many places apart the words of a pair may stand
NICK_BITS = 1.5
REAL_WORD_BITS = 3.0  # a "typo" that happens to spell another known word is rarely one
MOST_SINGLE_BITS = EDIT_BITS + 2.0
_SINGLE = 0.6

Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Seen:
    """A vocabulary word that may stand at words `index`..`last` of the mail, at a cost in bits."""

    index: int
    last: int
    cost: float


@dataclass(slots=True)
class Sight:
    """A mail seen through the vocabulary: every vocabulary word that may stand in it, with where."""

    reading: Reading
    seen: dict[str, list[Seen]] = field(default_factory=dict)
    exact: dict[int, list[tuple[str, Sign]]] = field(default_factory=dict)  # row → identifiers found in the mail

    def put(self, word: str, index: int, last: int, cost: float) -> None:
        """Note that `word` may stand there."""
        self.seen.setdefault(word, []).append(Seen(index, last, cost))


def look(reading: Reading, index: Index) -> Sight:
    """See a mail's words through the vocabulary: as written, joined, as nicknames and as misspellings."""
    vocabulary = index.vocabulary
    known, nicks = vocabulary.ids, nicknames()
    sight = Sight(reading)
    words = reading.words
    asked: dict[str, list[tuple[int, int, float]]] = {}
    for i, word in enumerate(words):
        if not word:
            continue
        common = word in COMMON
        if word in known:
            sight.put(word, i, i, 0.0)
        if not common and len(word) >= 4:
            asked.setdefault(word, []).append((i, i, 0.0))
        for other in nicks.get(word, ()):
            if other in known:
                sight.put(other, i, i, NICK_BITS)
        _joined(sight, known, asked, i)
        if len(word) == 1 and reading.capital[i]:
            sight.put("~" + word, i, i, 0.0)
        elif word.isdigit() and len(word) != 5:
            pass
        elif word in STREET_ABBREVIATIONS:
            sight.put(STREET_ABBREVIATIONS[word], i, i, 0.0)
        elif word[0].isdigit() and word[:-1].isdigit() and word[:-1] in known:
            sight.put(word[:-1], i, i, 3.0)
    for word, others in vocabulary.similar(asked).items():
        extra = REAL_WORD_BITS if word in known else 0.0
        for other, cost in others:
            for i, last, more in asked[word]:
                sight.put(other, i, last, cost + more + extra)
    return sight


def _joined(sight: Sight, known: dict[str, int], asked: dict[str, list[tuple[int, int, float]]], i: int) -> None:
    """Words that a space or hyphen divides in the mail but not in the record: Berliner Str., 12 a, Hans Peter."""
    reading = sight.reading
    words = reading.words
    if i + 1 >= len(words) or reading.source[i] != reading.source[i + 1]:
        return
    word, following = words[i], words[i + 1]
    if not following or reading.starts[i + 1] - reading.ends[i] > 2:
        return
    whole = word + following
    if word.isdigit():
        if len(following) == 1 and following.isalpha() and whole in known:
            sight.put(whole, i, i + 1, 0.0)
    elif word.isalpha() and following.isalpha():
        if whole in known:
            sight.put(whole, i, i + 1, 0.0 if following == "strase" else 1.0)
        if following.startswith("stras") or following == "strase":
            asked.setdefault(whole, []).append((i, i + 1, 0.0))


def candidates(sight: Sight, index: Index) -> list[int]:
    """The rows of the records worth weighing."""
    weights: dict[int, float] = {}
    _identified(sight, index)
    rows, gains = _paired(sight, index)
    single_rows, single_gains = _single(sight, index)
    all_rows, all_gains = np.concatenate([rows, single_rows]), np.concatenate([gains, single_gains])
    if len(all_rows):
        unique, inverse = np.unique(all_rows, return_inverse=True)
        totals = np.bincount(inverse, weights=all_gains)
        best = np.argsort(-totals, kind="stable")[:KEEP]
        weights = dict(zip(unique[best].tolist(), totals[best].tolist(), strict=True))
    return [*sight.exact, *(row for row in weights if row not in sight.exact)]


def _identified(sight: Sight, index: Index) -> None:
    keys: list[int] = []
    owners: list[tuple[str, Sign]] = []
    for sign in sight.reading.signs:
        for key in sign.keys:
            keys.append(text_key(key))
            owners.append((key, sign))
            if key.startswith("e:"):
                domain = "d:" + key.rpartition("@")[2]
                keys.append(text_key(domain))
                owners.append((domain, sign))
    for key, sign in _references(sight.reading):
        keys.append(text_key(key))
        owners.append((key, sign))
    for which, row in index.table.get(keys):
        sight.exact.setdefault(row, []).append(owners[which])


def _references(reading: Reading) -> Iterator[tuple[str, Sign]]:
    """Runs of up to four words that could be an external number: with a digit, divided by at most one character."""
    words = reading.words
    covered = [
        (s.source, s.start, s.end) for s in reading.signs if s.keys[0].startswith("p:") and _is_surely_phone(reading, s)
    ]
    numeric = [any(c in "0123456789" for c in word) for word in words]
    for i, word in enumerate(words):
        if not word or not (numeric[i] or (len(word) <= 6 and True in numeric[i + 1 : i + 4])):
            continue
        text = ""
        for j in range(i, min(i + 4, len(words))):
            if j > i:
                gap = reading.between(j - 1)
                if len(gap) != 1 or gap not in " -/.–_":
                    break
            text += reading.sources[reading.source[j]][reading.starts[j] : reading.ends[j]]
            key = reference_key(text)
            if not key or len(key) > 24 or _continues(reading, i, j):
                continue
            source, start, end = reading.source[i], reading.starts[i], reading.ends[j]
            if any(s == source and a < end and start < b for s, a, b in covered):
                continue
            if key.isdigit() and len(key) < 5 and not _cued(reading, i):
                continue
            yield f"r:{key}", Sign((f"r:{key}",), source, start, end, reading.zones[i])


def _is_surely_phone(reading: Reading, sign: Sign) -> bool:
    raw = reading.sources[sign.source][sign.start : sign.end].lstrip(" (")
    return raw.startswith(("+", "00")) or (raw.startswith("0") and sum(map(str.isdigit, raw)) >= 9)


def _continues(reading: Reading, i: int, j: int) -> bool:
    """Whether the run is part of a longer number, such as 2001-001-7."""
    before, after = reading.between(i - 1), reading.between(j)
    words = reading.words
    if before in ("-", "/") and words[i - 1][-1:].isdigit() and words[i][0].isdigit():
        return True
    return after in ("-", "/") and words[j + 1][:1].isdigit() and words[j][-1].isdigit()


def _cued(reading: Reading, i: int) -> bool:
    if any(word in REFERENCE_CUES for word in reading.words[max(0, i - 3) : i]):
        return True
    source, start = reading.sources[reading.source[i]], reading.starts[i]
    return "#" in source[max(0, start - 2) : start]


def _paired(sight: Sight, index: Index) -> tuple[Ints, Floats]:
    known, reading = index.vocabulary.ids, sight.reading
    numbers, places, costs = [], [], []
    for word, spots in sight.seen.items():
        number = known.get(word)
        if number is None:
            continue
        common = word in COMMON
        for spot in spots:
            if common and not reading.capital[spot.index]:
                continue
            numbers.append(number)
            places.append(reading.places[spot.index])
            costs.append(spot.cost)
    empty = np.empty(0, np.int32), np.empty(0, np.float64)
    if len(numbers) < 2:
        return empty
    place = np.array(places)
    order = np.argsort(place, kind="stable")
    place, wanted, cost = place[order], np.array(numbers, np.uint64)[order], np.array(costs)[order]
    reach = np.searchsorted(place, place + WINDOW, side="right") - np.arange(len(place)) - 1
    left = np.repeat(np.arange(len(place)), reach)
    ends = np.cumsum(reach)
    right = left + 1 + np.arange(len(left)) - np.repeat(ends - reach, reach)
    a, b = wanted[left], wanted[right]
    keys = (np.minimum(a, b) << np.uint64(32)) | np.maximum(a, b)
    keys, first = np.unique(keys, return_index=True)
    price = (cost[left] + cost[right])[first]
    which, rows = index.table.find(keys)
    if not len(rows):
        return empty
    count = np.bincount(which, minlength=len(keys))
    gain = index.population - np.log2(count[which]) - price[which]
    _, inverse = np.unique(rows, return_inverse=True)
    totals = np.bincount(inverse, weights=gain)[inverse]
    order = np.lexsort((rows, -totals, which))
    ranks = np.arange(len(order)) - np.searchsorted(which[order], which[order])
    kept = order[ranks < PER_PAIR]
    return rows[kept], gain[kept]


def _single(sight: Sight, index: Index) -> tuple[Ints, Floats]:
    vocabulary = index.vocabulary
    numbers: list[int] = []
    costs: list[float] = []
    for word, spots in sight.seen.items():
        cost = min(spot.cost for spot in spots)
        number = vocabulary.ids.get(word)
        if number is None or word in COMMON or cost > MOST_SINGLE_BITS or not word.isalpha():
            continue
        numbers.append(number)
        costs.append(cost)
    if not numbers:
        return np.empty(0, np.int32), np.empty(0, np.float64)
    keys = np.array(numbers, np.uint64) | np.uint64(0xFFFFFFFF << 32)
    which, rows = index.table.find(keys)
    count = np.bincount(which, minlength=len(keys))
    rare = count[which] <= RARE
    which, rows = which[rare], rows[rare]
    gain = _SINGLE * (index.population - np.log2(np.maximum(count[which], 1))) - np.array(costs)[which]
    return rows, gain
