"""What is written down of a mail that reached the bot, before it is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail that reached the bot. `key` names it so that a redelivery has the same name; `asked` means that a person
    asked for it, whom `response_url` reaches even where the bot may not write."""

    key: str
    team: str
    channel: str
    ts: str
    thread_ts: str = ""
    user: str = ""
    asked: bool = False
    response_url: str = ""
