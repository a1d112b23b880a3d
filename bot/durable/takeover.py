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
import time
from collections.abc import Iterable
from typing import Any

import psycopg
import sqlalchemy as sa
from dbos import DBOS, WorkflowStatus
from psycopg.conninfo import make_conninfo

from storage.locks import lock_number

LOOK_SECONDS = 1.0
# A dead network must not keep a dead process's lock for the hours that TCP would wait by itself.
KEEPALIVE = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
UNFINISHED = "PENDING"
# A server that restarts is back within seconds; a supervisor looks after one that is not within a minute.
RECONNECT_SECONDS = 60.0
RECONNECT_WAIT = 0.5
PATIENCE_SECONDS = 10.0
TRY_LOCK = "SELECT pg_try_advisory_lock(%s)"

log = logging.getLogger(__name__)


def unfinished() -> list[WorkflowStatus]:
    """The workflows that were begun and have not ended, of all processes."""
    return DBOS.list_workflows(status=UNFINISHED, load_input=False, load_output=False)


def set_aside(workflows: Iterable[WorkflowStatus]) -> None:
    """End workflows whose steps are another version's; what they were to do is begun anew by whoever looks after it."""
    ids = [one.workflow_id for one in workflows]
    if ids:
        log.warning("%d workflows of another version are begun anew", len(ids))
        DBOS.cancel_workflows(ids)


class Watcher:
    """Holds this process's lock and watches the others'. Raises psycopg.OperationalError where the server is away.

    `version` is that of the workflows' steps. `lost` is True once the server has been away for too long: the process
    is then asked to end, as by its supervisor.
    """

    def __init__(self, url: sa.URL, executor_id: str, version: str) -> None:
        self._executor_id = executor_id
        self._version = version
        self._plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = self._connect()
        self._connection.execute("SELECT pg_advisory_lock(%s)", [self._number(executor_id)])
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="linkbot-watcher", daemon=True)
        self._patient_until = 0.0
        self.lost = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._connection.close()

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(make_conninfo(self._plain, **KEEPALIVE), autocommit=True)

    @staticmethod
    def _number(executor_id: str) -> int:
        return lock_number(f"executor {executor_id}")

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self._connection.execute("SELECT 1")
                if time.monotonic() >= self._patient_until:
                    for executor_id in {one.executor_id for one in self._of_others() if one.executor_id}:
                        self._take_over(executor_id)
            except (psycopg.OperationalError, sa.exc.OperationalError) as error:
                if self._stopping.is_set():
                    return
                log.warning("the database connection that shows this process lives: %s", type(error).__name__)
                if not self._reconnect():
                    # Without its lock this process counts as dead: another one may be doing its work already.
                    self.lost = True
                    log.critical("the database has been away for too long, or this process was taken for dead: it ends")
                    os.kill(os.getpid(), signal.SIGTERM)
                    return

    def _reconnect(self) -> bool:
        """Get the lock back, within a minute. False where the server stays away, or somebody else has the lock."""
        deadline = time.monotonic() + RECONNECT_SECONDS
        while time.monotonic() < deadline and not self._stopping.wait(RECONNECT_WAIT):
            try:
                self._connection.close()
                self._connection = self._connect()
                row = self._connection.execute(TRY_LOCK, [self._number(self._executor_id)]).fetchone()
            except psycopg.OperationalError:
                continue
            if row is not None and row[0]:
                # When the server restarts all lose their locks at once: nobody is dead who is only not back yet.
                self._patient_until = time.monotonic() + PATIENCE_SECONDS
                log.warning("the database is back")
                return True
        return self._stopping.is_set()

    def _of_others(self) -> list[WorkflowStatus]:
        return [one for one in unfinished() if one.executor_id and one.executor_id != self._executor_id]

    def _take_over(self, executor_id: str) -> None:
        number = self._number(executor_id)
        row = self._connection.execute(TRY_LOCK, [number]).fetchone()
        if row is None or not row[0]:
            return
        try:
            # Listed again under the lock: another process may have been here in between.
            left = [one for one in self._of_others() if one.executor_id == executor_id]
            ids = [one.workflow_id for one in left if one.app_version == self._version]
            set_aside(one for one in left if one.app_version != self._version)
            if ids:
                log.warning("taking over %d workflows of a process that ended", len(ids))
                DBOS.resume_workflows(ids)
        finally:
            self._connection.execute("SELECT pg_advisory_unlock(%s)", [number])
