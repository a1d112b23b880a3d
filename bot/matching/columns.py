"""Records read in bulk: each field becomes a column of numbers, from which all keys are made by array operations.

A directory repeats itself: a million records have a few thousand given names, streets and towns. Each spelling is
folded once, whatever number of records has it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from bot.matching.described import (
    PHRASE_ROLES,
    city_words,
    given_words,
    identifiers,
    main_words,
    name_words,
    named,
    parts_of_name,
    parts_of_street,
    phrase_words,
    role_of,
    street_alone,
    street_words,
)
from bot.matching.house_numbers import house_number
from bot.matching.keys import Ints, Keys, text_keys
from bot.matching.vocabulary import Role, Vocabulary
from bot.records import Category, Record

WORD_KEYS = np.uint64(0xFFFFFFFF << 32)  # keys of single words have these bits; no pair of words has them
STREET_KEYS = np.uint64(0xFFFFFFFE << 32)  # and those of streets without a number these
WHOLE_KEYS = np.uint64(1 << 63)  # keys of the first and the last word of a whole name have this bit

_MANY = 30_000  # spellings that are remembered from batch to batch
_Rows = npt.NDArray[np.int64]
Keyed = tuple[npt.NDArray[np.signedinteger], Keys]  # rows and their keys


class Spellings(dict[str, int]):
    """Spelling of one field → number of its list of vocabulary words, one list a facet; "" has none and is 0."""

    def __init__(self, vocabulary: Vocabulary, *facets: Callable[[str], tuple[str, ...]]) -> None:
        self._ids = vocabulary.ids_of
        self._facets = facets
        self.forget()

    def __missing__(self, spelling: str) -> int:
        for facet, (flat, ends) in zip(self._facets, self._lists, strict=True):
            flat.extend(self._ids(facet(spelling)))
            ends.append(len(flat))
        number = self[spelling] = len(self)
        return number

    def forget(self) -> None:
        """Begin anew."""
        self.clear()
        self._lists = [(array("i"), array("i", [0, 0])) for _ in self._facets]
        self[""] = 0

    def words(self, lists: Ints, facet: int = 0) -> Words:
        """The words of many rows, of which `lists` has the number of each one's list."""
        flat, ends = map(ints, self._lists[facet])
        starts = ends[lists]
        counts = (ends[lists + 1] - starts).astype(np.int64)
        rows = np.arange(len(lists)).repeat(counts)
        ranks = np.arange(len(rows)) - (counts.cumsum() - counts)[rows]
        return Words(rows, flat[starts[rows] + ranks], ranks, counts)


class Fields:
    """The spellings of all fields, kept from batch to batch while they are not too many."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.given = Spellings(vocabulary, given_words, _initial)
        self.family = Spellings(vocabulary, name_words)
        self.phrase = self.employer = Spellings(vocabulary, phrase_words)
        self.street = Spellings(vocabulary, street_words, main_words, street_alone)
        self.number = Spellings(vocabulary, _number, _number_begins)
        self.code = Spellings(vocabulary, _code)
        self.city = Spellings(vocabulary, city_words)
        self.all = (self.given, self.family, self.employer, self.phrase, self.street, self.number, self.code, self.city)

    def tidy(self) -> None:
        """Between two batches."""
        for spellings in self.all:
            if len(spellings) > _MANY:
                spellings.forget()


class Words:
    """Words of many rows, flat: the row, the word's number, and which word of its row it is."""

    def __init__(self, rows: _Rows, numbers: Ints, ranks: _Rows, counts: _Rows) -> None:
        self.rows, self.numbers, self.ranks, self.counts = rows, numbers, ranks, counts

    def first(self, most: int) -> Words:
        """Only the first words of each row."""
        kept = self.ranks < most
        return Words(self.rows[kept], self.numbers[kept], self.ranks[kept], np.minimum(self.counts, most))

    def where(self, rows: npt.NDArray[np.bool_]) -> Words:
        """Only the words of some rows."""
        kept = rows[self.rows]
        return Words(self.rows[kept], self.numbers[kept], self.ranks[kept], self.counts * rows)

    def with_all(self, other: Words, *, itself: bool = True) -> Keyed:
        """The keys of each word of a row with each word of the same row in another column."""
        repeats = other.counts[self.rows]
        rows = self.rows.repeat(repeats)
        starts = (other.counts.cumsum() - other.counts)[self.rows]
        within = np.arange(len(rows)) - (repeats.cumsum() - repeats).repeat(repeats)
        one, two = self.numbers.repeat(repeats), other.numbers[starts.repeat(repeats) + within]
        if not itself:
            differ = one != two
            rows, one, two = rows[differ], one[differ], two[differ]
        return rows, pair_keys(one, two)

    def ends(self) -> Keyed:
        """The keys of the first word of each row with the last one, where it has several."""
        several = self.counts[self.rows] > 1
        first, last = several & (self.ranks == 0), several & (self.ranks == self.counts[self.rows] - 1)
        return self.rows[first], pair_keys(self.numbers[first], self.numbers[last]) | WHOLE_KEYS

    def with_following(self, distance: int) -> Keyed:
        """The keys of each word with the one so many further on in the same row."""
        same = self.rows[:-distance] == self.rows[distance:]
        keys = pair_keys(self.numbers[:-distance][same], self.numbers[distance:][same])
        return self.rows[:-distance][same], keys


def pair_keys(one: Ints, other: Ints) -> Keys:
    """The keys of pairs of vocabulary words, in either order."""
    low, high = np.minimum(one, other).astype(np.uint64), np.maximum(one, other).astype(np.uint64)
    return (low << np.uint64(32)) | high


