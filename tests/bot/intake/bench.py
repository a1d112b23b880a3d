"""The bench with mails that arrive at it, and the process that reads them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from bot.durable import Precedence, judged
from bot.intake.held_back import HeldBack
from bot.intake.in_the_way import Looking
from bot.intake.incoming import Incoming
from bot.intake.mail_to_card import Proposing
from bot.intake.mail_to_proposal import MailToProposal
from bot.mail import NeverList
from storage.arrivals import Arrivals
from storage.engine import transaction
from storage.locks import Locks
from storage.tables import Arrival, ArrivalState
from tests.bot.bench import VAULT, WAITS, ZONE, Bench, database
from tests.bot.fakes import Fault
from tests.bot.memory_durable import Crash, Crashes

LATER = (30.0, 60.0, 120.0)
LEASE = timedelta(minutes=1)
AWAY = [Fault.BUSY] * (len(WAITS) + 1)  # for as long as is tried at once
PASTED = "From: Max Mustermann <max.mustermann@example.de>\nTo: info@example.de\nSubject: Besichtigung\n\nGuten Tag,\n"


class Arriving:
    """A bench that mails arrive at, and a process that reads them: after a crash another one."""

    def __init__(self, crashes: Crashes | None = None) -> None:
        self.crashes = crashes or Crashes()
        self.bench = b = Bench()
        b.surface.tick = self.crashes.tick
        self.arrivals = Arrivals(database(b.url), VAULT)
        self.process = 1
        self._crash_behind(b.proposals, "create", "begin_card", "set_card")
        self._crash_behind(self.arrivals, "shown", "put_off")
        looking = Looking(b.proposals, b.reader, b.crms, b.finder, b.surface)

        def look(proposal_id: str) -> None:
            with suppress(ZeroDivisionError):  # a defect, which the bot's own thread outlives
                judged(lambda: looking.look_now(proposal_id))

        held_back = HeldBack(NeverList(["Kündigung"]), b.surface, b.proposals, b.reader)
        self.to_proposal = MailToProposal(b.reader, b.directory, crms=b.crms, zone=ZONE, held_back=held_back)
        self.proposing = Proposing(
            arrivals=self.arrivals,
            proposals=b.proposals,
            reader=b.reader,
            to_proposal=self.to_proposal,
            held_back=held_back,
            surface=b.surface,
            locks=Locks(database(b.url)),
            waits=WAITS,
            later=LATER,
            keep=timedelta(days=30),
            precedence=Precedence(),
            look=look,
        )

    def _crash_behind(self, queries: object, *names: str) -> None:
        for name in names:
            setattr(queries, name, partial(self._ticking, name, getattr(queries, name)))

    def _ticking(self, name: str, query: Callable[..., Any], *given: Any, **named: Any) -> Any:
        result = query(*given, **named)
        self.crashes.tick(f"behind {name}")
        return result

    def arrive(
        self, key: str = "T1:C1:F1", text: str = PASTED, *, asked: bool = False, user: str = "U0ANNA"
    ) -> ArrivalState:
        self.proposing.receive(Incoming(key, "T1", "C1", "5.0", user=user, asked=asked), {"text": text})
        self.work()
        arrival = self.arrival(key)
        assert arrival.state == ArrivalState.RECEIVED or arrival.sealed_source is None
        return ArrivalState(arrival.state)

    def work(self, *, at_once: bool = True) -> None:
        """Do what is due; with `at_once` also what is tried again at once, without the waits."""
        while due := self.arrivals.claim(f"process {self.process}", 8, LEASE):
            try:
                for arrival in due:
                    self.shown = self.proposing.run(arrival)
            except Crash:
                self.process += 1
            if at_once:
                self.pass_time(col(Arrival.attempts) <= len(AWAY))

    def pass_time(self, *which: sa.ColumnElement[bool]) -> None:
        """The moment has come to which reading was put off."""
        with transaction(database(self.bench.url)) as session:
            put_off = (col(Arrival.claimed_by) == "", col(Arrival.next_try_at).is_not(None), *which)
            session.execute(sa.update(Arrival).where(*put_off).values(next_try_at=None))

    def arrival(self, key: str = "T1:C1:F1") -> Arrival:
        found = self.arrivals.get(key)
        assert found is not None
        return found


ABOUT_LINDEN = PASTED.replace("Guten Tag,", "Guten Tag, ich komme zur Lindenstraße 12.")
