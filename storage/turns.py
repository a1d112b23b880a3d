"""The order of a process's transactions on SQLite, which takes one at a time.

SQLite lets those that wait poll, with pauses up to a tenth of a second: under load it is luck who is next. Here it is
who came first, and what somebody waits for goes before what nobody does.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """`hold` waits until it is one's turn, and ends it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._urgent: deque[threading.Lock] = deque()
        self._others: deque[threading.Lock] = deque()

    @contextmanager
    def hold(self, *, urgent: bool = False) -> Iterator[None]:
        self._wait(self._urgent if urgent else self._others)
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self, line: deque[threading.Lock]) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            line.append(turn)
        turn.acquire()  # until `_pass_on` releases it: the turn is this one's then

    def _pass_on(self) -> None:
        with self._guard:
            line = self._urgent or self._others
            if line:
                line.popleft().release()
            else:
                self._taken = False
