"""The mails that were written down and acknowledged, and whose reading is to begin: one after the other, and none while
Slack waits for an answer. What is lost here with the process is found again in storage."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from bot.durable import Precedence
from bot.logs import origin

log = logging.getLogger(__name__)


# So many are read and shown at once. One that hangs for longer does not hold up the others.
AT_ONCE = 8
HANGS_SECONDS = 1.0


class Backlog:
    """`add` returns at once; `ended` says that a mail is done with for now. `begin` is called in a thread of the
    backlog's own, from `start` on."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self._keys: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._under_way: set[str] = set()

    def add(self, key: str) -> None:
        self._keys.put(key)

    def ended(self, key: str) -> None:
        with self._changed:
            self._under_way.discard(key)
            self._changed.notify()

    def start(self, begin: Callable[[str], None]) -> None:
        threading.Thread(target=self._work, args=(begin,), name="linkbot-backlog", daemon=True).start()

    def stop(self) -> None:
        self._keys.put(None)

    def _work(self, begin: Callable[[str], None]) -> None:
        while (key := self._keys.get()) is not None:
            with self._changed:
                self._changed.wait_for(lambda: len(self._under_way) < AT_ONCE, HANGS_SECONDS)
                self._under_way.add(key)
            self._precedence.give_way()
            try:
                begin(key)
            except Exception as error:  # noqa: BLE001 - the keeper begins it later; the others must not wait for that
                self.ended(key)
                log.warning("arrival %s could not be begun yet: %s", key, origin(error))
