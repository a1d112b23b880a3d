"""Locks by name, held by one worker at a time: across threads, and on PostgreSQL across processes."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import event


class Locks:
    """`hold(name)` waits until nobody else holds that name. SQLite means one process, so threads are enough there."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._holding = engine if engine.dialect.name == "sqlite" else _of_their_own(engine)
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
                if self._engine.dialect.name == "sqlite":
                    yield
                else:
                    with self._holding.connect() as connection:
                        number = lock_number(name)
                        connection.execute(sa.select(sa.func.pg_advisory_lock(number)))
                        try:
                            yield
                        finally:
                            connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
        finally:
            with self._guard:
                self._waiting[name] -= 1
                if not self._waiting[name]:
                    del self._waiting[name], self._locks[name]


def _of_their_own(engine: sa.Engine) -> sa.Engine:
    """Connections for locks alone: who holds a lock works with another connection, and where all of one pool hold locks
    none of them would ever get on."""
    own = sa.create_engine(engine.url, pool_pre_ping=True, pool_size=5, max_overflow=10)
    event.listen(engine, "engine_disposed", lambda _: own.dispose())
    return own


def lock_number(name: str) -> int:
    """PostgreSQL's advisory locks have 64-bit numbers for names."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
