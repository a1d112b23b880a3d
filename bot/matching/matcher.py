"""The matcher: a directory of records, held in memory, and the question which of them a mail mentions."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from bot.matching.aliases import Aliases
from bot.matching.decide import Verdict, decide, suggest
from bot.matching.described import name_words
from bot.matching.evidence import evidence
from bot.matching.find import candidates, look
from bot.matching.index import Index
from bot.matching.namesakes import doubt_namesakes
from bot.matching.normal import email_keys
from bot.matching.passages import may_tick
from bot.matching.reading import read
from bot.matching.rivals import left_out
from bot.matching.saved import load, save
from bot.matching.scale import weigh
from bot.matching.search import search
from bot.matching.second_look import second_look
from bot.matching.weigh import Fit
from bot.matching.words import MailWords, Match, Selection
from bot.records import Category, Record, RecordRef

DEFAULT = Selection()


class Matcher:
    """Finds the records that a mail mentions. Any number of threads may ask while one updates.

    `staff` are addresses and names of own people, who are never matched as the customer; `region` is the country (two
    letters) whose national phone numbers the mails use; `selection` says when a match is ticked. `aliases` are what
    people taught: normalised phrase (`alias_key`) → record → how often; see `teach`.
    """

    def __init__(
        self,
        records: Iterable[Record] | Index,
        staff: Iterable[str] = (),
        region: str = "DE",
        selection: Selection = DEFAULT,
        aliases: Mapping[str, Mapping[RecordRef, int]] | None = None,
    ) -> None:
        self._region = region
        self._selection = selection
        own = list(staff)
        self._staff_addresses = frozenset(key for entry in own if "@" in entry for key in email_keys(entry))
        self._staff_names = tuple(name_words(entry) for entry in own if "@" not in entry)
        self._aliases = Aliases(aliases or {})
        self._index = records if isinstance(records, Index) else Index.build(records, region)
        self._writing = threading.Lock()

    @classmethod
    def load(
        cls,
        folder: Path,
        staff: Iterable[str] = (),
        region: str = "DE",
        selection: Selection = DEFAULT,
        aliases: Mapping[str, Mapping[RecordRef, int]] | None = None,
    ) -> tuple[Matcher, str]:
        """The matcher that was saved in a folder, and the note saved with it; it starts at once.

        Raises UnusableIndexError where the folder has none, a damaged one, or one of an earlier version or for another
        region: then build the matcher from the records and save it again.
        """
        index, note = load(folder, region)
        return cls(index, staff, region, selection, aliases), note

    def save(self, folder: Path, note: str = "") -> None:
        """Write the index to a folder for `load`, replacing what is there all at once, with a note for the caller
        (such as up to when its records are those of the database). Staff and aliases are not saved. Raises OSError."""
        with self._writing:
            self._renew(only_if=self._index.store.changed)
            save(self._index, folder, note)

    def __len__(self) -> int:
        return len(self._index)

    def get(self, ref: RecordRef) -> Record | None:
        """The record of this name, if the directory has it."""
        return self._index.get(ref)

    def match(self, mail: MailWords, limit: int = 20) -> list[Match]:
        """The records that a mail mentions, best first. Never raises for any text."""
        index = self._index
        addresses, names = self._own_people(mail)
        reading = read(mail, addresses, names, self._region)
        sight = look(reading, index, self._aliases, mail.thread)

        def others(fits: list[Fit]) -> list[Fit]:
            return [fit for fit in fits if not _is_one_of(fit.record, addresses, names)]

        def decided(rows: list[int]) -> list[Verdict]:
            fits = others(weigh(sight, index, rows))
            doubt_namesakes(fits, mail, sight, own=addresses, region=self._region)
            return decide(fits, index.population, self._selection, limit)

        rows = candidates(sight, index)
        shown = decided(rows)
        if rivals := left_out(sight.paired, shown, rows):
            shown = decided([*rows, *rivals])
        shown = suggest(shown, others(second_look(sight, index, shown)), index.population, limit)
        return [
            Match(v.fit.record.ref, v.fit.record.name, v.fit.record.category, round(v.probability, 4),
                  v.selected and may_tick(v.fit, mail.ticks, reading), evidence(v.fit, reading))
            for v in shown
        ]  # fmt: skip

    def search(
        self, text: str, categories: Collection[Category], limit: int = 20, vendor: str | None = None
    ) -> list[Record]:
        """Records for what a person types: beginnings of words, typos, an address, a number. Best first.

        `vendor` leaves out the other CRMs' records before they are counted: two CRMs may have many namesakes.
        """
        return search(self._index, text, categories, limit, vendor)

    def update(self, records: Iterable[Record], vanished: Iterable[RecordRef] = ()) -> None:
        """Take in new and changed records and forget vanished ones; readers see each change at once."""
        with self._writing:
            for record in records:
                self._index.put(record)
            for ref in vanished:
                self._index.drop(ref)
            self._renew(only_if=self._index.outgrown)

    def teach(self, aliases: Mapping[str, Mapping[RecordRef, int]]) -> None:
        """Replace all aliases by these; the next mail is matched with them."""
        self._aliases = Aliases(aliases)

    def _renew(self, *, only_if: bool) -> None:
        if only_if:
            self._index = Index.build(self._index.store, self._region)

    def _own_people(self, mail: MailWords) -> tuple[frozenset[str], tuple[tuple[str, ...], ...]]:
        """The addresses and names of staff and of those who forwarded the mail."""
        if not mail.forwarders:
            return self._staff_addresses, self._staff_names
        keys = {key for _, address in mail.forwarders for key in email_keys(address)}
        names = tuple(name_words(name) for name, _ in mail.forwarders if name)
        return self._staff_addresses | keys, self._staff_names + names


def _is_one_of(record: Record, addresses: frozenset[str], names: tuple[tuple[str, ...], ...]) -> bool:
    if addresses and any(key in addresses for email in record.emails for key in email_keys(email)):
        return True
    return bool(names) and record.category is Category.PERSON and name_words(record.name) in names
