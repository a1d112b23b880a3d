"""Answers to Slack come first. It waits three seconds for one; for a card nobody waits as long as that."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Work is held up for no longer, however many requests come.
MOST_SECONDS = 1.0
# Python runs one thread at a time: more at once make nothing faster, and an answer slower. Two, for one may wait for
# the disk.
WORKERS = 2


class Precedence:
    """Counts the requests that are being answered."""

    def __init__(self) -> None:
        self._idle = threading.Condition()
        self._answering = 0
        self._workers = threading.Semaphore(WORKERS)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """While a request is being answered."""
        with self._idle:
            self._answering += 1
        try:
            yield
        finally:
            with self._idle:
                self._answering -= 1
                if not self._answering:
                    self._idle.notify_all()

    def give_way(self) -> None:
        """Wait until no request is being answered, for a second at the most."""
        with self._idle:
            self._idle.wait_for(lambda: not self._answering, MOST_SECONDS)

    @contextmanager
    def working(self) -> Iterator[None]:
        """While something takes the processor for which nobody waits: by a few at a time, begun while no request is
        being answered. Who works must not wait for a lock that is held by one who works or rests."""
        with self._workers:
            self.give_way()
            yield

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Within `working`: while another machine's answer is waited for, others work."""
        self._workers.release()
        try:
            yield
        finally:
            self._workers.acquire()
            self.give_way()
