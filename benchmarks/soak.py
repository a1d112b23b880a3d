"""Whether the bot's memory stays flat over many mails.

    python -m benchmarks.soak [--mails 20000] [--seconds 3600] [--press 0.2] [--samples 20]

The bot runs as a process of its own against the sandbox, in HTTP mode on SQLite. Mails come evenly over that time, half
of them for each vendor, of which people link that share; the others wait. The bot's resident memory is sampled. The
machine may be busy: where more than a hundred mails wait for their card, the next ones wait too. The first fifth is the
warm-up; the figure is what the rest of the mails added, and how much that is for a thousand of them. Ends with status 1
where a mail has no card or a press no link.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

import httpx
import sqlalchemy as sa

from storage.engine import create_engine
from tests.journeys.processes import spawned
from tests.journeys.world import ANFRAGEN, ANNA, World, english_mail, german_mail, wait_for

PATIENCE = 600.0
WAITING = 100  # mails without a card, from which on the next ones wait
WARM = 0.2
LOOK = 2.0
MB = 1024.0
THOUSAND = 1000


def resident(world: World) -> float:
    """The bot's resident memory in MB."""
    process = world.bot.running
    if process is None:
        return 0.0
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    return next(int(line.split()[1]) / MB for line in status.splitlines() if line.startswith("VmRSS:"))


class Soak:
    """One run, and what it has counted."""

    def __init__(self, world: World, share: float) -> None:
        self._world = world
        self._share = share
        self._engine = create_engine(world.database_url)
        self._to_press: set[str] = set()
        self._dice = random.Random(1)  # noqa: S311 - no secrets
        self._pressed: set[str] = set()
        self.again = 0  # how often *Try again* was pressed

    @property
    def pressed(self) -> int:
        return len(self._pressed)

    def send(self, number: int) -> None:
        mail = english_mail() if number % 2 else german_mail()
        chosen = self._dice.random() < self._share
        if chosen:
            self._world.lay(mail)
        ts = self._world.send(mail)
        if chosen:
            self._to_press.add(ts)

    def press(self) -> None:
        """Press *Link* on the cards of the chosen mails that are there by now, and *Try again* where a CRM did not
        answer in time: on a busy machine its stand-in may not."""
        query = sa.text(
            "SELECT thread_ts, card_ts, state FROM proposal"
            " WHERE state IN ('open', 'failed', 'partly_linked') AND card_ts IS NOT NULL"
        )
        with self._engine.connect() as connection:
            rows = list(connection.execute(query))
        for thread, card, state in rows:
            if state == "open" and thread in self._to_press:
                self._to_press.discard(thread)
                self._world.press({"channel": ANFRAGEN, "ts": card}, "Link")
                self._pressed.add(thread)
            elif state != "open" and thread in self._pressed:
                self._world.call("press", user=ANNA, channel=ANFRAGEN, ts=card, text="Try again")
                self.again += 1

    def number(self, where: str) -> int:
        with self._engine.connect() as connection:
            return int(connection.execute(sa.text(f"SELECT count(*) FROM proposal WHERE {where}")).scalar_one())  # noqa: S608

    def not_linked(self) -> list[str]:
        """Of each mail that was pressed and is not linked: its number, its state, and those of its targets."""
        states = sa.text("SELECT id, thread_ts, state FROM proposal WHERE state != 'linked'")
        targets = sa.text("SELECT outcome FROM target WHERE proposal_id = :id")
        with self._engine.connect() as connection:
            rows = [row for row in connection.execute(states) if row.thread_ts in self._pressed]
            return [
                f"{row.id} {row.state}: {', '.join(connection.scalars(targets, {'id': row.id})) or 'no target'}"
                for row in rows
            ]

    def run(self, mails: int, seconds: float, samples: int) -> list[tuple[int, float]]:
        """Send them all; gives the memory after so many mails, so often."""
        found: list[tuple[int, float]] = []
        begun, looked = time.monotonic(), 0.0
        for number in range(mails):
            time.sleep(max(begun + number * seconds / mails - time.monotonic(), 0))
            self.send(number)
            if time.monotonic() - looked > LOOK:
                self.press()
                wait_for(lambda n=number: n - self.number("card_ts IS NOT NULL") < WAITING, "the cards", PATIENCE)  # type: ignore[misc] # a default of the lambda
                looked = time.monotonic()
            if (number + 1) % (mails // samples) == 0:
                found.append((number + 1, resident(self._world)))
                say(f"{number + 1:6d} mails  {found[-1][1]:6.1f} MB  {time.monotonic() - begun:6.0f} s")
        wait_for(lambda: self.number("card_ts IS NOT NULL") >= mails, "the last cards", PATIENCE)
        wait_for(self._all_linked, "the last links", PATIENCE)
        return found

    def _all_linked(self) -> bool:
        self.press()
        return self.number("state = 'linked'") >= self.pressed


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--press", type=float, default=0.2)
    parser.add_argument("--samples", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linkbot-soak-") as folder:
        world = World(Path(folder), f"sqlite:///{folder}/linkbot.db", "http", begin=spawned)
        world.start()
        soak = Soak(world, asked.press)
        try:
            found = soak.run(asked.mails, asked.seconds, asked.samples)
            say(f"{asked.mails} mails, all with a card; {soak.pressed} pressed, all linked, {soak.again} tried again")
        except (AssertionError, httpx.HTTPError):
            kept = Path(tempfile.gettempdir(), "linkbot-soak.log")
            kept.write_text(world.bot.output(), "utf-8")
            say("\n".join([f"What the bot said: {kept}", *soak.not_linked()]))
            raise
        finally:
            world.stop()
    warm = next(one for one in found if one[0] >= WARM * asked.mails)
    last = found[-1]
    rise = last[1] - warm[1]
    each = rise / (last[0] - warm[0]) * THOUSAND
    say(f"{warm[1]:.1f} MB after {warm[0]} mails, {last[1]:.1f} MB at the end: {rise:+.1f} MB, {each:+.2f} for 1,000")


if __name__ == "__main__":
    main()
