"""The line above a quote: `Am 28.10.2021 um 12:46 schrieb "Erika Muster" <erika@example.de>:`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.mail.blocks import find_label
from bot.mail.lines import Line
from bot.mail.model import Participant
from bot.mail.participants import is_address, parse_person
from bot.mail.words import fold, words

_LONGEST = 400
_MOST_LINES = 3
_MOST_POINTED = 7
_DOUBLED = re.compile(r"<\s{0,3}mailto:[^<>]{0,200}<([^<>\s]{1,254}@[^<>\s]{1,254})>\s{0,3}>")
_PARTICLES = frozenset({"de", "der", "den", "van", "von", "la", "le", "du", "del", "da", "di", "dos", "ten", "ter"})
_MARKS = ">>>"  # GroupWise: >>> Erika Muster <erika@example.de> 06.04.2023 16:17 >>>
_OPENING, _CLOSING = '"„“”«»‘‚', '"“”„»«’‘'


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who wrote what follows, and when as the line says it; `end` is the first line after it.

    `sure` where the line has a word for "wrote" that the table knows; else it only has the shape.
    """

    sender: Participant | None
    date_text: str
    language: str | None
    end: int
    sure: bool


def read_attribution(lines: Sequence[Line], start: int) -> Attribution | None:
    """The attribution that begins at line `start` and runs over at most three lines, None if there is none."""
    between = lines[start].raw.strip()
    if between.startswith(_MARKS) and between.endswith(_MARKS) and len(between) <= _LONGEST:
        return _between_marks(between.strip("> "), start + 1)
    joined = ""
    depth = lines[start].depth
    for position in range(start, min(start + _MOST_LINES, len(lines))):
        text = lines[position].text.strip()
        if not text and _is_pointed(lines, position):
            return _read_pointed(lines, start)
        if not text or lines[position].depth != depth or len(joined) + len(text) > _LONGEST:
            return None
        joined = f"{joined} {text}".strip()
        if text.endswith((":", "：")):
            return _read(joined[:-1].rstrip(), position + 1)
        if position == start and (text.endswith((".", "!", "?")) or not any(c.isdigit() or c == "@" for c in text)):
            return None
    return None


def _is_pointed(lines: Sequence[Line], position: int) -> bool:
    """Whether a bracket that was torn off its address stands below a blank line."""
    return position + 1 < len(lines) and lines[position + 1].raw.strip() in ("<", "< mailto:")


def _read_pointed(lines: Sequence[Line], start: int) -> Attribution | None:
    """An address that is torn over lines of its own (Polymail); the last of them looks like a quote: `> wrote:`."""
    joined = ""
    for position in range(start, min(start + _MOST_POINTED, len(lines))):
        joined = f"{joined} {lines[position].raw.strip()}".strip()
        if len(joined) > _LONGEST:
            return None
        if joined.endswith((":", "：")):
            return _read(joined[:-1].rstrip(), position + 1)
    return None


def _read(text: str, end: int) -> Attribution | None:
    text = _DOUBLED.sub(r"<\1>", text)
    if find_label(text) or not any(c.isdigit() for c in text):
        return None
    verb, languages = _verb(text)
    at = text.find("@")
    if at < 0 and not verb:
        return None
    sender, rest = _by_address(text, at) if at >= 0 else _by_verb(text, verb)
    noise = (words().around | set(verb.split())) - {"am", "pm"}
    date_text = " ".join(word for word in rest.split() if fold(word.strip(",")) not in noise or word.strip(",") == ".")
    language = next(iter(languages)) if len(languages) == 1 else None
    if sender is None or not any(c.isdigit() for c in date_text):
        return None
    return Attribution(sender, date_text.strip(" ,;-"), language, end, bool(verb))


def _between_marks(text: str, end: int) -> Attribution | None:
    parts = text.split()
    first = next((i for i, part in enumerate(parts) if part[0].isdigit()), 0)
    if not first:
        return None
    return Attribution(parse_person(" ".join(parts[:first])), " ".join(parts[first:]), None, end, sure=True)


def _verb(text: str) -> tuple[str, frozenset[str]]:
    """The longest word for "wrote" in the line."""
    padded = f" {fold(text).replace(',', ' ')} "
    best, languages = "", frozenset[str]()
    for phrase, who in words().wrote.items():
        spaced = phrase if not phrase.isascii() and " " not in phrase and ord(phrase[0]) > 0x3000 else f" {phrase} "
        if spaced in padded and len(phrase) > len(best):
            best, languages = phrase, who
    return best, languages


def _by_address(text: str, at: int) -> tuple[Participant | None, str]:
    """Splits the line round its address: the name is what stands before it, back to the date or a known word."""
    begin = at
    while begin > 0 and not text[begin - 1].isspace() and text[begin - 1] not in '<([,"':
        begin -= 1
    end = at
    while end < len(text) and not text[end].isspace() and text[end] not in '>)],"':
        end += 1
    address = text[begin:end].removeprefix("mailto:").strip("<>()[].,;:'")
    if not is_address(address):
        return None, text
    before = text[:begin].rstrip(" <([")
    after = text[end:].replace("mailto:" + address, "").replace(address, "").lstrip(" >)]")
    name, before = _name_at_end(before)
    person = parse_person(f'"{name}" <{address}>') if name else Participant(None, address)
    return person, f"{before} {after}"


def _name_at_end(before: str) -> tuple[str, str]:
    if before and before[-1] in _CLOSING:
        opening = max(before.rfind(mark, 0, len(before) - 1) for mark in _OPENING)
        if opening >= 0:
            return before[opening + 1 : -1].strip(), before[:opening]
    tokens = before.split()
    first = len(tokens)
    while first > 0 and (not _is_date_word(tokens[first - 1]) or _is_particle(tokens, first - 1)):
        first -= 1
    return " ".join(tokens[first:]).strip("\"', "), " ".join(tokens[:first])


def _is_particle(tokens: Sequence[str], place: int) -> bool:
    """Whether a word like "de" is part of a name: `Sanne de Wit`, and not of a date."""
    if tokens[place] not in _PARTICLES or place == 0 or place + 1 == len(tokens):
        return False
    before, after = tokens[place - 1], tokens[place + 1]
    return before[:1].isupper() and before.isalpha() and after[:1].isupper() and not _is_date_word(before)


def _is_date_word(token: str) -> bool:
    bare = fold(token.strip(",.;"))
    known = words()
    if any(c.isdigit() for c in token) or bare in known.around or fold(token) in known.around:
        return True
    return any(bare == phrase.split()[-1] or bare == phrase.split()[0] for phrase in known.wrote)


def _by_verb(text: str, verb: str) -> tuple[Participant | None, str]:
    """Without an address: the name follows the verb, or stands between date and verb."""
    folded = fold(text)
    position = folded.rfind(verb)
    if position < 0 or len(folded) != len(text):
        return None, text
    before, after = text[:position].rstrip(" ,"), text[position + len(verb) :].strip(" ,")
    if after and not any(c.isdigit() for c in after):
        return Participant(after.strip('"„“”«» ') or None), before
    name, rest = _name_at_end(before)
    return (Participant(name) if name else None), f"{rest} {after}"
