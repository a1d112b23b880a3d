"""Moving everything that is kept from one database to another, as from SQLite to PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlmodel import SQLModel

PORTION = 1_000


class NotEmptyError(Exception):
    """There is something in the database that is to be copied into."""


def copy(source: sa.Engine, target: sa.Engine, progress: Callable[[str, int], None]) -> int:
    """Copy all rows; both databases have the newest tables. All or nothing. Gives how many rows there were, and tells
    `progress` the table and the rows so far of each portion. Raises NotEmptyError.

    The workflow engine's own tables are not copied: what is under way is in the rows, with how far it is, and the first
    bot on the new database goes on with it as after a crash.
    """
    tables = SQLModel.metadata.sorted_tables
    total = 0
    with source.connect() as reading, target.begin() as writing:
        if any(writing.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() for table in tables):
            raise NotEmptyError
        for table in tables:
            done = 0
            rows = reading.execution_options(yield_per=PORTION).execute(sa.select(table))
            for portion in rows.mappings().partitions():
                writing.execute(table.insert(), [dict(row) for row in portion])
                done += len(portion)
                progress(table.name, done)
            total += done
            _count_on(writing, table)
    return total


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL numbers new rows behind those that were copied."""
    counted = [column for column in table.primary_key if column.autoincrement is True or _is_numbered(column)]
    if connection.dialect.name != "postgresql" or len(counted) != 1:
        return
    column = counted[0]
    highest = sa.select(sa.func.max(column)).scalar_subquery()
    name = sa.func.pg_get_serial_sequence(table.name, column.name)
    connection.execute(sa.select(sa.func.setval(name, highest)).where(highest.is_not(None), name.is_not(None)))


def _is_numbered(column: sa.Column[object]) -> bool:
    return isinstance(column.type, sa.Integer) and column.name == "id"
