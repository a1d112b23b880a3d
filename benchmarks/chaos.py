"""Links under kills and faults: nothing lost, nothing twice, no card untrue, nothing stuck, one row of the log each.

    python -m benchmarks.chaos [--mails 500] [--kills 100] [--faults 0.3] [--postgres] [--unguarded] [--seed 1]

The whole bot runs as processes of its own against the sandbox: one on SQLite, two on PostgreSQL. German mails about a
person and a property go to onOffice, English ones about a person, a deal and a company to Zoho CRM. People press
*Link* on each card, and *Try again* where it failed, while processes are killed with -9 and started again, and that
share of the calls to the vendors and to Slack fails before or behind its effect, or is answered with an error. Nobody
is killed before the first mail has been taken up: Slack gives up on mails to a bot that was never there. Then the
faults end, and everything is counted. With `--unguarded` the bot posts a card without looking for the one whose answer
was lost, and of half of the cards it is lost: a control that must fail, or this measures nothing. Ends with status 1
where anything is wrong.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import Session, col, select

from benchmarks.fault_injection import inject, started_bots
from benchmarks.verdict import judged
from storage.engine import create_engine
from storage.tables import UNDER_WAY, Arrival, ArrivalState, Link, Proposal
from tests.journeys.processes import Process
from tests.journeys.world import (
    ANNA,
    BEN,
    STARTING,
    Mail,
    World,
    buttons,
    english_mail,
    german_mail,
    shown,
    wait_for,
)

STRUCK = (
    *("onoffice.emailassignments", "onoffice.emailInfo", "zoho.associate_email"),
    *("slack.chat.postMessage", "slack.chat.update"),
)
TO_PRESS = ("Try again", "Link")
IN_ONOFFICE, IN_ZOHO = 2, 3  # records that a mail is linked to
COPIES_IN_ZOHO = 2  # person and deal share one
AT_ONCE = 8
PAUSE = 0.5
PATIENCE = 120.0
LOST_ANSWERS = 0.5


@dataclass
class Count:
    """What is wrong at the end, each 0 where all is well; and what was done."""

    links: int = 0
    kills: int = 0
    presses: int = 0
    seconds_to_end: int = 0  # from the last kill and fault until all was linked
    lost: int = 0
    twice: int = 0
    wrong_cards: int = 0
    stuck: int = 0
    wrong_log: int = 0

    @property
    def wrong(self) -> bool:
        return bool(self.lost or self.twice or self.wrong_cards or self.stuck or self.wrong_log)


class Chaos:
    """One run. `bots` are the processes that may be killed."""

    def __init__(self, world: World, bots: list[Process], dice: random.Random, patience: float = PATIENCE) -> None:
        """`patience` is for how many seconds nothing more may be linked, once the faults have ended: then what is not
        linked is stuck. A slow machine is not."""
        self.patience = patience
        self.world = world
        self.bots = bots
        self.dice = dice
        self.count = Count()
        self.sent: dict[str, Mail] = {}

    def run(self, mails: int, kills: int, rate: float) -> Count:
        inject(self.world, STRUCK, rate)
        killer = threading.Thread(target=self._kill, args=(kills,), daemon=True)
        killer.start()
        for number in range(mails):
            mail = english_mail() if number % 2 else german_mail()
            self.world.lay(mail)
            self.sent[self.world.send(mail)] = mail
            if number % AT_ONCE == AT_ONCE - 1:
                self._press_what_can_be()
        while killer.is_alive():
            self._press_what_can_be()
            time.sleep(PAUSE)
        self.world.control.delete("/_control/faults")
        ended = advanced = time.monotonic()
        least = len(self.sent)
        while (left := self._press_what_can_be()) and time.monotonic() < advanced + self.patience:
            if left < least:
                least, advanced = left, time.monotonic()
            time.sleep(PAUSE)
        self.count.seconds_to_end = round(time.monotonic() - ended)
        return self._judged()

    def _kill(self, kills: int) -> None:
        for _ in range(kills):
            # On a busy machine a start takes longer than a life: nothing would be done, and nothing measured.
            wait_for(self._taken_up, "a bot that works", STARTING)
            time.sleep(self.dice.uniform(0.3, 2.0))
            bot = self.dice.choice(self.bots)
            bot.stop(signal.SIGKILL)
            self.count.kills += 1
            bot.start()

    def _taken_up(self) -> bool:
        """Whether somebody is connected, and a card is there."""
        try:
            state = self.world.state("connections", "counters")
        except httpx.HTTPError:
            return False
        return bool(state["connections"]) and state["counters"].get("slack.chat.postMessage", 0) > 0

    def _cards(self) -> dict[str, list[dict[str, Any]]]:
        """The messages with buttons or outcomes in each mail's thread."""
        found: dict[str, list[dict[str, Any]]] = {ts: [] for ts in self.sent}
        for message in self.world.state("messages")["messages"]:
            if message.get("thread_ts") in found and message["ts"] != message["thread_ts"] and message.get("blocks"):
                found[message["thread_ts"]].append(message)
        return found

    def _press_what_can_be(self) -> int:
        """Press what is to be pressed; gives of how many mails no card says that they are linked."""
        cards = self._cards()
        open_ = [card for found in cards.values() for card in found if "Linked by" not in shown(card)]
        labels = [(card, next((one for one in TO_PRESS if one in buttons(card)), None)) for card in open_]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._press, [(card, label) for card, label in labels if label]))
        return sum(not found or any(card in open_ for card in found) for found in cards.values())

    def _press(self, what: tuple[dict[str, Any], str]) -> None:
        card, label = what
        self.count.presses += 1
        try:
            who = self.dice.choice((ANNA, BEN))
            self.world.call("press", user=who, channel=card["channel"], ts=card["ts"], text=label)
        except (AssertionError, httpx.HTTPError):
            return  # nobody was there to take it: somebody presses once more

    def _judged(self) -> Count:
        count, state, cards = self.count, self.world.state("onoffice", "zoho"), self._cards()
        held = {link["messageid"]: (link["addressIds"], link["estateid"]) for link in state["onoffice"]["links"]}
        log: dict[str, list[tuple[str, str]]] = {ts: [] for ts in self.sent}
        for link, ts in self._log():
            log.get(ts, []).append((link.kind, link.record_id))
        for ts, mail in self.sent.items():
            if "Lindenstr" in mail.subject:
                count.lost += held.get(mail.message_id) != ([601], 2649)
            else:
                copies = [
                    (one["module"], one["record_id"])
                    for one in state["zoho"]["emails"]
                    if mail.subject in one["subject"]
                ]
                count.lost += len(set(copies)) < COPIES_IN_ZOHO
                count.twice += len(copies) - len(set(copies))
            count.links += len(set(log[ts]))
            count.twice += len(log[ts]) - len(set(log[ts]))
            count.wrong_log += len(set(log[ts])) != (IN_ONOFFICE if "Lindenstr" in mail.subject else IN_ZOHO)
            if len(cards[ts]) != 1 or "Linked by" not in shown(cards[ts][0]):
                count.wrong_cards += 1
                sys.stderr.write(f"{mail.subject}: {[shown(card) for card in cards[ts]]}\n")
        return count

    def _log(self) -> list[tuple[Link, str]]:
        """The links that stand, each with the thread of its mail; what is still under way is counted as stuck."""
        engine = create_engine(self.world.database_url)
        try:
            with Session(engine) as session:
                proposals = {one.id: one for one in session.exec(select(Proposal))}
                unread = session.exec(select(Arrival).where(Arrival.state == ArrivalState.RECEIVED))
                self.count.stuck = len(list(unread)) + sum(one.state in UNDER_WAY for one in proposals.values())
                links = session.exec(select(Link).where(col(Link.undone_at).is_(None)))
                return [(link, proposals[link.proposal_id].thread_ts) for link in links]
        finally:
            engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--faults", type=float, default=0.3)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--unguarded", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()

    def run(folder: Path, url: str) -> Count:
        return play(
            folder, url, asked.mails, asked.kills, rate=asked.faults, seed=asked.seed, unguarded=asked.unguarded
        )

    judged("chaos", run, on_postgres=asked.postgres)


def play(
    folder: Path,
    url: str,
    mails: int,
    kills: int,
    *,
    rate: float,
    seed: int = 1,
    unguarded: bool = False,
    patience: float = PATIENCE,
) -> Count:
    """One run against a sandbox of its own; gives what is wrong at its end."""
    world = World(folder, url, "socket", retries=0.05, LINKBOT_VENDOR_TIMEOUT="3")
    if unguarded:
        world.bot.command = ["benchmarks.unguarded", "run", "--socket"]
    world.start()
    bots = [world.bot]
    try:
        bots = started_bots(world, folder)
        if unguarded:
            world.call(
                "faults", where="slack.chat.postMessage", kind="drop_after_commit", times=None, rate=LOST_ANSWERS
            )
        dice = random.Random(seed)  # noqa: S311 - no secrets
        return Chaos(world, bots, dice, patience).run(mails, kills, rate)
    finally:
        for bot in bots[1:]:
            bot.stop()
        world.stop()


if __name__ == "__main__":
    main()
