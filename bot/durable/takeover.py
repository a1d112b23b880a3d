"""Taking over the work of a process that died, where several run on one PostgreSQL database.

Each process holds a session's advisory lock named by its executor id for as long as it lives; PostgreSQL lets go of it
when the process or its connection ends. Every second each process looks for unfinished workflows of others and tries
their lock: who gets it knows that their owner is gone, and takes the workflows over.

Not for a pgbouncer in transaction mode, where a lock does not belong to a process.
"""

from __future__ import annotations

import logging
import os
import signal
import threading

import psycopg
import sqlalchemy as sa
from dbos import DBOS
from psycopg.conninfo import make_conninfo

from storage.locks import lock_number

LOOK_SECONDS = 1.0
# A dead network must not keep a dead process's lock for the hours that TCP would wait by itself.
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
UNFINISHED = "PENDING"

log = logging.getLogger(__name__)


class Watcher:
    """Holds this process's lock and watches the others'. Raises psycopg.OperationalError where the server is away."""

    def __init__(self, url: sa.URL, executor_id: str) -> None:
        self._executor_id = executor_id
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(make_conninfo(plain, **KEEPALIVE), autocommit=True)
        self._connection.execute("SELECT pg_advisory_lock(%s)", [self._number(executor_id)])
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="linkbot-watcher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._connection.close()

    @staticmethod
    def _number(executor_id: str) -> int:
        return lock_number(f"executor {executor_id}")

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self._connection.execute("SELECT 1")
                for executor_id in {owner for _, owner in self._unfinished()}:
                    self._take_over(executor_id)
            except psycopg.OperationalError as error:
                if not self._stopping.is_set():
                    # Without its lock this process counts as dead: another one may be doing its work already.
                    log.critical("lost the database connection that shows this process lives: %s", type(error).__name__)
                    os.kill(os.getpid(), signal.SIGTERM)
                return

    def _unfinished(self) -> list[tuple[str, str]]:
        """Unfinished workflows of other processes, with their executor."""
        found = DBOS.list_workflows(status=UNFINISHED, load_input=False, load_output=False)
        return [
            (one.workflow_id, one.executor_id)
            for one in found
            if one.executor_id and one.executor_id != self._executor_id
        ]

    def _take_over(self, executor_id: str) -> None:
        number = self._number(executor_id)
        row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone()
        if row is None or not row[0]:
            return
        try:
            # Listed again under the lock: another process may have been here in between.
            ids = [workflow for workflow, owner in self._unfinished() if owner == executor_id]
            if ids:
                log.warning("taking over %d workflows of a process that ended", len(ids))
                DBOS.resume_workflows(ids)
        finally:
            self._connection.execute("SELECT pg_advisory_unlock(%s)", [number])
