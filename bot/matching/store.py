"""All records in little memory: packed one after the other, unpacked when one is needed."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from mmap import mmap

import numpy as np
import numpy.typing as npt

from bot.matching.described import Described, describe
from bot.matching.keys import Ints
from bot.records import Category, Record, RecordRef

_FIELD, _ITEM = "\x1f", "\x1e"  # separators that ASCII has for this
_FIELDS = 14
_AS_PARTS = "\x1d"  # a name that is given name and surname
_JSON = "\x1c"  # begins a record with a value that holds one of these
_KEPT = 8192  # unpacked records that are kept at hand

Packed = bytes | bytearray | mmap
_Sort = tuple[str, str, Category]


class Store:
    """Records by row number. Rows are only ever added; a changed record gets a new row and its old row is emptied.

    The bulk is one run of bytes, in memory or mapped from a file; what was added later is kept as it is.
    """

    def __init__(
        self,
        packed: Packed,
        ends: npt.NDArray[np.uint64],
        sorts: Sequence[_Sort],
        sort_of: npt.NDArray[np.uint16],
        begin: int = 0,
    ) -> None:
        """`sort_of` says by row which of `sorts` a record is. `begin` is where in `packed` the first record begins;
        `ends` count from there."""
        self.packed, self.ends, self.sorts, self.sort_of = packed, ends, sorts, sort_of
        self._begin = begin
        self._bulk = len(ends)
        self._later: list[Record] = []
        self._emptied: set[int] = set()
        self._at_hand: dict[int, tuple[Record, Described]] = {}

    def __len__(self) -> int:
        """The number of rows, emptied ones too."""
        return self._bulk + len(self._later)

    @property
    def count(self) -> int:
        """The number of records."""
        return len(self) - len(self._emptied)

    @property
    def changed(self) -> bool:
        """Whether records were added or emptied since the bulk was packed."""
        return bool(self._later or self._emptied)

    def add(self, record: Record) -> int:
        """Append a record; returns its row."""
        self._later.append(record)
        return len(self) - 1

    def empty(self, row: int) -> None:
        """Forget the record of a row."""
        self._emptied.add(row)
        self._at_hand.pop(row, None)

    def get(self, row: int) -> tuple[Record, Described] | None:
        """The record of a row and its words; None if the row was emptied."""
        found = self._at_hand.get(row)
        if found is not None:
            return found
        record = self.record(row)
        if record is None:
            return None
        found = record, describe(record)
        if len(self._at_hand) >= _KEPT:
            self._at_hand = {}
        self._at_hand[row] = found
        if row in self._emptied:  # meanwhile, by another thread
            self._at_hand.pop(row, None)
        return found

    def has(self, row: int) -> bool:
        """Whether a row has a record: it is one, and was not emptied."""
        return row not in self._emptied and row < len(self)

    def record(self, row: int) -> Record | None:
        """The record of a row; None if the row was emptied."""
        if not self.has(row):
            return None
        if row >= self._bulk:
            return self._later[row - self._bulk]
        start = self._begin + (int(self.ends[row - 1]) if row else 0)
        packed = self.packed[start : self._begin + int(self.ends[row])]
        return _unpack(packed, self.sorts[self.sort_of[row]])

    def only(self, rows: Ints, categories: Collection[Category], vendor: str | None) -> Ints:
        """Those of some rows that have a record of these categories (and of this vendor)."""
        wanted = [category in categories and vendor in (None, of) for of, _, category in self.sorts]
        bulk = rows[rows < self._bulk]
        later = [row for row in rows[rows >= self._bulk].tolist() if self._is(row, categories, vendor)]
        return np.concatenate([bulk[np.array(wanted, np.bool_)[self.sort_of[bulk]]], np.array(later, np.int32)])

    def _is(self, row: int, categories: Collection[Category], vendor: str | None) -> bool:
        record = self.record(row)
        return record is not None and record.category in categories and vendor in (None, record.ref.vendor)

    def containing(self, text: str, limit: int) -> list[int]:
        """Rows of records in which a text stands, as typed or in one case, at most `limit`; reads all records."""
        rows: dict[int, None] = {}
        spellings = list(dict.fromkeys((text, text.lower(), text.upper())))
        for spelling in spellings:
            wanted = spelling.encode("utf-8", "surrogatepass")
            at = self.packed.find(wanted, self._begin)
            while at >= 0 and len(rows) < limit:
                row = int(self.ends.searchsorted(at - self._begin, "right"))
                rows[row] = None
                at = self.packed.find(wanted, self._begin + int(self.ends[row]))
        for i, record in enumerate(self._later):
            if len(rows) < limit and any(spelling in part for spelling in spellings for part in _texts(record)):
                rows[self._bulk + i] = None
        return list(rows)

    def __iter__(self) -> Iterator[Record]:
        for row in range(len(self)):
            record = self.record(row)
            if record is not None:
                yield record


class Packer:
    """Packs many records for a store."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._ends = array("Q")
        self._sorts: dict[_Sort, int] = {}
        self._sort_of = array("H")

    def add(self, record: Record) -> None:
        """Append a record."""
        ref = record.ref
        sort = (ref.vendor, ref.kind, record.category)
        self._sort_of.append(self._sorts.setdefault(sort, len(self._sorts)))
        self._packed += _pack(record)
        self._ends.append(len(self._packed))

    def store(self) -> Store:
        """The store of all records so far."""
        ends = np.frombuffer(self._ends, np.uint64) if self._ends else np.empty(0, np.uint64)
        sort_of = np.frombuffer(self._sort_of, np.uint16) if self._sort_of else np.empty(0, np.uint16)
        return Store(self._packed, ends, tuple(self._sorts), sort_of)


