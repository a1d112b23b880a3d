"""The matcher: a directory of records, held in memory, and the question which of them a mail mentions."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable

from bot.matching.decide import decide
from bot.matching.described import name_words
from bot.matching.evidence import evidence
from bot.matching.find import candidates, look
from bot.matching.index import Index
from bot.matching.leftover import leftover
from bot.matching.normal import email_keys
from bot.matching.reading import read
from bot.matching.scale import weigh
from bot.matching.search import search
from bot.matching.words import MailWords, Match, Thresholds
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
        self._index = Index.build(records, region)
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
        fits = [fit for fit in weigh(sight, index, candidates(sight, index)) if not self._own(fit.record)]
        return [
            Match(v.fit.record.ref, v.fit.record.name, v.fit.record.category, round(v.probability, 4), v.selected,
                  evidence(v.fit, reading))
            for v in decide(fits, index.population, self._thresholds, limit)
        ]  # fmt: skip

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
            if self._index.outgrown:
                self._index = Index.build(self._index.store, self._region)

    def _own(self, record: Record) -> bool:
        if any(key in self._staff_addresses for email in record.emails for key in email_keys(email)):
            return True
        return record.category is Category.PERSON and name_words(record.name) in self._staff_names


def unmatched(mail: MailWords, matches: Iterable[Match]) -> list[str]:
    """Words of a mail that look like a person or a property and matched nothing, for the person to search."""
    return leftover(mail, matches)
