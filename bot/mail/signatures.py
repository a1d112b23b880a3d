"""Signatures: what own people's say is not about the customer, and a sender's own postal address is no property."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.mail.blocks import find_label
from bot.mail.lines import Line, clean, join, to_lines
from bot.mail.words import fold, words

_SIGNATURE_LINES = 15


def without_own_signatures(text: str, staff: Collection[str]) -> str:
    """The text without the signatures of own people: from the closing words to the end of what stands below them.

    `staff` as for `customer`. A signature is one only if an own name or address follows the closing words.
    """
    own = [fold(entry) for entry in staff if entry.strip()]
    if not own:
        return text
    lines = to_lines(clean(text))
    kept: list[str] = []
    position = 0
    while position < len(lines):
        end = _signature_end(lines, position, own)
        if end is None:
            kept.append(lines[position].raw)
            position += 1
        else:
            position = end
    return join(kept) if len(kept) < len(lines) else text


def _signature_end(lines: Sequence[Line], start: int, own: Sequence[str]) -> int | None:
    """The first line after the signature that begins at `start`, None where none of an own person does."""
    if not _closes(lines[start].text):
        return None
    depth = lines[start].depth
    end = start + 1
    while end < min(len(lines), start + _SIGNATURE_LINES) and (lines[end].blank or lines[end].depth == depth):
        if find_label(lines[end].text) and end + 1 < len(lines) and find_label(lines[end + 1].text):
            break  # the header of the next quoted mail
        end += 1
    head = [fold(line.text) for line in lines[start:end] if not line.blank][:4]
    return end if any(entry in row for row in head for entry in own) else None


def _closes(text: str) -> bool:
    row = fold(text).strip(" ,.!*")
    if text.strip() == "--":
        return True
    closings = tuple(words().closings)
    return row.startswith(closings) and any(row.startswith(one) and len(row) <= len(one) + 40 for one in closings)
