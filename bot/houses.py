"""A process for each workspace: a house of its own, with its own database, CRMs and memory. One that cannot start stops
no other."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

LOOK_SECONDS = 1.0
# A house that ends sooner than this could not start.
STARTING_SECONDS = 60.0
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 300.0
END_SECONDS = 12.0
BACKLOG = 128

log = logging.getLogger(__name__)


class Trouble(StrEnum):
    """Why a house does not run; what its installer is told of it stands in `bot/language` as `installed.` and this."""

    NOT_SET_UP = "not_set_up"
    STOPS = "stops"
    WRONG_ACCESS = "wrong_access"  # it runs, and a CRM does not let it in


class Running(Protocol):
    """A process, as `subprocess.Popen` is one."""

    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


Begin = Callable[[str, socket.socket], Running]


def begin(team: str, listening: socket.socket) -> Running:
    """Start the house of a workspace: the same command, for this one alone, listening where it is told. It ends when
    this process does: its standard input is then closed."""
    number = listening.fileno()
    command = [sys.executable, "-m", "bot", "--workspace", team, "run", "--http", "--listening", str(number)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[number])  # noqa: S603 - our own


@dataclass
class _House:
    """`stamp` tells which settings it was started with; the socket is there before and after the process, so that who
    calls while it starts anew waits."""

    listening: socket.socket
    process: Running | None = None
    stamp: object = None
    began: float = 0.0
    failures: int = 0
    next_try: float = 0.0
    ending: bool = field(default=False)


class Houses:
    """Keeps the houses of all installed workspaces running."""

    def __init__(
        self,
        *,
        installed: Callable[[], Collection[str]],
        stamp: Callable[[str], object],
        is_set_up: Callable[[str], bool],
        tell: Callable[[str, Trouble], None],
        begin: Begin = begin,
    ) -> None:
        """`stamp` changes with a workspace's settings, `is_set_up` says whether they are complete, and `tell` tells its
        installer why it does not run."""
        self._installed = installed
        self._stamp = stamp
        self._is_set_up = is_set_up
        self._tell = tell
        self._begin = begin
        self._houses: dict[str, _House] = {}
        self._lock = threading.RLock()
        self._stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._look_after, name="linkbot-houses", daemon=True).start()

    def port(self, team: str) -> int | None:
        """Where a workspace's house listens on this machine; None where it does not run."""
        with self._lock:
            house = self._houses.get(team)
            if house is None or house.process is None or house.process.poll() is not None:
                return None
            return int(house.listening.getsockname()[1])

    def look(self) -> None:
        """One round: end what is not installed any more, start what should run."""
        wanted = set(self._installed())
        with self._lock:
            for team in self._houses.keys() - wanted:
                self.end(team)
            for team in sorted(wanted):
                told = self._keep(team)
                if told is not None:
                    self._tell(team, told)

    def end(self, team: str) -> None:
        """End a workspace's house at once."""
        with self._lock:
            house = self._houses.pop(team, None)
        if house is not None:
            house.listening.close()
            _ended([house])

    def stop(self) -> None:
        """End all houses."""
        self._stopping.set()
        with self._lock:
            houses, self._houses = list(self._houses.values()), {}
        for house in houses:
            house.listening.close()
        _ended(houses)

    def _look_after(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - a database that is away must not end the looking
                log.warning("the houses could not be looked after: %s", type(error).__name__)
            self._stopping.wait(LOOK_SECONDS)

    def _keep(self, team: str) -> Trouble | None:
        if self._stopping.is_set():
            return None
        house = self._houses.get(team)
        if house is None:
            house = self._houses[team] = _House(socket.create_server(("127.0.0.1", 0), backlog=BACKLOG))
        stamp, moment = self._stamp(team), time.monotonic()
        if house.process is not None and house.process.poll() is None:
            if stamp != house.stamp and not house.ending:
                log.info("the settings of workspace %s changed: it starts anew", team)
                house.ending = True
                house.process.terminate()
            return None
        trouble = None
        if house.process is not None:
            if not house.ending:
                early = moment - house.began < STARTING_SECONDS
                house.failures = house.failures + 1 if early else 1
                house.next_try = moment + min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**house.failures)
                log.warning("the house of workspace %s ended with status %s", team, house.process.poll())
                trouble = Trouble.STOPS if early else None
            house.process, house.ending = None, False
        if stamp == house.stamp and moment < house.next_try:
            return trouble
        house.stamp = stamp
        if not self._is_set_up(team):
            house.next_try = moment + LONGEST_WAIT_SECONDS  # or when its settings change
            return Trouble.NOT_SET_UP
        house.process, house.began, house.next_try = self._begin(team, house.listening), moment, 0.0
        log.info("the house of workspace %s starts", team)
        return trouble


def _ended(houses: Collection[_House]) -> None:
    running = [house.process for house in houses if house.process is not None]
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
