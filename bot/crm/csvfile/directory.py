"""The records of the files. They are read anew, and as a whole, when one changed: exports tell no changes."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from bot.crm.csvfile import mapping, table
from bot.crm.cursor import Cursor, begin
from bot.crm.port import CRMError, Page
from bot.language import sentence
from bot.records import Category, Record, RecordRef

PAGE_SIZE = 500
Stamp = tuple[tuple[int, int], ...]


class Directory:
    """Reads the files; safe to use from several threads."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = tuple(files)
        self._lock = threading.Lock()
        self._read: tuple[Stamp, str, dict[RecordRef, Record]] | None = None

    def pages(self, stored: str | None) -> Iterator[Page]:
        """Everything where a file changed, from the page on at which a run over the same files stopped; else one empty
        page. Raises CRMError before the first page where a file cannot be read: what it held has not vanished."""
        digest, records = self.records()
        cursor = begin(stored, overlap=timedelta())
        finished = _finished(stored)
        if finished is not None and finished.position == digest:
            yield Page((), cursor=replace(cursor, full=False).finished().at("", digest).dump(), last=True)
            return
        if cursor.step != digest or not cursor.full:
            cursor = begin(None, overlap=timedelta()).at(digest, "0")
        known = list(records.values())
        start = int(cursor.position) if cursor.position.isdecimal() else 0
        done = replace(cursor.finished(), position=digest)
        for at in range(start, max(len(known), start + 1), PAGE_SIZE):
            last = at + PAGE_SIZE >= len(known)
            reached = done if last else cursor.at(digest, str(at + PAGE_SIZE))
            yield Page(tuple(known[at : at + PAGE_SIZE]), cursor=reached.dump(), total=len(known), last=last)

    def records(self) -> tuple[str, dict[RecordRef, Record]]:
        """All records, and what changes with the files' contents. Raises CRMError."""
        with self._lock:
            stamp = tuple(_stamp(path) for path in self._files)
            if self._read is None or self._read[0] != stamp:
                digest, found = sha256(), dict[RecordRef, Record]()
                for path in self._files:
                    content = _content(path)
                    digest.update(len(content).to_bytes(8) + content)
                    for record in records_of(path, content):
                        if found.setdefault(record.ref, record) != record:
                            raise _wrong("csv.same_in_both", file=path.name, number=record.ref.id)
                self._read = (stamp, digest.hexdigest(), found)
            return self._read[1], self._read[2]

    def search(self, text: str, category: Category, limit: int) -> list[Record]:
        """The records in which every word stands somewhere."""
        words = text.casefold().split()
        if not words:
            return []
        fitting = (r for r in self.records()[1].values() if r.category is category and _has(r, words))
        return [record for record, _ in zip(fitting, range(limit), strict=False)]


def records_of(path: Path, content: bytes) -> list[Record]:
    """The records in one file. Raises CRMError, also where it holds none: an export went wrong then."""
    try:
        found = mapping.records(table.read(content))
    except table.NoHeadingsError:
        raise _wrong("csv.no_headings", file=path.name) from None
    except csv.Error:
        raise _wrong("csv.no_table", file=path.name) from None
    except mapping.SameNumberError as error:
        first, second = error.lines
        raise _wrong("csv.same_number", file=path.name, number=error.number, first=first, second=second) from None
    if not found:
        raise _wrong("csv.no_rows", file=path.name)
    return found


def _has(record: Record, words: Sequence[str]) -> bool:
    fields = (record.name, record.company, record.reference, record.street, record.house_number, record.city)
    whole = " ".join((*fields, record.postal_code, *record.emails)).casefold()
    return all(word in whole for word in words)


def _finished(stored: str | None) -> Cursor | None:
    try:
        cursor = Cursor.load(stored) if stored else None
    except ValueError:
        return None
    return cursor if cursor is not None and cursor.done else None


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise unreadable(path, error) from None
    return found.st_mtime_ns, found.st_size


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: OSError) -> CRMError:
    """A file that is being replaced may be there a moment later."""
    message = sentence("csv.cannot_read", file=str(path), reason=str(error.strerror))
    return CRMError(message, permanent=False, code="file")


def _wrong(message: str, **values: str | int) -> CRMError:
    return CRMError(sentence(message, **values), permanent=True, code=message.removeprefix("csv."))
