"""A record as matching sees it: the folded words of its fields, its identifiers, and the keys it is found under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.matching.house_numbers import house_number
from bot.matching.normal import WORD, email_keys, fold, phone_key, phone_without_plus, reference_key, sound
from bot.matching.tables import (
    COMMON,
    FREEMAIL,
    JOINED_STREET_WORDS,
    LEGAL_FORMS,
    PARTICLES,
    STREET_ABBREVIATIONS,
    STREET_WORDS,
    TITLES,
)  # fmt: skip
from bot.matching.towns import addition
from bot.matching.vocabulary import Role
from bot.records import Category, Record, RecordRef

PHRASE_ROLES = {
    Category.COMPANY: Role.COMPANY,
    Category.PROPERTY: Role.TITLE,
    Category.DEAL: Role.DEAL,
    Category.OTHER: Role.DEAL,
}
_TELL_NOTHING = LEGAL_FORMS | COMMON
_NO_NAMES = TITLES | PARTICLES
_STREET = frozenset({"strase"})
_STREET_PARTS = JOINED_STREET_WORDS | frozenset(STREET_ABBREVIATIONS)
STREET_ENDINGS = tuple(STREET_WORDS)
_NUMBER_IN_STREET = re.compile(r"^(.*\D)\s+(\d{1,4}\s?[a-zA-Z]?(?:\s?[-–/]\s?\d{1,4}\s?[a-zA-Z]?){0,3})$")


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
    addition: str = ""  # what tells the town from others of its name


def _folded(text: str) -> tuple[str, ...]:
    if text.isalpha():  # the usual case is one word
        word = fold(text)
        return (word,) if word else ()
    return tuple([folded for found in WORD.findall(text) if (folded := fold(found))])


@lru_cache(maxsize=1 << 14)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a person's name that tell something: no titles, no particles (unless nothing else is left)."""
    every = _folded(name)
    return every if len(every) == 1 else tuple([w for w in every if w not in _NO_NAMES]) or every


@lru_cache(maxsize=1 << 12)
def phrase_words(text: str) -> tuple[str, ...]:
    """The words of a company, deal or title that tell something, streets joined to their street word."""
    every = joined_words(text)
    return every if len(every) == 1 else tuple([w for w in every if w not in _TELL_NOTHING]) or every


def legal_forms(record: Record) -> frozenset[str]:
    """The words of a company's name that say what kind of company it is."""
    if record.category is not Category.COMPANY:
        return frozenset()
    return LEGAL_FORMS.intersection(_folded(record.name))


@lru_cache(maxsize=1 << 12)
def street_words(street: str) -> tuple[str, ...]:
    """The words of a street, `Berliner Str.` and `Tillner-Platz` joined to one word as `Bergstraße` is by itself."""
    return joined_words(street, JOINED_STREET_WORDS)


def joined_words(text: str, kinds: frozenset[str] = _STREET) -> tuple[str, ...]:
    """The words of a text, each street word of these kinds joined to the word before it."""
    every = _folded(text)
    if _STREET_PARTS.isdisjoint(every):
        return every
    joined: list[str] = []
    for word in every:
        word = STREET_ABBREVIATIONS.get(word, word) if joined else word
        if word in kinds and joined and joined[-1].isalpha() and len(joined[-1]) > 1 and joined[-1] not in COMMON:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


@lru_cache(maxsize=1 << 14)
def city_words(city: str) -> tuple[str, ...]:
    """The words of a city; what follows a comma (a state) is not part of its name."""
    return tuple([w for w in _folded(city.partition(",")[0]) if w not in COMMON])


def describe(record: Record) -> Described:
    """The words of a record's fields."""
    streets: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    number = postal_code = added = ""
    if record.street or record.house_number:
        street, number = parts_of_street(record)
        streets, number = street_words(street), house_number(number)
    if record.city or record.postal_code:
        cities, postal_code = city_words(record.city), record.postal_code.strip().casefold()
        added = addition(record.city)
    if record.category is not Category.PERSON:
        return Described(
            PHRASE_ROLES[record.category],
            phrase=phrase_words(record.name),
            legal=legal_forms(record),
            street=streets,
            number=number,
            postal_code=postal_code,
            city=cities,
            addition=added,
        )
    given, family = parts_of_name(record)
    return Described(
        given=given_words(given),
        family=name_words(family),
        company=phrase_words(record.company),
        street=streets,
        number=number,
        postal_code=postal_code,
        city=cities,
        addition=added,
    )


