"""A mail as matching sees it: its words in order with where they stand, and the addresses and numbers in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate, compress, count
from operator import not_

from bot.matching.normal import EMAIL, PHONE, WORD, email_keys, fold, phone_key, phone_without_plus, unescaped
from bot.matching.signs import Sign, Zone
from bot.matching.tables import PARTICLES, SALUTATIONS, TITLES
from bot.matching.words import MailWords, Passage
from bot.matching.zones import zone_at, zones_of

MAX_TEXT = 100_000  # characters of a text that are read; a mail's people and properties stand before that
_WORDS_AND_GAPS = re.compile(f"({WORD.pattern})")
_CUT = "e-mail"  # stands for an e-mail address
_NO_WORD = ("", False, "")  # marks that are no letters
_SENTENCE_ENDS = frozenset(".!?;:")
_GAP = 12  # distance in places between parts whose words have nothing to do with each other
_DIGITS = re.compile(r"\d[\d \t\u00a0()/.–-]{5,40}")  # where a phone number may be


@dataclass(slots=True)
class Reading:
    """The words of a mail in parallel lists: `places` counts words with gaps between parts.

    `plain` has, for words whose folding drops letters (Keduel → kedul), the word with them.
    """

    sources: list[str] = field(default_factory=list)
    body: int = -1  # which of the sources is the mail's text
    changed: bool = False  # whether that text was changed to be read: its places are not those of the mail
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)  # what stands before a word; a line break where a source begins
    places: list[int] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    capital: list[bool] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    plain: dict[str, str] = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()
    addressed: set[int] = field(default_factory=set)  # words after "Herr", "Mrs.", …, titles and particles skipped
    numeric: list[int] = field(default_factory=list)  # words (indices) that are not of letters only

    def raw(self, first: int, last: int) -> str:
        """The mail's own spelling of the words `first`..`last` (indices, inclusive), which stand in one source."""
        return self.sources[self.source[first]][self.starts[first] : self.ends[last]]

    def between(self, i: int) -> str:
        """What stands between word `i` and the next; a line break between sources, before the first and after the last
        word."""
        return self.gaps[i + 1] if i + 1 < len(self.gaps) else "\n"

    def gap(self, i: int) -> int:
        """How many characters stand between word `i` and the next; many between sources."""
        return len(self.gaps[i + 1]) if self.source[i] == self.source[i + 1] else 99

    def where(self, word: str) -> list[int]:
        """The indices of a folded word."""
        return [i for i, other in enumerate(self.words) if other == word]

    def among(self, some: Collection[str]) -> list[int]:
        """The indices of the words that are among some."""
        return list(compress(count(), map(some.__contains__, self.words)))

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """Where these words stand in the mail's text; None for headers."""
        if self.changed or self.source[first] != self.body or self.source[last] != self.body:
            return None
        return self.starts[first], self.ends[last]


def read(
    mail: MailWords, staff_addresses: frozenset[str], staff_names: Iterable[tuple[str, ...]], region: str
) -> Reading:
    """Split a mail into words and signs. Names and addresses of staff are left out."""
    reading = Reading()
    place = 0
    people = [(mail.sender_name, mail.sender_address, Zone.SENDER)]
    people += [(name, address, Zone.SENDER) for name, address in mail.reply_to]
    for name, address, zone in people:
        place = _read_person(reading, name, address, zone, place, staff_addresses)
    place = _read_text(reading, unescaped(mail.subject[:2000]), Zone.SUBJECT, place, region, staff_addresses)
    reading.body = len(reading.sources)
    original = mail.text[:MAX_TEXT]
    text, reading.passages = unescaped(original), mail.passages
    if text != original:
        reading.changed, reading.passages = True, tuple(_moved(passage, original) for passage in mail.passages)
    place = _read_text(reading, text, Zone.TEXT, place, region, staff_addresses)
    for name, address in mail.recipients[:50]:
        place = _read_person(reading, name, address, Zone.RECIPIENT, place, staff_addresses)
    _mask(reading, staff_names)
    _address(reading)
    words = reading.words
    reading.numeric = [i for i in compress(count(), map(not_, map(str.isalpha, words))) if words[i]]
    return reading


def _moved(passage: Passage, text: str) -> Passage:
    """Where a passage of a text stands once its entities are letters."""
    return replace(passage, start=len(unescaped(text[: passage.start])), end=len(unescaped(text[: passage.end])))


def _address(reading: Reading) -> None:
    words = reading.words
    senders = next((i for i, zone in enumerate(reading.zones) if zone is not Zone.SENDER), len(words))
    for i in range(senders):
        if reading.between(i)[:1] in ("\n", ","):
            reading.addressed.add(i)  # the surname of the sender
    for i in reading.among(SALUTATIONS):
        while i + 1 < len(words) and (words[i + 1] in TITLES or words[i + 1] in PARTICLES):
            i += 1
        reading.addressed.add(i + 1)


def _read_person(reading: Reading, name: str, address: str, zone: Zone, place: int, staff: frozenset[str]) -> int:
    keys = email_keys(address)
    if staff.intersection(keys):
        return place
    source = len(reading.sources)
    reading.sources.append(address)
    if keys:
        reading.signs.append(Sign(tuple(f"e:{k}" for k in keys), source, 0, len(address), zone))
    if "@" in name:
        name = ""
    if not name and keys:  # an address without a name often spells it: max.mustermann@…
        domain = address.rfind("@")
        return _add_words(reading, source, address[:domain], [(0, zone)], place, all_capital=True) + _GAP
    name = unescaped(name)
    reading.sources.append(name)
    return _add_words(reading, source + 1, name[:300], [(0, zone)], place, all_capital=name.islower()) + _GAP


