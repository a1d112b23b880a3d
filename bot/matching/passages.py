"""Passages of a mail of which it is known what they are: what they may lead to, and what a mail may tick."""

from __future__ import annotations

from dataclasses import replace

from bot.matching.find import Sight
from bot.matching.reading import Reading
from bot.matching.signs import Zone
from bot.matching.weigh import Fit
from bot.matching.words import PassageRole, Ticks


def outside(sight: Sight, role: PassageRole) -> Sight:
    """What is seen in a mail but for its passages of this role."""
    hidden = inside(sight.reading, role)
    if not hidden:
        return sight
    seen = {
        word: kept for word, spots in sight.seen.items() if (kept := [one for one in spots if one[0] not in hidden])
    }
    return replace(sight, seen=seen)


def may_tick(fit: Fit, ticks: Ticks, reading: Reading) -> bool:
    """Whether a record that fits a mail may be ticked, by who wrote the mail: of an automatic one only its sender."""
    if ticks is Ticks.ALL:
        return True
    if ticks is Ticks.NONE:
        return False
    zones = [
        part.sign.zone if part.sign else reading.zones[part.first] if part.first >= 0 else None for part in fit.parts
    ]
    return Zone.SENDER in zones


def inside(reading: Reading, role: PassageRole) -> set[int]:
    """The words (indices) of the text that stand in passages of this role."""
    spans = [(passage.start, passage.end) for passage in reading.passages if passage.role is role]
    if not spans:
        return set()
    return {
        i
        for i, (source, place) in enumerate(zip(reading.source, reading.starts, strict=True))
        if source == reading.body and any(start <= place < end for start, end in spans)
    }
