"""Values as people and portals write them: addresses, phone numbers and names inside a piece of text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.mail.leads.labels import key, labels
from bot.mail.participants import is_address

MOST_WORDS_OF_A_NAME = 6
LONGEST_NAME = 80
_PHONE = re.compile(
    r"(?<![\w@/.:#=-])"
    r"(?:\+\d{1,3}|00\d{1,3}|\(\+?\d{1,5}\)|\d{2,5})(?:[ \t\u00a0./()-]{0,3}\d{1,5}){1,7}"
    r"(?![\w@]|[-/.]\d)"
)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}:\d{2}")
LEAST_DIGITS, MOST_DIGITS = 7, 15
_AROUND = " \t()[]{}<>.,;:\"'*|„“”«»"


def addresses(text: str) -> Iterator[str]:
    """The mail addresses in a text; where a picture stands ("[cid:image001.png@…]") is none."""
    if "@" not in text:
        return
    for word in text.replace("<", " ").replace(">", " ").replace("|", " ").replace(";", " ").replace(",", " ").split():
        if "@" in word:
            address = word.strip(_AROUND).removeprefix("mailto:").removeprefix("MAILTO:").partition("?")[0]
            if not address.casefold().startswith("cid:") and is_address(address) and "." in address.rpartition("@")[2]:
                yield address


def first_address(text: str) -> str:
    """The first mail address in a value; empty where it holds none."""
    return next(addresses(text), "")


def phone(text: str) -> str:
    """The phone number that a value labelled so holds, without words beside it; empty where it holds none."""
    found = next(_numbers(text), "")
    if found:
        return found
    digits = sum(c.isdigit() for c in text)
    bare = text.strip(_AROUND + "/-")
    plain = LEAST_DIGITS - 2 <= digits <= MOST_DIGITS and all(c.isdigit() or c in " +-/().\t\u00a0" for c in bare)
    return bare if plain else ""


def phones(text: str) -> Iterator[str]:
    """Numbers in running text that can only be phone numbers: with a leading 0 or +, or in the American way."""
    for number in _numbers(text):
        bare = number.lstrip("(")
        american = re.fullmatch(r"\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}", number)
        if (bare.startswith(("+", "0")) or american) and not _DATE.search(number):
            yield number


def _numbers(text: str) -> Iterator[str]:
    for found in _PHONE.finditer(text):
        number = found.group()
        if LEAST_DIGITS <= sum(c.isdigit() for c in number) <= MOST_DIGITS:
            yield " ".join(number.split())


def name(text: str) -> str:
    """A person's name in a value, salutation and quotes left out; empty where it can be none."""
    words = text.split("<")[0].strip(_AROUND + "_-").split() if len(text) <= 2 * LONGEST_NAME else []
    while words and key(words[0]) in labels().misters:
        words = words[1:]
    found = " ".join(words)
    if not 0 < len(words) <= MOST_WORDS_OF_A_NAME or len(found) > LONGEST_NAME:
        return ""
    letters = sum(c.isalpha() for c in found)
    if letters < 2 or any(c.isdigit() or c in "@/:=?!#%{}" for c in found) or "://" in found:
        return ""
    return _natural_order(found)


def _natural_order(found: str) -> str:
    """`Matthies, Inken` → `Inken Matthies`; other commas stay."""
    family, comma, given = found.partition(", ")
    return f"{given} {family}" if comma and "," not in given and len(given.split()) <= 2 else found
