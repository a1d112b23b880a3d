"""Acknowledging a press: behind its work, so that what Slack takes for done is done, and never later than it waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from slack_bolt import Ack

# Slack waits three seconds. Only a database that another program holds makes a press take as long as this.
LATEST_SECONDS = 2.0


@dataclass(slots=True)
class Window:
    """Whether the window of a submission was closed before its answer was known."""

    closed: bool = False


@contextmanager
def acknowledged(ack: Ack, *, behind: bool = True) -> Iterator[Window]:
    """Do the work within, then acknowledge. Where the work takes too long, that is done beside it, and the person is
    answered as soon as it has ended. With `behind` False the caller acknowledges, with an answer for the window."""
    window = Window()

    def in_time() -> None:
        window.closed = True
        ack()

    timer = threading.Timer(LATEST_SECONDS, in_time)
    timer.daemon = True
    timer.start()
    try:
        yield window
    finally:
        timer.cancel()
    if behind:
        ack()
