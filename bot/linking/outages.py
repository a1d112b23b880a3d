"""A vendor that is away is said once in each conversation that it matters to, and there also when it is back."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from bot.crm import CRM, CRMError
from bot.durable import judged
from bot.records import Category
from bot.surface import Conversation, Surface
from storage.outages import Outages
from storage.tables import Outage, now

# A question that every vendor answers; what it finds does not matter.
ASKED = ("linkbot", Category.PERSON, 1)
TRIES = 2
LOOK_SECONDS = 0.5
READ_SECONDS = 5.0

log = logging.getLogger(__name__)


class Watch:
    """Asks vendors whose calls fail for now whether they answer at all. On a thread of its own: one that is away may
    take long to say nothing."""

    def __init__(self, outages: Outages, crms: Mapping[str, CRM], surface: Surface, every: float) -> None:
        """`every`: the seconds between two questions to a vendor that is away."""
        self._outages = outages
        self._crms = crms
        self._surface = surface
        self._every = every
        self._suspects: queue.SimpleQueue[tuple[str, str, str]] = queue.SimpleQueue()
        self._asked: dict[str, float] = {}
        self._read = -READ_SECONDS

    def suspect(self, vendor: str, team: str, channel: str) -> None:
        """A vendor failed for now, with a mail of this conversation. Does not wait; what is still to be asked when the
        process ends is not asked any more."""
        self._suspects.put((vendor, team, channel))

    def run(self, stopping: threading.Event) -> None:
        """Look until asked to stop."""
        while not stopping.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - the database may be away; nothing that is said here is worth an end
                log.warning("vendors could not be watched: %s", type(error).__name__)

    def look(self) -> None:
        """Say which vendors are away, and which are back."""
        suspects: dict[str, set[tuple[str, str]]] = defaultdict(set)
        while not self._suspects.empty():
            vendor, team, channel = self._suspects.get_nowait()
            suspects[vendor].add((team, channel))
        answers = cache(self._answers)
        for vendor, places in suspects.items():
            if vendor in self._crms and not answers(vendor):
                for team, channel in sorted(places):
                    self._say_away(Outage(vendor=vendor, team=team, channel=channel, since=now()))
        for outage in self._due():
            if outage.vendor not in self._crms or answers(outage.vendor):
                self._say_back(outage)

    def _due(self) -> list[Outage]:
        """What was said and not taken back, of the vendors that were not asked just now."""
        at = time.monotonic()
        return [one for one in self._known(at) if at - self._asked.get(one.vendor, -self._every) >= self._every]

    def _known(self, at: float) -> list[Outage]:
        """The outages, read no oftener than vendors are asked."""
        if at - self._read < min(self._every, READ_SECONDS):
            return []
        self._read = at
        return self._outages.all()

    def _answers(self, vendor: str) -> bool:
        """Whether a vendor answers, be it with a refusal. One failure alone says nothing."""
        try:
            return any(self._answered(vendor) for _ in range(TRIES))
        finally:
            self._asked[vendor] = time.monotonic()

    def _answered(self, vendor: str) -> bool:
        try:
            self._crms[vendor].search(*ASKED)
        except CRMError as error:
            return error.permanent
        return True

    def _say_away(self, outage: Outage) -> None:
        if not self._outages.begin(outage):
            return
        vendor, team, channel, since = outage.vendor, outage.team, outage.channel, outage.since
        log.warning("%s is away", vendor)
        where, label = Conversation(team, channel, ""), self._crms[vendor].label
        said = judged(lambda: self._surface.say_away(where, label, since))
        if said["ok"]:
            self._outages.said(vendor, channel, said["value"])

    def _say_back(self, outage: Outage) -> None:
        vendor, channel = outage.vendor, outage.channel
        crm = self._crms.get(vendor)
        if outage.ts and crm is not None:
            where = Conversation(outage.team, channel, "")
            said = judged(lambda: self._surface.say_back(where, outage.ts, crm.label, outage.since, now()))
            if not said["ok"] and not said["permanent"]:
                return  # said at the next look
        log.info("%s is back", vendor)
        self._outages.end(vendor, channel)
