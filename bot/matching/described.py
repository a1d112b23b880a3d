"""A record as matching sees it: the folded words of its fields, its identifiers, and the keys it is found under."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.matching.normal import WORD, email_keys, fold, phone_key, reference_key
from bot.matching.tables import (
    COMMON,
    FREEMAIL,
    LEGAL_FORMS,
    PARTICLES,
    STREET_ABBREVIATIONS,
    STREET_WORDS,
    TITLES,
)  # fmt: skip
from bot.matching.vocabulary import Role
from bot.records import Category, Record

PHRASE_ROLES = {
    Category.COMPANY: Role.COMPANY,
    Category.PROPERTY: Role.TITLE,
    Category.DEAL: Role.DEAL,
    Category.OTHER: Role.DEAL,
}
_NUMBER_IN_STREET = re.compile(r"^(.*\D)\s+(\d{1,4}\s?[a-zA-Z]?(?:\s?[-–/]\s?\d{1,4}\s?[a-zA-Z]?)?)$")


@dataclass(slots=True)
class Described:
    """The folded words of a record. `phrase` is the name of anything that is not a person, without legal form."""

    role: Role = Role.FAMILY  # of the words of `phrase`
    given: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    legal: frozenset[str] = frozenset()
    street: tuple[str, ...] = ()
    number: str = ""
    postal_code: str = ""
    city: tuple[str, ...] = ()


@lru_cache(maxsize=1 << 14)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a person's name that tell something: no titles, no particles (unless nothing else is left)."""
    every = [w for found in WORD.findall(name) if (w := fold(found))]
    return tuple(w for w in every if w not in TITLES and w not in PARTICLES) or tuple(every)


@lru_cache(maxsize=1 << 14)
def phrase_words(text: str) -> tuple[str, ...]:
    """The words of a company, deal or title that tell something, streets joined to their street word."""
    every = street_words(text)
    return tuple(w for w in every if w not in LEGAL_FORMS and w not in COMMON) or every


def legal_forms(record: Record) -> frozenset[str]:
    """The words of a company's name that say what kind of company it is."""
    if record.category is not Category.COMPANY:
        return frozenset()
    return LEGAL_FORMS.intersection(fold(found) for found in WORD.findall(record.name))


@lru_cache(maxsize=1 << 14)
def street_words(street: str) -> tuple[str, ...]:
    """The words of a street, `Berliner Str.` joined to one word as `Bergstraße` is by itself."""
    joined: list[str] = []
    for found in WORD.findall(street):
        word = fold(found)
        if not word:
            continue
        word = STREET_ABBREVIATIONS.get(word, word) if joined else word
        if word == "strase" and joined and joined[-1].isalpha():
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


@lru_cache(maxsize=1 << 14)
def city_words(city: str) -> tuple[str, ...]:
    """The words of a city; what follows a comma (a state) is not part of its name."""
    return tuple(w for found in WORD.findall(city.split(",")[0]) if (w := fold(found)) and w not in COMMON)


_HOUSE_NUMBER = re.compile(r"(\d{1,5})\s?([a-zA-Z](?![a-zA-Z]))?(?:\s?[-–/+]\s?(\d{1,5})\s?([a-zA-Z](?![a-zA-Z]))?)?")


def house_number(text: str) -> str:
    """The first house number in a text, as `12a` or `12-16`; "" if there is none."""
    found = _HOUSE_NUMBER.search(text)
    if not found:
        return ""
    number, letter, end, end_letter = (part or "" for part in found.groups())
    first = number.lstrip("0") + letter.lower()
    return f"{first}-{end}{end_letter.lower()}" if end else first


def numbers_agree(record: str, written: str) -> float:
    """1 for the same house number, less where a range or a letter leaves doubt, 0 for another number."""
    if record == written:
        return 1.0
    one, other = record.split("-"), written.split("-")
    if one[0] == other[0] and (len(one) == 1 or len(other) == 1):
        return 0.8  # one end of a range
    if len(one) + len(other) == 3:  # a range and a number
        ends, number = (one, other[0]) if len(one) == 2 else (other, one[0])
        if all(end.isdigit() for end in (*ends, number)):
            return 0.6 if int(number) in range(int(ends[0]), int(ends[1]) + 1, 2) else 0.0  # one side of the street
        return 0.0
    if len(one) == len(other) == 1 and (record.isdigit() or written.isdigit()):
        return 0.3 if re.sub("[a-z]$", "", record) == re.sub("[a-z]$", "", written) else 0.0
    return 0.0


