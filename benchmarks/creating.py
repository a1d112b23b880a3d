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
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import Session, col, select

from benchmarks.databases import database
from benchmarks.enquirers import Enquirer, enquirers
from storage.engine import create_engine
from storage.tables import Creation, CreationState, Proposal
from tests.journeys.processes import Process
from tests.journeys.world import ANFRAGEN, STARTING, Mail, World, buttons, shown, wait_for

CREATING = ("onoffice.create_address", "zoho.create_record")
READING = ("onoffice.address", "zoho.coql", "onoffice.relation", "onoffice.create_relation", "zoho.put_contact_role")
KINDS: tuple[tuple[str, object], ...] = (("status", 503), ("drop_before", None), ("drop_after_commit", None))
AT_ONCE = 6
LOOK_SECONDS = 0.3
CARDS_SECONDS = 1.0  # all messages are asked for at once, and are many
WINDOW_SECONDS = 10.0
WORKING = "One moment…"
PATIENCE = 240.0
ESTATE = 2649
FORM = "new.part.family_name"


@dataclass
class Count:
    """What is wrong at the end, each 0 where all is well; and what was done."""

    created: int = 0
    calls: int = 0
    kills: int = 0
    deaths: int = 0
    died_at: int = 0  # how many places within the steps
    submitted: int = 0
    asked: int = 0  # how often people went on or chose
    twice: int = 0
    lost: int = 0
    stuck: int = 0
    not_linked: int = 0
    wrong_cards: int = 0

    @property
    def wrong(self) -> bool:
        return bool(self.twice or self.lost or self.stuck or self.not_linked or self.wrong_cards)


@dataclass
class Errand:
    """Somebody to be created, and the thread of their mail."""

    who: Enquirer
    mail: Mail
    ts: str = ""
    done: bool = False


