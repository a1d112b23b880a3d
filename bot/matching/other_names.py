"""What speaks against a person whose name stands in a mail: that it is a part of another name, or of something else."""

from __future__ import annotations

from bot.matching.everyday import is_everyday
from bot.matching.leads import Spot
from bot.matching.tables import (
    COMMON,
    LEGAL_FORMS,
    PARTICLES,
    SALUTATIONS,
    STREET_WORDS,
    THING_ARTICLES,
    TITLES,
    nicknames,
)
from bot.matching.vocabulary import Role
from bot.matching.weigh import Fit, View

OTHER_PERSON = 12.0  # another given name stands there
PART_OF_NAME = 8.0
_INITIALS = frozenset({".", ". ", " ", "-", ".-"})  # what stands between the initials of a name
_AND = frozenset({"und", "and", "u"})
_AND_SIGNS = frozenset({"&", "+"})
_PARTNERS = frozenset({
    "partner", "partners", "kollegen", "kolegen", "colleagus", "co", "cie", "sohn", "sohne", "son", "sons", "tochter",
    "daughters", "bruder", "gebruder", "brothers", "asociates", "associates", "team",
})  # fmt: skip
_CALLED_AFTER = LEGAL_FORMS | STREET_WORDS | frozenset({
    "ave", "av", "rd", "ln", "blvd", "hwy", "trust", "foundation", "fund", "school", "building", "group", "holding",
    "estate", "house", "haus", "schule", "verlag", "museum", "halle", "hotel",
})  # fmt: skip
_ARTICLES = THING_ARTICLES | {"der", "die", "den"}


def initial_of_another(view: View, k: int, *, behind: bool) -> bool:
    """Whether an initial beside a surname is the second one of another given name (Rolf H. Heuser is not Hans Heuser),
    or stands before a surname of its own (Davi Lucas V. Araujo is not Victor Lucas)."""
    words, has = view.reading.words, view.vocabulary.has
    if not behind:
        before = words[k - 1] if k and view.reading.between(k - 1) == " " else ""
        return len(before) > 1 and (has(Role.GIVEN, before) or before in nicknames()) and not is_everyday(before)
    following = words[k + 1] if k + 1 < len(words) and view.reading.between(k) in (" ", ". ") else ""
    return len(following) > 1 and view.reading.capital[k + 1] and has(Role.FAMILY, following)


def first_initial(view: View, k: int) -> int:
    """The first of the initials in a row that end with this word; the word itself if it is none: R. B. Pauwels."""
    words = view.reading.words
    while k > 0 and _initial(words[k]) and _initial(words[k - 1]) and view.reading.between(k - 1) in _INITIALS:
        k -= 1
    return k


