"""What is refused at the door, counted, and said in the log for as long as that tells something new."""

from __future__ import annotations

import logging
import time
from collections import Counter

from bot import telemetry
from commands.signature import Refusal

# Who tries thousands of times must not fill the disk.
MOST_LINES = 60
WITHIN_SECONDS = 60.0

log = logging.getLogger(__name__)


class Refusals:
    """Used by the server's event loop alone. Nothing of a request is logged but where it came from."""

    def __init__(self) -> None:
        self.counts: Counter[Refusal] = Counter()
        self._since = 0.0
        self._lines = 0

    def add(self, reason: Refusal, peer: str) -> None:
        """Count a refusal, and log it; of very many within a minute the log shows only the first. Each line has the
        number of refusals so far."""
        self.counts[reason] += 1
        telemetry.refused(reason)
        now = time.monotonic()
        if now - self._since >= WITHIN_SECONDS:
            self._since, self._lines = now, 0
        self._lines += 1
        if self._lines <= MOST_LINES:
            log.warning("refused at the door: %s, from %s (%d so far)", reason, peer, self.counts.total())
        elif self._lines == MOST_LINES + 1:
            log.warning("refused at the door: more within this minute are counted and not logged")
