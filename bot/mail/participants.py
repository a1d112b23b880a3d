"""Sender and recipient lists as mail programs print them: quoted or not, with or without addresses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from bot.language import sentence
from bot.mail.model import Participant
from bot.mail.words import fold, words

MAX_PEOPLE = 2_000
MANY_SENDERS = sentence("reading.many_senders")
_AUTOMATIC = frozenset({"noreply", "donotreply", "nichtantworten", "keineantwort", "nepasrepondre", "nonrispondere"})
_AUTOMATIC |= {"noresponder", "notification", "benachrichtigung", "mailer", "automail", "webform", "kontaktformular"}
_AUTOMATIC |= {"wordpress"}
# What desks and programs are called by, people never.
_DESKS = frozenset(
    {"info", "kontakt", "contact", "service", "support", "team", "office", "buro", "mail", "post", "news"}
)
_DESKS |= {"anfrage", "anfragen", "leads", "lead", "form", "forms", "formular", "website", "web", "webseite", "portal"}
_DESKS |= {"newsletter", "notification", "notifications", "noreply", "reply", "message", "messages", "sales", "bot"}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_LEAST_IN_COMMON = 3  # letters of a name that an address repeats
_MAX_LIST = 200_000
_CLOSING = {"<": ">", "[": "]", "(": ")"}
_QUOTES = "\"'„“”‚‘’«»‹›`*"
_KEPT_COMMA, _KEPT_SEMICOLON = "\ue000", "\ue001"  # a comma or semicolon inside quotes separates nobody


def parse_people(value: str) -> tuple[Participant, ...]:
    """Everybody in a list, in order; who is there twice in a row under one address is one.

    Understands `"Doe, John" <j@example.com>`, `Doe, John <j@example.com>; Info`, `j@example.com [j@example.com]`,
    `Name (j@example.com)`, `<j@example.com<mailto:j@example.com>>` and names alone.
    """
    people: list[Participant] = []
    for person in _scan(value[:_MAX_LIST].replace("mailto:", "").replace("MAILTO:", "")):
        before = people[-1] if people else None
        same = before is not None and before.address and person.address and _same(before.address, person.address)
        if before is not None and same and (person.name is None or before.name is None):
            people[-1] = Participant(before.name or person.name, before.address)
        elif person.name or person.address:
            people.append(person)
        if len(people) >= MAX_PEOPLE:
            break
    return tuple(people)


def parse_header(value: str, *, sender: bool = False) -> tuple[Participant, ...]:
    """Everybody in an address header. There a name without an address is the beginning of the next one's, cut by a
    comma that should stand in quotes: `Kanzlei Holm, Dr. Arne Holm <holm@example.de>`; `Friends: a@example.com;` is a
    group.

    `sender`: the header names one person, so that what follows the address is part of the name as well.
    """
    people: list[Participant] = []
    begun: list[str] = []
    for one in parse_people(_without_groups(value)):
        if one.address is None and one.name:
            begun.append(one.name)
            continue
        names = [*begun, *([one.name] if one.name else [])]
        people.append(Participant(", ".join(names) or None, one.address))
        begun.clear()
    if sender and len(people) + bool(begun) and len(people) < 2:
        names = [name for one in people if (name := one.name)] + begun
        return (Participant(", ".join(names) or None, people[0].address if people else None),)
    return (*people, *(Participant(name) for name in begun))


def _without_groups(value: str) -> str:
    """The list without the names of groups (RFC 5322): the words before a colon, where a semicolon ends the group."""
    if ":" not in value or ";" not in value:
        return value
    kept: list[str] = []
    last = value.rfind(";")
    quoted, depth, start = False, 0, 0
    for position, char in enumerate(value[:_MAX_LIST]):
        if char == '"':
            quoted = not quoted
        elif char in "<(":
            depth += 1
        elif char in ">)":
            depth = max(depth - 1, 0)
        elif not quoted and not depth and char == ":" and position < last:
            start = position + 1
        elif not quoted and not depth and char in ",;":
            kept.append(value[start : position + 1])
            start = position + 1
    return "".join(kept) + value[start:]


def parse_person(value: str) -> Participant | None:
    """The sender. Of "A <a@…> on behalf of B" that is A, where A comes with an address that people read; else B."""
    for phrase in words().on_behalf:
        position = fold(value).find(f" {phrase} ")
        if position > 0 and len(fold(value)) == len(value) and "@" in value[:position]:
            first = next(iter(parse_people(value[:position])), None)
            automatic = first is not None and is_automatic(first.address or "")
            value = value[position + len(phrase) + 2 :] if automatic else value[:position]
    people = parse_header(value, sender=True)
    return people[0] if people else None


def are_several(value: str) -> bool:
    """Whether a From names several people, none of them on behalf of another."""
    folded = f" {fold(value)} "
    if any(f" {phrase} " in folded for phrase in words().on_behalf):
        return False
    return len({fold(one.address) for one in parse_people(value) if one.address}) > 1


def is_address(text: str) -> bool:
    """Whether the text is one mail address and nothing else."""
    local, at, domain = text.rpartition("@")
    return bool(at and local and domain and len(text) <= 254 and not any(c.isspace() or c in '<>,;"()[]' for c in text))


def is_automatic(address: str) -> bool:
    """Whether nobody reads what is sent to an address: programs, portals, web forms."""
    local = "".join(c for c in fold(address).partition("@")[0] if c.isalnum())
    return any(word in local for word in _AUTOMATIC)


def is_personal(one: Participant) -> bool:
    """Whether the address is somebody's own by the look of it: it repeats a part of the name before the @."""
    local = "".join(c for c in fold(one.address or "").partition("@")[0] if c.isalpha())
    parts = "".join(c if c.isalpha() else " " for c in (one.name or "").casefold()).split()
    domain = fold(one.address or "").rpartition("@")[2]
    written = {one for part in parts if len(part) >= _LEAST_IN_COMMON for one in _in_ascii(part)}
    shared = [one for one in written if one in local]
    return any(part not in domain and part not in _DESKS for part in shared)


