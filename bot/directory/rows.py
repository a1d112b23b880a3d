"""Records as storage keeps them, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.records import Category, Record, RecordRef
from storage.tables import DirectoryRecord


def to_row(record: Record) -> DirectoryRecord:
    """A record as storage keeps it."""
    fields = asdict(record)
    for name in ("ref", "category", "name"):
        del fields[name]
    fields["related"] = [str(ref) for ref in record.related]
    kept = {name: value for name, value in fields.items() if value}
    ref = record.ref
    return DirectoryRecord(
        vendor=ref.vendor, kind=ref.kind, record_id=ref.id, category=record.category, name=record.name, fields=kept
    )


def from_row(row: DirectoryRecord) -> Record:
    """The inverse of `to_row`."""
    fields: dict[str, Any] = dict(row.fields)
    for name in ("emails", "phones"):
        if name in fields:
            fields[name] = tuple(fields[name])
    if "related" in fields:
        fields["related"] = tuple(RecordRef.parse(text) for text in fields["related"])
    return Record(ref=ref_of(row), category=Category(row.category), name=row.name, **fields)


def ref_of(row: DirectoryRecord) -> RecordRef:
    """The record's name across all CRMs."""
    return RecordRef(row.vendor, row.kind, row.record_id)
