"""Locks by name, held by one worker at a time: across threads, and on PostgreSQL across processes."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

# How often it is looked whether another process has let go.
LOOK_SECONDS = 0.05


class Locks:
    """`hold(name)` waits until nobody else holds that name. SQLite means one process, so threads are enough there."""

    def __init__(self, engine: sa.Engine) -> None:
        self._among_processes = None if engine.dialect.name == "sqlite" else _Session(engine)
        self._guard = threading.Lock()
        self._waiting: dict[str, int] = defaultdict(int)
        self._locks: dict[str, threading.Lock] = {}

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
            self._waiting[name] += 1
        try:
            with lock:
                if self._among_processes is None:
                    yield
                    return
                number = lock_number(name)
                while not self._among_processes.take(number):
                    time.sleep(LOOK_SECONDS)
                try:
                    yield
                finally:
                    self._among_processes.give(number)
        finally:
            with self._guard:
                self._waiting[name] -= 1
                if not self._waiting[name]:
                    del self._waiting[name], self._locks[name]


class _Session:
    """The one connection through which a process holds all its locks, each for one thread. With a connection for each
    lock those who hold one and want another would wait for each other as soon as the pool is empty."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = sa.create_engine(engine.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        self._connection: sa.Connection | None = None
        self._mutex = threading.Lock()
        event.listen(engine, "engine_disposed", lambda _: self._close())

    def take(self, number: int) -> bool:
        """Take a lock that no other process holds; False where one does."""
        return bool(self._ask(sa.func.pg_try_advisory_lock(number)))

    def give(self, number: int) -> None:
        """Let go of a lock; where the connection is lost, it is gone with it."""
        with suppress(sa.exc.DBAPIError):
            self._ask(sa.func.pg_advisory_unlock(number))

    def _ask(self, what: sa.ColumnElement[Any]) -> object:
        with self._mutex:
            if self._connection is None:
                self._connection = self._engine.connect()
            try:
                return self._connection.execute(sa.select(what)).scalar_one()
            except sa.exc.DBAPIError:
                self._connection.invalidate()
                self._connection.close()
                self._connection = None
                raise

    def _close(self) -> None:
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def lock_number(name: str) -> int:
    """PostgreSQL's advisory locks have 64-bit numbers for names."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
