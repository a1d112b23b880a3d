"""What some tests need that a checkout does not hold: files beside it, programs.

`@pytest.mark.needs("shared")`, or `need("shared")` in a test or a fixture, leaves a test out where that is missing. All
are left out at the same line of this file, so that pytest says each missing thing once, at its end: how many tests want
it, and how to get it. In CI nothing may be left out (`tests/conftest.py`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import pytest

# The vendors' pages, schemas and labelled mails that nobody may copy into the project.
SHARED = Path(__file__).parents[2] / "shared"


def chromium() -> Path | None:
    return _program("chromium")


def dovecot() -> Path | None:
    """Debian keeps it off people's PATH."""
    return _program("dovecot", "/usr/sbin")


def postgresql() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, which Debian keeps off the PATH."""
    for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (path / "initdb").exists():
            return path
    initdb = _program("initdb")
    return initdb.parent if initdb else None


def _shared() -> Path | None:
    return SHARED if SHARED.is_dir() else None


def _program(name: str, *more: str) -> Path | None:
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *more]))
    return Path(found) if found else None


THINGS: Mapping[str, tuple[Callable[[], Path | None], str]] = {
    "shared": (
        _shared,
        "the folder `shared`, with the vendors' pages and schemas and the labelled mails, is not beside the project: "
        "put it there. What other tests send to Slack is held to the sandbox's rules only",
    ),
    "chromium": (chromium, "Chromium is not installed: apt-get install chromium"),
    "dovecot": (dovecot, "Dovecot is not installed: apt-get install dovecot-imapd"),
    "postgresql": (postgresql, "PostgreSQL is not installed: apt-get install postgresql"),
}


def how_to_get(name: str) -> str:
    return THINGS[name][1]


def need(name: str) -> Path:
    """Where the thing is. The test that asks is left out where there is none."""
    return THINGS[name][0]() or leave_out(how_to_get(name))


def leave_out(why: str) -> NoReturn:
    """Leave out the test that asks. `why` says how to get what is missing."""
    pytest.skip(why)
