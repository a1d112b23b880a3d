"""The database of a benchmark's run: a file in its folder, or one of a PostgreSQL server of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests import needs, postgres


@contextmanager
def database(folder: Path, *, on_postgres: bool) -> Iterator[str]:
    """Its address. Ends the program where PostgreSQL is wanted and not installed, and says how to get it."""
    if not on_postgres:
        yield f"sqlite:///{folder}/linkbot.db"
        return
    binaries = needs.postgresql()
    if binaries is None:
        sys.exit(needs.how_to_get("postgresql"))
    with postgres.server(binaries) as server:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE benchmark")
        yield f"{server}/benchmark"
