"""Normalisation: one spelling for everything that people write in several ways. Pure functions of text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape

import phonenumbers

from bot.matching.tables import LETTERS

WORD = re.compile(r"[^\W_]++(?:['’`´][^\W_]++)*+")
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
PHONE = re.compile(r"(?<![\w.,])(?:\+|00)?[(\d](?:[ \t\u00a0]?[-/.–()]?[ \t\u00a0]?\d|\)){5,24}(?![\w])")

_UMLAUT_SPELLING = re.compile(r"([aou])e+")
_DOUBLE_S = re.compile(r"ss+")
_DROPPED = re.compile(r"['’`´]s$|['’`´]")
_LONG_WORD = 80  # longer "words" are not words: base64, links, attacks


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """One word in one spelling: lower case, no accents, ä = ae = a, ö = oe = o, ü = ue = u, ß = ss = s, no apostrophe.

    Idempotent. Both sides of a comparison are folded, so what it confuses (Goethe, Göthe) it confuses on both.
    """
    word = word[:_LONG_WORD]
    if word.isascii():
        word = word.lower()
    else:
        word = unicodedata.normalize("NFKD", word.casefold().translate(LETTERS)).casefold().translate(LETTERS)
        word = "".join(c for c in word if c.isalnum() or c in "'’`´")
    if "'" in word or "’" in word or "`" in word or "´" in word:
        word = _DROPPED.sub("", word)
    if "e" in word:
        word = _UMLAUT_SPELLING.sub(r"\1", word)
    if "ss" in word:
        word = _DOUBLE_S.sub("s", word)
    if word.endswith("str"):
        word += "ase"  # Lindenstr. is Lindenstraße; the long form keeps typos inside "straße" findable
    return word


def words(text: str) -> list[str]:
    """The folded words of a short text such as a name."""
    return [folded for found in WORD.findall(text) if (folded := fold(found))]


@lru_cache(maxsize=1 << 14)
def scripts(word: str) -> frozenset[str]:
    """The scripts that a word's letters are of: `LATIN`, `CYRILLIC`, `GREEK`, …"""
    if word.isascii():
        return _LATIN
    return frozenset(unicodedata.name(c, "").partition(" ")[0] for c in word if c.isalpha()) or _LATIN


_LATIN = frozenset(("LATIN",))

_SOUNDS: tuple[tuple[str, str], ...] = (
    ("sch", "sh"), ("ph", "f"), ("th", "t"), ("dt", "t"), ("tz", "z"), ("ck", "k"), ("ch", "x"), ("qu", "kv"),
    ("ey", "ai"), ("ei", "ai"), ("ay", "ai"), ("ie", "i"), ("y", "i"), ("v", "f"), ("c", "k"), ("j", "i"),
)  # fmt: skip
_REPEATED = re.compile(r"(.)\1+")
_SILENT_H = re.compile(r"(?<=[aeiou])h(?=[^aeiou]|$)")


@lru_cache(maxsize=1 << 16)
def sound(folded: str) -> str:
    """How a folded word sounds, roughly, in German and English: Meyer = Maier, Schmidt = Schmitt, Philipp = Filip."""
    for written, heard in _SOUNDS:
        if written in folded:
            folded = folded.replace(written, heard)
    if "h" in folded:
        folded = _SILENT_H.sub("", folded)
    return _REPEATED.sub(r"\1", folded) if _REPEATED.search(folded) else folded  # to search costs a fifth of `sub`


def email_keys(address: str) -> list[str]:
    """The forms under which an address is found: itself, then without its plus tag and, where the provider takes no
    notice of them (Gmail), without dots."""
    local, _, domain = address.strip().casefold().rpartition("@")
    if not local or not domain:
        return []
    if domain == "googlemail.com":
        domain = "gmail.com"
    plain = local.partition("+")[0] or local
    if domain == "gmail.com":
        plain = plain.replace(".", "") or plain
    return [f"{local}@{domain}"] if plain == local else [f"{local}@{domain}", f"{plain}@{domain}"]


_DIGITS = re.compile(r"\d+")
_CODES = {"DE": "49", "AT": "43", "CH": "41"}
_TRUNK = re.compile(r"\(\s*0\s*\)")


def phone_key(text: str, region: str) -> str | None:
    """A phone number in international digits, or None if it cannot be one.

    `region` is the country where national numbers are dialled. The library is asked only for what the usual notations
    do not settle: it is fifty times slower.
    """
    compact = _TRUNK.sub("", text)
    digits = "".join(_DIGITS.findall(compact))
    if not 6 <= len(digits) <= 17:
        return None
    stripped = compact.lstrip(" \t(")
    if stripped.startswith("+"):
        return _without_trunk(digits)
    if digits.startswith("00"):
        return _without_trunk(digits[2:])
    code = _CODES.get(region)
    if code and (digits[0] == "0" or not digits.startswith(code)):
        return code + digits.removeprefix("0")
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return f"{number.country_code}{number.national_number}"


def phone_without_plus(text: str, region: str) -> str | None:
    """The international digits of a number that begins with a country's code and nothing before it: 49151….

    None for what is no such number, or is one in the national form: what it yields is likely, not certain.
    """
    digits = "".join(_DIGITS.findall(text))
    code = _CODES.get(region)
    if not code or not digits.startswith(code) or not 11 <= len(digits) <= 15 or text.lstrip(" (").startswith("+"):
        return None
    return _without_trunk(digits)


def _without_trunk(digits: str) -> str:
    return digits[:2] + digits[3:] if digits[:3] in ("490", "430", "410") else digits


_PUNCTUATION = re.compile(r"[\W_]+")
_HAS_DIGIT = re.compile(r"\d")


def reference_key(text: str) -> str:
    """An external number without spacing, punctuation or case; "" if it has no digit or is too short to tell."""
    compact = text.casefold()
    if not compact.isalnum():
        compact = _PUNCTUATION.sub("", compact)
    return compact if len(compact) >= 3 and _HAS_DIGIT.search(compact) else ""


_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[\da-fA-F]{2,4});")


def unescaped(text: str) -> str:
    """A text without HTML's entities, which some forms leave in plain text: Dr&auml;xlmair &amp; Dahl."""
    return unescape(text) if "&" in text and _ENTITY.search(text) else text
