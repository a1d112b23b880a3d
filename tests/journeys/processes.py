"""Linkbot and the sandbox as processes of their own, whose output goes into a file."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

# What a process would import at its start, which takes it two seconds.
IMPORTED = ["bot.cli.linkbot", "bot.app", "bot.directory.sync", "sandbox.__main__"]
END_SECONDS = 30.0


class Running(Protocol):
    """A process that runs, or ran."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended. Raises `subprocess.TimeoutExpired`."""


class Begin(Protocol):
    """A way to start `python -m MODULE …` with these variables on top of this process's own; it reads the file `given`
    and appends to `log`."""

    def __call__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, given: Path | None = None
    ) -> Running: ...


def spawned(
    command: Sequence[str], environment: Mapping[str, str], log: Path, given: Path | None = None
) -> subprocess.Popen[bytes]:
    """As people start it."""
    with log.open("ab") as output, Path(given or os.devnull).open("rb") as source:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            stdin=source,
            stdout=output,
            stderr=output,
            env={**os.environ, **environment},
        )


class forked:  # noqa: N801 - it stands beside `spawned`
    """In a process whose parent has imported it already: two seconds of processor time less, and as dead when killed.
    Its memory is partly its parent's."""

    _context = multiprocessing.get_context("forkserver")

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        given: Path | None = None,
        folder: Path | None = None,
    ) -> None:
        """`folder` is where it is begun; without one that of these tests."""
        self._context.set_forkserver_preload(IMPORTED)
        self._command = command
        told = (list(command), dict(environment), log, given, folder)
        self._process = self._context.Process(target=_run, args=told)
        self._process.start()
        # Else this process would wait at its end for one that a failed test left behind.
        atexit.register(self._process.kill)

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired(list(self._command), timeout or 0.0)
        atexit.unregister(self._process.kill)
        return status


def _run(
    command: Sequence[str], environment: Mapping[str, str], log: Path, given: Path | None, folder: Path | None
) -> None:
    """What `python -m` does, in a process that is there already."""
    os.environ.update(environment)
    if folder is not None:
        os.chdir(folder)
    with log.open("ab") as output, Path(given or os.devnull).open("rb") as source:
        os.dup2(source.fileno(), 0)
        for number in (1, 2):
            os.dup2(output.fileno(), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it is open as long as the process
    module, *arguments = command
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


@dataclass
class Process:
    """A process that can be ended and started again: `python -m MODULE …`, begun as it is told."""

    command: list[str]
    log: Path
    environment: Mapping[str, str]
    begin: Begin = forked
    running: Running | None = None

    def start(self) -> None:
        self.running = self.begin(self.command, self.environment, self.log)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.running is not None:
            os.kill(self.running.pid, number)
            self.running.wait(timeout=END_SECONDS)
            self.running = None

    def output(self) -> str:
        return self.log.read_text("utf-8", "replace")
