"""The durable workflow of a confirmed attempt: the vendors side by side, then the log and the card."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from bot import telemetry
from bot.connections import Finder
from bot.crm import CRM, Outcome
from bot.directory import Directory
from bot.durable import Durable, judged, retried
from bot.linking.attachments import AttachmentFetch
from bot.linking.attempt import Attempt, Tools
from bot.proposals import DONE, FILED, ProposalReader, Showing, Undoing, candidate_ref, failed, link_ref, told
from bot.records import RecordRef
from bot.surface import Stuck, Surface
from storage.aliases import Aliases
from storage.links import TAKEN_OFF, Links
from storage.locks import Locks
from storage.proposals import Proposals
from storage.tables import Link, LinkCall, Proposal, ProposalState, Target, Work, now

WORKFLOW = "link mail"
VENDOR_WORKFLOW = "link mail at vendor"
UNDONE = ("undone_by", "undone_at")

log = logging.getLogger(__name__)


class LinkWorkflow:
    """Starts attempts and carries them out."""

    def __init__(
        self,
        *,
        proposals: Proposals,
        links: Links,
        aliases: Aliases,
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
        suspect: Callable[[str, str, str], None] = lambda _vendor, _team, _channel: None,
        changed: Callable[[str], None] = lambda _proposal: None,
    ) -> None:
        """`changed` hears of each proposal whose card is shown again."""
        fetch = AttachmentFetch(surface.download, finder)
        undoing = Undoing(proposals, links, crms)
        self._tools = Tools(
            proposals=proposals,
            undoing=undoing,
            reader=reader,
            directory=directory,
            crms=crms,
            finder=finder,
            fetch=fetch,
            durable=durable,
            waits=waits,
            settle=settle,
            zone=zone,
            suspect=suspect,
        )
        self._links = links
        self._aliases = aliases
        self._locks = locks
        self._surface = surface
        self._showing = Showing(proposals, reader, surface, changed)
        durable.register(WORKFLOW, self.run)
        durable.register(VENDOR_WORKFLOW, self.run_vendor)

    def start(self, proposal: Proposal) -> None:
        """Begin the proposal's current attempt; beginning it twice is harmless."""
        name = f"{WORKFLOW}:{proposal.id}:{proposal.attempt}"
        self._tools.durable.start(WORKFLOW, name, proposal.id, proposal.attempt)

    def run(self, proposal_id: str, attempt: int) -> None:
        """Carry out one attempt. Each vendor's outcome is its own: one that fails does not hold back the other."""
        self._tools.durable.step("begin", lambda: self._tools.proposals.set_state(proposal_id, ProposalState.LINKING))
        self._show_progress(proposal_id)
        calls = self._tools.proposals.calls(proposal_id, attempt)
        name = f"{WORKFLOW}:{proposal_id}:{attempt}"
        self._tools.durable.gather(
            VENDOR_WORKFLOW, [(f"{name}:{call.vendor}", (proposal_id, attempt, call.vendor)) for call in calls]
        )
        self._tools.durable.step("log", lambda: self._finish(proposal_id, attempt))
        shown = retried(self._tools.durable, "show", lambda: self._showing.show(proposal_id), self._tools.waits)
        if not shown["ok"]:
            log.warning("the card of proposal %s could not be updated: %s", proposal_id, shown["code"])
            if shown["permanent"]:
                retried(self._tools.durable, "tell alone", lambda: self._tell_alone(proposal_id), ())
            self._tools.proposals.set_card_behind(proposal_id, True)

    def run_vendor(self, proposal_id: str, attempt: int, vendor: str) -> None:
        """The work of one attempt at one vendor. Two attempts on one mail never interleave at a vendor."""
        proposal = self._tools.proposals.get(proposal_id)
        if proposal is None:
            return
        with self._locks.hold(f"mail {vendor} {proposal.mail_key}"):
            Attempt(self._tools, proposal, attempt, vendor).run()
        # The card says what one vendor answered while another still works.
        if len(self._tools.proposals.calls(proposal_id, attempt)) > 1:
            self._show_progress(proposal_id)

    def catch_up(self, proposal: Proposal) -> None:
        """Show a card again whose last update failed. One that Slack refuses for good is given up."""
        if judged(lambda: self._showing.catch_up(proposal.id))["permanent"]:
            self._tools.proposals.set_card_behind(proposal.id, False)

    def catch_up_all(self) -> None:
        for proposal in self._tools.proposals.cards_behind():
            self.catch_up(proposal)

    def _show_progress(self, proposal_id: str) -> None:
        """Tried once: another card follows."""
        retried(self._tools.durable, "show progress", lambda: self._showing.show(proposal_id), ())

    def _tell_alone(self, proposal_id: str) -> None:
        """The card cannot be changed any more, in a channel that is archived or because it was deleted: who pressed is
        told what became of it."""
        proposal = self._tools.proposals.get(proposal_id)
        if proposal is not None and proposal.acted_by:
            known = {ProposalState.LINKED: Stuck.LINKED, ProposalState.OPEN: Stuck.TAKEN_BACK}
            stuck = known.get(ProposalState(proposal.state), Stuck.FAILED)
            where = (proposal.team, proposal.acted_by)
            self._surface.tell_alone(*where, stuck, channel=proposal.channel, subject=proposal.subject)

    def _finish(self, proposal_id: str, attempt: int) -> None:
        """Write the log and the proposal's state, from what the targets say."""
        proposal = self._tools.proposals.get(proposal_id)
        if proposal is None:
            return
        calls = {call.vendor: call for call in self._tools.proposals.calls(proposal_id, attempt)}
        targets = self._tools.proposals.targets(proposal_id, attempt)
        undone = {candidate_ref(t) for t in targets if t.outcome == Outcome.UNLINKED and t.verified is not False}
        standing = {link_ref(link): link.id for link in self._links.standing(proposal_id)}
        logged = [t for t in targets if t.outcome in FILED and calls[t.vendor].work != Work.UNDO]
        # A link of somebody else's that a person took off has no row yet. The bot's own has one, which this step may
        # have marked already, before a crash.
        ours_before = standing.keys() | self._undone_since(proposal)
        taken_off = [t for t in targets if t.remove and candidate_ref(t) in undone - ours_before]
        logged += [t for t in taken_off if _was_linked(t, calls[t.vendor])]
        self._links.write(_log_row(proposal, target, calls[target.vendor]) for target in logged)
        ours = [link_id for ref, link_id in standing.items() if link_id is not None and ref in undone]
        self._links.mark_undone(ours, proposal.acted_by)
        self._log_restored(proposal, [t for t in targets if t.outcome == Outcome.RESTORED])
        self._learn(proposal_id, targets, undone)
        pressed = proposal.acted_at or now()
        results = [(t.vendor, t.outcome or "failed", t.verified) for t in targets]
        telemetry.ended(proposal_id, results, (now() - pressed).total_seconds())
        failures = [t for t in told(self._tools.proposals, proposal_id, attempt) if failed(t)]
        self._tools.proposals.set_state(proposal_id, _end(bool(failures), bool(self._links.standing(proposal_id))))

    def _learn(self, proposal_id: str, targets: Sequence[Target], undone: set[RecordRef]) -> None:
        """What the choice teaches is learned from what is verified, and unlearned with what is taken back."""
        self._aliases.unlearn(proposal_id, {(ref.vendor, ref.kind, ref.id) for ref in undone})
        verified = [candidate_ref(t) for t in targets if t.outcome in DONE and t.verified]
        self._aliases.learn(proposal_id, {(ref.vendor, ref.kind, ref.id) for ref in verified})

    def _log_restored(self, proposal: Proposal, targets: Sequence[Target]) -> None:
        """What a person took off and an undo brought back: the removal of somebody else's link is marked as undone, the
        bot's own link stands again, in a row of its own."""
        newest = {link_ref(link): link for link in self._links.of(proposal.id)}
        rows = [(newest[ref], t) for t in targets if (ref := candidate_ref(t)) in newest]
        removals = [link.id for link, _ in rows if link.outcome == TAKEN_OFF and link.id is not None]
        self._links.mark_undone(removals, proposal.acted_by)
        self._links.write(
            Link(
                **link.model_dump(exclude={"id", "attempt", "verified", "linked_by", "linked_at", *UNDONE}),
                attempt=target.attempt,
                verified=target.verified,
                linked_by=proposal.acted_by,
            )
            for link, target in rows
            # In this step done once more after a crash, the newest row is the one that it wrote.
            if link.outcome != TAKEN_OFF and link.attempt != target.attempt
        )

    def _undone_since(self, proposal: Proposal) -> set[RecordRef]:
        """The bot's own links that were marked as undone since the press."""
        pressed = proposal.acted_at
        links = self._links.of(proposal.id)
        return {link_ref(link) for link in links if pressed and link.undone_at and link.undone_at >= pressed}


def _end(failures: bool, standing: bool) -> ProposalState:
    """The state in which an attempt leaves its proposal. Without a failure and a link a person has only taken
    something off, or back."""
    if failures:
        return ProposalState.PARTLY_LINKED if standing else ProposalState.FAILED
    return ProposalState.LINKED if standing else ProposalState.OPEN


def _was_linked(target: Target, call: LinkCall) -> bool:
    """Whether there was a link to take off, as far as the vendor could tell."""
    return call.before is None or str(candidate_ref(target)) in call.before


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
