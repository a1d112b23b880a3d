"""The file of links: a row for each link and each one taken back, never changed afterwards.

A row is one line, written in one piece and brought to the disk before anybody is told. What a crash left of a row is
cut off before the next is written. Who reads, looks and writes holds the file's lock, so that no two rows say the same.
"""

from __future__ import annotations

import csv
import errno
import fcntl
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from bot.crm.csvfile.mapping import VENDOR
from bot.crm.port import CRMError
from bot.language import sentence
from bot.mail import Mail, fingerprint
from bot.records import Record, RecordRef

LINKED, UNLINKED = "linked", "unlinked"
_FORMULA = ("=", "+", "-", "@", "\t")
_FOR_GOOD = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.ENOTDIR, errno.ENOENT)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, by the headings of the file. `mail` names the mail without showing anything of it."""

    time: str
    action: str
    kind: str
    id: str
    name: str
    sender: str
    subject: str
    date: str
    message_id: str
    mail: str

    @property
    def ref(self) -> RecordRef:
        return RecordRef(VENDOR, self.kind, self.id)


HEADINGS = tuple(field.name for field in fields(Row))
Rows = dict[RecordRef, Row]
Decide = Callable[[Rows, Rows], Sequence[Row]]


class Links:
    """The links in one file; safe to use from several threads and processes of one machine."""

    def __init__(self, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._clock = clock

    def of(self, mail: str) -> dict[RecordRef, Row]:
        """What the mail of this fingerprint is linked to now. Raises CRMError."""
        try:
            with self._path.open("rb") as file:
                return _linked(_last(_whole(file.read()), mail))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._failed(error) from None

    def change(self, mail: str, decide: Decide) -> None:
        """Append the rows that `decide` makes of what the mail is linked to, and of the last row about each record.
        Raises CRMError."""
        try:
            with self._locked() as file:
                content = file.read()
                whole = _whole(content)
                if len(whole) < len(content):
                    file.truncate(len(whole))
                last = _last(whole, mail)
                rows = decide(_linked(last), last)
                if not rows:
                    return
                moment = self._clock().isoformat(timespec="seconds")
                lines = b"" if whole else _line(HEADINGS, "utf-8-sig")
                lines += b"".join(_line(asdict(replace(row, time=moment)).values()) for row in rows)
                file.seek(0, os.SEEK_END)
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._failed(error) from None

    def remove(self, mail: str, ref: RecordRef) -> None:
        """Take a link back; one that is gone already stays so. Raises CRMError."""
        self.change(mail, lambda now, _: [replace(now[ref], action=UNLINKED)] if ref in now else [])

    def restore(self, mail: str, ref: RecordRef) -> None:
        """Link again what was taken off. Raises CRMError."""
        self.change(mail, lambda now, last: [replace(last[ref], action=LINKED)] if ref in last.keys() - now else [])

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        """The file, made where there is none, for its owner only: it says who wrote to whom."""
        number = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(number, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _failed(self, error: OSError) -> CRMError:
        message = sentence("csv.cannot_write", file=str(self._path), reason=str(error.strerror))
        return CRMError(message, permanent=error.errno in _FOR_GOOD, code="links", uncertain=True)


def row(mail: Mail, record: Record, action: str = LINKED) -> Row:
    """A row for a record and a mail; its time is set as it is written."""
    return Row(
        time="",
        action=action,
        kind=record.ref.kind,
        id=record.ref.id,
        name=record.name,
        sender=str(mail.sender or ""),
        subject=mail.subject,
        date=mail.date.isoformat() if mail.date else "",
        message_id=next((one.value for one in mail.message_ids), ""),
        mail=fingerprint(mail),
    )


def _whole(content: bytes) -> bytes:
    """Without the part of a row at the end that a crash left."""
    return content[: content.rfind(b"\n") + 1]


def _last(content: bytes, mail: str) -> dict[RecordRef, Row]:
    """The last row about each record and this mail."""
    last: dict[RecordRef, Row] = {}
    for cells in csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace"), newline="")):
        if cells.get("mail") == mail:
            found = Row(**{name: _unguarded(cells.get(name) or "") for name in HEADINGS})
            last[found.ref] = found
    return last


def _linked(last: dict[RecordRef, Row]) -> dict[RecordRef, Row]:
    return {ref: row for ref, row in last.items() if row.action == LINKED}


def _line(cells: Iterable[str], encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow([_guarded(" ".join(str(cell).split())) for cell in cells])
    return text.getvalue().encode(encoding, "replace")


def _guarded(cell: str) -> str:
    """A mail's words are nothing for a spreadsheet to calculate."""
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell
