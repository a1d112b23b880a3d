"""A second look at what a mail names and the first one does not account for: records that are nearly it.

What comes of it is shown as "not sure" and never ticked (`weigh.SHOWN_ONLY`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from bot.matching import near_companies, near_people, near_places
from bot.matching.decide import Verdict
from bot.matching.everyday import is_everyday
from bot.matching.find import Sight
from bot.matching.index import Index
from bot.matching.keys import text_keys
from bot.matching.mentions import addresses, companies, people
from bot.matching.near_companies import of_domain
from bot.matching.normal import fold
from bot.matching.passages import inside
from bot.matching.reading import Reading
from bot.matching.signs import Sign, Zone
from bot.matching.spellings import Context, is_short_form, spellings
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
    groups = _signs(sight, index, explained)
    named = list(_named(reading, index, explained))
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
    words, vocabulary = [context.reading.words[k] for k in head], context.index.vocabulary
    unusual = [word for word in words if not is_everyday(word)]
    if any(_may_be_given(context, word) for word in unusual):
        return True
    return len(unusual) == len(words) and any(vocabulary.has(Role.FAMILY, word) for word in words)


def _may_be_given(context: Context, word: str) -> bool:
    has = context.index.vocabulary.has
    return is_short_form(word) or any(has(Role.GIVEN, other) for other, cost in context.meant(word) if cost <= _SLIP)


def _signs(sight: Sight, index: Index, explained: Collection[int]) -> list[list[Fit]]:
    """Phone numbers without their plus, and companies by the domain of somebody new."""
    somebody_new = not any(zone is Zone.SENDER and k in explained for k, zone in enumerate(sight.reading.zones))
    groups: list[list[Fit]] = []
    for sign in sight.reading.signs:
        kind, text = sign.keys[0][0], sign.keys[0][2:]
        if kind == "u":
            rows = [row for _, row in index.exact.get(text_keys([f"p:{text}"]))]
            groups.append(_by_sign(index, rows, sign, Field.PHONE, (text, _PHONE_BITS)))
        elif kind == "e" and sign.zone is Zone.SENDER and somebody_new and sign.claim not in explained:
            groups.append(_of_company(sight, index, sign, text.rpartition("@")[2]))
    return groups


def _of_company(sight: Sight, index: Index, sign: Sign, domain: str) -> list[Fit]:
    label = fold(domain.rpartition(".")[0].rpartition(".")[2])
    if domain in FREEMAIL or len(label) < _LEAST_DOMAIN:
        return []
    key = f"d:{domain}"
    rows = [row for row, signs in sight.exact.items() if any(known == key for known, _ in signs)]
    rows = list(dict.fromkeys(rows or of_domain(index, label)))
    if len(rows) > _MOST_OF_DOMAIN:
        return []
    return _by_sign(index, rows, sign, Field.DOMAIN, ("@" + domain, _DOMAIN_BITS), (Category.COMPANY,))


def _by_sign(
    index: Index,
    rows: Iterable[int],
    sign: Sign,
    field: Field,
    found: tuple[str, float],
    only: Sequence[Category] = tuple(Category),
) -> list[Fit]:
    fits: list[Fit] = []
    text, bits = found
    for row in rows:
        known = index.store.get(row)
        if known is None or known[0].category not in only:
            continue
        fit = Fit(row, *known, form=Form.NEAR_SIGN, weak=True, exact=bits)
        fit.claims[sign.claim] = bits
        fit.parts.append(Part(field, -1, -1, text, bits, sign))
        fits.append(fit)
    return fits
