"""A second look at what a mail names and the first one does not account for: records that are nearly it.

What comes of it is shown as "not sure" and never ticked (`weigh.SHOWN_ONLY`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from bot.matching import near_companies, near_people, near_places
from bot.matching.decide import Verdict
from bot.matching.everyday import is_everyday
from bot.matching.find import Sight
from bot.matching.index import Index
from bot.matching.keys import text_keys
from bot.matching.mentions import addresses, companies, people
from bot.matching.near_companies import is_called, leads_of_domain
from bot.matching.normal import fold
from bot.matching.passages import inside
from bot.matching.reading import Reading
from bot.matching.signs import Sign, Zone
from bot.matching.spellings import Context, is_short_form, parted, spellings
from bot.matching.tables import FREEMAIL
from bot.matching.vocabulary import EDIT_BITS, Role
from bot.matching.weigh import ZONE_BITS, Fit, Form, Part
from bot.matching.words import Field, PassageRole
from bot.records import Category

_ACCOUNTED = 0.3  # probability from which a record accounts for the words that it explains
_SLIP = EDIT_BITS * 1.5  # bits that a misspelt given name may cost
_MOST = 8  # records are added to one mail
_DOMAIN_BITS = 8.0
_PHONE_BITS = 20.0
_MOST_OF_DOMAIN = 3
_MOST_SENDER = 8  # words
_LEAST_DOMAIN = 3  # letters before the dot


class _Named(NamedTuple):
    """A mention with the vocabulary words that it may stand for, the keys that lead from it, and what weighs them."""

    leads: list[tuple[int, float]]
    gains: dict[int, float]
    best: Callable[[dict[int, float]], list[Fit]]


def second_look(sight: Sight, index: Index, shown: Sequence[Verdict]) -> list[Fit]:
    """The records that are nearly what a mail names, where no shown record accounts for it, best first."""
    reading = sight.reading
    explained = {k for verdict in shown if verdict.probability >= _ACCOUNTED for k in verdict.fit.claims}
    groups = _signs(sight, index)
    named = [*_named(reading, index, explained), *_of_sender(sight, index, explained)]
    keys = [key for each in named for key, _ in each.leads]
    if keys:
        owners = [(each, bits) for each in named for _, bits in each.leads]
        for which, row in index.pairs.get(keys):
            each, bits = owners[which]
            each.gains[row] = max(bits, each.gains.get(row, 0.0))
    groups += [each.best(each.gains) for each in named if each.gains]
    known = {verdict.fit.row for verdict in shown}
    found: dict[int, Fit] = {}
    for group in groups:
        for fit in group:
            if fit.row not in known and (fit.row not in found or fit.score > found[fit.row].score):
                found[fit.row] = fit
    nearest = sorted(found.values(), key=lambda fit: (-fit.score, fit.record.ref))[:_MOST]
    for fit in nearest:
        fit.said = frozenset(reading.words[k] for k in fit.claims if k >= 0)
        zone = min((reading.zones[k] for k in fit.claims if k >= 0), default=None)
        fit.gain += ZONE_BITS[zone] if zone is not None else 0.0
    return nearest


def _named(reading: Reading, index: Index, explained: Collection[int]) -> Iterator[_Named]:
    context = Context(reading, index, index.meanings.learn(()))
    persons = people(reading, explained, partial(_may_be_person, context))
    firms = companies(reading, explained)
    elsewhere = {*explained, *inside(reading, PassageRole.HOME)}  # where somebody lives is not what they ask about
    places = [(mention, near_places.streets(context, mention)) for mention in addresses(reading, elsewhere)]
    for mention in persons:
        seen = spellings(context, mention.head)
        found, rows = list(near_people.leads(context, mention, seen)), near_people.by_given_name(context, mention, seen)
        if found or rows:
            yield _Named(found, rows, partial(near_people.best, context, mention, seen))
    for mention, streets in places:
        if streets:
            found = list(near_places.leads(context, mention, streets))
            rows = near_places.in_rare_streets(index, streets)
            yield _Named(found, rows, partial(near_places.best, context, mention, streets))
    for mention in firms:
        seen = spellings(context, mention.head)
        if found := list(near_companies.leads(index, mention, seen)):
            yield _Named(found, {}, partial(near_companies.best, context, mention, seen))


def _may_be_person(context: Context, head: tuple[int, ...]) -> bool:
    """Whether capital words in a row may be somebody's name: one is a given name, or one a surname and none a word of
    everyday language."""
    words, has = [context.reading.words[k] for k in head], context.index.vocabulary.has
    unusual = [word for word in words if not is_everyday(word)]
    if not unusual:
        return False
    surnames = {word for word in unusual if has(Role.FAMILY, word) or has(Role.FAMILY, parted(word))}
    if surnames and any(_may_be_given(context, word) for word in words if {word} != surnames):
        return True  # also where the given name is a word of everyday language, too: Hal, Barney
    if not any(has(Role.FAMILY, other) for word in words for other, _ in context.meant(word)):
        return False
    if any(_may_be_given(context, word) for word in unusual):
        return True
    return len(unusual) == len(words) and any(has(Role.FAMILY, word) for word in words)


def _may_be_given(context: Context, word: str) -> bool:
    has = context.index.vocabulary.has
    return is_short_form(word) or any(has(Role.GIVEN, other) for other, cost in context.meant(word) if cost <= _SLIP)


def _signs(sight: Sight, index: Index) -> list[list[Fit]]:
    """Phone numbers without their plus."""
    groups: list[list[Fit]] = []
    for sign in sight.reading.signs:
        if sign.keys[0][0] == "u":
            text = sign.keys[0][2:]
            rows = [row for _, row in index.exact.get(text_keys([f"p:{text}"]))]
            fits = (_by_sign(index, row, sign, Part(Field.PHONE, -1, -1, text, _PHONE_BITS, sign)) for row in rows)
            groups.append([fit for fit in fits if fit is not None])
    return groups


def _of_sender(sight: Sight, index: Index, explained: Collection[int]) -> Iterator[_Named]:
    """The company by the domain of a sender whom nothing accounts for."""
    reading = sight.reading
    if any(zone is Zone.SENDER and k in explained for k, zone in enumerate(reading.zones[:_MOST_SENDER])):
        return
    for sign in reading.signs:
        if sign.zone is not Zone.SENDER or sign.keys[0][0] != "e" or sign.claim in explained:
            continue
        domain = sign.keys[0].rpartition("@")[2]
        label = fold(domain.rpartition(".")[0].rpartition(".")[2])
        if domain in FREEMAIL or len(label) < _LEAST_DOMAIN:
            continue
        known = [row for row, signs in sight.exact.items() if any(key == f"d:{domain}" for key, _ in signs)]
        keys = [] if known else leads_of_domain(index, label)
        if known or keys:
            rows = dict.fromkeys(known, _DOMAIN_BITS)
            found = [(key, _DOMAIN_BITS) for key in keys]
            yield _Named(found, rows, partial(_companies, index, sign, domain, "" if known else label))


def _companies(index: Index, sign: Sign, domain: str, label: str, rows: Mapping[int, float]) -> list[Fit]:
    """Those of some rows that are companies, called by the label if there is one; none if they are many."""
    fits: list[Fit] = []
    for row in rows:
        fit = _by_sign(index, row, sign, Part(Field.DOMAIN, -1, -1, "@" + domain, _DOMAIN_BITS, sign))
        if fit is not None and fit.record.category is Category.COMPANY and (not label or is_called(fit.words, label)):
            fits.append(fit)
    return fits if len(fits) <= _MOST_OF_DOMAIN else []


def _by_sign(index: Index, row: int, sign: Sign, part: Part) -> Fit | None:
    known = index.store.get(row)
    if known is None:
        return None
    fit = Fit(row, *known, form=Form.NEAR_SIGN, weak=True, exact=part.bits)
    fit.claims[sign.claim] = part.bits
    fit.parts.append(part)
    return fit
