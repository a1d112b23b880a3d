"""Forms in a mail's text: label and value in any arrangement, each value with its role and its place.

`label: value`, several of them in a line, label and value in two cells or two rows with or without blank lines between,
`--- label ---`, without a colon. One pass over the lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.mail.leads.labels import LONGEST, MOST_WORDS, Label, role_by_end, role_of
from bot.mail.leads.values import addresses, name, phone
from bot.mail.words import Role, fold, words

MOST_LINES = 400
MOST_FIELDS = 200
_LONGEST_LINE = 2_000
_LONGEST_VALUE = 300
_DECORATION = " \t*_|•·►▪–—-=#~"
_BOUNDARIES = ".;|,•·\t!/–—("
_MOST_LISTED = 6
_LEAST_NAMED = 2  # words of a name
_FEW_LETTERS = 8  # beside a phone number
_MANY = 3  # colons in a line that make it one of several labels


@dataclass(frozen=True, slots=True)
class Field:
    """A value with its role, and where it stands in the text."""

    role: Label
    value: str
    start: int
    end: int
    row: int


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    start: int  # where the text begins in the mail's
    number: int
    line: int  # blank ones counted


def read(text: str) -> list[Field]:
    """The fields of a form, in order; what stands in quoted history is not looked at."""
    rows = _rows(text)
    fields: list[Field] = []
    glued = _glued(rows)
    position = 0
    while position < len(rows) and len(fields) < MOST_FIELDS:
        row = rows[position]
        found = list(_labelled(row))
        if not found and row.number in glued:
            found = [glued[row.number]]
        if not found:
            bare = _bare(row.text)
            if bare is not None:
                taken = _below(rows, position, bare, fields)
                position += taken
            position += 1
            continue
        for field in found[:-1]:
            fields.append(field)
        last = found[-1]
        if last.value:
            fields.append(last)
            position += 1 + (_continue(rows, position, fields) if last.role is Label.MESSAGE else 0)
        else:
            position += 1 + _below(rows, position, last.role, fields)
    return [field for field in fields if _fits(field)]


def block(text: str) -> list[Field]:
    """Who stands in a block of short lines without labels, as some portals write it: a name, below it a mail address,
    perhaps a postal address and numbers. Below a letter's closing words that is a signature, and nobody who asks."""
    rows = _rows(text)
    for place, row in enumerate(rows):
        if _is_closing(row.text):
            break
        begins = place == 0 or rows[place - 1].line < row.line - 1
        if not begins or len(name(row.text).split()) < _LEAST_NAMED:
            continue
        size = 1
        while place + size < len(rows) and rows[place + size].line == row.line + size:
            size += 1
        fields: list[Field] = []
        _listed(rows[: place + size], place - 1, fields)
        if any(one.role is Label.EMAIL for one in fields):
            return fields
    return []


def header_role(text: str) -> Role | None:
    """What a line's label means in the header of a mail, as forms copy it (`Von: …`)."""
    label, colon, _ = text.partition(":")
    entry = words().labels.get(fold(label.strip(_DECORATION))) if colon and len(label) <= LONGEST else None
    return entry[0] if entry else None


def _rows(text: str) -> list[_Row]:
    """The lines that are not blank and not quoted, with where they begin."""
    rows: list[_Row] = []
    offset = number = 0
    for place, line in enumerate(text.split("\n")):
        bare = line.strip()
        if bare and not bare.startswith(">"):
            start = offset + len(line) - len(line.lstrip())
            rows.append(_Row(bare[:_LONGEST_LINE], start, number, place))
            number += 1
            if number >= MOST_LINES:
                break
        offset += len(line) + 1
    return rows


def _labelled(row: _Row) -> Iterator[Field]:
    """The `label: value` pairs of a line; a message goes to its end."""
    pairs = _colons(row.text)
    if not pairs:
        if cell := _cells(row):
            yield cell
        return
    for number, (role, _, after) in enumerate(pairs):
        until = pairs[number + 1][1] if number + 1 < len(pairs) else len(row.text)
        if role is Label.MESSAGE:
            until = len(row.text)
        yield _field(role, row, after, until)
        if role is Label.MESSAGE:
            return


