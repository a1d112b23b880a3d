"""How well a mail's words fit an address: street, house number, postal code and city."""

from __future__ import annotations

from typing import NamedTuple

from bot.matching.described import main_word
from bot.matching.house_numbers import numbers_agree
from bot.matching.leads import Spot
from bot.matching.towns import additions_agree, written_addition
from bot.matching.vocabulary import EDIT_BITS, Role
from bot.matching.weigh import Fit, Form, View
from bot.matching.words import Field

NUMBER_BITS = 6.0
POSTAL_CODE_BITS = 6.0
INITIAL_BITS = 3.5
_SAME_NUMBER = 0.8  # agreement of house numbers
_OTHER_CITY = 9.0
_LOWER_CASE = 6.0
_NUMBER_WORDS = frozenset({"nr", "no", "nummer", "hausnummer", "number"})
_MEASURES = frozenset({"uhr", "euro", "eur", "pm", "zimmer", "room", "rooms", "km", "qm", "prozent", "percent"})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_METRES = frozenset({
    "lang", "breit", "hoch", "tief", "entfernt", "weit", "weiter", "von", "vom", "vor", "bis", "away", "from", "to",
    "long", "wide", "high",
})  # fmt: skip
_MOST_PARTS = 4  # of a house number: house, staircase, floor, door
_UNIT = "#"
_UNITS = frozenset({"stiege", "top", "tur", "stg", "apt", "apartment", "apartement", "unit", "flat", "suite", "wohnung",
                    "whg"})  # fmt: skip
_BEFORE_STREET = frozenset({"im", "in", "der", "am", "an", "on", "of", "the"})
_OR = frozenset({"oder", "bzw", "und", "or", "and", "u"})
_HOUSE_NUMBER_CUES = frozenset({"hausnummer", "hausnummern", "hausnr"})
_CUE_REACH = 9  # words


def weigh_address(view: View, empty: Fit) -> Fit | None:
    """The best place of a record's address in the mail; None if the street stands nowhere or has other numbers."""
    best: Fit | None = None
    main = main_word(empty.words.street)
    for spot in view.spots(main):
        fit = _at(view, Fit(empty.row, empty.record, empty.words), main, spot)
        if fit is not None and (best is None or fit.score > best.score):
            best = fit
    return best


def _at(view: View, fit: Fit, main: str, spot: Spot) -> Fit | None:
    words, fit.form = fit.words, Form.ADDRESS
    ranked = sorted(words.street, key=lambda word: -view.bits(Role.STREET, word))
    taken = dict.fromkeys(range(spot[0], spot[1] + 1), 0.0)
    for rank, word in enumerate(ranked):  # the words of a street come together: each further one tells less
        worth = view.bits(Role.STREET, word) * (1.0, 0.35, 0.2, 0.1)[min(rank, 3)]
        fit.total += worth
        near = spot if word == main else view.near(word, spot, len(words.street), len(words.street), taken)
        if near is None and (initial := view.near("~" + word[0], spot, len(words.street), 0, taken)) is not None:
            fit.use(initial, Field.STREET, word, min(worth, INITIAL_BITS))  # J.-Tillner-Platz
            taken |= fit.claims
        elif near is None:
            fit.missing += 3.0 + 0.5 * worth
            fit.weak = True
            fit.lost += worth
        else:
            fit.use(near, Field.STREET, word, max(0.5, worth - near[2]))
            taken |= fit.claims
            if near[2] >= 2 * EDIT_BITS and view.vocabulary.has(Role.STREET, view.reading.words[near[0]]):
                fit.weak = True  # that is another street
    if fit.slips and not view.reading.capital[spot[0]]:
        fit.against += _LOWER_CASE
    agreement = 1.0
    if words.number:
        fit.total += NUMBER_BITS
        written = _written_numbers(view, min(fit.claims), max(fit.claims))
        if written:
            agreement, number = max((numbers_agree(words.number, each.text), each) for each in written)
            if not agreement:
                return None
            fit.use((number.first, number.last, 0.0), Field.STREET, words.number, NUMBER_BITS * agreement)
            fit.weak = fit.weak or agreement < _SAME_NUMBER or len(written) > 1
            if agreement < 0.5:
                fit.against += 4.0
        else:
            fit.weak = fit.bare = True
            fit.missing += 5.0
            if not view.reading.capital[spot[0]]:
                fit.against += 8.0
    _city(view, fit, spot)
    if agreement < 1.0 and not any(part.field is Field.CITY for part in fit.parts):
        fit.weak = True  # 52, where the record has 52-56, and nothing says that it is the same town
    fit.gain += view.zone_bits(spot)
    return fit


class Number(NamedTuple):
    """A house number in a mail: 12, 12a, 12-16, and the words (indices, inclusive) that it is."""

    text: str
    first: int
    last: int


