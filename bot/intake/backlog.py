"""The mails that were written down and acknowledged, and whose reading is to begin: one after the other, and none while
Slack waits for an answer. What is lost here with the process is found again in storage."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from bot.durable import Precedence
from bot.logs import origin

log = logging.getLogger(__name__)


# So many are read and shown at once. One that hangs for longer does not hold up the others.
AT_ONCE = 8
HANGS_SECONDS = 1.0
# And so many are open in all, each with a thread: on a machine that is slow for long all would hang at once. What has
# not ended by then has ended in another process.
MOST_OPEN = 48
FORGOTTEN_SECONDS = 60.0


class Backlog:
    """`add` returns at once; `ended` says that a mail is done with for now. `begin` is called in a thread of the
    backlog's own, from `start` on."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self._keys: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._waiting: set[str] = set()
        self._under_way: dict[str, float] = {}  # since when, without those that hang
        self._open: dict[str, float] = {}  # since when

    def add(self, key: str) -> None:
        """Have a mail begun when it is its turn; one that waits for it already is not added again."""
        with self._changed:
            if key in self._waiting:
                return
            self._waiting.add(key)
        self._keys.put(key)

    def ended(self, key: str) -> None:
        with self._changed:
            self._under_way.pop(key, None)
            self._open.pop(key, None)
            self._changed.notify_all()

    def wait_until_idle(self, seconds: float) -> None:
        """Wait until every mail has been begun and has ended or hangs, so long at the most."""
        until = time.monotonic() + seconds
        with self._changed:
            while (self._waiting or self._still_under_way()) and (left := until - time.monotonic()) > 0:
                self._changed.wait(min(left, HANGS_SECONDS))

    def start(self, begin: Callable[[str], None]) -> None:
        threading.Thread(target=self._work, args=(begin,), name="linkbot-backlog", daemon=True).start()

    def stop(self) -> None:
        self._keys.put(None)

    def _work(self, begin: Callable[[str], None]) -> None:
        while (key := self._keys.get()) is not None:
            self._take_turn(key)
            self._precedence.give_way()
            try:
                begin(key)
            except Exception as error:  # noqa: BLE001 - the keeper begins it later; the others must not wait for that
                self.ended(key)
                log.warning("arrival %s could not be begun yet: %s", key, origin(error))

    def _take_turn(self, key: str) -> None:
        """Wait for one of those under way to end. Those that take long are waited for no more; nor can one be that was
        begun and does not end here, because another process has read it."""
        with self._changed:
            while (seconds := self._no_room_for()) > 0 and key not in self._open:
                self._changed.wait(seconds)
            self._waiting.discard(key)
            self._under_way[key] = self._open[key] = time.monotonic()

    def _no_room_for(self) -> float:
        """So many seconds no other mail can be begun, unless one ends; 0 where one can be."""
        now, waits = time.monotonic(), [0.0]
        self._open = {key: since for key, since in self._open.items() if since > now - FORGOTTEN_SECONDS}
        if len(self._still_under_way()) >= AT_ONCE:
            waits.append(min(self._under_way.values()) + HANGS_SECONDS - now)
        if len(self._open) >= MOST_OPEN:
            waits.append(min(self._open.values()) + FORGOTTEN_SECONDS - now)
        return max(waits)

    def _still_under_way(self) -> dict[str, float]:
        hangs = time.monotonic() - HANGS_SECONDS
        self._under_way = {key: since for key, since in self._under_way.items() if since > hangs}
        return self._under_way
