"""The matcher: a directory of records, held in memory, and the question which of them a mail mentions."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable

from rapidfuzz import fuzz

from bot.matching.decide import Verdict, decide
from bot.matching.described import name_words
from bot.matching.find import candidates, look
from bot.matching.index import Index
from bot.matching.leftover import leftover
from bot.matching.normal import email_keys, words
from bot.matching.reading import Reading, read
from bot.matching.search import search
from bot.matching.weigh import Fit, Part, Scale
from bot.matching.words import Evidence, Field, MailWords, Match, Thresholds
from bot.records import Category, Record, RecordRef

DEFAULT = Thresholds()


class Matcher:
    """Finds the records that a mail mentions. Any number of threads may ask while one updates.

    `staff` are addresses and names of own people, who are never matched as the customer; `region` is the country (two
    letters) whose national phone numbers the mails use.
    """

    def __init__(
        self,
        records: Iterable[Record],
        staff: Iterable[str] = (),
        region: str = "DE",
        thresholds: Thresholds = DEFAULT,
    ) -> None:
        self._region = region
        self._thresholds = thresholds
        self._staff_addresses: frozenset[str] = frozenset()
        self._staff_names: tuple[tuple[str, ...], ...] = ()
        own = list(staff)
        self._staff_addresses = frozenset(key for entry in own if "@" in entry for key in email_keys(entry))
        self._staff_names = tuple(name_words(entry) for entry in own if "@" not in entry)
        self._index = Index(records, region)
        self._writing = threading.Lock()

    def __len__(self) -> int:
        return len(self._index)

    def get(self, ref: RecordRef) -> Record | None:
        """The record of this name, if the directory has it."""
        return self._index.get(ref)

    def match(self, mail: MailWords, limit: int = 20) -> list[Match]:
        """The records that a mail mentions, best first. Never raises for any text."""
        index = self._index
        reading = read(mail, self._staff_addresses, self._staff_names, self._region)
        sight = look(reading, index)
        scale = Scale(sight, index)
        fits = [fit for row in candidates(sight, index) if (fit := scale.weigh(row)) and not self._own(fit.record)]
        self._relate(fits)
        verdicts = decide([fit for fit in fits if fit.score > 0], index.population, self._thresholds, limit)
        return [_match(verdict, reading) for verdict in verdicts]

    def search(self, text: str, categories: Collection[Category], limit: int = 20) -> list[Record]:
        """Records for what a person types: beginnings of words, typos, an address, a number. Best first."""
        return search(self._index, text, categories, limit)

    def update(self, records: Iterable[Record], vanished: Iterable[RecordRef] = ()) -> None:
        """Take in new and changed records and forget vanished ones; readers see each change at once."""
        with self._writing:
            for record in records:
                self._index.put(record)
            for ref in vanished:
                self._index.drop(ref)

    def _own(self, record: Record) -> bool:
        if any(key in self._staff_addresses for email in record.emails for key in email_keys(email)):
            return True
        return record.category is Category.PERSON and name_words(record.name) in self._staff_names

    def _relate(self, fits: list[Fit]) -> None:
        """Records that the CRM relates to each other lift each other when a mail mentions both."""
        by_ref = {fit.record.ref: fit for fit in fits}
        related: set[tuple[RecordRef, RecordRef]] = set()
        for fit in fits:
            for ref in fit.record.related:
                if ref in by_ref and (ref, fit.record.ref) not in related:
                    related.add((fit.record.ref, ref))
        for one, other in related:
            for fit, partner in ((by_ref[one], by_ref[other]), (by_ref[other], by_ref[one])):
                if partner.score > 8.0:
                    fit.exact += 6.0
                    fit.weak = False
                    fit.parts.append(Part(Field.RELATED, -1, -1, partner.record.name, 6.0))


def unmatched(mail: MailWords, matches: Iterable[Match]) -> list[str]:
    """Words of a mail that look like a person or a property and matched nothing, for the person to search."""
    return leftover(mail, matches)


def _match(verdict: Verdict, reading: Reading) -> Match:
    fit = verdict.fit
    record = fit.record
    return Match(
        record.ref,
        record.name,
        record.category,
        round(verdict.probability, 4),
        verdict.selected,
        _evidence(fit, reading),
    )


def _evidence(fit: Fit, reading: Reading) -> tuple[Evidence, ...]:
    """Parts of one field are shown as one piece of evidence, the strongest field first."""
    pieces: list[tuple[float, Evidence]] = []
    record = fit.record
    by_field: dict[Field, list[Part]] = {}
    for part in fit.parts:
        if part.sign is not None:
            sign = part.sign
            text = reading.sources[sign.source][sign.start : sign.end]
            span = (sign.start, sign.end) if sign.source == reading.body else None
            exact = 1.0 if not part.record.startswith("@") else 0.5
            pieces.append((part.bits, Evidence(part.field, text, part.record, exact, span)))
        elif part.first < 0:
            pieces.append((part.bits, Evidence(part.field, "", part.record, 1.0)))
        else:
            by_field.setdefault(part.field, []).append(part)
    for kind, parts in by_field.items():
        first, last = min(p.first for p in parts), max(p.last for p in parts)
        if reading.source[first] != reading.source[last]:
            last = max(p.last for p in parts if reading.source[p.last] == reading.source[first])
        shown = _record_text(kind, record)
        similarity = fuzz.token_sort_ratio(" ".join(reading.words[first : last + 1]), " ".join(words(shown))) / 100
        text = " ".join(reading.raw(first, last).split())
        pieces.append(
            (sum(p.bits for p in parts), Evidence(kind, text, shown, round(similarity, 3), reading.span(first, last)))
        )
    pieces.sort(key=lambda piece: -piece[0])
    return tuple(piece for _, piece in pieces)


def _record_text(kind: Field, record: Record) -> str:
    if kind is Field.STREET:
        return " ".join(filter(None, (record.street, record.house_number)))
    if kind is Field.CITY:
        return " ".join(filter(None, (record.postal_code, record.city)))
    if kind is Field.COMPANY:
        return record.company
    return record.name
