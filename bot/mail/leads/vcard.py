"""vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350), as far as a mail needs them: who it is, and how to reach them.

The content lines of a card are taken apart here, however broken: of the libraries one gives a whole card up for one bad
line, the other writes bad lines to the log.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator

from bot.mail.charset import decode
from bot.mail.leads.shape import Person, full_name, place, tidy
from bot.mail.leads.values import first_address

LARGEST = 500_000  # bytes; most of a large card is a picture
_MOST_CARDS = 20
_FOLD = re.compile(r"\r?\n[ \t]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def read(content: bytes, charset: str | None = None) -> tuple[Person, ...]:
    """The people in a file of cards; what cannot be read is left out."""
    people: list[Person] = []
    card: dict[str, list[str]] | None = None
    for line in _lines(decode(content[:LARGEST], charset).text):
        head, colon, value = line.partition(":")
        name, *parameters = head.upper().split(";")
        name = name.rpartition(".")[2].strip()  # item1.EMAIL
        if name == "BEGIN" and "VCARD" in value.upper():
            card = {}
        elif name == "END" and card is not None:
            people.append(_person(card))
            card = None
            if len(people) >= _MOST_CARDS:
                break
        elif card is not None and colon:
            if any("QUOTED-PRINTABLE" in one for one in parameters):
                value = decode(quopri.decodestring(value.encode("utf-8", "replace"))).text
            card.setdefault(name, []).append(value)
    return tuple(one for one in people if one != Person())


def _lines(text: str) -> Iterator[str]:
    """Content lines unfolded, also those that quoted-printable text continues with a `=` at its end (2.1)."""
    waiting: list[str] = []
    for line in _FOLD.sub("", text).splitlines():
        if line.endswith("=") and (waiting or "QUOTED-PRINTABLE" in line[:200].upper()):
            waiting.append(line[:-1])
        else:
            yield "".join((*waiting, line))
            waiting.clear()
    if waiting:
        yield "".join(waiting)


def _person(card: dict[str, list[str]]) -> Person:
    family, given = [*_parts(card.get("N", [""])[0]), ""][:2]
    home = (_parts(card.get("ADR", [""])[0]) + [""] * 7)[:7]
    phones = [tidy(value.casefold().removeprefix("tel:")) for value in card.get("TEL", ())]
    return Person(
        name=tidy(_plain(card.get("FN", [""])[0])) or full_name(given, family),
        address=first_address(_plain(card.get("EMAIL", [""])[0])),
        phones=tuple(dict.fromkeys(filter(None, phones))),
        company=tidy(next(iter(_parts(card.get("ORG", [""])[0])), "")),
        postal=place(home[2], postcode=home[5], town=home[3]),
    )


def _parts(value: str) -> list[str]:
    return [_plain(part) for part in value.replace("\\;", "\ue000").split(";")]


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).replace("\ue000", ";")