def _initial(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def second_name(view: View, fit: Fit, k: int) -> bool:
    """Whether the given name of the record is not the one that the person is called by, or its initial is one of two
    and nothing says what the other stands for: Colleen Yvonne Mathis is not surely Yvonne, nor S. B. Johansen Stine,
    nor Willi Hofmann Heinz-Willi."""
    if {part.record for part in fit.parts}.isdisjoint((fit.words.given[0], "".join(fit.words.given[:2]))):
        return True
    reading, words = view.reading, view.reading.words
    following = words[k + 1] if k + 1 < len(words) and reading.between(k) in _INITIALS else ""
    if _initial(words[k]) and _initial(following) and k + 1 not in fit.claims:
        return True
    return (
        k > 0
        and reading.between(k - 1) in (" ", "-")
        and k - 1 not in fit.claims
        and not is_everyday(words[k - 1])
        and _is_given(view, k - 1)
    )


def names_a_thing(view: View, fit: Fit) -> bool:
    """Whether a whole name is what a company, a street or a thing is called by: Rosie Perry GmbH, Rosie Perry Road,
    Rosie Perry & Partner, das Rosie Perry Haus."""
    reading, first, last = view.reading, min(fit.claims), max(fit.claims)
    words, gap = reading.words, reading.between(last)
    after = words[last + 1] if last + 1 < len(words) else ""
    if not after or reading.source[last + 1] != reading.source[last]:
        return False
    partner = words[last + 2] if gap == " " and after in _AND and last + 2 < len(words) else after
    if (gap.strip() in _AND_SIGNS or partner is not after) and partner in _PARTNERS:
        return True
    if gap != " " or not reading.capital[last + 1]:
        return False
    if after in _CALLED_AFTER and len(after) > 1:
        return True
    article = first > 0 and reading.between(first - 1) == " " and words[first - 1] in _ARTICLES
    return article and after.isalpha() and not reading.raw(last + 1, last + 1).isupper()


def of_a_list(view: View, fit: Fit, given: int) -> bool:
    """Whether a comma parts the given name from the surname and somebody else's stands there: in "Héctor, Helena
    Rosario" Rosario is Helena's, in "Nathalie Loiseau, Joséphine" Loiseau Nathalie's."""
    reading, first, last = view.reading, min(fit.claims), max(fit.claims)
    if given == first:
        between = range(given + 1, last)
        return "," in reading.between(given) and any(_is_given(view, k) for k in between if k not in fit.claims)
    before = first - 1
    commas = any("," in reading.between(k) for k in range(first, given))
    return commas and before >= 0 and reading.between(before) == " " and _is_given(view, before)


def _is_given(view: View, k: int) -> bool:
    word = view.reading.words[k]
    if len(word) < 2 or not view.reading.capital[k] or word in PARTICLES or word in TITLES:
        return False
    return view.vocabulary.has(Role.GIVEN, word) or word in nicknames()


def other_person(view: View, fit: Fit, spot: Spot, neighbours: list[int]) -> float:
    """Bits against: another given name, a part of a double name, a street or a company around the surname."""
    reading, cost = view.reading, 0.0
    for k in neighbours:
        word, behind = reading.words[k], k > spot[0]
        if not word.isalpha() or word in SALUTATIONS or word in TITLES or word in COMMON or not reading.capital[k]:
            continue
        if len(word) == 1:
            cost = max(cost, 0.0 if behind else OTHER_PERSON)
        elif view.vocabulary.has(Role.GIVEN, word) or word in nicknames():
            cost = max(cost, 5.0 if behind and reading.between(k - 1) == " " else OTHER_PERSON)
        else:
            cost = max(cost, 2.0 if behind else 4.0)
    if spot[0] - 1 not in fit.claims and reading.between(spot[0] - 1) == "-":
        cost += 5.0
    if spot[1] + 1 not in fit.claims and reading.between(spot[1]) == "-":
        cost += 5.0
    behind_it = spot[1] + 1
    if behind_it < len(reading.words) and reading.between(spot[1]) in (" ", " & ", " + "):
        word = reading.words[behind_it]
        if word in STREET_WORDS or word in LEGAL_FORMS or reading.between(spot[1]) != " ":
            cost += 6.0
    return cost


def intruders(view: View, fit: Fit) -> float:
    """Bits against: what stands between the words of a name and does not belong there. Marks a fit that is never to be
    ticked for it as weak."""
    reading = view.reading
    first, last = min(fit.claims), max(fit.claims)
    family = {k for part in fit.parts if part.record in fit.words.family for k in (part.first, part.last)}
    surname_last = last in family
    behind_comma = not surname_last and "," in reading.between(max(family))  # where the given name follows at once
    cost = 0.0
    for k in range(first + 1, last):
        word = reading.words[k]
        if k in fit.claims or word in PARTICLES or word in TITLES or len(word) == 1:
            continue
        if surname_last and (reading.words[k - 1] in _AND or word in _AND):  # Hans und Maria Müller
            continue
        double = (reading.between(k) == "-" and k + 1 in family) or (reading.between(k - 1) == "-" and k - 1 in family)
        if double or behind_comma:
            fit.weak = True
        other_name = double or behind_comma or view.vocabulary.has(Role.GIVEN, word)
        cost += PART_OF_NAME if other_name else 3.0 if reading.capital[k] else 5.0
    for k in range(first, last):
        gap = reading.between(k)
        if len(reading.words[k]) > 2 and any(c in ".;:!?\n" for c in gap):
            cost += 4.0
        if "(" in gap or ")" in gap:
            cost += 8.0
    return cost


def joined(view: View, fit: Fit) -> float:
    """Bits against: hyphens that make the name a part of another one (then it is weak), or the names of two people."""
    reading, cost = view.reading, 0.0
    first, last = min(fit.claims), max(fit.claims)
    family = {part.first for part in fit.parts if part.record in fit.words.family}
    for k, of_name in ((first - 1, first), (last, last)):
        if reading.between(k) == "-":
            cost += PART_OF_NAME
            if of_name in family:
                fit.weak = True  # half of a double surname is another surname
    for k in range(first, last):
        if (k in family) != (k + 1 in family) and k in fit.claims and k + 1 in fit.claims:
            cost += PART_OF_NAME * (reading.between(k).strip() in ("-", "&", "+", "/"))
    return cost


def thing(view: View, fit: Fit) -> float:
    """Bits against a misspelt name that an article marks as a thing: "das Thema Keller" is not Theda Keller."""
    before = min(fit.claims) - 1
    same_line = before >= 0 and view.reading.between(before) == " "
    return OTHER_PERSON if fit.slips and same_line and view.reading.words[before] in THING_ARTICLES else 0.0


def nickname_of_another(view: View, k: int, given: tuple[str, ...]) -> bool:
    """Whether the given name in the mail is a short form of the record's, but also a name that others bear: Gina."""
    word = view.reading.words[k]
    return word not in given and word in nicknames() and view.vocabulary.has(Role.GIVEN, word)
