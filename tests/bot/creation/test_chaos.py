"""Each creation is of its own mail: answers are lost before and behind the write, the process dies at any of its steps,
people press twice and two at once, and go on where they are asked. With whole processes: `benchmarks/creating.py`."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from storage.tables import CreationState
from tests.bot.bench import BEN
from tests.bot.creation.bench import bench
from tests.bot.fakes import Fault

FAULTS = (Fault.NONE, Fault.LOST, Fault.DROPPED, Fault.BUSY, Fault.DEFECT)
STEPS = 24
# A person goes on as long as they are asked to.
MOST_PRESSES = 8


@pytest.mark.parametrize("seed", range(7, 13))
def test_whatever_fails_one_is_created(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a seed, no secret
    world = bench(frozenset(chance.sample(range(1, STEPS), chance.randrange(4))))
    world.creator.faults = [chance.choice(FAULTS) for _ in range(3)]
    row = world.press()
    world.creating.create(world.wish())
    world.creating.create(world.wish(user=BEN, press="press2"))
    for _ in range(MOST_PRESSES):
        world.creating.resume(timedelta(seconds=-1))
        world.durable.run()
        row = world.row()
        if row.state == CreationState.CREATED:
            break
        world.creating.create(world.wish(creation=row.id, known=row.others))
        world.durable.run()
    assert (row.state, len(world.creator.made)) == (CreationState.CREATED, 1)
