"""Creations while everything fails: none twice, none lost, each unknown outcome settled or asked.

    python -m benchmarks.creating [--creations 500] [--kills 50] [--faults 0.3] [--deaths 0.004] [--sqlite]
                                  [--linkbot-ref] [--unguarded] [--seed 1]

The whole bot runs as two processes on PostgreSQL (one on SQLite) against the sandbox. Each mail is of somebody else
whom neither CRM knows: Germans through a portal for onOffice, each fifth with a number only, others for Zoho CRM.
People open the form and submit it; one time in four they submit twice at once, and one time in four two people open it
and submit together. They go on where they are asked, and choose who is there already where the form shows somebody.
That share of the creating calls, and a third of it of the reads around them, fails before or behind its effect or with
an error; the processes are killed with -9 at any time, and kill themselves with that chance before, within and behind
each step of a creation. Then the faults end, people go on, and everything is counted. With `--linkbot-ref` Zoho has the
unique field. With `--unguarded` two people submit each time, nothing is claimed and nobody is looked for: a control
that must fail, or this measures nothing. Ends with status 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import itertools
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.creating_count import Count
from benchmarks.creating_people import LOOK_SECONDS, Errand, People
from benchmarks.enquirers import enquirers
from benchmarks.fault_injection import inject, started_bots
from benchmarks.verdict import judged
from tests.journeys.processes import Process
from tests.journeys.world import STARTING, World, wait_for

CREATING = ("onoffice.create_address", "zoho.create_record")
READING = ("onoffice.address", "zoho.coql", "onoffice.relation", "onoffice.create_relation", "zoho.put_contact_role")
AT_ONCE = 6
PATIENCE = 240.0


@dataclass
class Chaos:
    """One run. `bots` are the processes that may be killed."""

    world: World
    bots: list[Process]
    dice: random.Random
    patience: float
    together: bool = False  # always two people at once
    count: Count = field(default_factory=Count)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _ended: threading.Event = field(default_factory=threading.Event)  # the faults and the kills
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self, creations: int, kills: int, rate: float) -> Count:
        people = People(self.world, self.dice, self.patience, together=self.together)
        pairs = [people.hired(number) for number in range(AT_ONCE)]
        inject(self.world, CREATING, rate)
        inject(self.world, READING, rate / 3)
        errands = [Errand(who, who.mail()) for who in itertools.islice(enquirers(self.dice), creations)]
        keepers = [
            threading.Thread(target=self._revive, daemon=True),
            threading.Thread(target=self._kill, args=(kills,), daemon=True),
        ]
        for keeper in keepers:
            keeper.start()
        waiting = iter(errands)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda pair: self._work(people, pair, waiting), pairs))
            self.world.control.delete("/_control/faults")
            self._ended.set()
            left = iter([one for one in errands if not one.done])
            list(pool.map(lambda pair: self._work(people, pair, left, last=True), pairs))
        self._over.set()
        for keeper in keepers:
            keeper.join()
        self.count.submitted, self.count.asked = people.submitted, people.asked
        self.count.add(self.world, errands, people.cards())
        return self.count

    def _work(self, people: People, pair: tuple[str, str], waiting: Any, *, last: bool = False) -> None:
        while True:
            with self._guard:
                errand = next(waiting, None)
            if errand is None:
                return
            people.see_to(errand, pair, last=last)

    def _kill(self, kills: int) -> None:
        for _ in range(kills):
            wait_for(self._connected, "a bot that works", STARTING)
            if self._ended.wait(self.dice.uniform(1.0, 6.0)):
                return
            with suppress(ProcessLookupError, AttributeError):
                self.dice.choice(self.bots).stop(signal.SIGKILL)
                self.count.kills += 1

    def _connected(self) -> bool:
        with suppress(httpx.HTTPError):
            return bool(self.world.state("connections")["connections"])
        return False

    def _revive(self) -> None:
        """Whatever ended is started again, as a supervisor does."""
        while not self._over.wait(LOOK_SECONDS):
            self._start_what_ended()

    def _start_what_ended(self) -> None:
        for bot in self.bots:
            if bot.running is None or bot.running.poll() is not None:
                bot.start()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--creations", type=int, default=500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--faults", type=float, default=0.3)
    parser.add_argument("--deaths", type=float, default=0.004)
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--linkbot-ref", action="store_true")
    parser.add_argument("--unguarded", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()

    def run(folder: Path, url: str) -> Count:
        return play(
            folder,
            url,
            asked.creations,
            asked.kills,
            rate=asked.faults,
            deaths=asked.deaths,
            seed=asked.seed,
            has_ref=asked.linkbot_ref,
            unguarded=asked.unguarded,
        )

    judged("creating", run, on_postgres=not asked.sqlite, note=f", seed {asked.seed}")


def play(
    folder: Path,
    url: str,
    creations: int,
    kills: int,
    *,
    rate: float,
    deaths: float,
    seed: int = 1,
    has_ref: bool = False,
    unguarded: bool = False,
    patience: float = PATIENCE,
) -> Count:
    """One run against a sandbox of its own; gives what is wrong at its end. `deaths` is the chance to die at each place
    of a creation, `has_ref` whether Zoho has the field that tells creations apart."""
    log = folder / "deaths.txt"
    world = World(
        folder,
        url,
        "socket",
        retries=0.05,
        LINKBOT_VENDOR_TIMEOUT="3",
        CHAOS_DEATHS=str(deaths),
        CHAOS_DEATHS_LOG=str(log),
        CHAOS_UNGUARDED="yes" if unguarded else "",
    )
    world.bot.command = ["benchmarks.creating_bot", "run", "--socket"]
    world.start()
    bots = [world.bot]
    try:
        if has_ref:
            world.call("zoho/rules", own=["Linkbot_Ref"])
        bots = started_bots(world, folder)
        dice = random.Random(seed)  # noqa: S311 - no secrets
        count = Chaos(world, bots, dice, patience, together=unguarded).run(creations, kills, rate)
        places = log.read_text("utf-8").splitlines() if log.exists() else []
        count.deaths, count.died_at = len(places), len(set(places))
        return count
    finally:
        for bot in bots[::-1]:
            with suppress(ProcessLookupError):  # it died at its last step
                bot.stop()
        world.bot.running = None
        world.stop()


if __name__ == "__main__":
    main()
