"""What a mail seems to name, whether or not the directory has it: people, addresses, companies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from bot.matching.described import STREET_ENDINGS
from bot.matching.everyday import is_everyday
from bot.matching.reading import Reading
from bot.matching.signs import Zone
from bot.matching.tables import COMMON, LEGAL_FORMS, PARTICLES, SALUTATIONS, STREET_WORDS, TITLES

_MOST = 8  # of each kind in one mail
_LONGEST_NAME, _LONGEST_STREET, _LONGEST_COMPANY = 5, 4, 6  # words
_TOWN_REACH = 7  # words behind a street in which its town is looked for
_SHORTEST = 3  # letters of the longest word of a name
_LONGEST_NUMBER = 5  # letters of a house number
_NOT_NOW = frozenset({Zone.QUOTED, Zone.DISCLAIMER, Zone.RECIPIENT})
_NO_RUNS = _NOT_NOW | {Zone.SENDER}
_TOGETHER = frozenset({" ", "-", " - "})
_BEFORE_NUMBER = frozenset({" ", ", ", ". ", ": ", " - ", "-"})
_BEHIND_NUMBER = frozenset({" ", ". ", "-"})
_IN_STREETS = frozenset(
    {"am", "an", "der", "den", "dem", "im", "in", "zum", "zur", "von", "de", "la", "du", "del", "st"}
)
_NO_NAME = COMMON | SALUTATIONS | LEGAL_FORMS
_AND = frozenset({"und", "and", "u", "et", "y"})
_COMPANY_CUES = frozenset({"firma", "fa", "firm", "company", "mesrs", "unternehmen", "betrieb", "kanzlei"})
_COMPANY_WORDS = _COMPANY_CUES | {form for form in LEGAL_FORMS if len(form) > 1}
_AND_SIGNS = frozenset({"&", "+"})


class Mention(NamedTuple):
    """Words (indices) that seem to name one thing. `head` are those of the name or street, `tail` those behind an
    address; `sure` says that the mail marks them: the sender's name, a name after "Frau", what stands after "Firma".
    """

    head: tuple[int, ...]
    tail: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    sure: bool = False


def people(
    reading: Reading, explained: Collection[int], may_be_name: Callable[[tuple[int, ...]], bool]
) -> list[Mention]:
    """The names of people: the sender's, those after "Herr" or "Frau", and capital words in a row that may be one."""
    found: dict[tuple[int, ...], Mention] = {}
    for name, sure in (*_senders(reading), *_addressed(reading), *((run, False) for run in _runs(reading))):
        head = tuple(k for k in name if reading.words[k] not in TITLES and reading.words[k] not in SALUTATIONS)
        if not head or len(found) >= _MOST or _explained(head, explained, reading):
            continue
        if all(len(reading.words[k]) < _SHORTEST for k in head):
            continue
        if sure or may_be_name(head):
            found.setdefault(head, Mention(head, sure=sure))
    return list(found.values())


def _explained(head: tuple[int, ...], explained: Collection[int], reading: Reading) -> bool:
    """Whether what was found accounts for a name: for all of it but particles, or for two of its words."""
    known = len([k for k in head if k in explained])
    return known >= 2 or known == len([k for k in head if reading.words[k] not in PARTICLES])


def _senders(reading: Reading) -> Iterator[tuple[list[int], bool]]:
    by_source: dict[int, list[int]] = {}
    for k, zone in enumerate(reading.zones):
        if zone is not Zone.SENDER:
            break
        if reading.words[k] and not reading.words[k].isdigit():
            by_source.setdefault(reading.source[k], []).append(k)
    for name in by_source.values():
        if len(name) <= _LONGEST_NAME + 1:
            yield name, True


def _addressed(reading: Reading) -> Iterator[tuple[list[int], bool]]:
    for i in sorted(reading.addressed):
        if i < len(reading.words) and reading.zones[i] not in _NOT_NOW and reading.zones[i] is not Zone.SENDER:
            begin = i
            while begin > 0 and reading.words[begin - 1] in PARTICLES and reading.between(begin - 1) == " ":
                begin -= 1
            yield list(range(begin, i)) + _run_from(reading, i, _LONGEST_NAME), True


def _run_from(reading: Reading, i: int, most: int) -> list[int]:
    """The words of a name from this one on."""
    run: list[int] = []
    k = i
    while k < len(reading.words) and len(run) < most and _may_name(reading, k):
        run.append(k)
        if reading.between(k) not in _TOGETHER:
            break
        k += 1
    while run and reading.words[run[-1]] in PARTICLES:
        run.pop()
    return run


def _may_name(reading: Reading, k: int) -> bool:
    word = reading.words[k]
    if word in PARTICLES:
        return True
    return reading.capital[k] and word.isalpha() and (word not in _NO_NAME or word == "may")


def _runs(reading: Reading) -> Iterator[list[int]]:
    """Two to five capital words in a row, particles between them included."""
    words, capital, gaps, zones = reading.words, reading.capital, reading.gaps, reading.zones
    begins = [
        k
        for k, word in enumerate(words[:-1])
        if capital[k]
        and gaps[k + 1] in _TOGETHER
        and (capital[k + 1] or words[k + 1] in PARTICLES)
        and word not in _NO_NAME
        and zones[k] not in _NO_RUNS
    ]
    behind, end = -1, len(words)
    for k in begins:
        if k <= behind or not words[k].isalpha():
            continue
        last = k
        while last + 1 < end and gaps[last + 1] in _TOGETHER and _goes_on(words[last + 1], large=capital[last + 1]):
            last += 1
        behind = last
        while last > k and words[last] in PARTICLES:
            last -= 1
        if 1 <= last - k < _LONGEST_NAME:
            yield list(range(k, last + 1))


