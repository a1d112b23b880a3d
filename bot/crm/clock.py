"""Whether the clock of this machine is right, by what a server tells with each of its answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from bot.language import SILENCE, Sentence, sentence


def ahead(headers: Mapping[str, str], clock: Callable[[], float] = time.time) -> float | None:
    """How far the clock here is ahead of the server's, in seconds; None where its answer does not tell. `headers` have
    names in small letters, or do not mind; `clock` gives seconds since 1970."""
    try:
        there = parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError):
        return None
    return clock() - there


def wrong_clock(ahead: float | None) -> Sentence:
    """How wrong the clock is, in words; none where it is right or unknown."""
    minutes = round(abs(ahead or 0) / 60)
    if minutes <= 1:
        return SILENCE
    return sentence("clock.fast" if (ahead or 0) > 0 else "clock.slow", minutes=minutes)
