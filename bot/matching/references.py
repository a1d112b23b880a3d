"""External numbers in a mail: runs of words that may be one, whatever divides them, and what the mail calls them."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.matching.normal import reference_key
from bot.matching.reading import Reading
from bot.matching.signs import Cue, Sign
from bot.matching.tables import (
    ABOUT,
    CUSTOMER_CUES,
    NUMBER_WORDS,
    OFFER_CUES,
    OTHER_NUMBER_CUES,
    PROPERTY_CUES,
    REFERENCE_WORDS,
)
from bot.matching.vocabulary import Role, Vocabulary
from bot.matching.words import PassageRole
from bot.records import Category, Record

_REACH = 4  # words before a number that may say what it is
_LONG_CUES = tuple(cue for cue in OTHER_NUMBER_CUES if len(cue) >= 5)
_LONG_ENOUGH = 5  # characters of a number with letters, which no other number has by chance
_TELLING_DIVIDERS = "-/_"
_MONEY = re.compile(r"\s?[€$£]")
_MONIES = frozenset({"eur", "euro", "euros", "usd", "chf", "gbp", "dollar", "dollars", "pounds", "pfund", "franken"})
_UNITS = _MONIES | frozenset({
    "km", "m", "m2", "qm", "sqm",
    "sqft", "uhr", "prozent", "percent", "kwh", "stuck", "jahre", "years", "tage", "days", "zimmer", "rooms", "kg",
})  # fmt: skip
_COUNTRIES = frozenset({"d", "a", "ch", "de", "at", "f", "nl", "l", "b", "i"})
_SHORTEST_CODE, _LONGEST_CODE = 4, 5  # digits of a postal code
_MOST_PARTS = 4
_MOST_NUMBERS = 2000  # of a mail are looked at
_DIVIDERS = frozenset(" -/.–_")

Run = tuple[str, int, int]  # the key of an external number, and the first and last word (indices) that it may be


def references(reading: Reading, lengths: Collection[int]) -> list[Run]:
    """All runs of up to four words, divided by one character each, that have a digit and as many characters as some
    external number of the directory (`lengths`). Nearly all are none: see `reference` for those that are known."""
    words, starts, ends, gaps = reading.words, reading.starts, reading.ends, reading.gaps
    numeric = reading.numeric[:_MOST_NUMBERS]
    if not numeric or not lengths:
        return []
    longest = max(lengths)
    found: list[Run] = []
    begin = 0
    for k in numeric:
        before = [ends[k] - starts[k]]  # sizes of the runs that end with this word, the shortest first
        i = k
        while i > begin and len(before) < _MOST_PARTS and before[-1] <= longest and gaps[i] in _DIVIDERS:
            i -= 1
            before.append(before[-1] + ends[i] - starts[i])
        after = [0]  # and by how much they are longer that go on behind it
        j = k + 1
        while j < len(words) and len(after) < _MOST_PARTS and after[-1] <= longest and gaps[j] in _DIVIDERS:
            after.append(after[-1] + ends[j] - starts[j])
            j += 1
        for back in range(len(before) - 1, -1, -1):
            for on in range(min(len(after), _MOST_PARTS - back)):
                if before[back] + after[on] in lengths and (key := reference_key(reading.raw(k - back, k + on))):
                    found.append((f"r:{key}", k - back, k + on))
        begin = k + 1
    return found


def reference(reading: Reading, run: Run, vocabulary: Vocabulary) -> Sign | None:
    """A run that is an external number of the directory, as a sign that knows what the mail calls it; None if it is
    none here.

    Bare digits are none where they are a postcode, an amount, a date, a part of a longer number (2001-001-7), or what
    the mail calls an invoice; and less than five of them only with a word that fits.
    """
    key, i, j = run
    cue = cue_of(reading, i)
    if cue in (Cue.NONE, Cue.NUMBER):
        cue = _labelled(reading, i) or cue
    if key[2:].isdigit():
        if (
            _continued(reading, i, j)
            or cue is Cue.OTHER
            or _measure(reading, i, j)
            or _postcode(reading, i, j, vocabulary)
        ):
            return None
        if len(key) < len("r:") + 5 and cue is Cue.NONE:
            return None
    elif _continued(reading, i, j):
        return None
    sign = Sign((key,), reading.source[i], reading.starts[i], reading.ends[j], reading.zones[i], cue)
    return None if any(_within(sign, other) and _surely_phone(reading, other) for other in reading.signs) else sign


def refers(sign: Sign, raw: str, record: Record) -> bool:
    """Whether a number, which stands as `raw` in the mail, surely means the record that has it.

    Digits alone may be anybody's: they need a word that fits the record, unless they are divided as the CRM divides
    them (2001-017). A few letters and digits must be spelt as there, or have such a word.
    """
    as_stored = raw.strip() == record.reference.strip()
    if sign.cue is Cue.OTHER:
        return False
    if not sign.keys[0][2:].isdigit():
        return as_stored or len(sign.keys[0]) >= len("r:") + _LONG_ENOUGH or sign.cue is not Cue.NONE
    divided = as_stored and any(mark in _TELLING_DIVIDERS for mark in raw.strip())
    if record.category is Category.PROPERTY:
        return divided or sign.cue in (Cue.PROPERTY, Cue.NUMBER)
    if record.category in (Category.PERSON, Category.COMPANY):
        return sign.cue is Cue.CUSTOMER
    return divided or sign.cue is not Cue.NONE


def _labelled(reading: Reading, i: int) -> Cue | None:
    """What a form's label, of whatever language, says that the number at word `i` is."""
    if reading.source[i] != reading.body:
        return None
    place = reading.starts[i]
    roles = {passage.role for passage in reading.passages if passage.start <= place < passage.end}
    if PassageRole.REFERENCE in roles:
        return Cue.PROPERTY
    return Cue.OTHER if PassageRole.NUMBER in roles else None


