"""Search as a person types: beginnings of words, typos, a street and number, a number, a part of an address."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
from rapidfuzz import fuzz

from bot.matching.described import Described, street_words
from bot.matching.index import Index
from bot.matching.keys import Ints, text_keys
from bot.matching.normal import email_keys, phone_key, reference_key, words
from bot.records import Category, Record

_MOST_TYPED = 200  # characters that are looked at
_MOST_WORDS = 300  # vocabulary words that one beginning stands for
_MOST_ROWS = 100  # records that are compared with what was typed
_MOST_IN_PART = 60  # records in whose identifiers what was typed stands
_MOST_GATHERED = 20_000  # records that have a typed word
_FEW = 60
_PART = re.compile(r"[@\d]")
_LEAST_ALIKE = 75  # percent
_LEAST_FUZZY = 4  # letters


def search(
    index: Index, text: str, categories: Collection[Category], limit: int, vendor: str | None = None
) -> list[Record]:
    """The records of these categories (and of this vendor) that fit what was typed, best first."""
    text = text[:_MOST_TYPED].strip()
    typed = list(street_words(text))
    if not typed:
        return []
    exact = set(_identified(index, text))
    rows = dict.fromkeys(index.store.only(np.array([*exact], np.int32), categories, vendor).tolist())
    rows |= dict.fromkeys(_having(index, typed, categories, vendor, max(_MOST_ROWS, limit)))
    scored: list[tuple[float, Record]] = []
    for row in rows:
        found = index.store.get(row)
        if found is None:
            continue
        score = 100.0 if row in exact else _fit(typed, *found)
        if score:
            scored.append((score, found[0]))
    scored.sort(key=lambda pair: (-pair[0], len(pair[1].name), pair[1].ref))
    return [record for _, record in scored[:limit]]


def _identified(index: Index, text: str) -> list[int]:
    """Rows with this e-mail address, phone or external number, whole or in part."""
    keys = [f"e:{key}" for key in email_keys(text)]
    if (phone := phone_key(text, index.region)) and len(phone) >= 7:
        keys.append(f"p:{phone}")
    if reference := reference_key(text):
        keys.append(f"r:{reference}")
    found = [row for _, row in index.exact.get(text_keys(keys))]
    if not found and len(text) >= 3 and " " not in text and _PART.search(text):
        found = index.store.containing(text, _MOST_IN_PART)
    return found


def _having(
    index: Index, typed: list[str], categories: Collection[Category], vendor: str | None, most: int
) -> list[int]:
    """Rows that have all typed words, or else the rarest of them."""
    groups = [group for word in typed if len(group := _rows(index, word))]
    if not groups:
        return []
    groups.sort(key=len)
    both = index.store.only(groups[0], categories, vendor)
    for group in groups[1:]:
        if len(both) <= _FEW:
            break  # few enough to be compared one by one
        narrowed = both[np.isin(both, group)]
        if len(narrowed):
            both = narrowed
    return list(dict.fromkeys(both[: 4 * most].tolist()))[:most]


def _rows(index: Index, word: str) -> Ints:
    """Rows of records that have a word, words that begin so, or words that it may be a slip of."""
    known = index.vocabulary.ids
    alike = [known[word]] if word in known else []
    alike += index.postings.beginning(word)[:_MOST_WORDS]
    if not alike or len(word) >= _LEAST_FUZZY:
        alike += [known[other] for other, _ in index.meanings.learn([word])[word] if other in known]
    return index.postings.having(list(dict.fromkeys(alike)), _MOST_GATHERED)


def _fit(typed: list[str], record: Record, described: Described) -> float:
    """How well all typed words fit a record, its own name and address better than the rest; 0 if one does not."""
    rest = (record.company, record.reference, record.postal_code, record.city, *record.emails)
    own = {*words(record.name), *words(record.street), *described.given, *described.family, *described.street}
    own.add(described.number)
    other = set(words(" ".join(rest))) - own
    total = 0.0
    for word in typed:
        best = 1.3 if word == described.number else max(_alike(word, own), 0.8 * _alike(word, other))
        if not best:
            return 0.0
        total += best
    return total


def _alike(word: str, having: Collection[str]) -> float:
    """1.2 for the same word among these, 1 for the beginning of one, less for a typo, 0 for none."""
    if word in having:
        return 1.2
    if any(other.startswith(word) for other in having):
        return 1.0
    if len(word) < _LEAST_FUZZY:
        return 0.0
    return max((fuzz.ratio(word, other, score_cutoff=_LEAST_ALIKE) for other in having), default=0.0) / 125
