"""What people can do with a proposal: confirm, undo, put aside. One person wins a press; the work itself is a durable
workflow, see `bot.link_workflow`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.crm.port import CRM, Outcome
from bot.directory import Directory
from bot.link_attempt import DONE, UNCERTAIN, undoable
from bot.link_workflow import LinkWorkflow
from bot.proposals import ProposalReader, candidate_ref
from bot.records import RecordRef, detail
from bot.surface import ProposalView
from storage.links import Links
from storage.proposals import RETRIABLE, Proposals
from storage.tables import Link, Proposal, ProposalState, Target, now


class Answer(StrEnum):
    """What became of a press."""

    STARTED = "started"
    TAKEN = "taken"
    NOTHING_PICKED = "nothing picked"
    NOTHING_NEW = "nothing new"
    TOO_MANY = "too many"
    RECORD_GONE = "record gone"
    NOTHING_TO_UNDO = "nothing to undo"
    PERHAPS_LINKED = "perhaps linked"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a press, with the proposal as it is now (None where there is none)."""

    answer: Answer
    view: ProposalView | None = None


class Linking:
    """The presses, each a compare-and-set."""

    def __init__(
        self,
        proposals: Proposals,
        links: Links,
        reader: ProposalReader,
        directory: Directory,
        crms: Mapping[str, CRM],
        workflow: LinkWorkflow,
    ) -> None:
        self._proposals = proposals
        self._links = links
        self._reader = reader
        self._directory = directory
        self._crms = crms
        self._workflow = workflow

    def confirm(
        self, proposal_id: str, user: str, picks: Sequence[RecordRef] | None = None, seen: int | None = None
    ) -> Reply:
        """Link the mail to `picks`, or to what the card shows as picked. One caller wins; all others get TAKEN.

        Who chose by hand did so looking at attempt `seen`; to a linked mail they may add.
        """
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return Reply(Answer.GONE)
        if picks is not None and self._perhaps_linked(proposal_id):
            return self._reply(Answer.PERHAPS_LINKED, proposal)
        standing = {RecordRef(k.vendor, k.kind, k.record_id) for k in self._links.standing(proposal_id)}
        targets: list[Target] = []
        for ref in dict.fromkeys(self._picked(proposal) if picks is None else picks):
            target = self._target(proposal, ref)
            if target is None:
                return self._reply(Answer.RECORD_GONE, proposal)
            if ref not in standing:
                targets.append(target)
        if not targets:
            if picks:
                return self._reply(Answer.NOTHING_NEW, proposal)
            # A double click finds everything linked already: that is no empty choice.
            taken = proposal.state not in RETRIABLE
            return self._reply(Answer.TAKEN if taken else Answer.NOTHING_PICKED, proposal)
        if self._too_many(targets):
            return self._reply(Answer.TOO_MANY, proposal)
        wanted = RETRIABLE if picks is None else (*RETRIABLE, ProposalState.LINKED)
        confirmed = ProposalState.CONFIRMED
        claim = self._proposals.claim(proposal_id, wanted, confirmed, user, targets, count=True, seen=seen)
        if claim is None:
            return Reply(Answer.GONE)
        if claim.won:
            self._workflow.start(claim.proposal)
        return self._reply(Answer.STARTED if claim.won else Answer.TAKEN, claim.proposal)

    def undo(self, proposal_id: str, user: str) -> Reply:
        """Take back what this proposal linked at vendors that can undo; links that were there before stay."""
        targets = [
            Target(
                proposal_id=proposal_id,
                attempt=0,
                vendor=link.vendor,
                kind=link.kind,
                record_id=link.record_id,
                category=link.category,
                name=link.record_name,
                detail=self._detail(link),
                outcome=Outcome.LINKED,
                vendor_ref=link.vendor_ref,
                before=link.before,
            )
            for link in undoable(self._links, self._crms, proposal_id)
        ]
        if not targets:
            proposal = self._proposals.get(proposal_id)
            return self._reply(Answer.NOTHING_TO_UNDO, proposal) if proposal else Reply(Answer.GONE)
        linked = (ProposalState.LINKED, ProposalState.PARTLY_LINKED)
        vendors = {target.vendor for target in targets}
        claim = self._proposals.claim(
            proposal_id, linked, ProposalState.CONFIRMED, user, targets, undo=vendors, count=True
        )
        if claim is None:
            return Reply(Answer.GONE)
        if claim.won:
            self._workflow.start(claim.proposal)
        return self._reply(Answer.STARTED if claim.won else Answer.TAKEN, claim.proposal)

    def _perhaps_linked(self, proposal_id: str) -> bool:
        """Whether a call was made whose effect nobody knows: then "nothing was linked" must not be said."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None or proposal.state not in (ProposalState.FAILED, ProposalState.PARTLY_LINKED):
            return False
        return any(t.outcome == UNCERTAIN for t in self._proposals.targets(proposal_id, proposal.attempt))

    def _detail(self, link: Link) -> str:
        record = self._directory.get(RecordRef(link.vendor, link.kind, link.record_id))
        return detail(record) if record else ""

    def dismiss(self, proposal_id: str, user: str) -> Reply:
        """Put the mail aside: nothing is linked, and its text is forgotten."""
        if self._perhaps_linked(proposal_id):
            proposal = self._proposals.get(proposal_id)
            return self._reply(Answer.PERHAPS_LINKED, proposal) if proposal else Reply(Answer.GONE)
        wanted = (ProposalState.OPEN, ProposalState.FAILED)
        claim = self._proposals.claim(proposal_id, wanted, ProposalState.DISMISSED, user)
        if claim is None:
            return Reply(Answer.GONE)
        if claim.won:
            self._proposals.set_state(proposal_id, ProposalState.DISMISSED)
        return self._reply(Answer.STARTED if claim.won else Answer.TAKEN, claim.proposal)

    def resume(self, older_than: timedelta) -> None:
        """Start what a crash left between the confirmed row and the workflow; starting it twice is harmless."""
        for proposal in self._proposals.unfinished(now() - older_than):
            self._workflow.start(proposal)

    def expire(self, older_than: timedelta) -> None:
        """Forget mails that nobody decided upon for so long."""
        for proposal in self._proposals.outdated(now() - older_than):
            claim = self._proposals.claim(proposal.id, RETRIABLE, ProposalState.EXPIRED, "")
            if claim is not None and claim.won:
                self._proposals.set_state(proposal.id, ProposalState.EXPIRED)
                self._proposals.set_card_behind(proposal.id, True)
            else:
                self._proposals.forget_mail(proposal.id)

    def catch_up_cards(self) -> None:
        """Show the cards again whose last update failed."""
        self._workflow.catch_up_all()

    def catch_up_card(self, proposal_id: str) -> None:
        """Show one card again if its last update failed: who pressed in vain saw an old one."""
        proposal = self._proposals.get(proposal_id)
        if proposal is not None and proposal.card_behind:
            self._workflow.catch_up(proposal)

    def _reply(self, answer: Answer, proposal: Proposal) -> Reply:
        return Reply(answer, self._reader.view(proposal))

    def _picked(self, proposal: Proposal) -> list[RecordRef]:
        """What the card shows as picked: the matches, or after a failure what that attempt left undone."""
        if proposal.state in (ProposalState.FAILED, ProposalState.PARTLY_LINKED):
            targets = self._proposals.targets(proposal.id, proposal.attempt)
            return [candidate_ref(t) for t in targets if t.outcome not in DONE or t.verified is False]
        return [candidate_ref(row) for row, _ in self._proposals.candidates(proposal.id) if row.picked]

    def _target(self, proposal: Proposal, ref: RecordRef) -> Target | None:
        record = self._directory.get(ref)
        if record is None or ref.vendor not in self._crms:
            return None
        return Target(
            proposal_id=proposal.id,
            attempt=0,
            vendor=ref.vendor,
            kind=ref.kind,
            record_id=ref.id,
            category=record.category,
            name=record.name,
            detail=detail(record),
        )

    def _too_many(self, targets: Sequence[Target]) -> bool:
        slots = Counter((target.vendor, target.category) for target in targets)
        for (vendor, category), count in slots.items():
            limits = {str(name): most for name, most in self._crms[vendor].capabilities.categories.items()}
            if category not in limits:
                return True
            most = limits[category]
            if most is not None and count > most:
                return True
        return False