@dataclass
class Chaos:
    """One run. `bots` are the processes that may be killed; `people` two for each errand that is under way."""

    world: World
    bots: list[Process]
    dice: random.Random
    patience: float
    together: bool = False  # always two people at once
    count: Count = field(default_factory=Count)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _seen: tuple[float, dict[str, list[dict[str, Any]]]] = (0.0, {})
    _ended: threading.Event = field(default_factory=threading.Event)  # the faults and the kills
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self, creations: int, kills: int, rate: float) -> Count:
        people = [self._hired(number) for number in range(AT_ONCE)]
        for where, kind in itertools.product((*CREATING, *READING), KINDS):
            share = rate if where in CREATING else rate / 3
            self.world.call("faults", where=where, kind=kind[0], value=kind[1], times=None, rate=share / len(KINDS))
        errands = [Errand(who, who.mail()) for who in itertools.islice(enquirers(self.dice), creations)]
        keepers = [
            threading.Thread(target=self._revive, daemon=True),
            threading.Thread(target=self._kill, args=(kills,), daemon=True),
        ]
        for keeper in keepers:
            keeper.start()
        waiting = iter(errands)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda pair: self._work(pair, waiting), people))
            self.world.control.delete("/_control/faults")
            self._ended.set()
            left = iter([one for one in errands if not one.done])
            list(pool.map(lambda pair: self._work(pair, left, last=True), people))
        self._over.set()
        for keeper in keepers:
            keeper.join()
        return self._judged(errands)

    def _hired(self, number: int) -> tuple[str, str]:
        pair = f"U0FIRST{number}", f"U0SECOND{number}"
        for user in pair:
            self.world.call("person", user=user, real_name=user.title())
            self.world.call("invite", channel=ANFRAGEN, user=user)
        return pair

    # Who dies and comes back

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

    # What people do

    def _work(self, pair: tuple[str, str], waiting: Any, *, last: bool = False) -> None:
        while True:
            with self._guard:
                errand = next(waiting, None)
            if errand is None:
                return
            self._errand(errand, pair, last=last)

    def _errand(self, errand: Errand, pair: tuple[str, str], *, last: bool) -> None:
        """See to it that somebody is created. While all fails people give up after some tries, and come back."""
        until = time.monotonic() + self.patience
        if not errand.ts:
            self.world.lay(errand.mail)
            errand.ts = self.world.send(errand.mail)
        for turn in itertools.count():
            card = self._card(errand.ts)
            # Two of one person are not both linked: in the control it is enough that they are there.
            wanted = "was created in" if self.together else "Linked by"
            if card is not None and wanted in shown(card) and "⏳" not in shown(card):
                errand.done = True
                return
            if time.monotonic() > until or (turn > 40 and not last):
                return
            label = self._label(card, errand) if card else ""
            if card and label:
                self._try(errand, card, label, pair)
            time.sleep(LOOK_SECONDS)

    def _label(self, card: dict[str, Any], errand: Errand) -> str:
        """What to press: to go on before anything else."""
        there = buttons(card)
        vendor = "onOffice" if errand.who.german else "Zoho CRM"
        going_on = [one for one in there if one.endswith(": go on…")]
        retry = [one for one in there if one == "Try again"]
        return next(iter([*going_on, *retry, *(one for one in there if one == f"Create in {vendor}…")]), "")

    def _try(self, errand: Errand, card: dict[str, Any], label: str, pair: tuple[str, str]) -> None:
        way = 0 if self.together else self.dice.randrange(4)
        users = pair if way == 0 else pair[:1]
        with ThreadPoolExecutor(len(pair)) as pool:
            if label == "Try again":
                self._press(card, label, users[0])
                return
            if label.endswith(": go on…"):
                self.count.asked += 1
            forms = [form for form in pool.map(lambda user: self._form(errand, card, label, user), users) if form]
            presses = [*forms, *forms] if way == 1 else forms
            list(pool.map(self._submit, presses))
        for user in users:
            self._close(user)

    def _form(self, errand: Errand, card: dict[str, Any], label: str, user: str) -> dict[str, Any] | None:
        """The form that opens behind the button; None where none came, as where the bot died."""
        if not self._press(card, label, user):
            return None
        until = time.monotonic() + WINDOW_SECONDS
        while time.monotonic() < until:
            for view in self._views(user):
                if any(block.get("block_id") == FORM for block in view["blocks"]):
                    return view if errand.who.family in str(view["blocks"]) else None
                if WORKING not in shown(view):
                    return None  # the CRM could not be asked
            time.sleep(LOOK_SECONDS)
        return None

    def _submit(self, view: dict[str, Any]) -> None:
        """Choose who is there already, else submit, and wait until the window says something."""
        there = [
            block["accessory"]
            for block in view["blocks"]
            if str((block.get("accessory") or {}).get("action_id", "")).startswith("create.use")
        ]
        user = view["user"]
        with suppress(AssertionError, httpx.HTTPError):
            if there:
                self.count.asked += 1
                chosen = there[0]
                self.world.call(
                    "press", user=user, view_id=view["id"], action_id=chosen["action_id"], value=chosen["value"]
                )
                return
            self.count.submitted += 1
            self.world.call("submit", user=user, view_id=view["id"])
            until = time.monotonic() + WINDOW_SECONDS
            while time.monotonic() < until:
                now = [one for one in self._views(user) if one["id"] == view["id"]]
                if not now or (WORKING not in shown(now[0]) and now[0]["hash"] != view["hash"]):
                    return
                time.sleep(LOOK_SECONDS)

    def _press(self, card: dict[str, Any], label: str, user: str) -> bool:
        with suppress(AssertionError, httpx.HTTPError):
            told = self.world.call("press", user=user, channel=card["channel"], ts=card["ts"], text=label)
            return bool(told["ok"])
        return False

    def _close(self, user: str) -> None:
        with suppress(AssertionError, httpx.HTTPError):
            for view in self._views(user)[::-1]:
                self.world.call("close", user=user, view_id=view["id"])

    def _views(self, user: str) -> list[dict[str, Any]]:
        with suppress(httpx.HTTPError):
            return [view for view in self.world.state("views")["views"] if view["user"] == user]
        return []

    def _card(self, ts: str) -> dict[str, Any] | None:
        """The card in a thread. All ask for all messages, so that one answer serves everybody for a moment."""
        with self._guard:
            if time.monotonic() - self._seen[0] > CARDS_SECONDS:
                with suppress(httpx.HTTPError):
                    self._seen = time.monotonic(), self._cards()
            found = self._seen[1].get(ts)
        return found[0] if found else None

    def _cards(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for message in self.world.state("messages")["messages"]:
            if message.get("thread_ts") and message["ts"] != message["thread_ts"] and message.get("blocks"):
                found.setdefault(message["thread_ts"], []).append(message)
        return found

    # What is there at the end

    def _judged(self, errands: Sequence[Errand]) -> Count:
        count, state, cards = self.count, self.world.state("onoffice", "zoho"), self._cards()
        addresses, contacts = state["onoffice"]["addresses"], state["zoho"]["records"]["Contacts"]
        for one in errands:
            rows = [
                row
                for row in (addresses if one.who.german else contacts)
                if row.get("Name" if one.who.german else "Last_Name") == one.who.family
            ]
            count.created += bool(rows)
            count.twice += len(rows) > 1
            count.lost += not rows
            ids = [str(row["id"]) for row in rows]
            count.not_linked += len(rows) == 1 and not self._is_linked(one, ids[0], state)
            there = cards.get(one.ts, [])
            fine = len(there) == 1 and "Linked by" in shown(there[0]) and "⏳" not in shown(there[0])
            if not fine or len(rows) != 1:
                count.wrong_cards += not fine
                sys.stderr.write(f"{one.mail.subject}: {ids} {[shown(card) for card in there]}\n")
        self._judge_rows()
        return count

    def _is_linked(self, one: Errand, id_: str, state: dict[str, Any]) -> bool:
        if one.who.german:
            held = [link for link in state["onoffice"]["links"] if link["messageid"] == one.mail.message_id]
            return [(link["addressIds"], link["estateid"]) for link in held] == [([int(id_)], ESTATE)]
        copies = [mail["record_id"] for mail in state["zoho"]["emails"] if one.mail.subject == mail["subject"]]
        return copies.count(id_) == 1

    def _judge_rows(self) -> None:
        """The bot's own rows: what has not ended, and what nobody was asked about."""
        engine = create_engine(self.world.database_url)
        try:
            with Session(engine) as session:
                rows = list(session.exec(select(Creation)))
                linked = set(session.exec(select(Proposal.id).where(col(Proposal.state) == "linked")))
        finally:
            engine.dispose()
        self.count.calls = sum(row.calls for row in rows)
        for row in rows:
            open_ = row.state in (CreationState.UNKNOWN, CreationState.FAILED) and row.proposal_id not in linked
            self.count.stuck += row.state == CreationState.PLANNED or open_


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
    started = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkbot-creating-")))
        url = stack.enter_context(database(folder, on_postgres=not asked.sqlite))
        count = play(
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
        if count.wrong:
            sys.stderr.write("".join(log.read_text("utf-8")[-4_000:] for log in sorted(folder.glob("*.log"))))
    told = ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in asdict(count).items())
    where = "SQLite, 1 process" if asked.sqlite else "PostgreSQL, 2 processes"
    sys.stdout.write(f"{where}, seed {asked.seed}: {told}; {time.monotonic() - started:.0f} s\n")
    sys.exit(1 if count.wrong else 0)


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
        if not url.startswith("sqlite"):
            bots.append(Process(world.bot.command, folder / "second.log", world.environment))
            bots[1].start()
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
