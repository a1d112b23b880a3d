"""The end of a run that counts what is wrong: it is told, with the bot's last words where anything is."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import Field, asdict
from pathlib import Path
from typing import Any, ClassVar, NoReturn, Protocol

from benchmarks.databases import database

LAST_WORDS = 4_000


class Count(Protocol):
    """A dataclass of numbers."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def wrong(self) -> bool: ...


def judged(name: str, play: Callable[[Path, str], Count], *, on_postgres: bool, note: str = "") -> NoReturn:
    """Play in a folder and on a database of its own, and tell what was counted. Ends the program, with status 1 where
    anything is wrong."""
    started = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"linkbot-{name}-")))
        url = stack.enter_context(database(folder, on_postgres=on_postgres))
        count = play(folder, url)
        if count.wrong:
            sys.stderr.write("".join(log.read_text("utf-8")[-LAST_WORDS:] for log in sorted(folder.glob("*.log"))))
    told = ", ".join(f"{value} {number.replace('_', ' ')}" for number, value in asdict(count).items())
    where = "PostgreSQL, 2 processes" if on_postgres else "SQLite, 1 process"
    sys.stdout.write(f"{where}{note}: {told}; {time.monotonic() - started:.0f} s\n")
    sys.exit(1 if count.wrong else 0)
