"""The matcher's index kept in a folder, so that a process with a large directory starts at once."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.matching import Matcher, Selection, UnusableIndexError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SavedMatcher:
    """`source` names the database and the CRMs whose records the index holds: one made from others is not used."""

    folder: Path
    source: str

    def load(
        self, staff: Collection[str], region: str, selection: Selection, newest: datetime | None
    ) -> tuple[Matcher, datetime] | None:
        """The matcher, and up to which moment it knows the changes in storage; None where there is none to use.

        `newest` is the newest change that the database has: if it had a newer one when the index was saved, it was put
        back to an earlier state since.
        """
        try:
            matcher, note = Matcher.load(self.folder, staff, region, selection)
            kept = json.loads(note)
            if kept["source"] != self.source:
                return None
            if kept["newest"] and (newest is None or newest < datetime.fromisoformat(kept["newest"])):
                return None
            return matcher, datetime.fromisoformat(kept["moment"])
        except (UnusableIndexError, OSError, ValueError, KeyError, TypeError) as error:
            log.info("the saved index is not used: %s", type(error).__name__)
            return None

    def save(self, matcher: Matcher, moment: datetime, newest: datetime | None) -> None:
        """Keep it. A folder that cannot be written costs time at the next start, nothing else."""
        try:
            known = {"moment": moment.isoformat(), "newest": newest.isoformat() if newest else ""}
            matcher.save(self.folder, json.dumps({"source": self.source, **known}))
        except OSError as error:
            log.warning("the index could not be saved: %s", error.strerror)
