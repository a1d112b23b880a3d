"""A workflow engine in memory that can crash anywhere and replays finished steps, as DBOS does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.durable.engine import Workflow


class Crash(BaseException):
    """The process is killed. No `except Exception` sees it."""


@dataclass
class Crashes:
    """Counts the points at which a crash may strike, and strikes at the numbers in `at`. There is one behind each thing
    that is done, and none where nothing was done since the one before."""

    at: frozenset[int] = frozenset()
    ticks: int = 0

    def tick(self, where: str) -> None:
        self.ticks += 1
        if self.ticks in self.at:
            raise Crash(where)


@dataclass
class MemoryDurable:
    """Fulfils `bot.durable.Durable`. Started workflows are carried out by `run`.

    What a step gave, or which error it raised, is written down behind it as JSON, and a workflow that goes on after a
    crash is given that instead of doing the step again. A crash may strike before the first step, between each one's
    work and the writing down, and behind it: nothing happens between that and the next step's beginning.
    """

    crashes: Crashes = field(default_factory=Crashes)
    slept: list[float] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    restarts: int = 0

    def __post_init__(self) -> None:
        self._workflows: dict[str, Workflow] = {}
        self._started: dict[str, tuple[str, tuple[str | int, ...]]] = {}
        self._waiting: list[str] = []
        self._written: dict[str, list[tuple[str, Any]]] = {}
        self._ended: set[str] = set()
        self._now = ""
        self._position = 0

    def register(self, name: str, workflow: Workflow) -> None:
        self._workflows[name] = workflow

    def start(self, name: str, workflow_id: str, *ids: str | int) -> None:
        if workflow_id not in self._started:
            self._started[workflow_id] = (name, ids)
            self._waiting.append(workflow_id)
            self._written[workflow_id] = []

    def run(self) -> None:
        """Carry out what was started; after a crash go on with it, as the next process would."""
        while self._waiting:
            self._now, self._position = self._waiting[0], 0
            name, ids = self._started[self._now]
            try:
                self._workflows[name](*ids)
            except Crash:
                self.restarts += 1
                continue
            self._waiting.pop(0)

    def gather(self, name: str, calls: Iterable[tuple[str, tuple[str | int, ...]]]) -> None:
        """One after the other; a crash strikes the whole process, and each goes on behind its own last step."""
        here = self._now, self._position
        for workflow_id, ids in calls:
            self._started.setdefault(workflow_id, (name, ids))
            self._written.setdefault(workflow_id, [])
            if workflow_id in self._ended:
                continue
            self._now, self._position = workflow_id, 0
            self._workflows[name](*ids)
            self._ended.add(workflow_id)
        self._now, self._position = here

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        return self._recorded(name, work)

    def sleep(self, seconds: float) -> None:
        self._recorded(f"sleep {seconds}", lambda: self.slept.append(seconds))

    def _recorded(self, name: str, work: Callable[[], Any]) -> Any:
        written, position = self._written[self._now], self._position
        self._position += 1
        if position < len(written):
            known, outcome = written[position]
            assert known == name, f"replaying {known!r}, the workflow now does {name!r}: it is not deterministic"
        else:
            if not position:
                self.crashes.tick(f"before {name}")
            try:
                outcome = json.dumps(work())
            except Exception as error:  # noqa: BLE001 - as the engine does: a failed step is replayed as failed
                outcome = error
            self.crashes.tick(f"behind {name}")
            self.steps.append(name)
            written.append((name, outcome))
            self.crashes.tick(f"after {name}")
        if isinstance(outcome, Exception):
            raise outcome
        return json.loads(outcome)

    def everything_written(self) -> str:
        """All that the engine's tables would hold."""
        return json.dumps([list(self._started.values()), [[(n, str(o)) for n, o in w] for w in self._written.values()]])
