"""Search as a person types: beginnings of words, typos, a street and number, a number, a part of an address."""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz import fuzz

from bot.matching.index import Index
from bot.matching.normal import words
from bot.records import Category, Record


def search(index: Index, text: str, categories: Collection[Category], limit: int) -> list[Record]:
    """The records that fit what was typed, best first."""
    typed = words(text[:200])
    if not typed:
        return []
    scored: list[tuple[float, Record]] = []
    for record in index.store:
        if record.category not in categories:
            continue
        score = _fit(typed, record)
        if score > 0:
            scored.append((score, record))
    scored.sort(key=lambda pair: (-pair[0], pair[1].ref))
    return [record for _, record in scored[:limit]]


def _fit(typed: list[str], record: Record) -> float:
    fields = " ".join(
        [record.name, record.given_name, record.family_name, record.company, record.reference, record.street,
         record.house_number, record.postal_code, record.city, *record.emails]
    )  # fmt: skip
    having = words(fields)
    total = 0.0
    for word in typed:
        best = 0.0
        for other in having:
            if other == word:
                best = 1.2
            elif other.startswith(word):
                best = max(best, 1.0)
            elif len(word) >= 4:
                best = max(best, fuzz.ratio(word, other, score_cutoff=75) / 125)
        if not best:
            return 0.0
        total += best
    return total
