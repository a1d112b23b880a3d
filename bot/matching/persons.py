"""How well a mail's words fit a person: surname and given name, what contradicts them, and the company nearby."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from bot.matching.described import main_word
from bot.matching.everyday import all_everyday, as_stored, is_everyday
from bot.matching.house_numbers import numbers_agree
from bot.matching.leads import Spot
from bot.matching.meanings import NICK_BITS
from bot.matching.normal import scripts
from bot.matching.other_names import (
    PART_OF_NAME,
    first_initial,
    initial_of_another,
    intruders,
    joined,
    names_a_thing,
    nickname_of_another,
    of_a_list,
    other_person,
    second_name,
    thing,
)
from bot.matching.tables import (
    COMMON,
    PARTICLES,
    SALUTATIONS,
    TITLES,
    nicknames,
)
from bot.matching.vocabulary import EDIT_BITS, Role
from bot.matching.weigh import Fit, Form, Part, View
from bot.matching.words import Field

INITIAL_BITS = 3.5
_LOWER_CASE = 4.0
_HOME = 4.0  # the most that the street where somebody lives tells
_OTHER_WORD = 9.0  # bits of slips that make another word of it


def weigh_person(view: View, empty: Fit) -> Fit | None:
    """The best place of a person's name in the mail; None if the surname stands nowhere."""
    best: Fit | None = None
    for family in empty.words.family:
        for spot in view.spots(family):
            if spot[2] == NICK_BITS and view.reading.words[spot[0]] in nicknames().get(family, ()):
                continue  # surnames have no nicknames
            fit = _at(view, Fit(empty.row, empty.record, empty.words), family, spot)
            if best is None or fit.score > best.score:
                best = fit
    return best


def _at(view: View, fit: Fit, anchor: str, spot: Spot) -> Fit:
    words, reading = fit.words, view.reading
    several = len(words.family) > 1
    for family in sorted(words.family, key=lambda word: word != anchor) if several else words.family:
        # the anchor first: its place is nobody else's
        worth = view.bits(Role.FAMILY, family)
        fit.total += worth
        near = spot if family == anchor else view.near(family, spot, 3, 3, fit.claims)
        if near is None:
            fit.missing += 0.5 * min(worth, 10.0)
            fit.lost += worth
        else:
            fit.use(near, Field.NAME, family, max(1.0, worth - near[2]))
    given = _given(view, fit, spot)
    neighbours: list[int] = []
    if given is None:
        neighbours = _neighbours(view, fit, spot)
        given = _beside(view, fit, neighbours)
    if given is not None:
        is_thing = thing(view, fit)
        fit.against += intruders(view, fit) + joined(view, fit) + is_thing
        only_initial = len(reading.words[given]) == 1 and reading.words[spot[0]][:1] != anchor[:1]
        another = nickname_of_another(view, given, words.given) or second_name(view, fit, given)
        another = another or names_a_thing(view, fit) or of_a_list(view, fit, given)
        if is_thing or only_initial or another:
            fit.weak = True  # C. Yahn is not surely Corinne Jahn
    else:
        fit.weak = fit.bare = True
        fit.form = Form.SURNAME
        fit.total += 3.0
        fit.against += other_person(view, fit, spot, neighbours)
        fit.addressed = min(fit.claims) in reading.addressed and fit.slips < _OTHER_WORD
    lower = [k for k in (spot[0], given) if k is not None and not reading.capital[k]]
    if lower:
        ordinary = any(len(reading.words[k]) < 5 or reading.words[k] in COMMON for k in lower)
        # "in den Jahren saniert" is not Warren Sanders, nor "charges and seller" Charles Sellers
        half = given is None or (
            fit.slips > 0 and (len(lower) == 1 or any(is_everyday(reading.words[k]) for k in lower))
        )
        fit.against += 3 * _LOWER_CASE if half else _LOWER_CASE * (1 + ordinary)
    fit.gain += view.zone_bits(spot)
    if words.company:
        _company(view, fit, spot)
    if words.street:
        _home(view, fit)
    return fit


def _given(view: View, fit: Fit, spot: Spot) -> int | None:
    """Count the given names near the surname; where the first of them stands."""
    found: int | None = None
    for given in fit.words.given:
        near = view.near(given, spot, 4, 4, fit.claims)
        if near is None or (found is not None and near[2]):
            continue
        worth = view.bits(Role.GIVEN, given)
        if found is None:
            fit.total += worth
            found = near[0]
        fit.use(near, Field.NAME, given, max(0.5, min(worth, 11.0) - near[2]))
    if found is not None and len(fit.words.given) > 1:
        _first_of_two(view, fit, found)
        _middle_initial(view, fit)
    return found


def _first_of_two(view: View, fit: Fit, found: int) -> None:
    """Count the first of two given names where an initial takes it further from the surname: Rolf-Peter H. Heuser."""
    first = fit.words.given[0]
    if found and found - 1 not in fit.claims and view.reading.words[found - 1] == first:
        fit.use((found - 1, found - 1, 0.0), Field.NAME, first, max(0.5, min(view.bits(Role.GIVEN, first), 11.0)))


