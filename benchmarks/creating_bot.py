"""Linkbot as `benchmarks.creating` runs it: it dies at steps of a creation, or lacks a guard, as the variables say.

`CHAOS_DEATHS` is how likely the process kills itself before, within or behind a step of a creation; each death is a
line of the file `CHAOS_DEATHS_LOG`. With `CHAOS_UNGUARDED` nothing is claimed and nobody is looked for, which must make
two.
"""

from __future__ import annotations

import os
import random
import signal
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bot.creation.presses
from bot.cli import main
from bot.creation import Creating
from bot.creation.attempt import Attempt
from bot.durable import DbosDurable

STEPS = frozenset({"goes on", "fail", "end", "not related"})


def mortal(rate: float, log: Path) -> None:
    """From now on the steps of creations are places to die at."""
    dice, whole = random.SystemRandom(), DbosDurable.step

    def perhaps(where: str) -> None:
        if dice.random() < rate:
            with log.open("a", encoding="utf-8") as written:
                written.write(f"{where}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    def step(self: DbosDurable, name: str, work: Callable[[], Any]) -> Any:
        if not name.startswith("creation: ") and name not in STEPS:
            return whole(self, name, work)

        def deadly() -> Any:
            perhaps(f"{name}, begun")
            answer = work()
            perhaps(f"{name}, done and not written down")
            return answer

        answer = whole(self, name, deadly)
        perhaps(f"{name}, written down")
        return answer

    DbosDurable.step = step  # type: ignore[method-assign]


def unguarded() -> None:
    """Everybody's press begins, and nobody looks who is there."""
    # Where they are used: a claim that is never another's, and looks that see nobody.
    bot.creation.presses.claim_of = lambda *_: uuid.uuid4().hex
    Creating.new_hits = lambda *_: None  # type: ignore[method-assign]
    Attempt._look = lambda *_: None  # type: ignore[method-assign]


if __name__ == "__main__":
    if deaths := float(os.environ.get("CHAOS_DEATHS", "0")):
        mortal(deaths, Path(os.environ["CHAOS_DEATHS_LOG"]))
    if os.environ.get("CHAOS_UNGUARDED"):
        unguarded()
    main()
