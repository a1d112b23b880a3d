"""Which matches a card shows, and which of them it picks beforehand."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.crm import CRM
from bot.matching import Match
from bot.records import Category, RecordRef

MOST_CANDIDATES = 10
LEAST_PROBABILITY = 0.05


def choose(
    matches: Sequence[Match], crms: Mapping[str, CRM], never: Collection[RecordRef] = ()
) -> list[tuple[Match, bool]]:
    """The matches to show, best first, each with whether it is picked beforehand. What a vendor cannot link is left
    out; where it takes only one of a category, only the best is picked. `never` are shown and not picked: a person took
    them off."""
    shown: list[tuple[Match, bool]] = []
    picked: Counter[tuple[str, Category]] = Counter()
    for match in matches:
        limits = crms[match.ref.vendor].capabilities.categories if match.ref.vendor in crms else {}
        if match.category not in limits or match.probability < LEAST_PROBABILITY:
            continue
        most = limits[match.category]
        slot = (match.ref.vendor, match.category)
        pick = match.selected and match.ref not in never and (most is None or picked[slot] < most)
        picked[slot] += pick
        shown.append((match, pick))
    # Picked ones are never cut off: what is not shown must not be linked.
    kept = {id(match) for match, _ in sorted(shown, key=lambda pair: not pair[1])[:MOST_CANDIDATES]}
    return [(match, pick) for match, pick in shown if id(match) in kept]


def picks_mark(refs: Iterable[RecordRef]) -> str:
    """A short mark of a set of records, the same whatever their order: a button that links carries that of the picks
    beside it."""
    return hashlib.sha256("\n".join(sorted(map(str, refs))).encode()).hexdigest()[:12]