def _written_numbers(view: View, first: int, last: int) -> list[Number]:
    """The house number after the street, or before it as in English; several where the mail names several: 12 or 14.

    Where none stands there, the numbers after the word "Hausnummer" a little further on.
    """
    reading, words = view.reading, view.reading.words
    k = last + 1
    if k < len(words) and words[k] in _NUMBER_WORDS:
        k += 1
    if found := _numbers_from(view, k):
        return found
    k = first - 1
    if k >= 0 and words[k][:1].isdigit() and len(words[k]) <= 5 and reading.between(k) == " ":
        return [Number(words[k], k, k)]
    while k > 0 and words[k] in _BEFORE_STREET:
        k -= 1
    if 0 < k < first - 1 and words[k][:1].isdigit() and words[k - 1] in _NUMBER_WORDS:
        return [Number(words[k], k, k)]  # Nr. 12 im Kastanienbogen
    for cue in range(last + 1, min(last + _CUE_REACH, len(words))):
        if words[cue] in _HOUSE_NUMBER_CUES:
            for k in range(cue + 1, min(cue + _CUE_REACH, len(words))):
                if found := _numbers_from(view, k):
                    return found
    return []


def _numbers_from(view: View, k: int) -> list[Number]:
    """The house number at this place and those joined to it by "oder", "und", …; none if no house number is there."""
    reading, words = view.reading, view.reading.words
    found: list[Number] = []
    while k < len(words) and words[k][:1].isdigit() and "\n" not in reading.between(k - 1):
        text, end = _lettered(view, k)
        if len(words[k].rstrip(_LETTERS)) > 4 or (end == k and _measures(reading.between(k), words[k + 1 : k + 2])):
            break
        if _UNIT in reading.between(k - 1):
            break  # a flat, not the house
        while text.count("-") < _MOST_PARTS - 1 and (part := _next_part(view, end)):
            text, end = f"{text}-{part.text}", part.last
        found.append(Number(text, k, end))
        k = end + 2
        if words[end + 1 : end + 2] == [] or words[end + 1] not in _OR:
            break
    return found


def _next_part(view: View, end: int) -> Number | None:
    """The next part of a house number: 12-16, 90/3/13, 90, Stiege 3, Top 13."""
    reading, words = view.reading, view.reading.words
    k, gap = end + 1, reading.between(end).strip(" ,")
    if words[k : k + 1] and words[k] in _UNITS and gap == "":
        k, gap = k + 1, "/" if reading.between(k).strip(" .:") == "" else ""
    if k >= len(words) or gap not in ("-", "–", "/") or not words[k][:1].isdigit() or len(words[k]) > 4:
        return None
    text, last = _lettered(view, k)
    return Number(text, k, last)


def _lettered(view: View, k: int) -> tuple[str, int]:
    """A number with the letter behind it, written together or apart (12 a), and the last word of it. A unit is no
    letter: 32 m², 32 m lang."""
    reading, words = view.reading, view.reading.words
    text, letter = words[k], words[k + 1] if k + 1 < len(words) else ""
    apart = text.isdigit() and reading.between(k) in (" ", "") and len(letter) == 1 and letter in _LETTERS
    if apart and not (letter == "m" and words[k + 2 : k + 3] and words[k + 2] in _METRES):
        return text + letter, k + 1
    return text, k


def _measures(gap: str, following: list[str]) -> bool:
    """Whether a number is a time, an amount or a size: 3:30, 12.500, 4 Zimmer."""
    if gap in (":", ".", ","):
        return bool(following) and following[0][:1].isdigit()
    return (gap.strip() in ("", "%") and bool(following) and following[0] in _MEASURES) or "€" in gap or "%" in gap


def _city(view: View, fit: Fit, spot: Spot) -> None:
    """Postal code and city around the street; others in their place speak against it."""
    words = fit.words
    behind = max(fit.claims)
    agreed = False
    if words.postal_code:
        near = view.near(words.postal_code, spot, 4, 8, fit.claims)
        if near is not None:
            fit.use(near, Field.CITY, words.postal_code, POSTAL_CODE_BITS)
            agreed = True
    for rank, word in enumerate(words.city):
        near = view.near(word, spot, 5, 8, fit.claims)
        if near is not None:
            worth = view.bits(Role.CITY, word) * (1.0, 0.3, 0.2)[min(rank, 2)]
            fit.use(near, Field.CITY, word, max(0.5, worth - near[2]))
            agreed = True
            if rank == 0 and (added := written_addition(view.reading, near[1])):
                fit.against += _other_addition(view, fit, added, near[1])
    if not agreed and _elsewhere(view, fit, behind):
        fit.against += _OTHER_CITY
        fit.weak = fit.elsewhere = True


def _other_addition(view: View, fit: Fit, added: str, town: int) -> float:
    """Bits against: what the mail adds to the town's name says that it is another town of this name."""
    if view.reading.between(town) == "-":  # Baden-Baden
        if fit.words.city.count(added) > 1:
            return 0.0
    elif not fit.words.addition or added in fit.words.city or additions_agree(fit.words.addition, added):
        return 0.0  # the record may leave it out
    fit.weak = fit.elsewhere = True
    return _OTHER_CITY


def _elsewhere(view: View, fit: Fit, behind: int) -> bool:
    """Whether another city or postal code follows the address."""
    reading = view.reading
    for k in range(behind + 1, min(behind + 5, len(reading.words))):
        gap, word = reading.between(k - 1), reading.words[k]
        if gap.strip(" ,") not in ("", "in", "\n"):
            return False
        if word.isdigit():
            if len(word) == len(fit.words.postal_code) == 5 and word != fit.words.postal_code:
                return True
        elif word != "in":
            return bool(fit.words.city) and reading.capital[k] and view.vocabulary.has(Role.CITY, word)
    return False
