"""What a mail's own words say about who asks for what: the fields of a form, and sentences such as `Anfrage von …`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.mail.leads import form
from bot.mail.leads.form_lines import Field
from bot.mail.leads.labels import Label, key, labels, role_of
from bot.mail.leads.shape import Lead, Person, Property, full_name, place, tidy
from bot.mail.leads.values import first_address, name, phone, phones
from bot.mail.words import Role, fold, words

_LINES = 60  # in which sentences that name somebody are looked for
_LONGEST_SENTENCE = 200
_FIRST_LINES = 3
_LEAST_IN_COMMON = 2  # letters
_PARTS = re.compile(r"\s[-–—|·]\s|[:|„“\"]")
_PERSON = frozenset({Label.NAME, Label.WEAK_NAME, Label.GIVEN, Label.FAMILY, Label.EMAIL, Label.PHONE, Label.COMPANY})
_PERSON |= {Label.SALUTATION}
_ASKED = frozenset({Label.REFERENCE, Label.PROPERTY, Label.PROPERTY_ADDRESS, Label.PORTAL_NUMBER})
_NAMES = (Label.NAME, Label.GIVEN, Label.FAMILY)
_PLACES = (Label.STREET, Label.HOUSE_NUMBER, Label.POSTCODE, Label.TOWN, Label.ADDRESS)
_NAME_ENDS = frozenset(',.;:!?()<>[]{}|"“”„«»\n\t')


class ValueRole(StrEnum):
    """What a piece of a mail is, for matching."""

    PERSON = "person"  # who asks: name, address, phone
    HOME = "home"  # somebody's own postal address: not what they ask about
    PLACE = "place"  # where somebody lives, works or meets, said in a sentence: hardly what they ask about
    PROPERTY = "property"
    REFERENCE = "reference"  # the office's own number of what is asked for
    NUMBER = "number"  # a number of the portal's, a date, a price: names no record


@dataclass(frozen=True, slots=True)
class Value:
    """A piece of a mail's text with its role; `start` and `end` are places in the text."""

    role: ValueRole
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Enquiry:
    """The enquiry in a mail's words. `certain` means that it names a person, and labels say how to reach them or it
    begins with who asks; `caller` is the number that a notice of a call names."""

    lead: Lead = field(default_factory=Lead)
    values: tuple[Value, ...] = ()
    certain: bool = False
    caller: str = ""


def read(text: str, subject: str = "") -> Enquiry:
    """Reads what stands in the text and, where that names nobody, in the subject."""
    fields = form.read(text)
    listed = [] if any(one.role in _NAMES for one in fields) else form.block(text)
    fields += listed
    own, asked = _places(fields)
    values = {one.role: one.value for one in reversed(fields) if one.value}
    address = first_address(values.get(Label.EMAIL, "")) or _sender_line(text)[1]
    weak = name(values.get(Label.WEAK_NAME, ""))
    person = Person(
        name=_name(values) or _introduced(text, subject) or weak or _in_subject(subject, address),
        address=address,
        phones=tuple(dict.fromkeys(phone(one.value) for one in fields if one.role is Label.PHONE and one.value)),
        company=tidy(values.get(Label.COMPANY)),
        postal=_line(own) or tidy(values.get(Label.HOME)),
    )
    reachable = bool(values.keys() & {Label.EMAIL, Label.PHONE}) or bool(_sender_line(text)[1])
    what = Property(
        reference=tidy(values.get(Label.REFERENCE)),
        address=tidy(values.get(Label.PROPERTY_ADDRESS)) or _line(asked),
        title=tidy(values.get(Label.PROPERTY)),
    )
    message = values.get(Label.MESSAGE, "")
    return Enquiry(
        Lead(person if person != Person() else None, (what,) if what != Property() else (), message),
        tuple(_values(fields, {*own})),
        certain=bool(person.name) and not listed and (reachable or _opens(text, subject)),
        caller=_caller(values, text, subject),
    )  # fmt: skip


def _name(values: dict[Label, str]) -> str:
    given, family = name(values.get(Label.GIVEN, "")), name(values.get(Label.FAMILY, ""))
    whole = name(values.get(Label.NAME, ""))
    if family and not given and whole and key(family) not in key(whole):
        given = whole  # `Nombre` and `Apellidos`, `Nome` and `Cognome`
    if given and not family and whole and key(given) not in key(whole):
        family = whole  # `Prénom` and `Nom`
    return full_name(given, family) if given and family else whole or full_name(given, family)


def _places(fields: Sequence[Field]) -> tuple[list[Field], list[Field]]:
    """The parts of postal addresses: those of who asks, and those of what is asked for.

    A part belongs to what was labelled before it, under a heading to what that names; at the head of a form to what
    comes next. Where nobody is named by labels, nobody lives there.
    """
    own: list[Field] = []
    asked: list[Field] = []
    waiting: list[Field] = []
    group: list[Field] | None = None
    named = any(one.role in (Label.NAME, Label.GIVEN, Label.FAMILY, Label.EMAIL) for one in fields)
    for one in fields:
        if one.role is Label.HOME and one.value:
            own.append(one)
        if one.role is Label.SECTION_PERSON or one.role in _PERSON or one.role is Label.HOME:
            group = own
        elif one.role is Label.SECTION_PROPERTY or one.role in _ASKED:
            group = asked
        elif one.role in _PLACES and one.value:
            (waiting if group is None else group).append(one)
            continue
        if group is not None and waiting:
            group += waiting
            waiting = []
    return (own, asked) if named else ([], asked)


