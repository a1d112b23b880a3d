"""Properties that an address in a mail may mean though it differs: the right street with another number, postcode or
town, another kind of street, a street glued or parted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rapidfuzz.distance import OSA

from bot.matching.columns import pair_key
from bot.matching.described import main_word
from bot.matching.house_numbers import house_number, numbers_agree
from bot.matching.index import Index
from bot.matching.mentions import Mention
from bot.matching.places import NUMBER_BITS, POSTAL_CODE_BITS
from bot.matching.reading import Reading
from bot.matching.spellings import Context, Spellings, glued, spellings, stem
from bot.matching.tables import COMMON, STREET_WORDS
from bot.matching.vocabulary import Role
from bot.matching.weigh import Fit, Form
from bot.matching.words import Field
from bot.records import Category

FEW = 6  # so many properties in one street are few: one of them may be meant whatever the number
_RARE = 120  # records: a word of a street leads to all of them
_MOST_ROWS = 12  # of one mention are weighed
_MOST_SHOWN = 4
_KIND_BITS = 3.0  # Lane for Street
_PREFIX_BITS = 4.0
_OTHER_NUMBER, _OTHER_CODE, _OTHER_TOWN = 3.0, 2.0, 3.0
_ALIKE = 0.4  # of its bits for a number with one digit wrong
_SHARES = (1.0, 0.35, 0.2, 0.1)
_ENOUGH = 0.6  # of the bits that it takes to pick one record must speak for a place
_FAR = 10.0
_LEAST_STEM = 4


def streets(context: Context, mention: Mention) -> Spellings:
    """Every word of a street that the words of a mention may stand for, at its least cost."""
    reading, index = context.reading, context.index
    vocabulary = index.vocabulary
    seen = spellings(context, mention.head)
    glues = [(whole, first, last, 1.0) for whole, first, last in glued(reading, mention.head)]
    for word, first, last, extra in [*((reading.words[k], k, k, 0.0) for k in mention.head), *glues]:
        if not (name := stem(word)):
            continue
        for other, cost in context.meant(name):
            _add(seen, other, first, last, cost + extra + (0.0 if word.endswith(other) else 1.0))
            for kind in STREET_WORDS:
                if other + kind in vocabulary.ids and other + kind != word:
                    _add(seen, other + kind, first, last, cost + extra + _KIND_BITS)
        for kind in STREET_WORDS:
            if name + kind in vocabulary.ids and name + kind != word:
                _add(seen, name + kind, first, last, extra + _KIND_BITS)
    for k in mention.head:  # Tillner Lane, where the record has Tillnerstraße
        word = reading.words[k]
        for kind in STREET_WORDS if len(word) >= _LEAST_STEM else ():
            if word + kind in vocabulary.ids:
                _add(seen, word + kind, k, k, _KIND_BITS)
    found = {word: spot for word, spot in seen.items() if vocabulary.has(Role.STREET, word) and len(word) > 1}
    if all(word in STREET_WORDS or word in COMMON for word in found):
        found |= _beginnings(reading, index, mention)
    return found if any(word not in STREET_WORDS and word not in COMMON for word in found) else {}


def _add(seen: Spellings, word: str, first: int, last: int, cost: float) -> None:
    if word not in seen or cost < seen[word][2]:
        seen[word] = (first, last, cost)


def _beginnings(reading: Reading, index: Index, mention: Mention) -> Spellings:
    """Words of streets that a word begins with, but for a slip: jauncey of jaunceyucourt."""
    found: Spellings = {}
    for k in mention.head:
        word = reading.words[k]
        if len(word) < 2 * _LEAST_STEM:
            continue
        for number in index.postings.beginning(word[:_LEAST_STEM])[:200]:
            other = index.vocabulary.words[number]
            begins = _LEAST_STEM < len(other) < len(word) and OSA.distance(word[: len(other)], other) <= 1
            if begins and index.vocabulary.has(Role.STREET, other):
                _add(found, other, k, k, _PREFIX_BITS)
    return found


def leads(context: Context, mention: Mention, seen: Spellings) -> Iterator[tuple[int, float]]:
    """The keys that lead from a street with a number, a postcode or a town to records, each with its bits."""
    reading, vocabulary = context.reading, context.index.vocabulary
    around = [
        number
        for k in (*mention.numbers, *mention.tail)
        if (number := vocabulary.ids.get(reading.words[k])) is not None
    ]
    for word, (_, _, cost) in seen.items():
        if word not in STREET_WORDS and word not in COMMON:
            worth = vocabulary.bits(Role.STREET, word) - cost + NUMBER_BITS
            for other in around:
                yield pair_key(vocabulary.ids[word], other), worth


def in_rare_streets(index: Index, seen: Spellings) -> dict[int, float]:
    """The rows of all properties in streets that few are in, with the bits of the street."""
    vocabulary, gains = index.vocabulary, dict[int, float]()
    for word, (_, _, cost) in seen.items():
        if word in STREET_WORDS or word in COMMON or vocabulary.having(Role.STREET, word) > _RARE:
            continue
        number, worth = vocabulary.ids[word], vocabulary.bits(Role.STREET, word) - cost
        if vocabulary.frequency[number] <= 3 * _RARE:
            for row in index.store.only(index.postings.rows(number), (Category.PROPERTY,), None).tolist():
                gains[row] = max(worth, gains.get(row, 0.0))
    return gains


def best(context: Context, mention: Mention, seen: Spellings, gains: Mapping[int, float]) -> list[Fit]:
    """The few properties of those rows that a mention may mean, best first."""
    rows = sorted(gains, key=lambda row: (-gains[row], row))[:_MOST_ROWS]
    fits = [fit for row in rows if (fit := _fit(context, mention, seen, row)) is not None]
    return _worth_it(context.index, fits)


def _fit(context: Context, mention: Mention, seen: Spellings, row: int) -> Fit | None:
    index = context.index
    found = index.store.get(row)
    if found is None or found[0].category is not Category.PROPERTY or not found[1].street:
        return None
    record, words = found
    fit = Fit(row, record, words, form=Form.NEAR_PLACE, weak=True)
    main = main_word(words.street)
    if main not in seen:
        return None
    vocabulary = index.vocabulary
    for rank, word in enumerate(
        sorted(words.street, key=lambda word: (word != main, -vocabulary.bits(Role.STREET, word)))
    ):
        worth = vocabulary.bits(Role.STREET, word) * _SHARES[min(rank, 3)]
        fit.total += worth
        spot = seen.get(word)
        if spot is not None and (word == main or spot[0] not in fit.claims):
            fit.use(spot, Field.STREET, word, max(0.5, worth - spot[2]))
        else:
            fit.missing += min(_KIND_BITS, worth) if word in STREET_WORDS else 1.0 + 0.5 * worth
            fit.lost += worth
    if not all(part.record == main or part.record in words.street for part in fit.parts):
        return None
    _number(context.reading, mention, fit)
    _town(context, mention, fit)
    return fit


def _number(reading: Reading, mention: Mention, fit: Fit) -> None:
    """Count the house number, or what stands instead of it."""
    number = fit.words.number
    if not number or not mention.numbers:
        fit.bare = True
        _only_street(fit)
        return
    text = reading.raw(mention.numbers[0], mention.numbers[-1])
    written = house_number(text)
    first, last = mention.numbers[0], mention.numbers[-1]
    agreement = numbers_agree(number, written)
    if agreement >= 0.5:
        fit.use((first, last, 0.0), Field.STREET, number, NUMBER_BITS * agreement)
    else:
        fit.bare = True
        alike = agreement > 0 or OSA.distance(number, written) == 1 or sorted(number) == sorted(written)
        fit.gain += _ALIKE * NUMBER_BITS * alike
        fit.against += _OTHER_NUMBER
        _only_street(fit)


def _only_street(fit: Fit) -> None:
    """Say that nothing but the street agrees."""
    for part in fit.parts:
        if part.field is Field.STREET:
            part.field = Field.NEARBY


def _town(context: Context, mention: Mention, fit: Fit) -> None:
    """Count postcode and town, or against it that others stand there."""
    reading, index = context.reading, context.index
    words, vocabulary = fit.words, index.vocabulary
    for k in mention.tail:
        word = reading.words[k]
        if word[:1].isdigit() and len(word) >= 4 and words.postal_code and k not in fit.claims:
            if word == words.postal_code:
                fit.use((k, k, 0.0), Field.CITY, word, POSTAL_CODE_BITS)
            elif OSA.distance(word, words.postal_code) == 1 or sorted(word) == sorted(words.postal_code):
                fit.gain += _ALIKE * POSTAL_CODE_BITS
            else:
                fit.against += _OTHER_CODE
    agreed = elsewhere = False
    for k in mention.tail:
        for other, cost in context.meant(reading.words[k]):
            if other in words.city and k not in fit.claims:
                worth = vocabulary.bits(Role.CITY, other) * (1.0 if other == words.city[0] else 0.3)
                fit.use((k, k, cost), Field.CITY, other, max(0.5, worth - cost))
                agreed = True
                break
        else:
            elsewhere = elsewhere or vocabulary.has(Role.CITY, reading.words[k])
    if elsewhere and not agreed and words.city:
        fit.against += _OTHER_TOWN
        fit.elsewhere = True


def _worth_it(index: Index, fits: list[Fit]) -> list[Fit]:
    """What is worth showing: a place where more than the street agrees, or one of few in its street."""
    fits.sort(key=lambda fit: (-fit.score, fit.record.ref))
    few = sum(fit.bare for fit in fits) <= FEW
    shown = [
        fit
        for fit in fits
        if fit.score >= _ENOUGH * index.population
        and fit.score > fits[0].score - _FAR
        and (few or not fit.bare or any(part.field is Field.CITY for part in fit.parts))
    ]
    return shown[:_MOST_SHOWN]