def describe(record: Record) -> Described:
    """The words of a record's fields."""
    street, number = record.street, record.house_number
    if street and not number and (found := _NUMBER_IN_STREET.match(street)):
        street, number = found.groups()
    number, postal_code = house_number(number), record.postal_code.strip().casefold()
    streets, cities = street_words(street), city_words(record.city)
    if record.category is not Category.PERSON:
        return Described(
            PHRASE_ROLES[record.category],
            phrase=phrase_words(record.name),
            legal=legal_forms(record),
            street=streets,
            number=number,
            postal_code=postal_code,
            city=cities,
        )
    given, family = record.given_name, record.family_name
    if not family:
        given, family = split_name(record.name) if not given else (given, record.name)
    first = name_words(given) if given else ()
    return Described(
        given=first + (("".join(first),) if len(first) == 2 else ()),
        family=tuple(w for w in name_words(family) if given or w not in first),
        company=phrase_words(record.company) if record.company else (),
        street=streets,
        number=number,
        postal_code=postal_code,
        city=cities,
    )


def split_name(name: str) -> tuple[str, str]:
    """A full name as (given, family): at the comma if there is one, else before the last word and its particles."""
    if "," in name:
        family, given = name.split(",", 1)
        return given.strip(), family.strip()
    parts = name.split()
    cut = len(parts) - 1
    while cut > 1 and fold(parts[cut - 1].strip(".")) in PARTICLES:
        cut -= 1
    return " ".join(parts[:cut]), " ".join(parts[cut:])


def identifiers(record: Record, region: str) -> Iterator[str]:
    """The exact strings that lead to a record: `e:` e-mail, `p:` phone, `r:` number, `d:` a company's e-mail domain,
    `k:` a record that the CRM relates it to."""
    for address in record.emails:
        for key in email_keys(address):
            yield f"e:{key}"
            domain = key.rpartition("@")[2]
            if record.category is Category.COMPANY and domain not in FREEMAIL:
                yield f"d:{domain}"
    for phone in record.phones:
        if digits := phone_key(phone, region):
            yield f"p:{digits}"
    if record.reference and (key := reference_key(record.reference)):
        yield f"r:{key}"
    for ref in record.related:
        yield f"k:{ref}"


@lru_cache(maxsize=1 << 14)
def main_word(street: tuple[str, ...]) -> str:
    """The word of a street that tells most."""
    return max(street, key=lambda w: (w not in COMMON, w not in STREET_WORDS, len(w)))


def roles(words: Described) -> Iterator[tuple[Role, tuple[str, ...]]]:
    """The words of a record by their role, for counting."""
    if words.given:
        yield Role.GIVEN, words.given
    if words.family:
        yield Role.FAMILY, words.family
    if words.company:
        yield Role.EMPLOYER, words.company
    if words.street:
        yield Role.STREET, words.street
    if words.city:
        yield Role.CITY, words.city
    if words.phrase:
        yield words.role, words.phrase


def leading(words: Described) -> Iterator[tuple[str, ...]]:
    """The words that may lead to a record on their own: a surname, or a rare word of a company's or a deal's name."""
    if words.family:
        yield words.family
    if words.phrase and words.role is not Role.TITLE:
        yield words.phrase


def street_alone(record: Record, words: Described) -> str:
    """The word by which a property's street is known without a number: one that can be nothing but a street's name."""
    if record.category is not Category.PROPERTY or len(words.street) != 1:
        return ""
    (word,) = words.street
    return word if word not in STREET_WORDS and any(word.endswith(ending) for ending in STREET_WORDS) else ""


def searchable(words: Described) -> tuple[str, ...]:
    """All words by which a person may search for a record."""
    numbers = tuple(word for word in (words.number, words.postal_code) if word)
    return words.given + words.family + words.company + words.phrase + words.street + words.city + numbers


def pair_keys(words: Described, ids: Callable[[tuple[str, ...]], tuple[int, ...]]) -> Iterator[int]:
    """The keys of the pairs of words that lead to a record when they stand near each other.

    `ids` gives the numbers of words. The initial of a given name is the word `~a`.
    """
    if words.family:
        family = ids(words.family)
        family_and = (*ids(words.given), *ids(("~" + words.given[0][0],))) if words.given else ()
        if words.company:
            family_and += ids(words.company)[:3]
        for one in family:
            for other in family_and:
                yield one << 32 | other if one < other else other << 32 | one
        if len(family) > 1:
            yield pair_key(family[0], family[1])
    if words.street:
        main = ids((main_word(words.street),))[0]
        near = tuple(word for word in (words.number.partition("-")[0], words.postal_code) if word)
        for other in (*ids(near), *ids(words.city)[:2], *ids(words.street)):
            if other != main:
                yield pair_key(main, other)
    if len(words.phrase) > 1:
        phrase = ids(words.phrase)
        for one, other in itertools.pairwise(phrase):
            yield pair_key(one, other)
        for one, other in zip(phrase, phrase[2:], strict=False):
            yield pair_key(one, other)


def pair_key(one: int, other: int) -> int:
    """The key of two vocabulary words in either order."""
    return one << 32 | other if one < other else other << 32 | one
