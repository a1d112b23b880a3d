"""How well a mail's words fit the name of a company or a deal, or the title of a property."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rapidfuzz.distance import OSA

from bot.matching.everyday import NOT_MEANT, all_everyday, company_meant, is_compound, is_everyday, title_meant
from bot.matching.leads import Spot
from bot.matching.normal import scripts
from bot.matching.tables import COMMON, LEGAL_FORMS
from bot.matching.vocabulary import EDIT_BITS, Role
from bot.matching.weigh import Fit, Form, View
from bot.matching.words import Field
from bot.records import Category

_FORMS = {Role.COMPANY: Form.COMPANY, Role.TITLE: Form.TITLE, Role.DEAL: Form.DEAL}
_OTHER_WORD = 5.0  # another word stands where one of the name should
_OTHER_NUMBER = 6.0
_OTHER_FORM = 3.0
_AND_SIGNS = ("&", "+")
_JOINING = ("-", *_AND_SIGNS)
_AND = frozenset({"und", "and", "u"})
_MOST_ABSENT = 0.6  # of its worth may be missing or badly misspelt
_HEAD = 0.5  # of its worth is found where only the head of a compound is written
_LEAST_HEAD = 4  # letters
_NEAR = 3  # words
_MORE_SHARES, _LEAST_SHARE = (1.0, 0.8, 0.7), 0.6


def weigh_phrase(view: View, empty: Fit) -> Fit | None:
    """The best place of a name in the mail; None if too few of its words stand in it."""
    phrase, role = empty.words.phrase, empty.words.role
    bits, known = view.bits, view.seen
    worths = [bits(role, word) for word in phrase]
    most = _MOST_ABSENT * sum(worths)
    if sum([worth for word, worth in zip(phrase, worths, strict=True) if word not in known]) > most:
        return None  # wherever the others stand
    seen = sorted([(worth, -j) for j, worth in enumerate(worths) if phrase[j] in known], reverse=True)
    best: Fit | None = None
    shares = _shares(worths)
    for _, minus_j in seen[:2]:
        for spot in view.spots(phrase[-minus_j]):
            if _everyday_slip(view, spot):
                continue
            found = _around(view, phrase, worths, most, -minus_j, spot)
            if found is None:
                continue
            fit = _at(view, Fit(empty.row, empty.record, empty.words), worths, shares, found, -minus_j)
            if best is None or fit.score > best.score:
                best = fit
        if best is not None and not best.missing:
            break
    return best


def _around(
    view: View, phrase: Sequence[str], worths: list[float], most: float, anchor: int, spot: Spot
) -> dict[int, Spot] | None:
    """Where the words of a name stand if one of them, the anchor, stands at a spot; None if more than `most` bits of
    them are absent. First comes the anchor: its place is nobody else's."""
    found = {anchor: spot}
    taken = set(range(spot[0], spot[1] + 1))
    here = view.reading.places[spot[0]]
    absent = 0.0
    for j, word in enumerate(phrase):
        if j == anchor:
            continue
        near = _expected(view, taken, word, here + j - anchor, 2 + abs(j - anchor) // 2)
        if near is not None:
            found[j] = near
            taken.update(range(near[0], near[1] + 1))
        else:
            absent += worths[j]
            if absent > most:
                return None
    return found


def _at(view: View, fit: Fit, worths: list[float], shares: list[float], found: dict[int, Spot], anchor: int) -> Fit:
    reading, phrase, spot = view.reading, fit.words.phrase, found[anchor]
    fit.form = _FORMS[fit.words.role]
    kind = Field.TITLE if fit.record.category is Category.PROPERTY else Field.NAME
    order = [anchor, *range(anchor), *range(anchor + 1, len(phrase))]
    for j in order:
        worth = worths[j] * shares[j]
        fit.total += worth
        if j in found:
            fit.use(found[j], kind, phrase[j], max(0.5, worth - found[j][2]))
    for j in order:
        if j not in found:
            _absent(view, fit, kind, j, worths[j], anchor, found)
    if fit.words.role is Role.COMPANY:
        _borders(view, fit)
    if not any(reading.capital[k] for k in fit.claims):
        fit.against += 1.0
    _doubt_everyday_words(view, fit)
    fit.gain += view.zone_bits(spot)
    return fit


def _borders(view: View, fit: Fit) -> None:
    """What stands around and between the words of a company's name: its legal form, or more of another name."""
    reading = view.reading
    words, first, last = reading.words, min(fit.claims), max(fit.claims)
    for k in range(first + 1, last):
        word = words[k]
        if k not in fit.claims and word not in COMMON and word not in LEGAL_FORMS and reading.capital[k]:
            fit.against += _OTHER_WORD
    before = reading.between(first - 1).strip(" ")
    if before in _JOINING or (
        before == "" and first and words[first - 1] in _AND and reading.capital[max(0, first - 2)]
    ):
        fit.against += _OTHER_WORD
    if reading.between(last) == "-" or (words[last + 1 : last + 2] and reading.between(last).strip() in _AND_SIGNS):
        fit.against += _OTHER_WORD
    written = [word for word in words[last + 1 : last + 5] if word in LEGAL_FORMS]
    fit.formal = bool(written)
    if len(fit.words.phrase) == 1 and not written:
        fit.weak = True  # "Haus GmbH" is not meant by every house
    adjoining = written and reading.gap(last) <= 2 and words[last + 1] in LEGAL_FORMS
    if adjoining and fit.words.legal and not fit.words.legal.issuperset(written[: len(fit.words.legal)]):
        fit.against += _OTHER_FORM
        fit.weak = True  # the AG is not the GmbH


def _doubt_everyday_words(view: View, fit: Fit) -> None:
    """Count against a name made of everyday words that the mail may only say those words."""
    phrase = fit.words.phrase
    if not all_everyday(phrase) or any(is_compound(w) and view.vocabulary.has(Role.FAMILY, w) for w in phrase):
        return  # Kaufmann, Rosenbaum: somebody's name
    whole = not fit.missing and not fit.slips
    if fit.words.role is Role.COMPANY:
        fit.meant = company_meant(view.reading, fit.claims, fit.record.name, fit.words.legal, whole=whole)
    else:
        fit.meant = title_meant(view.reading, fit.claims, fit.record.name, whole=whole)
    fit.against += NOT_MEANT[fit.meant]


def _shares(worths: list[float]) -> list[float]:
    """The words of a name come together: each further one, by rarity, tells a little less."""
    shares = [_LEAST_SHARE] * len(worths)
    ranked = sorted(range(len(worths)), key=worths.__getitem__, reverse=True)
    for j, share in zip(ranked, _MORE_SHARES, strict=False):
        shares[j] = share
    return shares


def _expected(view: View, taken: Collection[int], word: str, place: int, slack: int) -> Spot | None:
    """The place of a word that is nearest to where it should stand."""
    spots = view.seen.get(word)
    if not spots:
        return None
    places = view.reading.places
    best: Spot | None = None
    best_rank = (99.0, 99)
    for spot in spots:
        off = abs(places[spot[0]] - place)
        if off > slack or spot[0] in taken or _everyday_slip(view, spot):
            continue
        if (spot[2], off) < best_rank:
            best, best_rank = spot, (spot[2], off)
    return best


def _everyday_slip(view: View, spot: Spot) -> bool:
    """Whether a small word of everyday language would be a misspelt name: "is it still free" is not Stoll."""
    first, last, cost = spot
    reading = view.reading
    return cost > 0 and first == last and not reading.capital[first] and is_everyday(reading.words[first])


def _head(view: View, fit: Fit, word: str, spot: Spot) -> int | None:
    """Where the last part of a compound stands near the rest of a title: the Altbauwohnung is called the Wohnung."""
    words, capital = view.reading.words, view.reading.capital
    for k in range(max(0, spot[0] - _NEAR), min(spot[1] + _NEAR + 1, len(words))):
        other = words[k]
        if k not in fit.claims and capital[k] and len(other) >= _LEAST_HEAD and word.endswith(other) and word != other:
            return k
    return None


def _absent(
    view: View, fit: Fit, kind: Field, j: int, worth: float, anchor: int, found: Mapping[int, Spot]
) -> None:  # fmt: skip
    """A word of the name that was not found: badly misspelt in its place, replaced by another, or left out."""
    reading, word, spot = view.reading, fit.words.phrase[j], found[anchor]
    k = found[j + 1][0] - 1 if j + 1 in found else found[j - 1][1] + 1 if j - 1 in found else spot[0] + j - anchor
    if 0 <= k < len(reading.words) and k not in fit.claims and reading.source[k] == reading.source[spot[0]]:
        other = reading.words[k]
        apart = scripts(word) != scripts(other) or _everyday_slip(view, (k, k, EDIT_BITS))
        if word.isalpha() and other.isalpha() and len(word) >= 5 and not apart:
            edits = OSA.distance(word, other, score_cutoff=3)
            if edits <= min(3, max(2, len(word) // 3)):
                fit.use((k, k, EDIT_BITS * edits), kind, word, max(0.5, worth - EDIT_BITS * edits))
                return
        adjacent = abs(reading.places[k] - reading.places[spot[0]]) <= abs(j - anchor) + 1
        if word[0].isdigit() and other[:1].isdigit():
            fit.against += _OTHER_NUMBER
        elif adjacent and other not in COMMON and other not in LEGAL_FORMS and reading.capital[k]:
            fit.against += _OTHER_WORD
            fit.weak = True  # the charming flat by the park is not the quiet one
    if fit.words.role is Role.TITLE and (head := _head(view, fit, word, spot)) is not None:
        fit.use((head, head, 0.0), kind, word, _HEAD * worth)
        worth *= 1 - _HEAD
    cost = max(2.0, 0.7 * worth)
    fit.absent[word] = cost, worth
    fit.missing += cost
    fit.lost += worth
    fit.weak = (
        fit.weak
        or fit.words.role is not Role.TITLE
        or fit.missing > 0.2 * sum(view.bits(fit.words.role, w) for w in fit.words.phrase)
    )