def _colons(text: str) -> list[tuple[Label, int, int]]:
    """Each label that a colon follows: its role, where it begins, and where its value does."""
    found: list[tuple[Label, int, int]] = []
    since = 0  # where the value before ends at the earliest
    many = text.count(":") >= _MANY
    for place, char in enumerate(text):
        if char not in ":：" or text[place + 1 : place + 3] == "//":
            continue
        if len(found) >= MOST_FIELDS:
            break
        before = text[since:place]
        label = _label_before(
            before[-2 * LONGEST :], bool(found) or many, first=len(before) <= 2 * LONGEST and not found
        )
        if label is None:
            continue
        role, width = label
        found.append((role, place - width, place + 1))
        since = place + 1
    return found


def _label_before(text: str, inside: bool, *, first: bool) -> tuple[Label, int] | None:
    """The longest label at the end of a text, and how many characters it takes.

    In the middle of a line a mark stands before it, or it begins with a capital letter where there are several labels.
    """
    whole = text.strip(_DECORATION)
    if first and whole and (role := role_of(whole) or role_by_end(whole)):
        return role, len(text.lstrip(_DECORATION))
    starts = [i for i, char in enumerate(text) if char.isalpha() and (not i or text[i - 1] in " \t;|•·(*")]
    for start in starts[-MOST_WORDS:]:
        label = text[start:]
        lead = text[:start].rstrip(" *_-")
        marked = (not lead and not first) or lead[-1:] in _BOUNDARIES or text[max(0, start - 2) : start] in ("  ", "\t")
        if (marked or (inside and label[:1].isupper())) and lead and (role := role_of(label.strip(_DECORATION))):
            return role, len(label)
    return None


def _cells(row: _Row) -> Field | None:
    """Label and value in two cells: a tab or two blanks between them."""
    text = row.text
    cut = min((at for at in (text.find("\t"), text.find("  ")) if at > 0), default=-1)
    if cut < 0 or cut > LONGEST:
        return None
    label = text[:cut].strip(_DECORATION)
    role = role_of(label) or role_by_end(label)
    return _field(role, row, cut, len(text)) if role else None


def _glued(rows: Sequence[_Row]) -> dict[int, Field]:
    """Label and value with nothing but a blank between them, where an address among them shows that it is a form."""
    found: dict[int, Field] = {}
    for row in rows:
        if len(row.text) > _LONGEST_VALUE or ":" in row.text:
            continue
        spaces = [i for i, char in enumerate(row.text[: LONGEST + 1]) if char == " "][:MOST_WORDS]
        for cut in reversed(spaces):
            role = None if any(c.isdigit() for c in row.text[:cut]) else role_of(row.text[:cut])
            if role:
                field = _field(role, row, cut, len(row.text))
                if _fits(field) and field.role not in (Label.SECTION_PERSON, Label.SECTION_PROPERTY):
                    found[row.number] = field
                break
    kept: dict[int, Field] = {}
    run: list[int] = []
    for row in rows:
        if row.number in found:
            run.append(row.number)
        if row.number not in found or row is rows[-1]:
            roles = {found[number].role for number in run}
            if len(roles) > 1 and Label.EMAIL in roles:
                kept |= {number: found[number] for number in run}
            run = []
    return kept


def _bare(text: str) -> Label | None:
    """The role of a line that is nothing but a label, a heading or a question."""
    if len(text) > 2 * LONGEST:
        return None
    label = text.strip(_DECORATION + ":：")
    if label.endswith("?"):
        return role_of(label.rstrip("? ")) or _asked(label)
    if not label or len(label) > LONGEST:
        return None
    found = role_of(label)
    if found is None and text.rstrip().endswith((":", "：")):
        found = role_by_end(label)
    return found


