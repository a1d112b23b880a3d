"""A CSV file as programs export it, whatever its encoding, its delimiter and what stands above its headings."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from bot.crm.csvfile.columns import Column, columns

DELIMITERS = ";,\t|"
LAST_HEADING_ROW = 10  # above the headings there may be a title, a date, "sep=;"


class NoHeadingsError(ValueError):
    """No row of the file names columns that make a record."""


@dataclass(frozen=True, slots=True)
class Table:
    """The headings, the columns that are read, and the rows below with the number of the line in which each ends."""

    headings: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def unread(self) -> list[str]:
        """The headings of columns that are not read."""
        read = {column.place for column in self.columns}
        return [name.strip() for index, name in enumerate(self.headings) if index not in read and name.strip()]


def decoded(content: bytes) -> str:
    """Text of UTF-8 or UTF-16 with its mark, of UTF-8 without one, else of Windows' Western letters, as Excel
    writes "CSV"."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def read(content: bytes) -> Table:
    """The table in a file's bytes. Raises NoHeadingsError, and csv.Error for what is no CSV."""
    text = decoded(content)
    best: tuple[int, str, int] = (0, "", 0)
    for delimiter in DELIMITERS:
        for number, row in enumerate(_rows(text, delimiter, LAST_HEADING_ROW)):
            known = {column.field for column in columns(row[1])}
            if len(known) > best[0]:
                best = (len(known), delimiter, number)
    if not best[0]:
        raise NoHeadingsError
    head, *rows = _rows(text, best[1])[best[2] :]
    return Table(head[1], tuple(columns(head[1])), tuple(row for row in rows if any(cell.strip() for cell in row[1])))


def _rows(text: str, delimiter: str, most: int | None = None) -> list[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = []
    for row in reader:
        rows.append((reader.line_num, tuple(row)))
        if len(rows) == most:
            break
    return rows
