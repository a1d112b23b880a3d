"""The run of `benchmarks/creating.py`, short."""

from __future__ import annotations

import random

from benchmarks.creating import one_creation


def test_whatever_fails_each_is_created_once() -> None:
    chance = random.Random(7)  # noqa: S311 - a seed, no secret
    for number in range(6):
        seen = one_creation(chance)
        assert (seen["created"], seen["twice"], seen["lost"]) == (1, 0, 0), number