def _asked(question: str) -> Label | None:
    """What a question asks for, by the labels in it: `Unter welcher E-Mail-Adresse erreichen wir Sie?`"""
    parts = question.rstrip("? ").split()
    for part in parts if len(parts) <= 2 * MOST_WORDS else ():
        role = role_of(part)
        if role in (Label.EMAIL, Label.PHONE, Label.NAME, Label.GIVEN, Label.FAMILY, Label.PROPERTY, Label.REFERENCE):
            return role
    return None


def _below(rows: Sequence[_Row], position: int, role: Label, fields: list[Field]) -> int:
    """Add the value in the line below a label; gives how many lines it took. Without one the label is a heading."""
    below = rows[position + 1] if position + 1 < len(rows) else None
    here = rows[position]
    taken = below is not None and not any(True for _ in _labelled(below)) and _bare(below.text) is None
    if role is Label.SECTION_PERSON and taken:
        fields.append(Field(role, "", here.start, here.start, here.number))
        return _listed(rows, position, fields)
    if below is None or not taken or role is Label.SECTION_PROPERTY:
        fields.append(Field(role, "", here.start, here.start, here.number))
        return 0
    fields.append(_field(role, below, 0, len(below.text)))
    return 1 + (_continue(rows, position + 1, fields) if role in (Label.MESSAGE, Label.PROPERTY_ADDRESS) else 0)


def _listed(rows: Sequence[_Row], position: int, fields: list[Field]) -> int:
    """What stands below a heading for a person without labels: the name, addresses, numbers; a line each."""
    taken = 0
    for row in rows[position + 1 : position + 1 + _MOST_LISTED]:
        if any(True for _ in _labelled(row)) or _bare(row.text) is not None or len(row.text) > 2 * LONGEST:
            break
        if any(True for _ in addresses(row.text)):
            role = Label.EMAIL
        elif not taken and name(row.text):
            role = Label.NAME
        elif phone(row.text) and sum(c.isalpha() for c in row.text) <= _FEW_LETTERS:
            role = Label.PHONE
        elif taken and any(c.isdigit() for c in row.text):
            role = Label.HOME
        else:
            break
        fields.append(_field(role, row, 0, len(row.text)))
        taken += 1
    return taken


def _continue(rows: Sequence[_Row], position: int, fields: list[Field]) -> int:
    """Take into the last field the lines below that are no labels: the rest of a message, the town of an address."""
    last = fields[-1]
    most = 1 if last.role is Label.PROPERTY_ADDRESS else MOST_LINES
    taken, end, value = 0, last.end, last.value
    for row in rows[position + 1 :]:
        if taken >= most or any(True for _ in _labelled(row)) or _bare(row.text) is not None or _is_rule(row.text):
            break
        if last.role is Label.PROPERTY_ADDRESS and (len(row.text) > LONGEST or not any(c.isdigit() for c in row.text)):
            break
        end, value = row.start + len(row.text), f"{value}\n{row.text}"
        taken += 1
    fields[-1] = Field(last.role, value, last.start, end, last.row)
    return taken


def _is_closing(text: str) -> bool:
    folded = fold(text).strip(" ,.!*")
    return any(folded.startswith(one) and len(folded) <= len(one) + LONGEST // 2 for one in words().closings)


def _is_rule(text: str) -> bool:
    return len(text) > 1 and not text.strip(_DECORATION)


def _field(role: Label, row: _Row, begin: int, until: int) -> Field:
    raw = row.text[begin:until]
    value = raw.strip(" \t,;|*_")
    start = row.start + begin + (raw.find(value) if value else 0)
    return Field(role, value, start, start + len(value), row.number)


def _fits(field: Field) -> bool:
    """Whether a value can be what its label says; what is too long for a value is a sentence."""
    if field.role is Label.EMAIL:
        return any(True for _ in addresses(field.value))
    if field.role in (Label.PHONE, Label.CALLER):
        return bool(phone(field.value))
    return field.role is Label.MESSAGE or len(field.value) <= _LONGEST_VALUE
