"""The workers that read what was written down and show it: a few threads, for which this process claims what is due.

What is lost here with the process is still due: another one takes it as soon as the claim has run out, or the next
start does.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from bot.durable import Precedence
from bot.logs import origin
from storage.arrivals import Arrivals
from storage.tables import Arrival

# Most of the time a mail waits for Slack, while others are read; where Slack hangs, so many hang at once.
THREADS = 16
# So many are claimed at once, and so many are claimed in all: what is left, other processes may take.
PORTION = 8
MOST_CLAIMED = 24
# A claim runs out unless it is renewed. One that ran out although its process lives does no harm: of two who show a
# mail one finds its card.
LEASE = timedelta(seconds=5)
RENEW_SECONDS = 1.5
# How often it is looked for what came through another process, or was put off until now.
LOOK_SECONDS = 0.5
# One that takes longer is not waited for by those who wait until all is quiet.
HANGS_SECONDS = 1.0
# How long mails wait for the first copy of the directory before they are matched to what there is.
READY_SECONDS = 60.0
STOP_SECONDS = 2.0

log = logging.getLogger(__name__)

Work = Callable[[Arrival], bool]


class Workers:
    """`work` is called in threads of their own, from `start` on, with each arrival that is due. It gives whether that
    could be shown, and so can perhaps what was put off."""

    def __init__(self, arrivals: Arrivals, precedence: Precedence, ready: threading.Event) -> None:
        """`ready` is set once there is a directory to match mails to."""
        self._arrivals = arrivals
        self._precedence = precedence
        self._ready = ready
        self._by = uuid.uuid4().hex
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="linkbot-intake")
        self._changed = threading.Condition()
        self._claimed: dict[str, float] = {}  # since when
        self._due = True  # whether something may be due
        self._wakes = 0
        self._shown = False  # whether something was shown since the last look
        self._stopping = False
        self._renewed = self._ready_at = time.monotonic()
        self._feeder: threading.Thread | None = None

    def wake(self) -> None:
        """Something is due; returns at once."""
        with self._changed:
            self._due = True
            self._wakes += 1
            self._changed.notify_all()

    def start(self, work: Work) -> None:
        self._ready_at = time.monotonic() + READY_SECONDS
        self._feeder = threading.Thread(target=self._feed, args=(work,), name="linkbot-intake-feed", daemon=True)
        self._feeder.start()

    def stop(self) -> None:
        """Begin no more. What does not end soon, others do."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._feeder is not None:
            self._feeder.join(STOP_SECONDS)
        with self._changed:
            self._changed.wait_for(lambda: not self._claimed, STOP_SECONDS)
        self._pool.shutdown(wait=False)
        try:
            self._arrivals.give_back(self._by)
        except sa.exc.SQLAlchemyError as error:
            log.warning("what was not done is left to run out: %s", origin(error))

    def wait_until_idle(self, seconds: float) -> None:
        """Wait until nothing is due and all that was begun has ended or hangs, so long at the most."""
        until = time.monotonic() + seconds
        with self._changed:
            while (self._due or self._at_work()) and (left := until - time.monotonic()) > 0:
                self._changed.wait(min(left, HANGS_SECONDS))

    def _at_work(self) -> bool:
        hangs = time.monotonic() - HANGS_SECONDS
        return any(since > hangs for since in self._claimed.values())

    def _feed(self, work: Work) -> None:
        while not self._stopping:
            try:
                self._renew()
                for arrival in self._claim():
                    self._pool.submit(self._do, work, arrival)
            except sa.exc.SQLAlchemyError as error:
                log.warning("mails could not be taken up yet: %s", origin(error))
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or (self._due and self._room() > 0), LOOK_SECONDS)

    def _room(self) -> int:
        """How many may be claimed now: as many as are worth a transaction, or none."""
        room = min(PORTION, MOST_CLAIMED - len(self._claimed))
        return room if room == PORTION else 0

    def _claim(self) -> Sequence[Arrival]:
        if not self._ready.is_set() and time.monotonic() < self._ready_at:
            return ()
        self._precedence.give_way()
        with self._changed:
            if self._stopping or not (room := self._room()):
                return ()
            wakes, shown, self._shown = self._wakes, self._shown, False
        if shown:
            self._arrivals.hurry()
        found = self._arrivals.claim(self._by, room, LEASE)
        with self._changed:
            self._claimed |= {arrival.key: time.monotonic() for arrival in found}
            self._due = self._wakes != wakes or len(found) == room
            self._changed.notify_all()
        return found

    def _renew(self) -> None:
        if time.monotonic() - self._renewed < RENEW_SECONDS:
            return
        self._renewed = time.monotonic()
        with self._changed:
            keys = list(self._claimed)
        if keys:
            self._arrivals.still_at(self._by, keys, LEASE)

    def _do(self, work: Work, arrival: Arrival) -> None:
        try:
            if not self._stopping and work(arrival):
                self._shown = True
        except Exception as error:  # noqa: BLE001 - it is taken up again when its claim has run out; the others go on
            log.error("arrival %s could not be worked on: %s", arrival.key, origin(error))
        finally:
            with self._changed:
                self._claimed.pop(arrival.key, None)
                self._changed.notify_all()