def role_of(record: Record) -> Role:
    """What the words of a record's name are."""
    return PHRASE_ROLES.get(record.category, Role.FAMILY)


def parts_of_name(record: Record) -> tuple[str, str]:
    """A person's given name and surname, whichever of the fields they stand in."""
    if record.family_name:
        return record.given_name, record.family_name
    if record.given_name:
        return record.given_name, record.name.removeprefix(record.given_name).strip() or record.name
    return split_name(record.name)


def parts_of_street(record: Record) -> tuple[str, str]:
    """A record's street and house number, also where both stand in the field of the street."""
    street, number = record.street, record.house_number
    if street and not number and (found := _NUMBER_IN_STREET.match(street)):
        street, number = found.groups()
    return street, number


@lru_cache(maxsize=1 << 14)
def given_words(given: str) -> tuple[str, ...]:
    """The words of a given name, and two of them as one, too: Hans-Joachim, Hansjoachim."""
    words = name_words(given) if given else ()
    return words + (("".join(words),) if len(words) == 2 else ())


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


def named(ref: RecordRef) -> str:
    """The text under which a record of this name is found."""
    return f"i:{ref}"


_SEVERAL = re.compile(r"[;,\n\t|]|\boder\b|\bor\b")
_BARE_ADDRESS = re.compile(r"[^\s;,<>()|]+@[^\s;,<>()|@]+")


def _addresses(fields: tuple[str, ...]) -> Iterator[str]:
    """The addresses in fields for one: several with `;` between, or one with a name before it."""
    for text in fields:
        yield from _BARE_ADDRESS.findall(text) or (text,)


def _phones(fields: tuple[str, ...]) -> Iterator[str]:
    """The numbers in fields for one."""
    for text in fields:
        yield from _SEVERAL.split(text) if _SEVERAL.search(text) else (text,)


def identifiers(record: Record, region: str) -> Iterator[str]:
    """The exact strings that lead to a record: `e:` e-mail, `p:` phone, `r:` number, `d:` a company's e-mail domain,
    `k:` a record that the CRM relates it to."""
    for address in _addresses(record.emails):
        for key in email_keys(address):
            yield f"e:{key}"
            domain = key.rpartition("@")[2]
            if record.category is Category.COMPANY and domain not in FREEMAIL:
                yield f"d:{domain}"
    for phone in _phones(record.phones):
        if digits := phone_key(phone, region):
            yield f"p:{digits}"
        if digits := phone_without_plus(phone, region):
            yield f"p:{digits}"
    if record.reference and (key := reference_key(record.reference)):
        yield f"r:{key}"
    for ref in record.related:
        yield f"k:{ref}"


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


@lru_cache(maxsize=1 << 14)
def main_word(street: tuple[str, ...]) -> str:
    """The word of a street that tells most."""
    return max(street, key=lambda w: (w not in STREET_WORDS, w not in COMMON, len(w)))


def main_words(street: str) -> tuple[str, ...]:
    """The word of a street that tells most, if it has any."""
    words = street_words(street)
    return (main_word(words),) if words else ()


def street_alone(street: str) -> tuple[str, ...]:
    """The word by which a street is known without a number: one that can be nothing but a street's name."""
    words = street_words(street)
    if len(words) != 1 or words[0] in STREET_WORDS or not words[0].endswith(STREET_ENDINGS):
        return ()
    return words


def forget_spellings() -> None:
    """Empty the memories of this module and of normalisation, which a whole directory has filled."""
    for remembered in (name_words, phrase_words, street_words, city_words, given_words, main_word, fold, sound):
        remembered.cache_clear()
