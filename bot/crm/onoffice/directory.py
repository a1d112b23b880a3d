"""onOffice's directory: addresses and estates, page by page, and the quick search."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import Any

from bot.crm.cursor import Cursor, begin
from bot.crm.onoffice import errors, mapping
from bot.crm.onoffice.client import Action, Client, Result, Row
from bot.crm.onoffice.errors import Kind, OnOfficeError
from bot.crm.port import Page
from bot.records import Category, Record, RecordRef

PAGE_SIZE = 500
# A record deleted while a run goes on moves the later ones forward: pages overlap so that none slips through.
PAGE_OVERLAP = 10
# The time zone of the change dates is not documented. UTC is the earlier clock reading of the likely two, so that the
# worst that happens is reading an hour or two twice.
CHANGE_OVERLAP = timedelta(minutes=10)
RELATION = "urn:onoffice-de-ns:smart:2.5:relationTypes:estate:address:"
RELATED = ("owner", "interested")  # in this order: of many, matching looks at the first


@dataclass(frozen=True, slots=True)
class Module:
    """How one module is read: its fields, its date of change, its order, and the right form of `sortby`."""

    kind: str
    fields: tuple[str, ...]
    changed: str
    order: Mapping[str, Any]


MODULES = (
    Module(mapping.ADDRESS, mapping.ADDRESS_FIELDS, "Aenderung", {"sortby": "KdNr", "sortorder": "ASC"}),
    Module(mapping.ESTATE, mapping.ESTATE_FIELDS, "geaendert_am", {"sortby": {"Id": "ASC"}}),
)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a module is read on: the offset, the last ids of the page before, and how many records the modules before
    have."""

    offset: int = 0
    overlap: tuple[str, ...] = ()
    earlier: int = 0

    def dump(self) -> str:
        return f"{self.offset}/{self.earlier}:{','.join(self.overlap)}"

    @classmethod
    def load(cls, text: str) -> Position:
        """The inverse of `dump`; of any other text the beginning."""
        found = re.fullmatch(r"(\d+)/(\d+):([\d,]*)", text, re.ASCII)
        return cls(int(found[1]), tuple(filter(None, found[3].split(","))), int(found[2])) if found else cls()

    def joins(self, rows: Sequence[Row]) -> bool:
        """Whether nothing can have slipped through between the page before and this one: they share a record."""
        return not self.offset or any(row.id in self.overlap for row in rows)

    def beyond(self, rows: Sequence[Row]) -> Position:
        """Where to read on after a full page."""
        overlap = tuple(row.id for row in rows[-PAGE_OVERLAP:])
        return replace(self, offset=self.offset + PAGE_SIZE - PAGE_OVERLAP, overlap=overlap)


def _module(kind: str) -> Module:
    return next(module for module in MODULES if module.kind == kind)


