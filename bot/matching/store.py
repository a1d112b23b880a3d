"""All records in little memory: packed one after the other, unpacked when one is needed."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator

from bot.matching.described import Described, describe
from bot.records import Category, Record, RecordRef

_FIELD, _ITEM = "\x1f", "\x1e"  # separators that ASCII has for this
_FIELDS = 17
_KEPT = 4096  # unpacked records that are kept at hand


class Store:
    """Records by row number. Rows are only ever added; a changed record gets a new row and its old row is emptied."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._ends = array("q")
        self._whole: dict[int, Record] = {}  # the odd records that cannot be packed
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
        packed = _pack(record)
        if packed is None:
            self._whole[len(self._ends)] = record
        else:
            self._packed += packed
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
            record = self._whole.get(row) or _unpack(self._packed[start : self._ends[row]])
            found = record, describe(record)
            if len(self._at_hand) >= _KEPT:
                self._at_hand = {}
            self._at_hand[row] = found
        return found

    def containing(self, text: str, limit: int) -> list[int]:
        """Rows of records in which a text stands, as typed or in one case, at most `limit`; reads all records."""
        rows: dict[int, None] = {}
        for spelling in dict.fromkeys((text, text.lower(), text.upper())):
            wanted = spelling.encode("utf-8", "surrogatepass")
            at = self._packed.find(wanted)
            while at >= 0 and len(rows) < limit:
                row = bisect_right(self._ends, at)
                if row >= len(self._ends):
                    break
                rows[row] = None
                at = self._packed.find(wanted, self._ends[row])
        return list(rows)

    def __iter__(self) -> Iterator[Record]:
        for row in range(len(self._ends)):
            found = self.get(row)
            if found is not None:
                yield found[0]


def _pack(record: Record) -> bytes | None:
    """A record in few bytes; None if a value of it holds a separator or a list of it an empty text."""
    ref = record.ref
    lists = (record.emails, record.phones, tuple(map(str, record.related)))
    packed = _FIELD.join(
        (
            ref.vendor, ref.kind, ref.id, record.category, record.name, record.title, record.given_name,
            record.family_name, record.company, record.reference, record.street, record.house_number,
            record.postal_code, record.city, *[_ITEM.join(items) for items in lists],
        )
    )  # fmt: skip
    if packed.count(_FIELD) != _FIELDS - 1 or not _separable(packed, lists):
        return None
    return packed.encode("utf-8", "surrogatepass")


def _separable(packed: str, lists: tuple[tuple[str, ...], ...]) -> bool:
    return packed.count(_ITEM) == sum(max(0, len(items) - 1) for items in lists) and all(map(all, lists))


def _unpack(packed: bytes | bytearray) -> Record:
    (
        vendor, kind, id_, category, name, title, given, family, company, reference, street, number, postal_code, city,
        emails, phones, related,
    ) = packed.decode("utf-8", "surrogatepass").split(_FIELD)  # fmt: skip
    return Record(
        RecordRef(vendor, kind, id_), Category(category), name, title, given, family, company,
        tuple(emails.split(_ITEM)) if emails else (), tuple(phones.split(_ITEM)) if phones else (),
        reference, street, number, postal_code, city,
        tuple(map(RecordRef.parse, related.split(_ITEM))) if related else (),
    )  # fmt: skip
