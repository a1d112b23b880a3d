"""What people do in `benchmarks.creating`: open the form, submit it, twice or two at once, go on and choose."""

from __future__ import annotations

import itertools
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from benchmarks.enquirers import Enquirer
from tests.journeys.world import ANFRAGEN, Mail, World, buttons, shown

LOOK_SECONDS = 0.3
CARDS_SECONDS = 1.0  # all messages are asked for at once, and are many
WINDOW_SECONDS = 10.0
WORKING = "One moment…"
FORM = "new.part.family_name"


@dataclass
class Errand:
    """Somebody to be created, and the thread of their mail."""

    who: Enquirer
    mail: Mail
    ts: str = ""
    done: bool = False


@dataclass
class People:
    """Pairs of people, of whom each pair works on one errand at a time. They count how often they `submitted`, and how
    often they went on or chose because they were `asked`."""

    world: World
    dice: random.Random
    patience: float
    together: bool = False  # always two people at once
    submitted: int = 0
    asked: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _seen: tuple[float, dict[str, list[dict[str, Any]]]] = (0.0, {})

    def hired(self, number: int) -> tuple[str, str]:
        """A pair of people who may press."""
        pair = f"U0FIRST{number}", f"U0SECOND{number}"
        for user in pair:
            self.world.call("person", user=user, real_name=user.title())
            self.world.call("invite", channel=ANFRAGEN, user=user)
        return pair

    def see_to(self, errand: Errand, pair: tuple[str, str], *, last: bool) -> None:
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
                self.asked += 1
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
                self.asked += 1
                chosen = there[0]
                self.world.call(
                    "press", user=user, view_id=view["id"], action_id=chosen["action_id"], value=chosen["value"]
                )
                return
            self.submitted += 1
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
                    self._seen = time.monotonic(), self.cards()
            found = self._seen[1].get(ts)
        return found[0] if found else None

    def cards(self) -> dict[str, list[dict[str, Any]]]:
        """The cards that are there, by thread."""
        found: dict[str, list[dict[str, Any]]] = {}
        for message in self.world.state("messages")["messages"]:
            if message.get("thread_ts") and message["ts"] != message["thread_ts"] and message.get("blocks"):
                found.setdefault(message["thread_ts"], []).append(message)
        return found