def pair_key(one: int, other: int) -> int:
    """The key of one pair."""
    return (one << 32) | other if one < other else (other << 32) | one


def ints(values: array[int]) -> Ints:
    """An array of 32-bit integers as numpy sees it; not copied."""
    return np.frombuffer(values, np.int32) if values else np.empty(0, np.int32)


_ROLES = (Role.GIVEN, Role.FAMILY, Role.EMPLOYER, None, Role.STREET, None, None, Role.CITY)  # of `Fields.all`
_PHRASE = 3


class Columns:
    """A batch of records. Rows are counted from the batch's own beginning."""

    def __init__(self, fields: Fields, region: str) -> None:
        self._fields = fields
        self._region = region
        self._lists = array("i")  # of each row, of each field: the number of its list of words
        self._roles, self._is_property = array("b"), array("b")
        self._names: list[str] = []
        self._identifiers: list[str] = []
        self._identified = array("i")
        self.reference_lengths: set[int] = set()

    def __len__(self) -> int:
        return len(self._roles)

    def add(self, record: Record) -> None:
        """One more row."""
        row = len(self._roles)
        fields = self._fields
        given = family = employer = phrase = street = number = code = city = 0
        if record.category is Category.PERSON:
            first, last = parts_of_name(record)
            given, family, employer = fields.given[first], fields.family[last], fields.employer[record.company]
        else:
            phrase = fields.phrase[record.name]
        if record.street or record.city or record.postal_code or record.house_number:
            road, house = parts_of_street(record)
            street, number = fields.street[road], fields.number[house]
            code, city = fields.code[record.postal_code], fields.city[record.city]
        lists = (given, family, employer, phrase, street, number, code, city)
        self._lists.extend(lists)
        self._names.append(named(record.ref))
        for text in identifiers(record, self._region):
            self._identifiers.append(text)
            self._identified.append(row)
            if text[0] == "r":
                self.reference_lengths.add(len(text) - 2)
        self._roles.append(role_of(record))
        self._is_property.append(record.category is Category.PROPERTY)

    def names(self) -> Keys:
        """By row: the key of the record's name across all CRMs."""
        return text_keys(self._names)

    def exact(self) -> Keyed:
        """The keys of identifiers, with those of the records' names."""
        rows = np.concatenate([np.arange(len(self), dtype=np.int32), ints(self._identified)])
        return rows, np.concatenate([self.names(), text_keys(self._identifiers)])

    def pairs(self) -> Keyed:
        """The keys of pairs of words that lead to a record when they stand near each other, and of words that may
        lead to one on their own."""
        given, initial, family, employer = (self._words(i, f) for i, f in ((0, 0), (0, 1), (1, 0), (2, 0)))
        phrase, street, main, alone = (self._words(i, f) for i, f in ((3, 0), (4, 0), (4, 1), (4, 2)))
        number, code, city = (self._words(i, f) for i, f in ((5, 1), (6, 0), (7, 0)))
        found = [
            family.with_all(given),
            family.with_all(initial),
            family.with_all(employer.first(3)),
            family.first(2).with_following(1),
            main.with_all(number),
            main.with_all(code),
            main.with_all(city.first(2)),
            main.with_all(street, itself=False),
            phrase.with_following(1),
            phrase.with_following(2),
            phrase.ends(),
        ]
        found += [
            (words.rows, words.numbers.astype(np.uint64) | kind)
            for words, kind in (
                (family, WORD_KEYS),
                (phrase.where(~self._roles_are(Role.TITLE)), WORD_KEYS),
                (alone.where(self._property()), STREET_KEYS),
            )
        ]
        return np.concatenate([rows for rows, _ in found]).astype(np.int32), np.concatenate([k for _, k in found])

    def searchable(self) -> tuple[Ints, Ints]:
        """Rows, and the numbers of all words by which a person may search for them."""
        every = [self._words(i) for i in range(len(self._fields.all))]
        rows = np.concatenate([words.rows for words in every]).astype(np.int32)
        return rows, np.concatenate([words.numbers for words in every])

    def counted(self) -> Iterator[tuple[Role, Ints, int]]:
        """For each role the numbers of all words in it, and how many records have it."""
        for i, role in enumerate(_ROLES):
            if role is not None:
                words = self._words(i)
                yield role, words.numbers, int((words.counts > 0).sum())
        phrase = self._words(_PHRASE)
        for role in sorted(set(PHRASE_ROLES.values())):
            words = phrase.where(self._roles_are(role))
            yield role, words.numbers, int((words.counts > 0).sum())

    def lengths(self) -> npt.NDArray[np.uint8]:
        """By row: how many words the name of a company or deal has, 0 for others."""
        counts = np.minimum(255, self._words(_PHRASE).counts)
        return np.where(self._roles_are(Role.TITLE), 0, counts).astype(np.uint8)

    def _words(self, field: int, facet: int = 0) -> Words:
        fields = self._fields.all
        return fields[field].words(ints(self._lists)[field :: len(fields)], facet)

    def _roles_are(self, role: Role) -> npt.NDArray[np.bool_]:
        roles = np.frombuffer(self._roles, np.int8)
        return np.asarray(roles == role)

    def _property(self) -> npt.NDArray[np.bool_]:
        return np.frombuffer(self._is_property, np.bool_)


def _initial(given: str) -> tuple[str, ...]:
    return tuple("~" + word[0] for word in given_words(given)[:1])


def _number(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (house_number(text),)))


def _number_begins(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (house_number(text).partition("-")[0],)))


def _code(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (text.strip().casefold(),)))
