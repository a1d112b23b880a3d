"""Mails that wait for a record wake when it comes: with a sync, by being created, or by a search in the CRM itself.

What is looked at are the waiting mails, a few in each round and never the records: a sync with thousands of new ones
costs no more than one with a single one. Each record wakes a mail once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot import telemetry
from bot.directory import Directory
from bot.durable import Precedence, judged
from bot.intake.mail_to_proposal import MailToProposal
from bot.mail import from_json
from bot.proposals import Contents, ProposalReader
from bot.surface import Surface, WokenBy
from storage.locks import Locks
from storage.proposals import Proposals
from storage.tables import Proposal, Waking
from storage.wakings import Wakings

# So many mails are looked at in a round, and so many messages posted: rounds are some seconds apart.
LOOKED_AT = 20
SAID_AT_ONCE = 5
# What is less likely is no reason to call anybody.
LEAST_PROBABILITY = 0.5
# A record may be in the copy for some time before it is found.
EARLIER = timedelta(minutes=10)
MOST_TRIES = 10

log = logging.getLogger(__name__)


class Waker:
    """Called in rounds by one thread."""

    def __init__(
        self,
        *,
        wakings: Wakings,
        proposals: Proposals,
        reader: ProposalReader,
        directory: Directory,
        to_proposal: MailToProposal,
        surface: Surface,
        locks: Locks,
        precedence: Precedence,
        show: Callable[[str], object],
    ) -> None:
        """`show` shows a proposal's card as it is now."""
        self._wakings = wakings
        self._proposals = proposals
        self._reader = reader
        self._directory = directory
        self._to_proposal = to_proposal
        self._surface = surface
        self._locks = locks
        self._precedence = precedence
        self._show = show
        self._seen = -1  # the directory of the last look; the first look is for what came while nobody looked
        self._after: str | None = None

    def round(self) -> None:
        """Look at some of the waiting mails where the directory has changed, and say what was found."""
        if self._after is None and self._seen != self._directory.version:
            self._seen, self._after = self._directory.version, ""
        if self._after is not None:
            waiting = self._wakings.waiting(self._after, LOOKED_AT)
            for proposal in waiting:
                self._look_at(proposal)
            self._after = waiting[-1].id if len(waiting) == LOOKED_AT else None
        for proposal_id in dict.fromkeys(one.proposal_id for one in self._wakings.unsaid(SAID_AT_ONCE)):
            self._say(proposal_id)

    def _look_at(self, proposal: Proposal) -> None:
        kept = self._proposals.mail(proposal.id)
        if kept is None:
            return
        with self._precedence.working():
            found = self._to_proposal.found(proposal, from_json(kept))
        known = self._wakings.known(proposal.id)
        likely = {
            (one.vendor, one.kind, one.record_id): one
            for one, _ in found.candidates
            if one.picked or one.probability >= LEAST_PROBABILITY
        }
        likely = {key: one for key, one in likely.items() if key not in known}
        news = self._wakings.news(likely.keys(), proposal.created_at - EARLIER) if likely else set()
        wakings = [
            Waking(proposal_id=proposal.id, vendor=one.vendor, kind=one.kind, record_id=one.record_id, name=one.name)
            for key, one in likely.items()
            if key in news
        ]
        if not wakings:
            return
        never = Contents.load(self._proposals.contents(proposal)).never
        contents = replace(found.contents, never=never).dump()
        if self._wakings.wake(proposal.id, wakings, contents, found.candidates):
            log.info("proposal %s is open again: %d records came that it names", proposal.id, len(wakings))
            telemetry.woken(proposal.id, len(wakings))
            self._show(proposal.id)

    def _say(self, proposal_id: str) -> None:
        """Say once in a mail's thread what has come. What Slack does not take for now is said in a later round."""
        with self._locks.hold(f"waking {proposal_id}"):
            rows, proposal = self._wakings.begin_saying(proposal_id), self._proposals.get(proposal_id)
            if not rows or proposal is None:
                return
            view = self._reader.view(proposal)
            by = WokenBy(
                names=tuple((one.name, view.vendors.get(one.vendor, one.vendor)) for one in rows),
                parked_by=rows[0].parked_by,
                key=" ".join(sorted(f"{one.vendor}:{one.kind}:{one.record_id}" for one in rows))[:500],
            )
            saying = judged(lambda: self._surface.say_woken(view, by, maybe_said=rows[0].tries > 1))
            if saying["ok"] or saying["permanent"] or rows[0].tries >= MOST_TRIES:
                self._wakings.said(proposal_id)
            if not saying["ok"]:
                log.warning("what a mail waited for was not said: %s", saying["code"])
