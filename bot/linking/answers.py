"""What a press brings, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.records import RecordRef
from bot.surface import ProposalView


class Answer(StrEnum):
    """What became of a press."""

    STARTED = "started"
    TAKEN = "taken"
    NOTHING_PICKED = "nothing picked"
    NOTHING_NEW = "nothing new"
    OTHER_PICKS = "other picks"
    TOO_MANY = "too many"
    FILES_TOO_LARGE = "files too large"
    RECORD_GONE = "record gone"
    NOTHING_TO_UNDO = "nothing to undo"
    UNDO_BY_HAND = "undo by hand"
    PERHAPS_LINKED = "perhaps linked"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a press, with the proposal as it is now (None where there is none)."""

    answer: Answer
    view: ProposalView | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose by hand, looking at attempt `seen`: records to link, linked ones to take the mail off, and
    which attachments go along (None: as the card says). `words` are those they searched with."""

    picks: Sequence[RecordRef] = ()
    remove: Sequence[RecordRef] = ()
    attachments: Sequence[int] | None = None
    seen: int | None = None
    words: str = ""
