"""Several actors who take turns at each of their calls, in an order that a seed decides."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from random import Random


class Actor:
    """Work in a thread of its own that stands still before each call until it is let on."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._go = threading.Semaphore(0)
        self._stands = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.failure: BaseException | None = None
        self.done = False

    def step(self) -> None:
        """Let it on, until it stands before its next call or is done."""
        if not self._thread.is_alive() and not self.done:
            self._thread.start()
        self._go.release()
        assert self._stands.acquire(timeout=10), "an actor stands still"
        if self.failure is not None:
            raise self.failure

    def pause(self) -> None:
        """To be called by the work before each of its calls."""
        if threading.current_thread() is self._thread:
            self._stands.release()
            assert self._go.acquire(timeout=10), "an actor was left standing"

    def _run(self) -> None:
        try:
            assert self._go.acquire(timeout=10)
            self._work()
        except BaseException as failure:  # noqa: BLE001 - handed to the test's own thread
            self.failure = failure
        self.done = True
        self._stands.release()


def interleave(actors: Sequence[Actor], edits: Sequence[Callable[[], None]], chance: Random) -> None:
    """Let the actors on, and make the edits (in their order), in turns that chance decides, until all are done."""
    left = list(edits)
    while True:
        turns: list[Callable[[], None]] = [actor.step for actor in actors if not actor.done]
        # As many turns for the hand that edits as for the bots: the edits are to fall between their calls.
        turns += [lambda: left.pop(0)()] * (min(len(left), 1) * max(1, len(turns)))
        if not turns:
            return
        chance.choice(turns)()
