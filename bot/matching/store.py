"""All records in little memory: packed one after the other, unpacked when one is needed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from bot.matching.described import Described, describe
from bot.records import Category, Record, RecordRef

_FIELD, _ITEM = "\x1f", "\x1e"  # separators that ASCII has for this; cut from values
_KEPT = 4096  # unpacked records that are kept at hand


class Store:
    """Records by row number. Rows are only ever added; a changed record gets a new row and its old row is emptied."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._ends = array("q")
        self._emptied: set[int] = set()
        self._at_hand: dict[int, tuple[Record, Described]] = {}

    def __len__(self) -> int:
        """The number of rows, emptied ones too."""
        return len(self._ends)

    @property
    def count(self) -> int:
        """The number of records."""
        return len(self._ends) - len(self._emptied)

    def add(self, record: Record) -> int:
        """Append a record; returns its row."""
        self._packed += _pack(record)
        self._ends.append(len(self._packed))  # last: from here on readers see it
        return len(self._ends) - 1

    def empty(self, row: int) -> None:
        """Forget the record of a row."""
        self._emptied.add(row)
        self._at_hand.pop(row, None)

    def get(self, row: int) -> tuple[Record, Described] | None:
        """The record of a row and its words; None if the row was emptied."""
        if row in self._emptied or row >= len(self._ends):
            return None
        found = self._at_hand.get(row)
        if found is None:
            start = self._ends[row - 1] if row else 0
            record = _unpack(self._packed[start : self._ends[row]])
            found = record, describe(record)
            if len(self._at_hand) >= _KEPT:
                self._at_hand = {}
            self._at_hand[row] = found
        return found

    def __iter__(self) -> Iterator[Record]:
        for row in range(len(self._ends)):
            found = self.get(row)
            if found is not None:
                yield found[0]


def _pack(record: Record) -> bytes:
    ref = record.ref
    return _FIELD.join(
        (
            ref.vendor, ref.kind, ref.id, record.category, record.name, record.title, record.given_name,
            record.family_name, record.company, _ITEM.join(record.emails), _ITEM.join(record.phones), record.reference,
            record.street, record.house_number, record.postal_code, record.city,
            _ITEM.join(map(str, record.related)) if record.related else "",
        )
    ).encode("utf-8", "surrogatepass")  # fmt: skip


def _unpack(packed: bytes | bytearray) -> Record:
    (
        vendor, kind, id_, category, name, title, given, family, company, emails, phones, reference, street, number,
        postal_code, city, related,
    ) = packed.decode("utf-8", "surrogatepass").split(_FIELD)  # fmt: skip
    return Record(
        RecordRef(vendor, kind, id_), Category(category), name, title, given, family, company,
        tuple(emails.split(_ITEM)) if emails else (), tuple(phones.split(_ITEM)) if phones else (),
        reference, street, number, postal_code, city,
        tuple(map(RecordRef.parse, related.split(_ITEM))) if related else (),
    )  # fmt: skip
