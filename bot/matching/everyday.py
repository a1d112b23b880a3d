"""Names made of everyday words (Haus & Garten GmbH, Open House Ltd): whether a mail means them or just says so."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files

from bot.matching.described import STREET_ENDINGS
from bot.matching.normal import words as folded_words
from bot.matching.reading import Reading
from bot.matching.signs import Zone
from bot.matching.tables import COMMON, LEGAL_FORMS, STREET_WORDS

_LEAST_HEAD, _LEAST_TAIL = 3, 4  # letters of the parts of a compound
_LINKING = ("", "s", "n", "en", "er", "es")  # between the parts: Leben-s-raum
_ENOUGH = 3  # everyday words in a row, spelt as the record has them, are no accident in a title or a deal
_AND = frozenset({"und", "and", "u"})
_COMPANY_CUES = frozenset({"firma", "fa", "firm", "company", "mesrs", "unternehmen", "betrieb", "arbeitgeber"})
_TITLE_CUES = frozenset({
    "objekt", "immobilie", "anzeige", "inserat", "expose", "angebot", "titel", "objekttitel", "property", "listing",
    "advert", "title", "deal", "projekt", "project", "vorgang", "mandat", "betreff", "betrift", "regarding",
})  # fmt: skip
# Legal forms that are words or letters of their own: only behind a company that has them.
_AMBIGUOUS_FORMS = frozenset({
    "as", "ab", "sa", "se", "e", "k", "v", "co", "company", "ges", "gesellschaft", "limited", "stiftung", "sp", "spa",
    "mb", "cie", "oy", "zo", "incorporated", "corporation",
})  # fmt: skip
_ENDS = ".,;:!?\n()/"
_OPENING, _CLOSING = "„“\"»«‚‘'”›‹", "“”\"«»‘’'›‹"
_BEHIND_A_CUE = " .:\t*|" + _OPENING


class Meant(IntEnum):
    """How surely a mail means a name and not just its words."""

    IN_PASSING = 0
    AS_WRITTEN = 1  # spelt just as the record has it: something else must say that it is meant
    BY_NAME = 2


NOT_MEANT = {Meant.IN_PASSING: 20.0, Meant.AS_WRITTEN: 5.5, Meant.BY_NAME: 0.0}  # bits against the name


@lru_cache(maxsize=1)
def everyday_words() -> Mapping[str, frozenset[str]]:
    """Language (`de`, `en`) → its everyday words, folded; made by `benchmarks/everyday_words.py`."""
    table: dict[str, dict[str, str]] = json.loads(files("bot.matching").joinpath("everyday.json").read_text("utf-8"))
    return {
        language: frozenset(word for line in lines.values() for word in line.split())
        for language, lines in table.items()
    }


@lru_cache(maxsize=1 << 14)
def is_everyday(word: str) -> bool:
    """Whether a folded word is an everyday one, or put together of two as in German: Traumhaus, Lebensraum."""
    return word in COMMON or any(word in words for words in everyday_words().values()) or is_compound(word)


@lru_cache(maxsize=1 << 14)
def is_compound(word: str) -> bool:
    """Whether a folded word that is none itself is put together of two everyday words of German."""
    known = everyday_words()["de"]
    if not word.isalpha() or word in known or (word.endswith(STREET_ENDINGS) and word not in STREET_WORDS):
        return False
    for cut in range(_LEAST_HEAD, len(word) - _LEAST_TAIL + 1):
        head, tail = word[:cut], word[cut:]
        if tail in known and any(
            head.endswith(link) and len(head) - len(link) >= _LEAST_HEAD and head.removesuffix(link) in known
            for link in _LINKING
        ):
            return True
    return False


@lru_cache(maxsize=1 << 14)
def all_everyday(phrase: tuple[str, ...]) -> bool:
    """Whether all words of a name are everyday words."""
    return all(map(is_everyday, phrase))


def company_meant(reading: Reading, found: Collection[int], name: str, legal: frozenset[str], *, whole: bool) -> Meant:
    """Whether a mail means the company of this name, whose words stand at the places `found`; `whole` says whether all
    of them do, as they are spelt.

    It is meant by its legal form, behind a word such as "Firma", and as the whole name of a sender or recipient.
    """
    first, last = min(found), max(found)
    if reading.source[first] != reading.source[last]:
        return Meant.IN_PASSING
    if _legal_form_follows(reading, found, name, legal):
        return Meant.BY_NAME
    if not _in_a_row(reading, found, name) or _greets(reading, first, last):
        return Meant.IN_PASSING
    if not _capitals(reading, found, name):
        return Meant.AS_WRITTEN if len(found) >= _ENOUGH else Meant.IN_PASSING
    named = whole and (_behind(reading, first, _COMPANY_CUES) or _whole_name_of_a_person(reading, first, last))
    return Meant.BY_NAME if named else Meant.AS_WRITTEN


def title_meant(reading: Reading, found: Collection[int], name: str, *, whole: bool) -> Meant:
    """Whether a mail means the property or deal of this name, as for a company: in quotation marks, behind a word such
    as "Objekt:", or in so many words."""
    first, last = min(found), max(found)
    if reading.source[first] != reading.source[last]:
        return Meant.IN_PASSING
    if _quoted(reading, first, last):
        return Meant.BY_NAME
    if not _in_a_row(reading, found, name):
        return Meant.IN_PASSING
    if not _capitals(reading, found, name):
        return Meant.AS_WRITTEN if len(found) >= _ENOUGH else Meant.IN_PASSING
    named = whole and (len(found) >= _ENOUGH or _behind(reading, first, _TITLE_CUES))
    return Meant.BY_NAME if named else Meant.AS_WRITTEN


def as_stored(reading: Reading, first: int, last: int, name: str) -> bool:
    """Whether these words stand in a mail just as they stand in a name: in a row, with the same capitals and signs."""
    if reading.source[first] != reading.source[last]:
        return False
    return " ".join(reading.raw(first, last).split()) in " ".join(name.split())


def _in_a_row(reading: Reading, found: Collection[int], name: str) -> bool:
    """Whether the words stand in a row: no other word between them, and no sentence ends."""
    first, last = min(found), max(found)
    small = _AND | COMMON.intersection(folded_words(name))
    if any(k not in found and reading.words[k] not in small for k in range(first, last + 1)):
        return False
    return not any(mark in reading.between(k) and mark not in name for k in range(first, last) for mark in _ENDS)


def _capitals(reading: Reading, found: Collection[int], name: str) -> bool:
    """Whether the words have capitals where those of the name have."""
    small = {word for part in name.split() if part[0].islower() for word in folded_words(part)} | COMMON
    return all(reading.capital[k] or reading.words[k] in small for k in found)


def _legal_form_follows(reading: Reading, found: Collection[int], name: str, legal: frozenset[str]) -> bool:
    """Whether a legal form stands right behind the name, and nothing in the name that ends a sentence."""
    first, last = min(found), max(found)
    words, k = reading.words, last + 1
    if (
        k >= len(words)
        or reading.source[k] != reading.source[last]
        or reading.between(last).strip(" ,") not in ("", "\n")
    ):
        return False
    if any(mark in reading.between(j) for j in range(first, last) for mark in ".;:!?"):
        return False
    if words[k] in LEGAL_FORMS and words[k] not in _AMBIGUOUS_FORMS:
        return True
    if words[k] not in legal:
        return False
    wholly = len(legal) > 1 and legal.issubset(words[k : k + len(legal)])  # e. K.
    return wholly or (reading.capital[k] and _capitals(reading, found, name))


def _greets(reading: Reading, first: int, last: int) -> bool:
    """Whether the words are a line of their own that ends like a greeting: "Good Morning," """
    begins = "\n" in reading.between(first - 1)
    return begins and reading.zones[first] is Zone.TEXT and reading.between(last)[:1] in (",", "!")


def _behind(reading: Reading, first: int, cues: frozenset[str]) -> bool:
    """Whether a word that announces a name stands right before it."""
    gap = reading.between(first - 1)
    return (
        first > 0
        and reading.words[first - 1] in cues
        and reading.source[first - 1] == reading.source[first]
        and gap.count("\n") <= 1
        and not gap.replace("\n", "").strip(_BEHIND_A_CUE)
    )


def _whole_name_of_a_person(reading: Reading, first: int, last: int) -> bool:
    """Whether a sender or recipient is called so, and nothing else but a legal form is in their name."""
    if reading.zones[first] not in (Zone.SENDER, Zone.RECIPIENT):
        return False
    source = reading.source[first]
    if "@" in reading.sources[source]:
        return False  # read out of an address
    return all(
        first <= k <= last or word in LEGAL_FORMS or word in COMMON
        for k, word in enumerate(reading.words)
        if reading.source[k] == source
    )


def _quoted(reading: Reading, first: int, last: int) -> bool:
    text = reading.sources[reading.source[first]]
    start, end = reading.starts[first], reading.ends[last]
    if start == 0 or end == len(text):
        return False
    return text[start - 1] in _OPENING and text[end] in _CLOSING
