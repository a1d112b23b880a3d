"""The labels of forms, per language and role (`labels.json`), and how a label in a mail is looked up."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from bot.mail.words import fold

LONGEST = 60  # characters of a label
MOST_WORDS = 8
_MARKS = re.compile(r"\([^)]{0,60}\)|\[[^\]]{0,60}\]")
_ENDS = frozenset({"email", "phone"})  # roles that the last word of an unknown label decides: "Buyer e-mail"


class Label(StrEnum):
    """What the value beside a label is."""

    NAME = "name"
    WEAK_NAME = "weak_name"  # it may be the enquirer's or that of somebody of the office
    GIVEN = "given"
    FAMILY = "family"
    SALUTATION = "salutation"
    COMPANY = "company"
    EMAIL = "email"
    PHONE = "phone"
    STREET = "street"
    HOUSE_NUMBER = "house_number"
    POSTCODE = "postcode"
    TOWN = "town"
    ADDRESS = "address"
    HOME = "home"  # an address that can only be the enquirer's own
    COUNTRY = "country"
    REFERENCE = "reference"
    PORTAL_NUMBER = "portal_number"
    PROPERTY = "property"
    PROPERTY_ADDRESS = "property_address"
    MESSAGE = "message"
    CALLER = "caller"
    CALLED = "called"
    OTHER = "other"
    SECTION_PERSON = "section_person"
    SECTION_PROPERTY = "section_property"


@dataclass(frozen=True, slots=True)
class Labels:
    """All labels of all languages by their key; what stands before names (`misters`), words that no
    name begins with (`nobodies`: "ein Interessent"), and sentences that name who asks
    (`introductions`: what stands before the name, and behind it)."""

    roles: Mapping[str, Label]
    possessives: tuple[str, ...]
    misters: frozenset[str]
    nobodies: frozenset[str]
    introductions: tuple[tuple[str, str], ...]
    calls: tuple[str, ...]


@cache
def labels() -> Labels:
    """The table, read once. A label that means different things in two languages has the role of the first."""
    table: dict[str, dict[str, list[str]]] = json.loads(
        files("bot.mail.leads").joinpath("labels.json").read_text("utf-8")
    )

    def gather(kind: str) -> list[str]:
        return [phrase for entry in table.values() for phrase in entry.get(kind, ())]

    roles: dict[str, Label] = {}
    for entry in table.values():
        for role in Label:
            for phrase in entry.get(role, ()):
                roles.setdefault(key(phrase), role)
    introductions = [tuple(fold(phrase).split("{name}", 1)) for phrase in gather("introduction")]
    return Labels(
        roles=roles,
        possessives=tuple(sorted({fold(one) + " " for one in gather("possessive")}, key=len, reverse=True)),
        misters=frozenset(key(one) for one in gather("mister")),
        nobodies=frozenset(key(one) for one in gather("nobody")),
        introductions=tuple(sorted({(one[0].strip(), one[1].strip()) for one in introductions}, key=_longest)),
        calls=tuple(sorted({fold(one) for one in gather("call")}, key=len, reverse=True)),
    )


def key(label: str) -> str:
    """A label without what spelling varies: case, accents, blanks, hyphens, marks of required fields."""
    if "(" in label or "[" in label:
        label = _MARKS.sub("", label) if len(label) <= 2 * LONGEST else label
    return "".join(c for c in fold(label) if c.isalnum())


@lru_cache(maxsize=1 << 12)
def role_of(label: str) -> Label | None:
    """What a label means, None where it is none that is known."""
    if len(label) > 2 * LONGEST:
        return None
    table = labels()
    short = key(label)
    if not short or len(short) > LONGEST:
        return None
    if found := table.roles.get(short):
        return found
    folded = fold(label).strip(" \t*_|-•·?:")
    for possessive in table.possessives:
        if folded.startswith(possessive):
            return table.roles.get(key(folded[len(possessive) :]))
    return None


@lru_cache(maxsize=1 << 12)
def role_by_end(label: str) -> Label | None:
    """What the last word or two of an unknown label mean, where that settles it: `Buyer e-mail`, `Kunde Telefon`."""
    words = label.split()
    if not 1 < len(words) <= MOST_WORDS:
        return None
    for last in (2, 1):
        found = labels().roles.get(key(" ".join(words[-last:])))
        if found in _ENDS and len(words) > last:
            return found
    return None


def _longest(introduction: tuple[str, str]) -> int:
    return -len(introduction[0]) - len(introduction[1])