def _goes_on(word: str, *, large: bool) -> bool:
    return word in PARTICLES or (large and word.isalpha() and word not in _NO_NAME)


def addresses(reading: Reading, explained: Collection[int]) -> list[Mention]:
    """Streets with a number before or after them, and the words behind, where town and postcode may stand."""
    found: dict[tuple[int, ...], Mention] = {}
    words, gaps = reading.words, [*reading.gaps, "\n"]
    capital = [*reading.capital, False]  # what is before the first is behind the last: nothing
    numbers = [
        k
        for k in reading.numeric
        if words[k][0].isdigit()
        and len(words[k]) <= _LONGEST_NUMBER
        and ((gaps[k] in _BEFORE_NUMBER and capital[k - 1]) or (gaps[k + 1] in _BEHIND_NUMBER and capital[k + 1]))
    ]
    for k in numbers:
        if k in explained or reading.zones[k] in _NOT_NOW:
            continue
        for head in (_street_before(reading, k), _street_behind(reading, k)):
            if (
                not head
                or len(found) >= _MOST
                or all(is_everyday(words[i]) and not words[i].endswith(STREET_ENDINGS) for i in head)
            ):
                continue
            if not any(i in explained for i in head):
                found.setdefault(head, Mention(head, _town_behind(reading, max(*head, k)), _numbers(reading, head, k)))
    return list(found.values())


@lru_cache(maxsize=1 << 14)
def _may_be_street(word: str) -> bool:
    return word.endswith(STREET_ENDINGS) or not is_everyday(word)


def _street_before(reading: Reading, k: int) -> tuple[int, ...]:
    """The capital words before a number, and small words between them: An der Mühle 3."""
    words, run = reading.words, list[int]()
    i = k - 1
    if i >= 0 and words[i] in ("nr", "no", "nummer", "hausnummer"):
        i -= 1
    while i >= 0 and len(run) < _LONGEST_STREET and reading.between(i).strip(" -.,:") == "":
        if "," in reading.between(i) and run:
            break
        if not words[i].isalpha() or not (reading.capital[i] or (run and words[i] in _IN_STREETS)):
            break
        run.insert(0, i)
        i -= 1
    return tuple(run)


def _street_behind(reading: Reading, k: int) -> tuple[int, ...]:
    """The capital words behind a number: 58 Alice Jackson Crescent."""
    words, run = reading.words, list[int]()
    i = k + 1
    while i < len(words) and len(run) < _LONGEST_STREET and reading.between(i - 1) in _BEHIND_NUMBER:
        if not words[i].isalpha() or not reading.capital[i] or (words[i] in COMMON and words[i] not in STREET_WORDS):
            break
        run.append(i)
        i += 1
    return tuple(run)


def _numbers(reading: Reading, head: tuple[int, ...], k: int) -> tuple[int, ...]:
    """The number and those joined to it: 12/1."""
    found = [k]
    for step in (1, -1):
        i = k
        while 0 <= i + step < len(reading.words) and i + step not in head and len(found) < _LONGEST_STREET:
            if (
                reading.between(min(i, i + step)).strip() not in ("/", "-", "–")
                or not reading.words[i + step][:1].isdigit()
            ):
                break
            i += step
            found.append(i)
    return tuple(sorted(found))


def _town_behind(reading: Reading, last: int) -> tuple[int, ...]:
    found: list[int] = []
    lines = 0
    for k in range(last + 1, min(last + 1 + _TOWN_REACH, len(reading.words))):
        gap = reading.between(k - 1)
        lines += gap.count("\n")
        if lines > 1 or gap.strip(" \n,()/-–|") not in ("", ".") or reading.source[k] != reading.source[last]:
            break
        if reading.capital[k]:
            found.append(k)
    return tuple(found)


def companies(reading: Reading, explained: Collection[int]) -> list[Mention]:
    """Names of companies: after "Firma", before a legal form, or with an & in them."""
    found: dict[tuple[int, ...], Mention] = {}
    words = reading.words
    marked = reading.among(_COMPANY_WORDS)
    if any("&" in text or " + " in text for text in reading.sources):
        marked += [k - 1 for k, gap in enumerate(reading.gaps) if k and gap.strip() in _AND_SIGNS]
    for k in marked:
        word = words[k]
        if reading.zones[k] in _NOT_NOW or len(found) >= _MOST:
            continue
        if word in _COMPANY_CUES and reading.between(k).strip(" .:") == "":
            head, sure = _company_run(reading, k + 1, 1), True
        elif word in LEGAL_FORMS and len(word) > 1 and reading.capital[k] and k and words[k - 1] not in LEGAL_FORMS:
            head, sure = _company_run(reading, k - 1, -1), True
        elif reading.between(k).strip() in _AND_SIGNS and reading.capital[k]:
            before = _company_run(reading, k, -1)
            head, sure = (*before, *_company_run(reading, k + 1, 1)), False
        else:
            continue
        if head and not any(i in explained for i in head):
            found.setdefault(head[:1], Mention(head, sure=sure))
    return list(found.values())


def _company_run(reading: Reading, k: int, step: int) -> tuple[int, ...]:
    """Capital words in a row in one direction, with what joins them."""
    words, run = reading.words, list[int]()
    while 0 <= k < len(words) and len(run) < _LONGEST_COMPANY and words[k]:
        if words[k] in _AND:
            if not run:
                break
        elif not reading.capital[k] or (words[k] in COMMON and words[k] not in _AND):
            break
        else:
            run.append(k)
        if reading.between(k if step > 0 else k - 1).strip(" -&+.") != "":
            break
        k += step
    return tuple(sorted(run))
