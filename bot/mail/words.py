"""The words mail programs use, per language: labels, separators, subject prefixes, closings (`locales.json`)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

# Letters that are told apart in writing only by some programs, or that do not decompose into letter and mark.
_SAME = str.maketrans({"ı": "i", "ş": "s", "ţ": "t", "’": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})
_ASCII_LIMIT = "\x80"


class Role(StrEnum):
    """What a header label stands for."""

    FROM = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    SUBJECT = "subject"
    DATE = "date"
    REPLY_TO = "reply_to"
    MESSAGE_ID = "message_id"
    OTHER = "other"


class Separator(StrEnum):
    """What a line that stands between note and forwarded mail says."""

    FORWARDED = "forwarded"
    FORWARDED_BY = "forwarded_by"
    ORIGINAL = "original"
    BEGUN = "begun"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Words:
    """All words of all languages, folded by `fold`; each with the languages that use it."""

    labels: Mapping[str, tuple[Role, frozenset[str]]]
    separators: Mapping[str, tuple[Separator, frozenset[str]]]
    wrote: Mapping[str, frozenset[str]]
    around: frozenset[str]
    on_behalf: tuple[str, ...]
    closings: tuple[str, ...]
    forward_prefixes: Mapping[str, frozenset[str]]
    reply_prefixes: Mapping[str, frozenset[str]]
    own_labels: Mapping[str, tuple[str, ...]]
    longest_label: int
    longest_separator: int


def fold(text: str) -> str:
    """Text for comparing words: case, accents and typographic variants do not count."""
    if text < _ASCII_LIMIT and text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_SAME)


@cache
def words() -> Words:
    """The table, read once from `locales.json`."""
    table: dict[str, dict[str, list[str]]] = json.loads(files("bot.mail").joinpath("locales.json").read_text("utf-8"))

    def gather(*kinds: str) -> dict[str, tuple[str, frozenset[str]]]:
        found: dict[str, tuple[str, frozenset[str]]] = {}
        for locale, entry in table.items():
            for kind in kinds:
                for phrase in entry.get(kind, ()):
                    first, locales = found.get(fold(phrase), (kind, frozenset[str]()))
                    found[fold(phrase)] = (first, locales | {locale})
        return found

    labels = {phrase: (Role(kind), who) for phrase, (kind, who) in gather(*Role).items()}
    separators = {phrase: (Separator(kind), who) for phrase, (kind, who) in gather(*Separator).items()}
    return Words(
        labels=labels,
        separators=separators,
        wrote={phrase: who for phrase, (_, who) in gather("wrote").items()},
        around=frozenset(gather("around")),
        on_behalf=tuple(sorted(gather("on_behalf"), key=len, reverse=True)),
        closings=tuple(sorted(gather("closing"), key=len, reverse=True)),
        forward_prefixes={phrase: who for phrase, (_, who) in gather("forward").items()},
        reply_prefixes={phrase: who for phrase, (_, who) in gather("reply").items()},
        own_labels={loc: tuple(p for role in Role for p in entry.get(role, ())) for loc, entry in table.items()},
        longest_label=max(map(len, labels)),
        longest_separator=max(map(len, separators)),
    )