class Directory:
    """Reads records; safe to use from several threads."""

    def __init__(self, client: Client, *, keep_archived: bool = False) -> None:
        self._client = client
        self._keep_archived = keep_archived
        # What this customer's onOffice turned out not to know, so that it is not asked for again.
        self._unknown_fields: frozenset[str] = frozenset()
        self._unsortable: frozenset[str] = frozenset()

    def pages(self, stored: str | None) -> Iterator[Page]:
        """The run that `stored` asks for (see `bot.crm.cursor`): addresses, then estates."""
        cursor = begin(stored, overlap=CHANGE_OVERLAP)
        steps = [module.kind for module in MODULES]
        start = steps.index(cursor.step) if cursor.step in steps else 0
        position = Position.load(cursor.position if cursor.step in steps else "")
        for number, module in enumerate(MODULES[start:], start):
            begun_anew = False
            while True:
                result = self._read(module, cursor, position.offset)
                if not position.joins(result.rows):
                    # More was deleted since the page before than pages overlap: this module once more from its start,
                    # and if that happens again, the run takes back its claim to be complete.
                    if not begun_anew:
                        position, begun_anew = Position(earlier=position.earlier), True
                        continue
                    cursor = cursor.without_claim()
                rows = [row for row in result.rows if row.id not in position.overlap]
                total = position.earlier + (result.total or 0)
                more = len(result.rows) == PAGE_SIZE
                position = position.beyond(result.rows) if more else Position(earlier=total)
                if more:
                    following = cursor.at(module.kind, position.dump())
                elif number + 1 < len(MODULES):
                    following = cursor.at(MODULES[number + 1].kind, position.dump())
                else:
                    following = cursor.finished()
                yield self._page(module, rows, following, None if result.total is None else total)
                if not more:
                    break

    def search(self, text: str, kind: str, limit: int) -> list[Record]:
        """The quick search; nothing for a text that is too short for it."""
        parameters: dict[str, Any] = {"input": text}
        if kind == mapping.ADDRESS:
            parameters |= {"includecontactdata": True, "listlimit": limit}
        try:
            result = self._client.one(Action("get", "search", parameters, resource_id=kind))
        except OnOfficeError as error:
            if error.number in errors.TOO_SHORT_TO_SEARCH:
                return []
            raise
        make = mapping.address if kind == mapping.ADDRESS else mapping.estate
        return [make(row) for row in result.rows[:limit]]

    def glance(self, kind: str) -> tuple[int, list[str]]:
        """How many records of a kind the API user sees, and which of the fields it can't read. Raises CRMError."""
        result = self._tolerant(_module(kind), {"listlimit": 1})
        closed = [name for name in _module(kind).fields if f"{kind}.{name}" in self._unknown_fields]
        return result.total if result.total is not None else len(result.rows), closed

    def some(self, kind: str, filters: Mapping[str, Any] | None = None) -> Result:
        """One record of a kind, raw, for trying out what this onOffice understands. Raises CRMError."""
        parameters: dict[str, Any] = {"data": [_module(kind).changed], "listlimit": 1}
        return self._client.one(Action("read", kind, parameters | ({"filter": filters} if filters else {})))

    def filtered(self, filters: Sequence[Mapping[str, Any]], limit: int) -> list[Record]:
        """The addresses that pass one of the filters, at most `limit` of each; archived ones, too. A filter by a field
        that this customer's onOffice doesn't know finds nothing. Raises CRMError."""
        if not filters:
            return []
        known = [f for f in _module(mapping.ADDRESS).fields if f"{mapping.ADDRESS}.{f}" not in self._unknown_fields]
        asked = [
            Action("read", mapping.ADDRESS, {"data": known, "filter": each, "listlimit": limit}) for each in filters
        ]
        found: dict[str, Row] = {}
        for answer in self._client.call(asked):
            error = answer.error
            if isinstance(error, OnOfficeError) and error.number in errors.CLOSED_FIELD:
                named = named_field(error.vendor_message, known)
                if named is not None and error.number != errors.UNKNOWN_FILTER:
                    closed = self._unknown_fields
                    self.glance(mapping.ADDRESS)  # learns which fields can't be read
                    if self._unknown_fields != closed:
                        return self.filtered(filters, limit)
                continue
            if error is not None:
                raise error
            found |= {row.id: row for row in answer.rows}
        return [mapping.address(row) for row in found.values()]

    def existing(self, kind: str, ids: Collection[int]) -> dict[int, Record]:
        """Those of the records that are there and visible."""
        if not ids:
            return {}
        wanted: dict[str, Any] = (
            {"recordids": sorted(ids)}
            if kind == mapping.ADDRESS
            else {"filter": {"Id": [{"op": "IN", "val": sorted(ids)}]}}
        )
        rows = self._tolerant(_module(kind), {**wanted, "listlimit": PAGE_SIZE}).rows
        make = mapping.address if kind == mapping.ADDRESS else mapping.estate
        return {int(row.id): make(row) for row in rows if row.id.isdecimal()}

    def _page(self, module: Module, rows: Sequence[Row], following: Cursor, total: int | None) -> Page:
        hidden = [row for row in rows if mapping.archived(row) and not self._keep_archived]
        shown = [row for row in rows if self._keep_archived or not mapping.archived(row)]
        # What a full run doesn't bring has vanished anyway; a run of changes has to name it.
        gone = [] if following.full else [mapping.ref(module.kind, row.id) for row in hidden]
        return Page(
            records=self._records(module, shown),
            vanished=tuple(gone),
            cursor=following.dump(),
            total=total,
            last=following.done,
        )

    def _records(self, module: Module, rows: list[Row]) -> tuple[Record, ...]:
        if module.kind == mapping.ADDRESS:
            return tuple(mapping.address(row) for row in rows)
        people = self._related([int(row.id) for row in rows if row.id.isdecimal()])
        return tuple(mapping.estate(row, people.get(row.id, ())) for row in rows)

    def _related(self, estates: list[int]) -> dict[str, tuple[RecordRef, ...]]:
        """Owners and interested people of a page of estates, in one request. They are a help for matching: without
        the right to read them the directory is still good."""
        if not estates:
            return {}
        asked = [
            Action("get", "idsfromrelation", {"relationtype": RELATION + name, "parentids": estates})
            for name in RELATED
        ]
        found: dict[str, tuple[RecordRef, ...]] = {}
        for answer in self._client.call(asked):
            error = answer.error
            if error is not None and not (
                isinstance(error, OnOfficeError) and error.kind in (Kind.PERMANENT, Kind.OURS)
            ):
                raise error
            for estate, people in mapping.related(answer.rows).items():
                found[estate] = tuple(dict.fromkeys((*found.get(estate, ()), *people)))
        return found

    def _read(self, module: Module, cursor: Cursor, offset: int) -> Result:
        parameters: dict[str, Any] = {"listlimit": PAGE_SIZE, "listoffset": offset}
        since = cursor.since_time()
        if since is not None:
            moment = since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            parameters["filter"] = {module.changed: [{"op": ">=", "val": moment}]}
        return self._tolerant(module, parameters)

    def _tolerant(self, module: Module, parameters: Mapping[str, Any]) -> Result:
        """Read; a field or an order that this customer's onOffice doesn't know is left out and the read repeated."""
        while True:
            fields = [name for name in module.fields if f"{module.kind}.{name}" not in self._unknown_fields]
            order = {} if module.kind in self._unsortable else module.order
            try:
                return self._client.one(Action("read", module.kind, {"data": fields, **order, **parameters}))
            except OnOfficeError as error:
                named = named_field(error.vendor_message, fields) if error.number in errors.CLOSED_FIELD else None
                if named is not None and len(fields) > 1:
                    self._unknown_fields |= {f"{module.kind}.{named}"}
                elif order and (error.number == errors.UNKNOWN_SORTING or error.number in errors.UNKNOWN_FIELD):
                    self._unsortable |= {module.kind}
                else:
                    raise


def named_field(message: str, fields: Collection[str]) -> str | None:
    """Which of the fields that were asked for an error names, as in `Invalid field in input data: "(7, Zusatz1)"`."""
    return next((word for word in reversed(re.findall(r"\w+", message)) if word in fields), None)


def kind_of(category: Category) -> str | None:
    """The module in which records of a category are; None where onOffice has none."""
    if category in (Category.PERSON, Category.COMPANY):
        return mapping.ADDRESS
    return mapping.ESTATE if category is Category.PROPERTY else None
