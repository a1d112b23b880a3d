"""Where a run through a directory stands, as a string that survives a restart.

A run goes through the vendor's modules step by step. A *full* run reads everything, a run of *changes* what was
modified since the run before it began. The cursor of a run's last page is `done`: the next run starts from it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Cursor:
    """`step` and `position` (an offset or a page token) are the vendor's; times are UTC and ISO 8601."""

    full: bool
    started: str
    since: str = ""
    step: str = ""
    position: str = ""
    done: bool = False

    def at(self, step: str, position: str = "") -> Cursor:
        return replace(self, step=step, position=position)

    def finished(self) -> Cursor:
        return replace(self, step="", position="", done=True)

    def without_claim(self) -> Cursor:
        """The same run, no longer a full one: something of the directory could not be read."""
        return replace(self, full=False)

    def since_time(self) -> datetime | None:
        return datetime.fromisoformat(self.since) if self.since else None

    def dump(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> Cursor:
        """The inverse of `dump`; raises ValueError for anything else."""
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError("not a cursor")
        try:
            cursor = cls(**values)
        except TypeError as error:
            raise ValueError("not a cursor") from error
        for moment in (cursor.started, cursor.since or cursor.started):
            if datetime.fromisoformat(moment).tzinfo is None:
                raise ValueError("not a cursor")
        return cursor


def begin(stored: str | None, *, overlap: timedelta, oldest: timedelta | None = None) -> Cursor:
    """The run to go on with: a new full one, the stored unfinished one, or the changes since the stored finished one.

    `overlap` reaches back behind the last run's start, for clocks that differ. After `oldest` the vendor has forgotten
    what it deleted, and a full run is due. A cursor that cannot be read begins a full run: it costs time, never data.
    """
    now = datetime.now(UTC)
    fresh = Cursor(full=True, started=now.isoformat())
    if stored is None:
        return fresh
    try:
        cursor = Cursor.load(stored)
    except ValueError:
        return fresh
    started = datetime.fromisoformat(cursor.started)
    if oldest is not None and now - started > oldest:
        return fresh
    if not cursor.done:
        return cursor
    return Cursor(full=False, started=now.isoformat(), since=(started - overlap).isoformat())


def is_full(cursor: str) -> bool:
    """Whether the page that came with this cursor belongs to a full run.

    A page that is both `last` and full marks the end of a complete reading: records not seen since the run began have
    vanished from the CRM.
    """
    return Cursor.load(cursor).full
