"""The lines of a form: what in one of them is a label, and what a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.mail.leads.labels import LONGEST, MOST_WORDS, Label, role_by_end, role_of
from bot.mail.leads.values import addresses, phone

MOST_LINES = 400
MOST_FIELDS = 200
LONGEST_VALUE = 300
DECORATION = " \t*_|•·►▪–—-=#~"
_LONGEST_LINE = 2_000
_BOUNDARIES = ".;|,•·\t!/–—("
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
class Row:
    """A line of a mail's text that is neither blank nor quoted."""

    text: str
    start: int  # where the text begins in the mail's
    number: int
    line: int  # blank ones counted


def rows_of(text: str) -> list[Row]:
    """The lines that are not blank and not quoted, with where they begin."""
    rows: list[Row] = []
    offset = number = 0
    for place, line in enumerate(text.split("\n")):
        bare = line.strip()
        if bare and not bare.startswith(">"):
            start = offset + len(line) - len(line.lstrip())
            rows.append(Row(bare[:_LONGEST_LINE], start, number, place))
            number += 1
            if number >= MOST_LINES:
                break
        offset += len(line) + 1
    return rows


def labelled(row: Row) -> Iterator[Field]:
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
        yield field_of(role, row, after, until)
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
    whole = text.strip(DECORATION)
    if first and whole and (role := role_of(whole) or role_by_end(whole)):
        return role, len(text.lstrip(DECORATION))
    starts = [i for i, char in enumerate(text) if char.isalpha() and (not i or text[i - 1] in " \t;|•·(*")]
    for start in starts[-MOST_WORDS:]:
        label = text[start:]
        lead = text[:start].rstrip(" *_-")
        marked = (not lead and not first) or lead[-1:] in _BOUNDARIES or text[max(0, start - 2) : start] in ("  ", "\t")
        if (marked or (inside and label[:1].isupper())) and lead and (role := role_of(label.strip(DECORATION))):
            return role, len(label)
    return None


def _cells(row: Row) -> Field | None:
    """Label and value in two cells: a tab or two blanks between them."""
    text = row.text
    cut = min((at for at in (text.find("\t"), text.find("  ")) if at > 0), default=-1)
    if cut < 0 or cut > LONGEST:
        return None
    label = text[:cut].strip(DECORATION)
    role = role_of(label) or role_by_end(label)
    return field_of(role, row, cut, len(text)) if role else None


def bare_label(text: str) -> Label | None:
    """The role of a line that is nothing but a label, a heading or a question."""
    if len(text) > 2 * LONGEST:
        return None
    label = text.strip(DECORATION + ":：")
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


def field_of(role: Label, row: Row, begin: int, until: int) -> Field:
    """The field whose value stands between two places of a row."""
    raw = row.text[begin:until]
    value = raw.strip(" \t,;|*_")
    start = row.start + begin + (raw.find(value) if value else 0)
    return Field(role, value, start, start + len(value), row.number)


def fits(field: Field) -> bool:
    """Whether a value can be what its label says; what is too long for a value is a sentence."""
    if field.role is Label.EMAIL:
        return any(True for _ in addresses(field.value))
    if field.role in (Label.PHONE, Label.CALLER):
        return bool(phone(field.value))
    return field.role is Label.MESSAGE or len(field.value) <= LONGEST_VALUE
