"""The classes into which every vendor's errors fall."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What to do about an error: nothing helps as it is, try again, mend the access, or mend Linkbot."""

    PERMANENT = "permanent"
    RETRY = "retry"
    CREDENTIALS = "credentials"
    OURS = "ours"
