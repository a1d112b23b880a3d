"""What a person's choice teaches: which words mean the record that Linkbot had not found."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.matching import alias_key
from bot.records import RecordRef

LONGEST_WORDS = 80


def lesson(
    picks: Sequence[RecordRef], proposed: Collection[RecordRef], words: str, not_found: Sequence[str]
) -> tuple[str, RecordRef] | None:
    """The words that mean a record, or None where the choice does not say which.

    A person taught something when they chose exactly one record that was not proposed: either by the `words` that they
    gave with `/link`, or where exactly one thing in the mail was not found.
    """
    new = [ref for ref in picks if ref not in proposed]
    said = words.strip() or (not_found[0] if len(not_found) == 1 else "")
    if len(new) != 1 or len(said) > LONGEST_WORDS or len(alias_key(said)) < 3 or "@" in said:
        return None
    return said, new[0]