def cue_of(reading: Reading, i: int) -> Cue:
    """What the words before word `i` say that a number is, the nearest first; not beyond a sentence or a blank line."""
    words, about = reading.words, False
    start = reading.starts[i]
    numbered = "#" in reading.sources[reading.source[i]][max(0, start - 2) : start]
    for k in range(i - 1, max(-1, i - 1 - _REACH), -1):
        gap = reading.between(k)
        word = words[k]
        if reading.source[k] != reading.source[i] or gap.count("\n") > 1 or _ends_sentence(word, gap):
            break
        if word in NUMBER_WORDS:
            numbered = True
        elif word.startswith(CUSTOMER_CUES):
            return Cue.CUSTOMER
        elif _other(word):
            return Cue.NONE if about else Cue.OTHER
        elif word.startswith(PROPERTY_CUES) or word in REFERENCE_WORDS:
            return Cue.PROPERTY
        elif word.startswith(OFFER_CUES):
            return Cue.NONE
        elif word in ABOUT:
            about = True  # "Rechnung zu 10412" is not the invoice's number
        elif not word.isalpha():
            break  # "Rechnung 4711 Objekt 10412": that is the other number's
    return Cue.NUMBER if numbered else Cue.NONE


def _ends_sentence(word: str, gap: str) -> bool:
    """Whether a sentence ends in a gap behind a word: not behind an abbreviation such as "Nr."."""
    if any(mark in gap for mark in "!?;"):
        return True
    return "." in gap and len(word) >= _LONG_ENOUGH and not word.endswith("nr")


def _other(word: str) -> bool:
    """Whether a word announces another kind of number; the short ones only by themselves."""
    return word in OTHER_NUMBER_CUES or word.startswith(_LONG_CUES)


def _measure(reading: Reading, i: int, j: int) -> bool:
    """Whether digits are an amount, a date, a time, a size, or a group of a longer number: 12 34 56."""
    words = reading.words
    raw = reading.raw(i, j)
    if any(mark in raw for mark in ".,:") or "€" in raw:
        return True
    before, behind = reading.between(i - 1), reading.between(j)
    if _MONEY.search(before[-3:]) or _MONEY.match(behind) or behind[:1] == "%":
        return True
    following = words[j + 1 : j + 2]
    if following and following[0] in _UNITS and not behind.strip():
        return True
    if i and words[i - 1] in _MONIES:
        return True
    if following and following[0][:1].isdigit() and behind in (" ", ".", ",", ":", "\u00a0"):
        return True
    return i > 0 and words[i - 1][-1:].isdigit() and before in (" ", ".", ",", ":", "\u00a0")


def _postcode(reading: Reading, i: int, j: int, vocabulary: Vocabulary) -> bool:
    """Whether digits are a postal code: behind "D-", or before a town."""
    if i != j or not _SHORTEST_CODE <= len(reading.words[i]) <= _LONGEST_CODE:
        return False
    if i and reading.between(i - 1) == "-" and reading.words[i - 1] in _COUNTRIES:
        return True
    k = j + 1
    return (
        k < len(reading.words)
        and reading.between(j) in (" ", "\u00a0")
        and reading.capital[k]
        and vocabulary.has(Role.CITY, reading.words[k])
    )


def _within(sign: Sign, other: Sign) -> bool:
    return other.keys[0][0] == "p" and other.source == sign.source and other.start < sign.end and sign.start < other.end


def _surely_phone(reading: Reading, sign: Sign) -> bool:
    raw = reading.sources[sign.source][sign.start : sign.end].lstrip(" (")
    return raw.startswith(("+", "00")) or (raw.startswith("0") and sum(map(str.isdigit, raw)) >= 9)


def _continued(reading: Reading, i: int, j: int) -> bool:
    """Whether the run is part of a longer number."""
    words = reading.words
    if reading.between(i - 1) in ("-", "/") and words[i - 1][-1:].isdigit() and words[i][0].isdigit():
        return True
    return reading.between(j) in ("-", "/") and words[j + 1][:1].isdigit() and words[j][-1:].isdigit()