def _line(parts: Sequence[Field]) -> str:
    values: dict[Label, str] = {}
    for part in parts:
        values.setdefault(part.role, part.value)
    street = values.get(Label.STREET, "") or values.get(Label.ADDRESS, "") or values.get(Label.HOME, "")
    number, postcode, town = (values.get(one, "") for one in (Label.HOUSE_NUMBER, Label.POSTCODE, Label.TOWN))
    return place(street, number, postcode, town)


def _values(fields: Sequence[Field], own: set[Field]) -> Iterator[Value]:
    for one in fields:
        role = ValueRole.HOME if one in own else _ROLES.get(one.role)
        if role is not None and one.value:
            yield Value(role, one.value, one.start, one.end)


_ROLES = {
    **dict.fromkeys((Label.NAME, Label.GIVEN, Label.FAMILY, Label.EMAIL, Label.PHONE, Label.CALLER), ValueRole.PERSON),
    **dict.fromkeys((Label.PROPERTY, Label.PROPERTY_ADDRESS), ValueRole.PROPERTY),
    Label.REFERENCE: ValueRole.REFERENCE,
    Label.PORTAL_NUMBER: ValueRole.NUMBER,
}


def _sender_line(text: str) -> tuple[str, str]:
    """Name and address in a line such as `From: Erika Muster erika@example.de`, as forms copy it into a mail's text."""
    for line in text.split("\n", _LINES)[:_LINES]:
        if len(line) <= _LONGEST_SENTENCE and form.header_role(line) is Role.FROM:
            value = line.partition(":")[2]
            address = first_address(value)
            return name(value.replace(address, " ") if address else value), address
    return "", ""


def _in_subject(subject: str, address: str) -> str:
    """A name that is a part of the subject and that the address repeats: `Contact form - Erika Muster`."""
    local = key(address.partition("@")[0])
    for part in _PARTS.split(subject[:_LONGEST_SENTENCE]) if local else ():
        found = name(part)
        words_of_it = [key(word) for word in found.split()]
        if len(words_of_it) > 1 and any(len(word) > _LEAST_IN_COMMON and word in local for word in words_of_it):
            return found
    return ""


def _introduced(text: str, subject: str) -> str:
    """A name that a sentence gives: `Anfrage von Erika Muster`, `Erika Muster is requesting information about …`."""
    if found := _sender_line(text)[0]:
        return found
    lines = [line.strip(" \t*_|-•>") for line in text.split("\n", _LINES)[:_LINES]]
    for line in (*lines, subject):
        if line and len(line) <= _LONGEST_SENTENCE and (found := _in_sentence(line)):
            return found
    return ""


def _opens(text: str, subject: str) -> bool:
    """Whether a mail begins with a sentence about who asks, where people begin with a greeting."""
    first = [bare for line in text.split("\n", _LINES) if (bare := line.strip(" \t*_|-•>"))][:_FIRST_LINES]
    return any(len(line) <= _LONGEST_SENTENCE and _in_sentence(line) for line in (subject, *first))


def _in_sentence(line: str) -> str:
    # Letter by letter: places are those of the line.
    letters = (char.lower() if char.isascii() else fold(char)[:1] or char for char in line)
    folded = fold(line) if line.isascii() else "".join(letters)
    for before, behind in labels().introductions:
        if before not in folded or behind not in folded:
            continue
        begin = _whole(folded, before)
        if begin < 0:
            continue
        rest = line[begin + len(before) :].lstrip(" :")
        if behind:
            end = _whole(folded[len(line) - len(rest) :], behind)
        else:
            end = next((i for i in range(len(rest)) if _ends(rest, i)), len(rest))
        found = name(rest[:end].partition("(")[0].strip(" :*")) if end > 0 else ""
        if found and _is_spelt_as_name(found):
            return found
    return ""


def _whole(folded: str, phrase: str) -> int:
    """Where a phrase stands in a line as whole words, -1 if nowhere."""
    found = folded.find(phrase)
    if found < 0 or (found and phrase and folded[found - 1].isalnum()):
        return -1
    return -1 if phrase and folded[found + len(phrase) : found + len(phrase) + 1].isalnum() else found


def _ends(rest: str, i: int) -> bool:
    return rest[i] in _NAME_ENDS or rest[i : i + 3] in (" - ", " – ", " — ")


def _is_spelt_as_name(found: str) -> bool:
    """Two words or more that begin with capital letters, particles aside."""
    parts = found.split()
    if key(parts[0]) in labels().nobodies:
        return False
    capital = sum(part[0].isupper() for part in parts)
    return len(parts) > 1 and capital >= 2 and parts[0][0].isupper() and parts[-1][0].isupper()


def _caller(values: dict[Label, str], text: str, subject: str) -> str:
    """The number of who called, where the mail is a notice of a call: labelled, behind "from", or in the subject."""
    said = fold(f"{subject}\n{text[:600]}")
    if not any(call in said for call in labels().calls):
        return ""
    if found := phone(values.get(Label.CALLER, "")):
        return found
    for line in text.split("\n", _LINES)[:_LINES]:
        label, _, value = line.strip().replace(":", " ", 1).partition(" ")
        entry = words().labels.get(fold(label)) if len(line) <= _LONGEST_SENTENCE else None
        if entry is not None and entry[0] is Role.FROM and (found := phone(value)):
            return found
    return phone(subject) or next((found for line in _uncalled(text) for found in phones(line)), "")


def _uncalled(text: str) -> Iterator[str]:
    """The lines of a notice of a call but for those about who was called."""
    for line in text.split("\n", _LINES)[:_LINES]:
        label = line.partition(":")[0]
        if role_of(label) is not Label.CALLED and form.header_role(line) is not Role.TO:
            yield line[:_LONGEST_SENTENCE]
