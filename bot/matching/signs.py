"""The addresses and numbers that a mail holds, where they stand, and what the mail calls them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Zone(IntEnum):
    """Where words stand, from the most to the least telling."""

    SENDER = 0
    SUBJECT = 1
    TEXT = 2
    QUOTED = 3
    SIGNATURE = 4
    RECIPIENT = 5
    DISCLAIMER = 6


class Cue(IntEnum):
    """What a mail calls a number."""

    NONE = 0
    NUMBER = 1  # just that: "Nr. 4711"
    PROPERTY = 2
    CUSTOMER = 3
    OTHER = 4  # an invoice, an order, a postcode, …


@dataclass(slots=True)
class Sign:
    """An e-mail address, a phone number or an external number in a mail, under the keys that a record may have it."""

    keys: tuple[str, ...]
    source: int
    start: int
    end: int
    zone: Zone
    cue: Cue = Cue.NONE

    @property
    def claim(self) -> int:
        """The number under which it is claimed: signs are words of their own."""
        return -1 - (self.start * 64 + self.source)
