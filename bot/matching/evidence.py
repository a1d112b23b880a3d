"""The reasons for a match, for people: words of the mail beside words of the record."""

from __future__ import annotations

from rapidfuzz import fuzz

from bot.matching.everyday import Meant
from bot.matching.normal import words
from bot.matching.reading import Reading
from bot.matching.weigh import Fit, Part
from bot.matching.words import Evidence, Field
from bot.records import Record

_BEFORE_DOUBTS = 3  # pieces: a card shows a few
_STREETS = frozenset((Field.STREET, Field.NEARBY, Field.ELSEWHERE))


def evidence(fit: Fit, reading: Reading) -> tuple[Evidence, ...]:
    """One piece a field, the strongest first, and what makes the match doubtful behind the first few. The words of one
    field are shown as they stand together in the mail."""
    pieces: list[tuple[float, Evidence]] = []
    by_field: dict[Field, list[Part]] = {}
    for part in fit.parts:
        if part.sign is not None:
            sign = part.sign
            text = reading.sources[sign.source][sign.start : sign.end]
            span = (sign.start, sign.end) if sign.source == reading.body and not reading.changed else None
            similarity = 0.5 if part.record.startswith("@") else 1.0  # only the domain agrees
            pieces.append((part.bits, Evidence(part.field, text, part.record, similarity, span)))
        elif part.first < 0:
            pieces.append((part.bits, Evidence(part.field, "", part.record, 1.0)))
        else:
            elsewhere = fit.elsewhere and part.field is Field.STREET
            by_field.setdefault(Field.ELSEWHERE if elsewhere else part.field, []).append(part)
    for field, parts in by_field.items():
        pieces.append((sum(part.bits for part in parts), _words(field, parts, fit.record, reading)))
    pieces.sort(key=lambda piece: -piece[0])
    found = [piece for _, piece in pieces]
    doubts = (fit.doubted, None if fit.meant is Meant.BY_NAME else Field.EVERYDAY)
    found[_BEFORE_DOUBTS:_BEFORE_DOUBTS] = [Evidence(doubt, "", "", 0.0) for doubt in doubts if doubt]
    return tuple(found)


def _words(field: Field, parts: list[Part], record: Record, reading: Reading) -> Evidence:
    first = min(part.first for part in parts)
    last = max(part.last for part in parts if reading.source[part.last] == reading.source[first])
    shown = _shown(field, record)
    found = " ".join(word for k in range(first, last + 1) if (word := reading.words[k]))
    similarity = 1.0 if field is Field.ALIAS else round(fuzz.token_sort_ratio(found, " ".join(words(shown))) / 100, 3)
    return Evidence(field, " ".join(reading.raw(first, last).split()), shown, similarity, reading.span(first, last))


def _shown(field: Field, record: Record) -> str:
    if field in _STREETS:
        return " ".join(filter(None, (record.street, record.house_number)))
    if field is Field.CITY:
        return " ".join(filter(None, (record.postal_code, record.city)))
    return record.company if field is Field.COMPANY else record.name
