"""Keys that a CRM or a mailbox no longer accepts while the bot runs: said once in the channel of the admin's choice,
and in the same place when they are right again. Nobody would look into a log for it before the first link fails."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.durable import judged
from bot.surface import Conversation, Surface
from storage.outages import Outages
from storage.tables import Outage, now

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RefusedView:
    """Who refuses Linkbot's keys (a CRM's label or a mailbox's address), and since when."""

    name: str
    since: datetime


class LostAccess:
    """Told by whoever calls a CRM or logs in to a mailbox; the same news twice is no news."""

    def __init__(self, outages: Outages, surface: Surface, channel: str) -> None:
        """`channel`: where it is said; empty: only written down, for Home."""
        self._outages = outages
        self._surface = surface
        self._channel = channel

    def refused(self, name: str) -> None:
        """`name` (a CRM's label, a mailbox's address) does not let Linkbot in, and trying again will not help."""
        lost = Outage(vendor=self._outages.refusing(name), channel=self._channel, team="", since=now())
        if any(one.name == name for one in standing(self._outages)) or not self._outages.begin(lost):
            return
        log.warning("%s refuses the keys that are set", name)
        if self._channel:
            where = Conversation("", self._channel, "")
            said = judged(lambda: self._surface.say_refused(where, name))
            if said["ok"]:
                self._outages.said(lost.vendor, self._channel, said["value"])
            elif not said["permanent"]:
                self._outages.end(lost.vendor, self._channel)  # said at the next look

    def accepted(self, name: str) -> None:
        """`name` lets Linkbot in."""
        for lost in self._outages.refused():
            if lost.vendor != self._outages.refusing(name):
                continue
            if lost.ts:
                say = partial(self._surface.say_accepted, Conversation("", lost.channel, ""), lost.ts, name, lost.since)
                said = judged(partial(say, now()))
                if not said["ok"] and not said["permanent"]:
                    continue  # said at the next look
            log.info("%s accepts the keys again", name)
            self._outages.end(lost.vendor, lost.channel)


def standing(outages: Outages) -> list[RefusedView]:
    """Who refuses Linkbot's keys just now."""
    return [RefusedView(outages.name(lost), lost.since) for lost in outages.refused()]
