"""Trigger ids: what lets the bot open a view as the answer to a person's action. They live 3 seconds and work once."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from sandbox.slack.errors import SlackError

LIFE_SECONDS = 3.0


@dataclass
class Trigger:
    user: str
    born: float
    in_modal: bool
    used: bool = False


class Triggers:
    def __init__(self) -> None:
        self._triggers: dict[str, Trigger] = {}

    def new(self, user: str, in_modal: bool = False) -> str:
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user, time.monotonic(), in_modal)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use it up. Raises SlackError where it is unknown, too old, or was used before."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.born > LIFE_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def reset(self) -> None:
        self._triggers.clear()
