"""Dates as mail programs print them, in every language they know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

import dateparser

from bot.mail.words import fold

_LONGEST = 120
_EARLIEST_YEAR, _LATEST_YEAR = 1980, 2200
# Tried in this order when the label's own language did not help; all that the table of words knows.
_LANGUAGES = ["de", "en", "fr", "es", "it", "nl", "pt", "pl", "cs", "sk", "da", "nb", "sv", "fi", "et"]
_LANGUAGES += ["hu", "ro", "hr", "ru", "uk", "tr", "ja"]
_OTHER_NAME = {"no": "nb", "pt-BR": "pt"}
_NOISE = frozenset(
    {"uhr", "um", "kl.", "kl", "klo", "kello", "om", "h", "at", "г.", "o", "в", "р.", "о", "den", "kell"}
)
_NOISE |= {"el", "le", "il", "am", "on", "op", "dnia", "dne", "dana", "la", "las", "as", "alle", "ore", "ora", "a", "u"}
# Before and after noon, where it follows a time (folded, without dots); Japanese and Turkish put it before as well.
_NOON = {"am": 0, "pm": 12, "vorm": 0, "nachm": 12, "du": 12, "fm": 0, "em": 12, "oo": 0, "os": 12, "dop": 0, "odp": 12}
_NOON |= {"午前": 0, "午後": 12}
_ZONES = {"gmt": 0, "utc": 0, "wet": 0, "z": 0, "mez": 1, "cet": 1, "bst": 1, "west": 1, "sec": 1, "hnec": 1}
_ZONES |= {"mesz": 2, "cest": 2, "eet": 2, "oez": 2, "selc": 2, "heec": 2, "eest": 3, "oesz": 3, "msk": 3, "trt": 3}
_ZONES |= {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9}
# What dateparser and the standard library raise on text that only looks like a date.
_NOT_A_DATE = (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError)


def parse_date(text: str, locale_hint: str | None = None) -> datetime | None:
    """The date that a header line shows, with a time zone where the text has one; None if it cannot be read.

    `locale_hint` is the language of the line's label. Numbers are day first, except in American dates (AM or PM).
    """
    line = " ".join(text[:_LONGEST].replace("*", " ").split())
    if sum(c.isdigit() for c in line) < 3:
        return None
    return _rfc5322(line) or _iso(line) or _spoken(line, locale_hint)


def looks_like_date(text: str) -> bool:
    """Whether a text begins with something like a date and a time of day: a quick look, nothing is understood."""
    digits = "".join(c if c.isdecimal() else " " for c in text[:40]).split()
    year = any(len(one) == 4 and one[:2] in ("19", "20") for one in digits)
    return (year and len(digits) >= 4) or len([one for one in digits if len(one) <= 2]) >= 5


def _sane(date: datetime | None) -> datetime | None:
    return date if date and _EARLIEST_YEAR <= date.year <= _LATEST_YEAR else None


def _rfc5322(line: str) -> datetime | None:
    """`Wed, 3 Nov 2021 15:51:30 +0100`; nothing looser, the standard library guesses."""
    words = line.replace(",", " ").split()
    if (
        len(words) < 5
        or fold(words[-2]) in ("am", "pm")
        or not (words[-1][0] in "+-" or words[-2][0] in "+-" or words[-1] in ("GMT", "UT"))
    ):
        return None
    try:
        date = parsedate_to_datetime(line)
    except _NOT_A_DATE:
        return None
    return _sane(date if date.tzinfo else date.replace(tzinfo=UTC))


def _iso(line: str) -> datetime | None:
    try:
        return _sane(datetime.fromisoformat(line)) if len(line) > 10 else None
    except ValueError:
        return None


@lru_cache(maxsize=512)  # the same line is read from the text and from the HTML of a mail
def _spoken(line: str, hint: str | None) -> datetime | None:
    line, noon = _on_24_hours(line.replace("(s)", ""))
    plain, zone = _plain(line)
    own = [_OTHER_NAME.get(hint, hint)] if hint else []
    american = noon and hint in (None, "en")
    order = "MDY" if american else "YMD" if plain[:4].isdigit() else "DMY"
    date = _in_numbers(plain, order)
    if date:
        return date.replace(tzinfo=zone)
    for languages in (own, ["en"], _LANGUAGES):
        for shown in (line, plain, _numbers(plain)):
            date = _read(shown, languages, order)
            if date and _agrees(date, plain):
                return date if date.tzinfo or not zone else date.replace(tzinfo=zone)
    return None


def _on_24_hours(line: str) -> tuple[str, bool]:
    """`4:17 p. m.` → `16:17`; and whether the line counts in halves of a day."""
    for mark in ("午前", "午後"):
        line = line.replace(mark, f" {mark} ")
    words = line.replace("a. m.", "am").replace("p. m.", "pm").split()
    for number, word in enumerate(words):
        parts = word.strip(",").replace(".", ":").split(":")
        if len(parts) not in (2, 3) or not all(one.isascii() and one.isdigit() and len(one) <= 2 for one in parts):
            continue
        for beside in (number + 1, number - 1):
            shift = _NOON.get(fold(words[beside]).replace(".", "").strip(",")) if 0 <= beside < len(words) else None
            if shift is None or (beside < number and not words[beside][0] > "\x80"):
                continue
            if int(parts[0]) <= 12:
                words[number] = ":".join([str(int(parts[0]) % 12 + shift), *parts[1:]])
            del words[beside]
            return " ".join(words), True
    return " ".join(words), False


def _in_numbers(plain: str, order: str) -> datetime | None:
    """A date of nothing but numbers: `06.04.2023 16:17`, `6. 4. 2023, 16:17:08`, `2023-04-06 16:17`."""
    first = next((i for i, c in enumerate(plain) if c.isdigit()), 0)
    if not set(plain[first:]) <= set("0123456789 .,/-:"):
        return None
    start = "".join(c if c.isdecimal() or c == ":" else " " for c in plain[first:])
    before, _, after = start.partition(":")
    numbers = [*before.split(), *after.replace(":", " ").split()]
    if not 5 <= len(numbers) <= 6 or any(len(one) > 4 for one in numbers):
        return None
    one, two, three, hour, minute, second = (*map(int, numbers), 0)[:6]
    year, month, day = (one, two, three) if order == "YMD" else (three, *((one, two) if order == "MDY" else (two, one)))
    if month > 12 and order != "YMD":
        month, day = day, month
    try:
        return _sane(datetime(year + 2000 if year < 80 else year, month, day, hour, minute, second))  # noqa: DTZ001 - set by the caller
    except ValueError:
        return None


def _agrees(date: datetime, plain: str) -> bool:
    """Whether day, year and minute stand in the text: what is guessed from a weekday and today's date is none."""
    numbers = {int(one) for one in "".join(c if c.isdecimal() else " " for c in plain).split()}
    return date.day in numbers and date.minute in numbers | {0} and bool({date.year, date.year % 100} & numbers)


