"""How else the directory may spell the words of a name: glued or parted, with other particles, as a short form."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.matching.index import Index
from bot.matching.leads import Spot
from bot.matching.meanings import NICK_BITS, Meaning
from bot.matching.normal import sound
from bot.matching.reading import Reading
from bot.matching.signs import Zone
from bot.matching.tables import STREET_WORDS, names_of_short_forms, short_forms
from bot.matching.vocabulary import EDIT_BITS, SOUND_BITS

GLUED_BITS = 1.0
PARTICLE_BITS = 2.0
LOOSE_NICK_BITS = 3.0
_MOST_GLUED = 3  # words
_MOST_SENDER = 8
_LEAST = 4  # letters of a name without its particle
_PREFIXES = (
    "vonder", "vonden", "vanden", "vander", "vande", "von", "vom", "van", "della", "delle", "delas", "delos", "dela",
    "del", "des", "dos", "das", "de", "di", "da", "do", "du", "las", "los", "les", "la", "le", "abdul", "abdel",
    "abdal", "abd", "abu", "el", "al", "bin", "ibn", "ben", "ter", "ten", "zum", "zur", "zer", "zu", "mac", "mc",
    "santa", "saint", "san", "st", "o", "d",
)  # fmt: skip
_PARTED = re.compile(rf"(?:{'|'.join(_PREFIXES)})(.{{{_LEAST},}})")
_KINDS = tuple(sorted(STREET_WORDS, key=len, reverse=True))
_LONG = 8  # letters of a street that is glued to its kind
_PET = re.compile(r"(?:chen|lein|ie|ey|ee|y|i|er?l|o|a)$")
_IE = re.compile(r"(?:ie|ey|ee|y)$")


@dataclass(frozen=True, slots=True)
class Context:
    """A mail, the index, and what the words of the mail may mean."""

    reading: Reading
    index: Index
    meanings: Mapping[str, Meaning]

    def meant(self, word: str) -> Meaning:
        """The vocabulary words that a word may stand for; itself alone where no more was worked out."""
        known = self.meanings.get(word)
        if known is None:
            return ((word, 0.0),) if word in self.index.vocabulary.ids else ()
        return known


Spellings = dict[str, Spot]  # vocabulary word → the words of the mail (first, last) that it may be, and the cost


def glued(reading: Reading, words: Sequence[int]) -> Iterator[tuple[str, int, int]]:
    """Two and three neighbouring words as one: El Amrani, Zein El Dine."""
    for i, first in enumerate(words):
        whole = reading.words[first]
        for last in words[i + 1 : i + _MOST_GLUED]:
            whole += reading.words[last]
            if len(whole) >= _LEAST + 1:
                yield whole, first, last


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """A street's name without its kind: tillner of tillnerstrase; "" if it has none."""
    for kind in _KINDS:
        if word.endswith(kind) and len(word) - len(kind) >= _LEAST - 1:
            return word[: -len(kind)]
    return ""


def more_words(reading: Reading, known: Container[str]) -> list[str]:
    """What is to be understood as if it stood in the mail: the words of the sender's name glued, and without a glued
    particle; unknown streets without their kind."""
    count = 0
    while count < len(reading.zones) and reading.zones[count] is Zone.SENDER and count < _MOST_SENDER:
        count += 1
    found = [whole for whole, _, _ in glued(reading, range(count))]
    found += [rest for word in reading.words[:count] if (rest := parted(word))]
    streets = [word for word in reading.words if len(word) >= _LONG and word not in known and word.endswith(_KINDS)]
    return found + list(filter(None, map(stem, streets)))


@lru_cache(maxsize=1 << 14)
def parted(word: str) -> str:
    """A name without the particle glued to its front: amrani of elamrani; "" if none is."""
    found = _PARTED.fullmatch(word)
    return found[1] if found else ""


def spellings(context: Context, words: Sequence[int]) -> Spellings:
    """Every vocabulary word that the words of a name may stand for, at its least cost.

    Glued and parted words are taken for misspelt ones where their meanings were worked out: see `more_words`.
    """
    reading, meant = context.reading, context.meant
    found: Spellings = {}

    def add(other: str, first: int, last: int, cost: float) -> None:
        known = found.get(other)
        if known is None or cost < known[2]:
            found[other] = (first, last, cost)

    for k in words:
        word = reading.words[k]
        for other, cost in meant(word):
            add(other, k, k, cost)
        if rest := parted(word):
            for other, cost in meant(rest):
                add(other, k, k, cost + PARTICLE_BITS)
    for whole, first, last in glued(reading, words):
        for other, cost in meant(whole):
            add(other, first, last, cost + GLUED_BITS)
        if rest := parted(whole):
            for other, cost in meant(rest):
                if cost <= EDIT_BITS:
                    add(other, first, last, cost + GLUED_BITS + PARTICLE_BITS)
    return found


@lru_cache(maxsize=1)
def _loose() -> dict[str, frozenset[str]]:
    """Given names and short forms of the table → the forms they may stand for, whatever way the ending is spelt."""
    table: dict[str, set[str]] = {}
    for name, others in short_forms().items():
        table.setdefault(_ending(name), set()).update(map(_ending, others))
    return {name: frozenset(others) for name, others in table.items()}


@lru_cache(maxsize=1 << 14)
def _ending(name: str) -> str:
    """A name with one spelling of its diminutive ending: Gerty, Gertie."""
    return _IE.sub("i", name) if len(name) > 3 else name


@lru_cache(maxsize=1 << 12)
def full_forms(name: str) -> tuple[str, ...]:
    """The given names that a short form may stand for."""
    forms = short_forms()
    return tuple(dict.fromkeys([*forms.get(name, ()), *forms.get(_ending(name), ())]))


def is_short_form(name: str) -> bool:
    """Whether the tables have a name as a short form, or as one that has short forms."""
    return _ending(name) in _loose()


@lru_cache(maxsize=1 << 14)
def given_cost(written: str, given: str) -> float | None:
    """The bits that it costs to take a written given name for another: a short form, a slip; None if it is neither."""
    if written == given:
        return 0.0
    one, other = _ending(written), _ending(given)
    if one == other:
        return NICK_BITS
    if other in _loose().get(one, ()):
        return NICK_BITS
    if len(written) == 1 or len(given) == 1:
        return LOOSE_NICK_BITS if written[0] == given[0] else None
    if _short_form(one, other) or _short_form(other, one):
        return LOOSE_NICK_BITS
    names = names_of_short_forms()
    if not names.get(written, _NONE).isdisjoint(names.get(given, _NONE)):
        return LOOSE_NICK_BITS + NICK_BITS  # two short forms of one name
    if len(written) > 3 and sound(written) == sound(given):
        return SOUND_BITS
    most = 1 if min(len(written), len(given)) <= 5 else 2 if min(len(written), len(given)) <= 8 else 3
    edits = OSA.distance(written, given, score_cutoff=most)
    return EDIT_BITS * edits if edits <= most and min(len(written), len(given)) > 2 else None


_NONE: frozenset[str] = frozenset()


def _short_form(short: str, full: str) -> bool:
    """Whether one name is the beginning of another, or its end, but for a diminutive ending: Gerty, Bert, Steffi."""
    stem = _PET.sub("", short)
    if len(stem) < 3 or len(full) <= len(stem):
        return False
    return full.startswith(stem) or (len(stem) > 3 and full.endswith((stem, stem + "e", stem + "a")))
