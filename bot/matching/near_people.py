"""People whom a name in a mail may mean though theirs is spelt otherwise: short forms, half of a double surname, a
glued particle, another given name in a family of a rare surname."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA

from bot.matching.columns import WORD_KEYS, pair_key
from bot.matching.glued_names import given_in, parted_names
from bot.matching.index import Index
from bot.matching.leads import Spot
from bot.matching.meanings import NICK_BITS
from bot.matching.mentions import Mention
from bot.matching.spellings import GLUED_BITS, Context, Spellings, full_forms, given_cost
from bot.matching.tables import COMMON, COMMON_SURNAMES, PARTICLES
from bot.matching.vocabulary import EDIT_BITS, NEVER, Role
from bot.matching.weigh import Fit, Form
from bot.matching.words import Field
from bot.records import Category

FAMILY, FAMILY_IN_TEXT = 8, 3  # so many records of one surname are shown for a name with another given name
_RARE_GIVEN = 25  # records
_MOST_ALIKE = 200  # words that begin like one of the mail
_LEAST_SLIP = 5  # letters of a surname that may be badly misspelt
_MOST_ROWS = 8  # of one mention are weighed
_MOST_SHOWN = 5
_INITIAL_BITS = 3.5
_WORD_KEYS = int(WORD_KEYS)
_ABSENT = 0.25  # of its worth counts against a word of the surname that is not written
_MOST_ABSENT = 3.0
_OTHER_GIVEN = 4.0
_NO_GIVEN = 1.0
_SURE = 2.0
_ENOUGH, _ENOUGH_TWO = 0.7, 0.5  # of the bits that it takes to pick one record must speak for a name
_FAR = 7.0  # bits behind the best of a mention
_LEAST_LETTERS = 3


def leads(context: Context, mention: Mention, seen: Spellings) -> Iterator[tuple[int, float]]:
    """The keys that lead from a mention to people, each with the bits that speak for them. Adds surnames to `seen` that
    only a given name beside them makes likely."""
    reading, vocabulary = context.reading, context.index.vocabulary
    ids, having, bits = vocabulary.ids, vocabulary.having, vocabulary.bits
    given: list[tuple[str, Spot]] | None = None
    few = FAMILY if mention.sure else FAMILY_IN_TEXT
    for word, (first, last, cost) in seen.items():
        count = having(Role.FAMILY, word)
        if not count or len(word) < _LEAST_LETTERS or word[0] == "~":
            continue
        worth = bits(Role.FAMILY, word) - cost
        if worth <= 0:
            continue
        number = ids[word]
        if count <= few:
            yield number | _WORD_KEYS, worth
            continue
        if given is None:
            given = [(name, spot) for name, spot in seen.items() if having(Role.GIVEN, name)]
        for name, (i, j, price) in given:
            if i > last or j < first:
                yield pair_key(number, ids[name]), worth + bits(Role.GIVEN, name) - price
        for k in mention.head:
            written = reading.words[k]
            if first <= k <= last or written in PARTICLES:
                continue
            for name in ("~" + written[:1], *full_forms(written)):
                if name in ids:
                    yield pair_key(number, ids[name]), worth + _INITIAL_BITS
    if not mention.sure:
        return
    for k in mention.head:
        for name, family in parted_names(vocabulary, reading.words[k]):
            seen.setdefault(family, (k, k, GLUED_BITS))
            yield pair_key(ids[family], ids[name]), bits(Role.FAMILY, family) + bits(Role.GIVEN, name) - GLUED_BITS
    if given is None:
        given = [(name, spot) for name, spot in seen.items() if having(Role.GIVEN, name)]
    named = [(name, spot) for name, spot in given if spot[2] <= NICK_BITS]
    for word, (first, last, cost) in alike_surnames(context, mention).items() if named else ():
        if word in seen:
            continue
        for name, (i, j, price) in named:
            if i > last or j < first:
                seen.setdefault(word, (first, last, cost))
                yield pair_key(ids[word], ids[name]), bits(Role.FAMILY, word) + bits(Role.GIVEN, name) - cost - price


def alike_surnames(context: Context, mention: Mention) -> Spellings:
    """Surnames that begin like a word of the name and differ from it in more than a slip: Rya for Ryan, Hylhd for
    Hyland. They are worth a look only beside the right given name."""
    vocabulary, found = context.index.vocabulary, Spellings()
    for k in mention.head:
        word = context.reading.words[k]
        if not len(word) >= _LEAST_LETTERS or vocabulary.having(Role.GIVEN, word) > vocabulary.having(
            Role.FAMILY, word
        ):
            continue
        begin = word[: 2 if len(word) < _LEAST_SLIP else 3]
        most = max(1, len(word) // 2 - (len(word) > _LEAST_SLIP))
        for number in context.index.postings.beginning(begin)[:_MOST_ALIKE]:
            other = vocabulary.words[number]
            if abs(len(other) - len(word)) > most or other == word or not vocabulary.counts[Role.FAMILY][number]:
                continue
            edits = OSA.distance(word, other, score_cutoff=most)
            if edits <= most:
                found[other] = (k, k, EDIT_BITS * edits)
    return found


def by_given_name(context: Context, mention: Mention, seen: Spellings) -> dict[int, float]:
    """The rows of all people of a rare given name, where the mail has a surname that nobody bears: it may be a bad
    slip."""
    vocabulary, gains = context.index.vocabulary, dict[int, float]()
    words = context.reading.words
    if not mention.sure:
        return gains
    if any(words[k] in seen and vocabulary.has(Role.FAMILY, words[k]) for k in mention.head[1:]):
        return gains
    for word, (_, _, cost) in seen.items():
        if not cost and 0 < vocabulary.having(Role.GIVEN, word) <= _RARE_GIVEN:
            number = vocabulary.ids[word]
            if vocabulary.frequency[number] <= 2 * _RARE_GIVEN:
                rows = context.index.postings.rows(number)
                found = context.index.store.only(rows, (Category.PERSON,), None).tolist()
                gains.update(dict.fromkeys(found, vocabulary.bits(Role.GIVEN, word)))
    return gains


def best(context: Context, mention: Mention, seen: Spellings, gains: Mapping[int, float]) -> list[Fit]:
    """The few people of those rows whom a mention may mean, best first."""
    index = context.index
    rows = sorted(gains, key=lambda row: (-gains[row], row))[:_MOST_ROWS]
    fits = [fit for row in rows if (fit := _fit(context, mention, seen, row)) is not None]
    fits.sort(key=lambda fit: (-fit.score, fit.record.ref))
    enough = _ENOUGH * index.population
    shown = [
        fit
        for fit in fits
        if fit.score > fits[0].score - _FAR
        and (fit.bare or fit.score >= _ENOUGH_TWO * index.population)
        and (not fit.bare or (fit.gain >= enough and _of_a_family(context, mention, fit)))
    ]
    return shown[:_MOST_SHOWN]


def _of_a_family(context: Context, mention: Mention, fit: Fit) -> bool:
    """Whether a surname alone is worth showing: it stands where surnames do, and few bear it."""
    few = FAMILY if mention.sure else FAMILY_IN_TEXT
    surname = [part.record for part in fit.parts if part.field is Field.SURNAME]
    if COMMON_SURNAMES.issuperset(surname):
        return False
    if max(context.index.vocabulary.having(Role.FAMILY, word) for word in surname) > few:
        return False
    last = max(fit.claims)
    return last == mention.head[-1] or context.reading.between(last)[:1] in ("-", ",")


def _fit(context: Context, mention: Mention, seen: Spellings, row: int) -> Fit | None:
    reading, index = context.reading, context.index
    found = index.store.get(row)
    if found is None or found[0].category is not Category.PERSON:
        return None
    record, words = found
    fit = Fit(row, record, words, form=Form.NEAR_PERSON, weak=True)
    _surname(index, fit, seen)
    if not fit.claims and not _bad_slip(context, mention, fit):
        return None
    rest = [k for k in mention.head if k not in fit.claims and reading.words[k] not in PARTICLES]
    _given(context, fit, rest)
    fit.gain += _SURE * mention.sure
    return fit


def _surname(index: Index, fit: Fit, seen: Spellings) -> None:
    """Count the words of the surname that the mention has, and against it those that it has not."""
    for word in fit.words.family:
        worth = index.vocabulary.bits(Role.FAMILY, word)
        fit.total += worth
        spot = seen.get(word)
        if spot is not None and all(k not in fit.claims for k in range(spot[0], spot[1] + 1)):
            fit.use(spot, Field.NAME, word, max(0.5, worth - spot[2]))
        else:
            fit.missing += min(_MOST_ABSENT, _ABSENT * worth)
            fit.lost += worth


def _bad_slip(context: Context, mention: Mention, fit: Fit) -> bool:
    """Count a surname that is badly misspelt, where the given name is right: Annabel Thropr, Thorpe."""
    reading, words = context.reading, fit.words
    if not any(reading.words[k] in words.given for k in mention.head):
        return False
    for word in words.family:
        worth = context.index.vocabulary.bits(Role.FAMILY, word)
        for k in mention.head:
            other = reading.words[k]
            most = min(len(word), len(other)) // 3
            if (
                len(other) >= _LEAST_SLIP
                and other not in words.given
                and (edits := OSA.distance(word, other, score_cutoff=most)) <= most
            ):
                fit.missing = fit.lost = 0.0
                fit.use((k, k, EDIT_BITS * edits), Field.NAME, word, max(1.0, worth - EDIT_BITS * edits))
                return True
    return False


def _given(context: Context, fit: Fit, rest: Sequence[int]) -> None:
    """Count the given name if it is among the other words, in some form; else what stands there instead."""
    reading, index, words = context.reading, context.index, fit.words
    best: tuple[float, int, int, str] | None = None
    for given in words.given:
        for k in rest:
            cost = given_cost(reading.words[k], given)
            if cost is not None and (best is None or cost < best[0]):
                best = cost, k, k, given
        for i, k in enumerate(rest[:-1]):  # Hans Jürgen, Ja Xson
            cost = given_cost(reading.words[k] + reading.words[rest[i + 1]], given)
            if cost is not None and (best is None or cost + GLUED_BITS < best[0]):
                best = cost + GLUED_BITS, k, rest[i + 1], given
    if best is not None:
        cost, first, last, given = best
        worth = min(index.vocabulary.bits(Role.GIVEN, given), 11.0)
        spot: Spot = (first, last, cost)
        if len(reading.words[first]) == 1 or len(given) == 1 or cost >= NEVER:
            worth = min(worth, _INITIAL_BITS + cost)
        fit.use(spot, Field.NAME, given, max(0.5, worth - cost))
        return
    for part in [part for part in fit.parts if part.first == part.last]:
        if given := given_in(reading.words[part.first], part.record, words.given):  # annamueller
            fit.gain += min(index.vocabulary.bits(Role.GIVEN, given), 11.0)
            return
    fit.bare = True
    for i, part in enumerate(fit.parts):
        fit.parts[i].field = Field.SURNAME if part.field is Field.NAME else part.field
    others = [k for k in rest if reading.words[k].isalpha() and reading.words[k] not in COMMON]
    if not others:
        fit.against += _NO_GIVEN * bool(words.given)
    elif words.given and any(reading.words[k][0] == words.given[0][0] for k in others):
        fit.against += _OTHER_GIVEN / 2
    else:
        fit.against += _OTHER_GIVEN
