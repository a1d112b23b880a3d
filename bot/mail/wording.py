"""All that a mail says, as one text: what its people wrote and what its structured parts add, and who lives where."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.mail.enquirer import Understood
from bot.mail.leads import Lead, Person, Value, ValueRole, read_words
from bot.mail.letterhead import own_addresses
from bot.mail.model import Mail
from bot.mail.other_places import other_places
from bot.mail.signatures import without_own_signatures
from bot.mail.words import fold

_LONGEST_MESSAGE = 10_000
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Wording:
    """`passages` are the parts of the text of which it is known what they are."""

    text: str
    passages: tuple[Value, ...] = ()


def wording(mail: Mail, understood: Understood, staff: Collection[str] = ()) -> Wording:
    """The forwarder's note, the mail's text, and below it what only structured parts say.

    `staff` are addresses and names of own people: their signatures are left out, and they themselves.
    """
    note = without_own_signatures(mail.forward.note, staff) if mail.forward else ""
    text = without_own_signatures(_prose(mail.text, understood), staff)
    values = understood.enquiry.values if text == mail.text else read_words(text).values
    found = [(value.role, value.start, value.end) for value in values]
    found += [(ValueRole.HOME, start, end) for start, end in own_addresses(text, understood.customer)]
    found += [(ValueRole.PLACE, start, end) for start, end in other_places(text)]
    whole = [note] if note else []
    begin = len(note) + 2 if note else 0
    found = [(role, begin + start, begin + end) for role, start, end in found]
    whole.append(text)
    below, length = [], begin + len(text) + 2
    for line, is_home in _parts(understood, frozenset(fold(entry) for entry in staff)):
        if is_home:
            found.append((ValueRole.HOME, length, length + len(line)))
        below.append(line)
        length += len(line) + 1
    if below:
        whole.append("\n".join(below))
    said = "\n\n".join(whole)
    return Wording(
        said, tuple(Value(role, said[start:end], start, end) for role, start, end in sorted(set(found), key=_place))
    )


def _place(passage: tuple[ValueRole, int, int]) -> tuple[int, int, str]:
    role, start, end = passage
    return start, end, role


def _prose(text: str, understood: Understood) -> str:
    """The text without a structured part that stands in it."""
    if understood.structured.hidden is None:
        return text
    start, end = understood.structured.hidden
    return f"{text[:start]}{text[end:]}".strip()


def _parts(understood: Understood, own: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """What structured parts say, a line each, and whether it is somebody's own postal address."""
    structured = understood.structured
    said: list[tuple[str, bool]] = []
    for lead in (structured.lead, structured.about):
        if lead is not None:
            said += _lead(lead, own)
    for card in structured.cards:
        said += _person(card, own)
    if structured.appointment is not None:
        said += [(line, False) for line in structured.appointment.summary.splitlines()]
        said += _lead(structured.appointment.lead, own)
    seen: set[str] = set()
    for line, is_home in said[:_MOST_LINES]:
        if line and line not in seen:
            seen.add(line)
            yield line, is_home


def _lead(lead: Lead, own: frozenset[str]) -> Iterator[tuple[str, bool]]:
    for person in (*([lead.person] if lead.person else []), *lead.others):
        yield from _person(person, own)
    for one in lead.properties:
        yield (f"Objekt {one.reference}" if one.reference else ""), False
        yield one.title, False
        yield one.address, False
    for line in lead.message[:_LONGEST_MESSAGE].splitlines():
        yield line.strip(), False


def _person(person: Person, own: frozenset[str]) -> Iterator[tuple[str, bool]]:
    if fold(person.address) in own or (not person.address and fold(person.name) in own):
        return
    for line in (person.name, person.address, *person.phones, person.company):
        yield line, False
    yield person.postal, True
