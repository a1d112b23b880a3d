"""The database engine, on SQLite for one process and on PostgreSQL for several."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session

from storage.turns import Turns

BUSY_MILLISECONDS = 30_000
# Pages of the database that each connection keeps in memory: what is read again and again is small, and SQLite's own
# two megabytes for each of a dozen connections are not.
CACHE_KILOBYTES = 512
# The execution option of a connection that only reads.
READS = "linkbot_reads"
# Of each SQLite engine of this process, the order of its transactions.
_TURNS: WeakKeyDictionary[sa.Engine, Turns] = WeakKeyDictionary()


class NoDatabaseError(ValueError):
    """A DATABASE_URL that is not a database's address."""


class OtherDatabaseError(ValueError):
    """A DATABASE_URL of another database than SQLite and PostgreSQL."""


def normalise_url(url: str) -> sa.URL:
    """A DATABASE_URL as hosting services write it to one that SQLAlchemy takes (psycopg 3 for PostgreSQL).

    Raises OtherDatabaseError for others than SQLite and PostgreSQL, NoDatabaseError for what is no address.
    """
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise NoDatabaseError("DATABASE_URL is not a database address") from error
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise OtherDatabaseError("DATABASE_URL must begin with sqlite:/// or postgresql://")
    return parsed


def create_engine(url: str) -> sa.Engine:
    """An engine for DATABASE_URL; SQLite gets WAL, full durability, foreign keys and immediate transactions."""
    parsed = normalise_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        owner_only(Path(parsed.database))
    engine = sa.create_engine(parsed, connect_args={"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling begins too late and loses concurrent updates without an error.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={BUSY_MILLISECONDS}",
            f"cache_size=-{CACHE_KILOBYTES}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(READS):
            connection.connection.cursor().execute("BEGIN")  # waits for nobody, so that it cannot fail
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    _TURNS[engine] = Turns()
    return engine


def owner_only(path: Path) -> None:
    """Make a file that its owner alone can read, or make one so; SQLite gives its log files the same rights. Where that
    cannot be done, SQLite says what is wrong when it opens the file.

    A file that is there is not opened: closing it would let go of every lock that this process holds on it, also those
    of connections that SQLite has open, and another process could take the log away from under them.
    """
    with suppress(OSError):
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            if path.stat().st_uid == os.geteuid():
                path.chmod(0o600)


def empty_log(engine: sa.Engine) -> None:
    """What was deleted leaves SQLite's write-ahead log too: everything in it goes into the database file, and the log
    is emptied. Nothing on other databases; where somebody reads just now, the next time."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def transaction(engine: sa.Engine, *, urgent: bool = False) -> Iterator[Session]:
    """A session that commits at the end and rolls back on any error; rows stay readable afterwards. On SQLite an
    `urgent` one goes before those that wait."""
    turns = _TURNS.get(engine)
    turn = turns.hold(urgent=urgent) if turns else nullcontext()
    with turn, Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: sa.Engine) -> Iterator[Session]:
    """A session that only reads: it sees what was committed when it began to. On SQLite it waits for nobody who writes,
    and nobody who writes waits for it."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        session.connection(execution_options={READS: True})
        yield session