def _middle_initial(view: View, fit: Fit) -> None:
    """Count the initial of a middle name: "John J. Crittenby" is John James Crittenby, and not John Paul."""
    reading = view.reading
    named = {part.record for part in fit.parts}
    middle = [word for word in fit.words.given[:2] if word not in named]
    for k in range(min(fit.claims) + 1, max(fit.claims)) if middle else ():
        word = reading.words[k]
        if k in fit.claims or len(word) != 1 or not word.isalpha() or not reading.capital[k]:
            continue
        if middle[0][0] == word:
            fit.use((k, k, 0.0), Field.NAME, middle[0], INITIAL_BITS)
        else:
            fit.against += PART_OF_NAME
        return


def _beside(view: View, fit: Fit, neighbours: list[int]) -> int | None:
    """An initial, a clipped form or a bad misspelling of the given name beside the surname; where it stands."""
    if not fit.words.given:
        return None
    given = fit.words.given[0]
    reading = view.reading
    for k in neighbours:
        word = reading.words[k]
        if not word.isalpha() or not reading.capital[k]:
            continue
        if len(word) == 1:
            if given[0] == word and not initial_of_another(view, k, behind=k > min(fit.claims)):
                fit.total += INITIAL_BITS
                fit.use((k, k, 0.0), Field.NAME, given, INITIAL_BITS)
                return k
            continue
        if word in TITLES or word in SALUTATIONS or word in COMMON:
            continue
        worth = view.bits(Role.GIVEN, given)
        if len(word) >= 3 and given.startswith(word):
            fit.total += worth
            fit.use((k, k, 3.0), Field.NAME, given, max(2.0, worth - 3.0))
            return k
        if len(word) >= 4 and not view.vocabulary.has(Role.GIVEN, word) and scripts(given) == scripts(word):
            edits = OSA.distance(given, word, score_cutoff=3)
            if edits <= min(3, max(1, len(word) // 3)):
                fit.total += worth
                fit.use((k, k, EDIT_BITS * edits), Field.NAME, given, max(1.0, worth - EDIT_BITS * edits))
                return k
    return None


def _neighbours(view: View, fit: Fit, spot: Spot) -> list[int]:
    """Where a given name would stand: before the surname, or after it."""
    words, gaps, claims = view.reading.words, view.reading.gaps, fit.claims
    found = []
    i = spot[0] - 1
    while i >= 0 and (i in claims or words[i] in PARTICLES) and view.reading.gap(i) <= 2:
        i -= 1
    i = first_initial(view, i)
    if i >= 0 and (
        gaps[i + 1] == " " or (not (gap := gaps[i + 1]).strip(" -.") and gap.count(".") <= (len(words[i]) <= 2))
    ):
        found.append(i)
    j = spot[1] + 1
    while j < len(words) and j in claims:
        j += 1
    if j < len(words) and gaps[j] in (", ", ",", " "):
        found.append(j)
    return [k for k in found if k not in claims]


def _home(view: View, fit: Fit) -> None:
    """The street where the person lives, named anywhere without another number: it tells namesakes apart."""
    street = main_word(fit.words.street)
    for spot in view.spots(street):
        number = view.reading.words[spot[1] + 1 : spot[1] + 2]
        if spot[2] or not view.reading.capital[spot[0]] or spot[0] in fit.claims:
            continue
        if number and number[0][:1].isdigit() and not numbers_agree(fit.words.number, number[0]):
            continue
        bits = min(_HOME, view.bits(Role.STREET, street))
        fit.gain += bits
        fit.parts.append(Part(Field.STREET, spot[0], spot[1], street, bits))
        return


def _company(view: View, fit: Fit, spot: Spot) -> None:
    """The person's company, named nearby: its first word must be there."""
    reading, company = view.reading, fit.words.company
    gained, found = 0.0, []
    for j, word in enumerate(company):
        near = view.near(word, spot, 10, 16, fit.claims)
        if near is None or near[2] > EDIT_BITS or not (reading.capital[near[0]] or j):
            if j == 0:
                return
            continue
        gained += max(0.5, view.bits(Role.EMPLOYER, word) - near[2])
        found.append(near[0])
    first, last = min(found), max(found)
    if all_everyday(company) and not as_stored(view.reading, first, last, fit.record.company):
        return  # "Frau Kestrel fragt nach Haus und Garten"
    if gained < 5.0 or last - first > 2 * len(company) + 2:
        return
    fit.gain += min(gained, 10.0)
    if len(found) == len(company):
        fit.weak = False
        fit.beside = min(gained, 10.0)
    if reading.source[first] == reading.source[last]:
        fit.parts.append(Part(Field.COMPANY, first, last, fit.record.company, gained))
