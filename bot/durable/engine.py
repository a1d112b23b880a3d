"""Work that survives a crash: a thin port of our own over DBOS.

Workflows take ids only and are named by what they do, so that the same work is never started twice; each step's small
JSON answer is written down, and after a crash a workflow goes on behind its last finished step. What must hold about
vendor calls is not left to the engine: see `bot.linking.attempt`.
"""

from __future__ import annotations

import contextvars
import fcntl
import logging
import os
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Protocol

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from bot.durable.takeover import Watcher, set_aside, unfinished
from bot.language import SpokenError, sentence
from storage.engine import owner_only

# Of the workflows' steps, to be counted on with each change in their order or names: work that an earlier version
# began is begun anew, for its steps would not be found again. With DBOS's default, a hash of the code, any edit would
# do that.
WORKFLOW_VERSION = "4"
# How the workflows end that are begun anew, under another id.
BROKEN = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
ENDED = ["SUCCESS", *sorted(BROKEN)]
# Of the workflows that ended, so many are deleted at a time.
MOST_FORGOTTEN = 500
LOCAL_EXECUTOR = "local"
# What is not done by then goes on at the next start.
STOP_SECONDS = 2
MOST_RESTARTS = 20

log = logging.getLogger(__name__)

Json = Any
Workflow = Callable[..., None]


class AlreadyRunningError(SpokenError):
    """Another bot process uses this SQLite database."""


class Durable(Protocol):
    """What the use cases need of a workflow engine."""

    def register(self, name: str, workflow: Workflow) -> None: ...
    def start(self, name: str, workflow_id: str, *ids: str | int) -> None: ...
    def gather(self, name: str, calls: Iterable[tuple[str, tuple[str | int, ...]]]) -> None: ...
    def step(self, name: str, work: Callable[[], Json]) -> Json: ...
    def sleep(self, seconds: float) -> None: ...


def hold_file_lock(url: sa.URL) -> IO[str]:
    """The lock of a SQLite database, held until it is closed. Raises AlreadyRunningError where another has it."""
    path = Path(url.database or "linkbot.db")
    file = Path(f"{path}.lock")
    owner_only(file)  # who can open it can hold the lock
    lock = file.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyRunningError(sentence("database.another_linkbot")) from None
    return lock


class DbosDurable:
    """DBOS on the bot's database: a file of its own beside a SQLite database, a schema of its own in PostgreSQL."""

    def __init__(self, url: sa.URL) -> None:
        self._url = url
        self._sqlite = url.get_backend_name() == "sqlite"
        self._workflows: dict[str, Callable[..., None]] = {}
        self._lock: IO[str] | None = None
        self._watcher: Watcher | None = None
        # On PostgreSQL an id per process, so that two processes never run the same recovery.
        self.executor_id = LOCAL_EXECUTOR if self._sqlite else f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        if self._sqlite:
            owner_only(Path(str(self._system_url().database)))
        DBOS(config=self._config())

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name="linkbot",
            system_database_url=self._system_url().render_as_string(hide_password=False),
            application_version=WORKFLOW_VERSION,
            executor_id=self.executor_id,
            serializer=DBOSPortableJSONSerializer(),
            log_level="WARNING",
            enable_otlp=False,
        )

    def _system_url(self) -> sa.URL:
        if not self._sqlite:
            return self._url
        path = Path(self._url.database or "linkbot.db")
        return self._url.set(database=str(path.with_name(f"{path.stem}-workflows.db")))

    def register(self, name: str, workflow: Workflow) -> None:
        def entry(*ids: str | int) -> None:  # DBOS marks the function it is given, and a method cannot be marked
            workflow(*ids)

        self._workflows[name] = DBOS.workflow(name=name)(entry)

    def launch(self) -> None:
        """Start the engine; unfinished work of this executor goes on. Raises AlreadyRunningError on SQLite."""
        if self._sqlite:
            self._lock = hold_file_lock(self._url)
            engine = sa.create_engine(self._system_url())
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            engine.dispose()
        else:
            # Before the first workflow, so that no other process ever takes this one for dead.
            self._watcher = Watcher(self._url, self.executor_id, WORKFLOW_VERSION)
        DBOS.launch()
        if self._watcher is not None:
            self._watcher.start()
        else:
            set_aside([one for one in unfinished() if one.app_version != WORKFLOW_VERSION])

    @property
    def lost(self) -> bool:
        """Whether the database was away for so long that this process must end, and be started again."""
        return self._watcher is not None and self._watcher.lost

    def close(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()
        DBOS.destroy(workflow_completion_timeout_sec=STOP_SECONDS)
        if self._lock is not None:
            self._lock.close()

    def forget_ended(self, older_than: timedelta) -> int:
        """Delete what is kept of workflows that ended so long ago, some of them at a time; gives how many. What they
        were to do stands in storage, which is asked before work is begun."""
        before = (datetime.now(UTC) - older_than).isoformat()
        ended = DBOS.list_workflows(
            status=ENDED, completed_before=before, limit=MOST_FORGOTTEN, load_input=False, load_output=False
        )
        if ended:
            DBOS.delete_workflows([one.workflow_id for one in ended])
        return len(ended)

    def start(self, name: str, workflow_id: str, *ids: str | int) -> None:
        """Start a workflow in the background; one with this id that was started before is left as it is, unless it
        broke off with an error: then its work is begun anew, as a workflow of its own."""
        # In a context of its own: the engine starts nothing from within a step of another workflow.
        contextvars.Context().run(self._start, name, workflow_id, *ids)

    def _start(self, name: str, workflow_id: str, *ids: str | int) -> None:
        with SetWorkflowID(_not_broken(workflow_id)):
            DBOS.start_workflow(self._workflows[name], *ids)

    def gather(self, name: str, calls: Iterable[tuple[str, tuple[str | int, ...]]]) -> None:
        """Within a workflow: run others side by side, each named by its id, and wait for all of them."""
        wanted = list(calls)
        # In a step: what was chosen must be the same when this workflow goes on after a crash.
        chosen = DBOS.run_step({"name": "choose"}, lambda: [_not_broken(workflow_id) for workflow_id, _ in wanted])
        handles = []
        for workflow_id, (_, ids) in zip(chosen, wanted, strict=True):
            with SetWorkflowID(workflow_id):
                handles.append(DBOS.start_workflow(self._workflows[name], *ids))
        for handle in handles:
            handle.get_result()

    def step(self, name: str, work: Callable[[], Json]) -> Json:
        return DBOS.run_step({"name": name}, work)

    def sleep(self, seconds: float) -> None:
        DBOS.sleep(seconds)


def _not_broken(workflow_id: str) -> str:
    """The first of the ids for this work whose workflow has not ended in an error (a database that was away). What a
    person decided must not stay "under way" for good; the steps themselves see to it that nothing is done twice."""
    for number in range(MOST_RESTARTS):
        candidate = f"{workflow_id}:{number}" if number else workflow_id
        status = DBOS.get_workflow_status(candidate)
        if status is None or status.status not in BROKEN:
            return candidate
    return workflow_id
