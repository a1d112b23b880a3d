"""The durable workflow of a confirmed attempt to link or unlink: each vendor in turn, then the log and the card."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.attempts import judged, retried
from bot.crm.port import CRM, Outcome
from bot.directory import Directory
from bot.durable import Durable
from bot.link_attempt import DONE, NOT_UNDONE, Attempt, Finder, Tools
from bot.proposals import ProposalReader, candidate_ref
from bot.records import RecordRef
from bot.surface import Surface
from storage.links import Links
from storage.locks import Locks
from storage.proposals import Proposals
from storage.tables import Link, LinkCall, Proposal, ProposalState, Target

WORKFLOW = "link mail"

log = logging.getLogger(__name__)


class LinkWorkflow:
    """Starts attempts and carries them out."""

    def __init__(
        self,
        proposals: Proposals,
        links: Links,
        reader: ProposalReader,
        directory: Directory,
        crms: Mapping[str, CRM],
        finder: Finder,
        locks: Locks,
        surface: Surface,
        durable: Durable,
        waits: Sequence[float],
        settle: float,
        zone: ZoneInfo,
    ) -> None:
        self._tools = Tools(proposals, links, reader, directory, crms, finder, durable, waits, settle, zone)
        self._locks = locks
        self._surface = surface
        durable.register(WORKFLOW, self.run)

    def start(self, proposal: Proposal) -> None:
        """Begin the proposal's current attempt; beginning it twice is harmless."""
        name = f"{WORKFLOW}:{proposal.id}:{proposal.attempt}"
        self._tools.durable.start(WORKFLOW, name, proposal.id, proposal.attempt)

    def run(self, proposal_id: str, attempt: int) -> None:
        """Carry out one attempt. Each vendor's outcome is its own: one that fails does not hold back the other."""
        self._tools.durable.step("begin", lambda: self._tools.proposals.set_state(proposal_id, ProposalState.LINKING))
        self._show_progress(proposal_id)
        proposal = self._tools.proposals.get(proposal_id)
        if proposal is None:
            return
        calls = self._tools.proposals.calls(proposal_id, attempt)
        with self._locks.hold(f"mail {proposal.mail_key}"):
            for call in calls:
                work = Attempt(self._tools, proposal, attempt, call.vendor)
                (work.undo if call.undo else work.link)()
                if call is not calls[-1]:
                    self._show_progress(proposal_id)
        self._tools.durable.step("log", lambda: self._finish(proposal_id, attempt))
        shown = retried(self._tools.durable, "show", lambda: self._show(proposal_id), self._tools.waits)
        if not shown["ok"]:
            log.warning("the card of proposal %s could not be updated: %s", proposal_id, shown["code"])
            self._tools.proposals.set_card_behind(proposal_id, True)

    def catch_up(self, proposal: Proposal) -> None:
        """Show a card again whose last update failed. One that Slack refuses for good is given up."""
        shown = judged(lambda: self._show(proposal.id))
        if shown["ok"] or shown["permanent"]:
            self._tools.proposals.set_card_behind(proposal.id, False)

    def catch_up_all(self) -> None:
        for proposal in self._tools.proposals.cards_behind():
            self.catch_up(proposal)

    def _show_progress(self, proposal_id: str) -> None:
        """Tried once: another card follows."""
        retried(self._tools.durable, "show progress", lambda: self._show(proposal_id), ())

    def _show(self, proposal_id: str) -> None:
        proposal = self._tools.proposals.get(proposal_id)
        if proposal is not None and proposal.card_ts is not None:
            self._surface.update_card(self._tools.reader.view(proposal, with_pages=True))

    def _finish(self, proposal_id: str, attempt: int) -> None:
        """Write the log and the proposal's state, from what the targets say."""
        proposal = self._tools.proposals.get(proposal_id)
        if proposal is None:
            return
        calls = {call.vendor: call for call in self._tools.proposals.calls(proposal_id, attempt)}
        targets = self._tools.proposals.targets(proposal_id, attempt)
        done = [t for t in targets if t.outcome in DONE and not calls[t.vendor].undo]
        self._tools.links.write(_log_row(proposal, target, calls[target.vendor]) for target in done)
        undone = {candidate_ref(t) for t in targets if t.outcome == Outcome.UNLINKED}
        self._tools.links.mark_undone(
            [
                link.id
                for link in self._tools.links.standing(proposal_id)
                if link.id is not None and RecordRef(link.vendor, link.kind, link.record_id) in undone
            ],
            proposal.acted_by,
        )
        failures = [t for t in targets if t.outcome not in (*DONE, Outcome.UNLINKED, NOT_UNDONE)]
        self._tools.proposals.set_state(
            proposal_id, _end(bool(failures), bool(self._tools.links.standing(proposal_id)), bool(undone))
        )


def _end(failures: bool, standing: bool, undone: bool) -> ProposalState:
    """The state in which an attempt leaves its proposal."""
    if failures:
        return ProposalState.PARTLY_LINKED if standing else ProposalState.FAILED
    if undone and not standing:
        return ProposalState.OPEN
    return ProposalState.LINKED


def _log_row(proposal: Proposal, target: Target, call: LinkCall) -> Link:
    # The mailbox's own Message-ID is certain; the one read from the forward was a hint.
    found = (call.place or {}).get("message_id")
    return Link(
        proposal_id=proposal.id,
        attempt=target.attempt,
        team=proposal.team,
        channel=proposal.channel,
        vendor=target.vendor,
        kind=target.kind,
        record_id=target.record_id,
        category=target.category,
        record_name=target.name,
        mail_key=proposal.mail_key,
        message_id=found or proposal.message_id,
        outcome=target.outcome,
        verified=target.verified,
        vendor_ref=target.vendor_ref,
        before=target.before,
        linked_by=proposal.acted_by,
    )
