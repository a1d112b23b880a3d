"""Forms in a mail's text: label and value in any arrangement, each value with its role and its place.

`label: value`, several of them in a line, label and value in two cells or two rows with or without blank lines between,
`--- label ---`, without a colon. One pass over the lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.mail.leads.form_lines import (
    DECORATION,
    LONGEST_VALUE,
    MOST_FIELDS,
    MOST_LINES,
    Field,
    Row,
    bare_label,
    field_of,
    fits,
    labelled,
    rows_of,
)
from bot.mail.leads.labels import LONGEST, MOST_WORDS, Label, role_of
from bot.mail.leads.values import addresses, name, phone
from bot.mail.words import Role, fold, words

_MOST_LISTED = 6
_LEAST_NAMED = 2  # words of a name
_FEW_LETTERS = 8  # beside a phone number


def read(text: str) -> list[Field]:
    """The fields of a form, in order; what stands in quoted history is not looked at."""
    rows = rows_of(text)
    fields: list[Field] = []
    glued = _glued(rows)
    position = 0
    while position < len(rows) and len(fields) < MOST_FIELDS:
        row = rows[position]
        found = list(labelled(row))
        if not found and row.number in glued:
            found = [glued[row.number]]
        if not found:
            bare = bare_label(row.text)
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
    return [field for field in fields if fits(field)]


def block(text: str) -> list[Field]:
    """Who stands in a block of short lines without labels, as some portals write it: a name, below it a mail address,
    perhaps a postal address and numbers. Below a letter's closing words that is a signature, and nobody who asks."""
    rows = rows_of(text)
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
    entry = words().labels.get(fold(label.strip(DECORATION))) if colon and len(label) <= LONGEST else None
    return entry[0] if entry else None


def _glued(rows: Sequence[Row]) -> dict[int, Field]:
    """Label and value with nothing but a blank between them, where an address among them shows that it is a form."""
    found: dict[int, Field] = {}
    for row in rows:
        if len(row.text) > LONGEST_VALUE or ":" in row.text:
            continue
        spaces = [i for i, char in enumerate(row.text[: LONGEST + 1]) if char == " "][:MOST_WORDS]
        for cut in reversed(spaces):
            role = None if any(c.isdigit() for c in row.text[:cut]) else role_of(row.text[:cut])
            if role:
                field = field_of(role, row, cut, len(row.text))
                if fits(field) and field.role not in (Label.SECTION_PERSON, Label.SECTION_PROPERTY):
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


def _below(rows: Sequence[Row], position: int, role: Label, fields: list[Field]) -> int:
    """Add the value in the line below a label; gives how many lines it took. Without one the label is a heading."""
    below = rows[position + 1] if position + 1 < len(rows) else None
    here = rows[position]
    taken = below is not None and not any(True for _ in labelled(below)) and bare_label(below.text) is None
    if role is Label.SECTION_PERSON and taken:
        fields.append(Field(role, "", here.start, here.start, here.number))
        return _listed(rows, position, fields)
    if below is None or not taken or role is Label.SECTION_PROPERTY:
        fields.append(Field(role, "", here.start, here.start, here.number))
        return 0
    fields.append(field_of(role, below, 0, len(below.text)))
    return 1 + (_continue(rows, position + 1, fields) if role in (Label.MESSAGE, Label.PROPERTY_ADDRESS) else 0)


def _listed(rows: Sequence[Row], position: int, fields: list[Field]) -> int:
    """What stands below a heading for a person without labels: the name, addresses, numbers; a line each."""
    taken = 0
    for row in rows[position + 1 : position + 1 + _MOST_LISTED]:
        if any(True for _ in labelled(row)) or bare_label(row.text) is not None or len(row.text) > 2 * LONGEST:
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
        fields.append(field_of(role, row, 0, len(row.text)))
        taken += 1
    return taken


def _continue(rows: Sequence[Row], position: int, fields: list[Field]) -> int:
    """Take into the last field the lines below that are no labels: the rest of a message, the town of an address."""
    last = fields[-1]
    most = 1 if last.role is Label.PROPERTY_ADDRESS else MOST_LINES
    taken, end, value = 0, last.end, last.value
    for row in rows[position + 1 :]:
        if taken >= most or any(True for _ in labelled(row)) or bare_label(row.text) is not None or _is_rule(row.text):
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
    return len(text) > 1 and not text.strip(DECORATION)
