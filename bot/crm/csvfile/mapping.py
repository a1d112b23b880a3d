"""Rows of a table → `Record`. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from bot.crm.csvfile.columns import ADDRESS
from bot.crm.csvfile.table import Table
from bot.crm.street import split_street
from bot.records import Category, Record, RecordRef

VENDOR = "csv"
_PARTICLES = frozenset(
    (
        "von",
        "van",
        "der",
        "den",
        "de",
        "zu",
        "zur",
        "zum",
        "vom",
        "di",
        "da",
        "del",
        "la",
        "le",
        "ter",
        "ten",
        "af",
        "av",
    )
)
_ADDRESS = re.compile(r"[^\s;,<>|]+@[^\s;,<>|]+\.[^\s;,<>|]+")
_FEWEST_DIGITS = 5


class SameNumberError(ValueError):
    """Two different rows have the same number, so that it does not say which of them is meant."""

    def __init__(self, number: str, lines: tuple[int, int]) -> None:
        super().__init__(number)
        self.number = number
        self.lines = lines


def category(table: Table) -> Category:
    """What the rows of a table are. People's names make people of them, whatever else they are interested in."""
    fields = {column.field for column in table.columns}
    if "given_name" in fields or "family_name" in fields:
        return Category.PERSON
    if fields & {"property_number", "property_name"}:
        return Category.PROPERTY
    if "deal_name" in fields:
        return Category.DEAL
    return Category.COMPANY if "company" in fields and "name" not in fields else Category.PERSON


def records(table: Table) -> list[Record]:
    """The records of a table; rows that say nothing, or the same as one before, are left out. Raises
    SameNumberError."""
    of = category(table)
    rows = [(line, _values(table, row)) for line, row in table.rows]
    numbers = "property_number" if of is Category.PROPERTY else "reference"
    # A customer's number is one only where no two rows share it.
    used = Counter(_first(values, numbers) for _, values in rows)
    found: dict[str, tuple[int, Record]] = {}
    for line, values in rows:
        number = _first(values, numbers)
        own = _first(values, "id") or (number if used[number] == 1 else "")
        record = _record(of, values, number, own)
        if record is None:
            continue
        before = found.setdefault(str(record.ref), (line, record))
        if before[1] != record:
            if own:
                raise SameNumberError(own, (before[0], line))
            continue
    return [record for _, record in found.values()]


def _record(of: Category, values: dict[str, list[str]], number: str, own: str) -> Record | None:
    given, family, title = (_first(values, name) for name in ("given_name", "family_name", "title"))
    name, company = _first(values, "name"), _first(values, "company")
    place = {field: _first(values, field) for field in ADDRESS}
    if place["street"] and not place["house_number"]:
        place["street"], place["house_number"] = split_street(place["street"])
    emails, phones = tuple(_emails(values)), tuple(_phones(values))
    if of is Category.PERSON:
        if given and name and not family:
            family = name
        elif name and not (given or family):
            given, family = _split_name(name)
        shown = " ".join(filter(None, (given, family)))
        if not shown and company:
            of = Category.COMPANY
        shown = shown or company or next(iter(emails), "")
    elif of is Category.COMPANY:
        shown = company
    else:
        titles = ("property_name", "name", "title") if of is Category.PROPERTY else ("deal_name", "name", "title")
        shown = next((text for field in titles if (text := _first(values, field))), "")
        street = " ".join(filter(None, (place["street"], place["house_number"])))
        shown = shown or ", ".join(filter(None, (street, place["city"]))) or number
        given = family = title = ""
    if not shown:
        return None
    told_apart = "\0".join((shown, company, next(iter(emails), ""), *place.values()))
    id_ = own or sha256(told_apart.casefold().encode("utf-8", "replace")).hexdigest()[:16]
    return Record(
        RecordRef(VENDOR, of.value, id_),
        of,
        shown,
        title=title if of is Category.PERSON else "",
        given_name=given,
        family_name=family,
        company=company if of is not Category.COMPANY else shown,
        emails=emails,
        phones=phones,
        reference=number,
        street=place["street"],
        house_number=place["house_number"],
        postal_code=place["postal_code"],
        city=place["city"],
    )


def _values(table: Table, row: tuple[str, ...]) -> dict[str, list[str]]:
    """A row's values by field. Of several addresses it is the first with a street, else with a town, as a whole."""
    values: dict[str, list[str]] = {}
    places: dict[str, dict[str, str]] = {}
    for column in table.columns:
        text = row[column.place].strip() if column.place < len(row) else ""
        if not text:
            continue
        if column.field in ADDRESS:
            places.setdefault(column.group, {}).setdefault(column.field, " ".join(text.split()))
        else:
            values.setdefault(column.field, []).append(text)
    for wanted in ("street", "city", "postal_code"):
        if place := next((place for place in places.values() if wanted in place), None):
            values |= {field: [text] for field, text in place.items()}
            break
    return values


def _first(values: dict[str, list[str]], field: str) -> str:
    return " ".join(next(iter(values.get(field, [])), "").split())


def _emails(values: dict[str, list[str]]) -> Iterator[str]:
    yield from dict.fromkeys(one.lower() for text in values.get("emails", []) for one in _ADDRESS.findall(text))


def _phones(values: dict[str, list[str]]) -> Iterator[str]:
    parts = (part.strip() for text in values.get("phones", []) for part in re.split(r"[;,\n]| ::: ", text))
    yield from dict.fromkeys(part for part in parts if sum(map(str.isdigit, part)) >= _FEWEST_DIGITS)


def _split_name(name: str) -> tuple[str, str]:
    """`("Max", "von Mustermann")` of "Max von Mustermann", and of "von Mustermann, Max"."""
    family, comma, given = name.partition(",")
    if comma and given.strip():
        return given.strip(), family.strip()
    words = name.split()
    start = next((at for at, word in enumerate(words) if at and word.casefold() in _PARTICLES), len(words) - 1)
    return " ".join(words[:start]), " ".join(words[start:])
