"""Whom the same words lead to: of a crowd few records are weighed at first, and each that fits as well counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from bot.matching.decide import Verdict
from bot.matching.leads import PER_PAIR, Paired
from bot.matching.weigh import Form

_IDENTIFIED = frozenset((Form.SIGN, Form.DOMAIN))


def left_out(paired: Paired, shown: Sequence[Verdict], weighed: Collection[int]) -> list[int]:
    """The rows not weighed yet that the pair of words leads to by which a record was found that nothing is ahead of.

    Of the pairs that lead to a record its rarest counts: who fits as well has these words, too.
    """
    rows = [v.fit.row for v in shown if v.behind == 0 and not v.fit.bare and v.fit.form not in _IDENTIFIED]
    if not rows or not len(paired.which):
        return []
    sizes, known = np.bincount(paired.which), frozenset(weighed)
    found: dict[int, None] = {}
    for row in rows:
        pairs = paired.which[paired.rows == row]
        if len(pairs):
            rarest = pairs[sizes[pairs].argmin()]
            if sizes[rarest] > PER_PAIR:
                found |= dict.fromkeys(paired.rows[paired.which == rarest].tolist())
    return [row for row in found if row not in known]
