"""Creations while everything fails: none twice, none lost, each unknown outcome settled or asked.

    python -m benchmarks.creating [--creations 500] [--seed 1]

Each creation is of its own mail: answers are lost before and behind the write, the process dies at any of its steps,
people press twice and two at once, and go on where they are asked. The vendor is one that keeps what is created and
counts it; the steps, the rows and the workflow are the bot's own, on a database in memory.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from datetime import timedelta

from storage.tables import CreationState
from tests.bot.bench import BEN
from tests.bot.creation.bench import bench
from tests.bot.fakes import Fault

FAULTS = (Fault.NONE, Fault.LOST, Fault.DROPPED, Fault.BUSY, Fault.DEFECT)
STEPS = 24
# A person goes on as long as they are asked to.
MOST_PRESSES = 8


def one_creation(chance: random.Random) -> Counter[str]:
    """One creation under faults that chance chose; what became of it, by what it is counted as."""
    world = bench(frozenset(chance.sample(range(1, STEPS), chance.randrange(4))))
    world.creator.faults = [chance.choice(FAULTS) for _ in range(3)]
    row = world.press()
    world.creating.create(world.wish())
    world.creating.create(world.wish(user=BEN, press="press2"))
    seen: Counter[str] = Counter()
    for _ in range(MOST_PRESSES):
        world.creating.resume(timedelta(seconds=-1))
        world.durable.run()
        row = world.row()
        if row.state == CreationState.CREATED:
            break
        seen["asked"] += 1
        world.creating.create(world.wish(creation=row.id, known=row.others))
        world.durable.run()
    made = len(world.creator.made)
    seen["created"] += row.state == CreationState.CREATED
    seen["twice"] += made > 1
    seen["lost"] += made == 0 or row.state != CreationState.CREATED
    return seen


def main() -> int:
    asked = argparse.ArgumentParser(description="Creations while everything fails.")
    asked.add_argument("--creations", type=int, default=500)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    chance, total = random.Random(given.seed), Counter[str]()  # noqa: S311 - a seed, no secret
    for _ in range(given.creations):
        total += one_creation(chance)
    counts = ", ".join(f"{name} {total[name]}" for name in ("created", "asked", "twice", "lost"))
    sys.stdout.write(f"{given.creations} creations, seed {given.seed}: {counts}\n")
    return 1 if total["twice"] or total["lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