def _read(text: str, languages: list[str], order: str) -> datetime | None:
    if not languages or not text:
        return None
    try:
        date = dateparser.parse(text, languages=languages, settings={"DATE_ORDER": order, "STRICT_PARSING": True})
    except _NOT_A_DATE:
        return None
    if date and date.tzinfo:  # dateparser has its own zone type, which cannot be stored
        date = date.replace(tzinfo=timezone(date.utcoffset() or timedelta()))
    return _sane(date)


def _plain(line: str) -> tuple[str, timezone | None]:
    """The date without words around the time and without its zone; and that zone, None if unknown or absent."""
    day = line.find("曜日")
    if day > 0:
        line = f"{line[: day - 1]} {line[day + 2 :]}"
    for mark, instead in (("年", "-"), ("月", "-"), ("日", " "), ("(", " "), (")", " ")):
        line = line.replace(mark, instead)
    zone: timezone | None = None
    kept: list[str] = []
    for word in line.split():
        bare = fold(word.strip(",.()"))
        offset = _offset(bare)
        if offset is not None:
            zone = timezone(timedelta(hours=offset))
        elif kept and word.isalpha() and word.isupper() and len(word) > 2:
            continue  # a zone that nobody here knows
        elif fold(word) not in _NOISE:
            kept.append(_time_with_colons(word))
    return " ".join(kept).rstrip(", "), zone


def _offset(word: str) -> float | None:
    """Hours from UTC of `+0100`, `gmt+1`, `gmt+01:00` or a known abbreviation."""
    if word in _ZONES:
        return _ZONES[word]
    digits = word.removeprefix("gmt").removeprefix("utc")
    number = digits[1:].replace(":", "")
    if digits[:1] not in ("+", "-", "−") or not number.isascii() or not number.isdigit() or len(number) > 4:
        return None
    hours, minutes = (int(number), 0) if len(number) < 3 else (int(number[:-2]), int(number[-2:]))
    size = hours + minutes / 60
    return None if size > 14 else size if digits[0] == "+" else -size


def _time_with_colons(word: str) -> str:
    """`09.26.50` → `09:26:50`; dates keep their dots."""
    parts = word.rstrip(",").split(".")
    if len(parts) == 3 and all(p.isascii() and p.isdigit() and len(p) == 2 for p in parts) and int(parts[1]) > 12:
        return ":".join(parts)
    return word


def _numbers(plain: str) -> str:
    """From the first number to the last, and AM or PM: without weekdays and words that no language here knows."""
    words = plain.split()
    numbers = [i for i, word in enumerate(words) if any(c.isdigit() for c in word)] or [0]
    after = words[numbers[-1] + 1 : numbers[-1] + 2]
    return " ".join(words[numbers[0] : numbers[-1] + 1] + [one for one in after if one.casefold() in ("am", "pm")])