def _texts(record: Record) -> tuple[str, ...]:
    return (record.ref.id, record.name, record.company, record.reference, record.street, record.postal_code,
            record.city, *record.emails, *record.phones)  # fmt: skip


def _pack(record: Record) -> bytes:
    """A record in few bytes: its fields with separators between, or JSON where a value holds a separator."""
    given, family, name = record.given_name, record.family_name, record.name
    if given and name == f"{given} {family}":
        name = _AS_PARTS
    emails, phones, related = record.emails, record.phones, tuple(map(str, record.related))
    packed = _FIELD.join(
        (
            record.ref.id, name, given, family, _ITEM.join(emails), _ITEM.join(phones), _ITEM.join(related),
            record.company, record.reference, record.street, record.house_number, record.postal_code, record.city,
            record.title,
        )
    )  # fmt: skip
    items = sum([len(each) - 1 for each in (emails, phones, related) if each])
    plain = packed.count(_FIELD) == _FIELDS - 1 and packed.count(_ITEM) == items and all(emails) and all(phones)
    if not plain or record.name == _AS_PARTS:
        return (_JSON + json.dumps(asdict(record))).encode()
    return packed.rstrip(_FIELD).encode("utf-8", "surrogatepass")


def _unpack(packed: bytes | bytearray, sort: _Sort) -> Record:
    text = packed.decode("utf-8", "surrogatepass")
    if text[0] == _JSON:
        return _from_json(text[1:])
    parts = text.split(_FIELD)
    parts += [""] * (_FIELDS - len(parts))
    (
        id_, name, given, family, emails, phones, related, company, reference, street, number, postal_code, city,
        title,
    ) = parts  # fmt: skip
    vendor, kind, category = sort
    return Record(
        RecordRef(vendor, kind, id_), category, f"{given} {family}" if name == _AS_PARTS else name, title, given,
        family, company, tuple(emails.split(_ITEM)) if emails else (), tuple(phones.split(_ITEM)) if phones else (),
        reference, street, number, postal_code, city,
        tuple(map(RecordRef.parse, related.split(_ITEM))) if related else (),
    )  # fmt: skip


def _from_json(text: str) -> Record:
    fields = json.loads(text)
    fields["related"] = tuple(RecordRef(**ref) for ref in fields["related"])
    fields["emails"], fields["phones"] = tuple(fields["emails"]), tuple(fields["phones"])
    return Record(**{**fields, "ref": RecordRef(**fields["ref"]), "category": Category(fields["category"])})