def _in_ascii(word: str) -> set[str]:
    """The ways to write a word in an address: Hjördis is hjoerdis@ or hjordis@."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return {word, word.translate(_UMLAUTS), bare}


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _scan(value: str) -> Iterator[Participant]:
    """One pass over the list: text is gathered until an address in brackets, a separator or the end completes it."""
    gathered: list[str] = []
    position, width = 0, len(value)
    quotes, commas = True, False  # whether quoted names may follow; whether a comma has been gathered
    while position < width:
        char = value[position]
        if char == '"' and quotes:
            end = value.find('"', position + 1)
            while end > 0 and value[end - 1] == "\\":
                end = value.find('"', end + 1)
            quotes = end >= 0
            if not quotes:
                position += 1
                continue
            inside = value[position + 1 : end].replace('\\"', '"').replace("\\\\", "\\")
            gathered.append('"' + inside.replace(",", _KEPT_COMMA).replace(";", _KEPT_SEMICOLON) + '"')
            position = end + 1
        elif char in _CLOSING:
            end = value.find(_CLOSING[char], position + 1)
            inside = value[position + 1 : end if end >= 0 else width]
            address = _address_in(inside)
            if address:
                yield from _complete("".join(gathered), address)
                gathered.clear()
                commas = False
            elif char == "(" or char == "[":
                gathered.append(value[position : (end if end >= 0 else width) + 1])
            position = (end if end >= 0 else width) + 1
        elif char == ";" or (char == "," and not commas and is_address("".join(gathered).strip())):
            yield from _complete("".join(gathered), None)
            gathered.clear()
            commas = False
            position += 1
        else:
            commas = commas or (char == "," and bool(gathered))
            if char not in ">]" and (char != "," or gathered):
                gathered.append(char)
            position += 1
    yield from _complete("".join(gathered), None)


def _address_in(inside: str) -> str | None:
    """The address between brackets: `a@b`, ` a@b `, `a@b<a@b`; None where there is none."""
    for piece in inside.replace("<", " ").replace(">", " ").replace("|", " ").split():
        candidate = piece.strip("'\"")
        if is_address(candidate):
            return candidate
    joined = "".join(inside.split())  # a line break may have cut the address itself
    return joined if is_address(joined) else None


def _complete(text: str, address: str | None) -> Iterator[Participant]:
    """The participants of a stretch of text that ends with `address`, or with none."""
    pieces = [piece.strip() for piece in text.strip(" ,;\t\n").split(",")]
    if len(pieces) > 1 and not all(len(piece.split()) > 1 or is_address(piece) for piece in pieces[:-1]):
        pieces = [", ".join(piece for piece in pieces if piece)]  # "Doe, John" is one name
    for piece in pieces[:-1]:
        yield _bare(piece)
    if address is None:
        if pieces[-1]:
            yield _bare(pieces[-1])
        return
    yield Participant(_name(pieces[-1], address), address)


def _bare(piece: str) -> Participant:
    """A participant without brackets: an address, a name, or a name followed by an address."""
    head, _, last = piece.rpartition(" ")
    last = last.strip("'\"")
    if is_address(last):
        return Participant(_name(head, last), last)
    return Participant(_name(piece, ""), None)


def _name(text: str, address: str) -> str | None:
    name = " ".join(text.replace(_KEPT_COMMA, ",").replace(_KEPT_SEMICOLON, ";").split())
    while name and name[0] in _QUOTES and name[-1] in _QUOTES and len(name) > 1:
        name = name[1:-1].strip()
    name = name.strip('"„“”«»').strip()
    if not name or _same(name, address) or name.endswith(":"):  # "undisclosed-recipients:;" is nobody
        return None
    return name if any(c.isalnum() for c in name) else None
