"""How long people wait: acknowledgement, first card, window, search and Home, with a large directory.

    python -m benchmarks.times [--addresses 80000] [--estates 20000] [--times 100] [--mode socket]

The whole bot in the sandbox, one thing at a time, as one person sees it: from the call that plays the person to the
moment at which the sandbox has the bot's answer. The sandbox's own work and its looks every two milliseconds are in
it. Prints a table of p50 and p99 in milliseconds, and the machine's load before and after.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.journeys.processes import spawned
from tests.journeys.world import ANFRAGEN, ANNA, Mail, World, german_mail, wait_for

LOOK_SECONDS = 0.002
NAME = "Mustermann"  # typed letter by letter
LINKED = "✅ Linked"  # what a card begins with once the links are verified
BEFORE = 5  # mails before the first that counts: the index is built and saved behind the first copy
FIRST_COPY_SECONDS = 900.0
LONGEST_SECONDS = 60.0


class Large(World):
    """A world whose onOffice holds many records before the bot starts."""

    def __init__(self, folder: Path, mode: str, addresses: int, estates: int) -> None:
        super().__init__(folder, f"sqlite:///{folder}/linkbot.db", mode, begin=spawned)
        self._numbers = {"addresses": addresses, "estates": estates}

    def start_bot(self) -> None:
        self.call("onoffice/fill", **self._numbers, days_ago=30)
        super().start_bot()
        copied = "bot.keeper: synced "
        wait_for(lambda: self.bot.output().count(copied) >= 2, "the first copy", FIRST_COPY_SECONDS)


def until(world: World, act: Callable[[], object], *counters: str) -> list[float]:
    """The milliseconds from before `act` until the sandbox has counted one more of each of these calls."""
    before = {counter: world.counter(counter) for counter in counters}
    ended: dict[str, float] = {}
    begun = time.perf_counter()
    act()
    while len(ended) < len(counters):
        now = time.perf_counter() - begun
        if now > LONGEST_SECONDS:
            raise AssertionError(f"waited in vain for {counters}")
        counted = world.state("counters")["counters"]
        for counter in counters:
            if counter not in ended and int(counted.get(counter, 0)) > before[counter]:
                ended[counter] = (time.perf_counter() - begun) * 1000
        time.sleep(LOOK_SECONDS)
    return [ended[counter] for counter in counters]


def took(act: Callable[[], object]) -> float:
    """The milliseconds that a call takes which answers when the bot has acknowledged."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def measured(world: World, times: int) -> dict[str, list[float]]:
    """Each thing that is waited for, so many times."""
    found: dict[str, list[float]] = {
        name: []
        for name in (
            "a mail is acknowledged",
            "its card is there",
            "a press is acknowledged",
            "the window is open",
            "a search in it is answered",
            "`/link` is acknowledged",
            "Home is there",
            "from *Link* to the verified card",
        )
    }
    for _ in range(BEFORE):
        early = german_mail()
        send(world, early)
        newest_card(world, early, FIRST_COPY_SECONDS)
    for number in range(times):
        mail = german_mail()
        world.lay(mail)
        acknowledged, posted = until(
            world, lambda m=mail: send(world, m), "slack.events.acknowledged", "slack.chat.postMessage"
        )
        found["a mail is acknowledged"].append(acknowledged)
        found["its card is there"].append(posted)
        card = newest_card(world, mail)

        def change(card: dict[str, Any] = card) -> None:
            found["a press is acknowledged"].append(took(lambda: world.press(card, "Change…")))

        found["the window is open"] += until(world, change, "slack.views.open")
        view = wait_for(lambda: world.state("views")["views"], "a window")[-1]
        search = {
            "user": ANNA,
            "view_id": view["id"],
            "action_id": "pick.onoffice.person",
            "value": NAME[: 3 + number % 7],
        }
        found["a search in it is answered"].append(took(lambda s=search: world.call("suggest", **s)))
        world.call("close", user=ANNA, view_id=view["id"])
        asked = {"user": ANNA, "channel": ANFRAGEN, "text": "status"}
        found["`/link` is acknowledged"].append(took(lambda a=asked: world.call("command", **a)))
        found["Home is there"] += until(world, lambda: world.call("home", user=ANNA), "slack.views.publish")
        found["from *Link* to the verified card"].append(linked(world, card))
    return found


def linked(world: World, card: dict[str, Any]) -> float:
    """The milliseconds from a press on *Link* until the card says that the links are verified."""
    begun = time.perf_counter()
    world.press(card, "Link")
    while (passed := time.perf_counter() - begun) < LONGEST_SECONDS:
        if any(LINKED in str(m.get("blocks")) for m in world.state("messages")["messages"] if m["ts"] == card["ts"]):
            return (time.perf_counter() - begun) * 1000
        time.sleep(LOOK_SECONDS)
    raise AssertionError(f"not linked after {passed:.0f} s")


def send(world: World, mail: Mail) -> None:
    world.send(mail)


def newest_card(world: World, mail: Mail, seconds: float = LONGEST_SECONDS) -> dict[str, Any]:
    """The card of a mail, from the newest messages."""

    def look() -> dict[str, Any] | None:
        messages = world.state("messages")["messages"]
        return next((m for m in reversed(messages) if m.get("blocks") and mail.subject in str(m["blocks"])), None)

    return wait_for(look, "the card", seconds)


def table(found: dict[str, list[float]]) -> str:
    """The table as docs/performance.md has it."""
    rows = ["| What | p50 | p99 |", "|---|---|---|"]
    for name, times in found.items():
        p99 = statistics.quantiles(times, n=100)[98]
        rows.append(f"| {name[0].upper()}{name[1:]} | {statistics.median(times):.0f} ms | {p99:.0f} ms |")
    return "\n".join(rows)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--addresses", type=int, default=80_000)
    parser.add_argument("--estates", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--mode", choices=("socket", "http"), default="socket")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        world = Large(Path(folder), arguments.mode, arguments.addresses, arguments.estates)
        world.start()
        try:
            found = measured(world, arguments.times)
        finally:
            world.stop()
    say(table(found))
    say(f"\nload {load:.1f} before and {os.getloadavg()[0]:.1f} after, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