def _read_text(reading: Reading, text: str, zone: Zone, place: int, region: str, staff: frozenset[str]) -> int:
    """The words of a text and the signs in it; what is part of an e-mail address is no word."""
    source, signs = len(reading.sources), reading.signs
    reading.sources.append(text)
    lines = text.splitlines(keepends=True)
    zones: list[tuple[int, Zone]] = zones_of(lines) if zone is Zone.TEXT else [(0, zone)]
    cuts: list[tuple[int, int]] = []
    offset = 0
    for line in lines if "@" in text else ():
        if "@" in line:
            for found in EMAIL.finditer(line):
                start, end = offset + found.start(), offset + found.end()
                keys = email_keys(found.group())
                if keys and not staff.intersection(keys):
                    signs.append(Sign(tuple(f"e:{k}" for k in keys), source, start, end, zone_at(zones, start)))
                cuts.append((start, end))
        offset += len(line)
    read_until = 0
    for digits in _DIGITS.finditer(text):
        for found in PHONE.finditer(text, max(read_until, digits.start() - 2), digits.end() + 2):
            start, read_until = found.span()
            number = found.group()
            if 7 <= sum(map(str.isdigit, number)) <= 16 and (key := phone_key(number, region)):
                signs.append(Sign((f"p:{key}",), source, start, read_until, zone_at(zones, start)))
                if perhaps := phone_without_plus(number, region):
                    signs.append(Sign((f"u:{perhaps}",), source, start, read_until, zone_at(zones, start)))
    return _add_words(reading, source, text, zones, place, text.islower(), cuts) + _GAP


def _add_words(
    reading: Reading, source: int, text: str, zones: list[tuple[int, Zone]], place: int, all_capital: bool = False,
    cuts: Iterable[tuple[int, int]] = (),
) -> int:  # fmt: skip
    """Append the words of a text, without what is cut out of it; returns the next free place."""
    parts = _WORDS_AND_GAPS.split(text)
    raw, gaps = parts[1::2], parts[::2]
    borders = list(accumulate(map(len, parts)))
    starts, ends = borders[:-1:2], borders[1::2]
    cut: list[int] = []  # the words before which something was cut out
    for start, end in cuts:
        i, j = bisect_left(starts, start), bisect_left(starts, end)
        del raw[i:j], starts[i:j], ends[i:j], gaps[i:j]
        gaps[i] = _CUT
        cut.append(i)
    seen = list(map(_seen, raw))
    if dropped := _NO_WORD in seen:
        kept = [i for i, word in enumerate(seen) if word is not _NO_WORD]
        seen, gaps = [seen[i] for i in kept], [gaps[i] for i in kept]
        starts, ends = [starts[i] for i in kept], [ends[i] for i in kept]
    if not seen:
        return place
    folded, capital, plain = zip(*seen, strict=True)
    reading.words += folded
    reading.starts += starts
    reading.ends += ends
    reading.capital += [True] * len(seen) if all_capital else capital
    reading.source += [source] * len(seen)
    changes = [0, *[bisect_left(starts, start) for start, _ in zones[1:]], len(starts)]
    for (_, zone), first, last in zip(zones, changes, changes[1:], strict=False):
        reading.zones += [zone] * (last - first)
    for word, begins_large, letters in compress(seen, plain):
        if all_capital or begins_large:
            reading.plain.setdefault(word, letters)
    del gaps[len(seen) :]
    places = list(accumulate(map(_step, gaps), initial=place - 1))
    reading.places += places[1:]
    if dropped:
        gaps = [text[end:start] for end, start in zip([0, *ends], starts, strict=False)]
    elif cut:
        for i in cut:
            if 0 < i < len(gaps):
                gaps[i] = text[ends[i - 1] : starts[i]]
    gaps[0] = "\n"
    reading.gaps += gaps
    return places[-1] + 1


@lru_cache(maxsize=1 << 15)
def _seen(word: str) -> tuple[str, bool, str]:
    """A word folded, whether it begins with a capital letter or a digit and, where folding drops letters, it with
    them. Mails repeat their words."""
    folded = fold(word)
    if not folded:
        return _NO_WORD
    plain = len(word) > len(folded) and word.isascii() and word.isalpha()
    return folded, not word[0].islower(), word.lower() if plain else ""


@lru_cache(maxsize=1 << 12)
def _step(gap: str) -> int:
    """How many places from one word to the next, for what is between them: 1 for neighbours."""
    lines = gap.count("\n")
    if lines:
        return 2 + _GAP * (lines - 1)
    if gap == _CUT:
        return 3
    return 1 + (gap[-2:-1] in _SENTENCE_ENDS)


def _mask(reading: Reading, names: Iterable[tuple[str, ...]]) -> None:
    """Blank the words of own people's names, so that they lead nowhere."""
    words = reading.words
    for name in names:
        if len(name) < 2:
            continue
        for order in (name, name[::-1]):
            for i in _occurrences(words, order):
                words[i : i + len(order)] = [""] * len(order)


def _occurrences(words: list[str], name: tuple[str, ...]) -> Iterator[int]:
    i = -1
    while True:
        try:
            i = words.index(name[0], i + 1)
        except ValueError:
            return
        if tuple(words[i : i + len(name)]) == name:
            yield i
