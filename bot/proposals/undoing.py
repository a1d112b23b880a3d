"""What Undo would take back of a proposal: links that the bot made, and removals that people made through it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.crm import CRM, Outcome, Receipt
from bot.proposals.outcomes import candidate_ref, link_ref
from bot.records import RecordRef
from storage.links import Links
from storage.proposals import Proposals
from storage.tables import Link, Proposal, Target, Work

# What became of a record that an attempt linked, took off, or brought back.
CHANGED = (Outcome.LINKED, Outcome.UNLINKED, Outcome.RESTORED)


class Undoing:
    """Reads what can be undone; changes nothing."""

    def __init__(self, proposals: Proposals, links: Links, crms: Mapping[str, CRM]) -> None:
        self._proposals = proposals
        self._links = links
        self._crms = crms

    def possible(self, proposal: Proposal) -> list[Target]:
        """What the next Undo takes back, as the targets of its attempt; `attempt` still names the one that did it.

        After a press that took something off, that press alone: what it took off is linked again, and what it linked
        is taken off. Otherwise everything that the bot did for the mail and that stands. What the vendors cannot take
        back is left out.
        """
        linked = [_target(link) for link in self._links.standing(proposal.id)]
        press, restored = self._last_press(proposal)
        here = {candidate_ref(target) for target in linked}
        removed = [t for t in press if _taken_off(t) and candidate_ref(t) not in here | restored]
        if any(self._can(target) for target in removed):
            wanted = [target for target in linked if target.attempt == removed[0].attempt] + removed
        else:
            wanted = linked + [_target(link) for link in self._links.taken_off(proposal.id)]
        return [target for target in wanted if self._can(target)]

    def own(self, proposal_id: str) -> list[Target]:
        """The bot's own links that stand and can be taken back."""
        return [target for link in self._links.standing(proposal_id) if self._can(target := _target(link))]

    def _can(self, target: Target) -> bool:
        outcome = Outcome.UNLINKED if target.remove else Outcome(target.outcome)
        return target.vendor in self._crms and self._crms[target.vendor].undoable(_receipt(target, outcome))

    def _last_press(self, proposal: Proposal) -> tuple[list[Target], set[RecordRef]]:
        """The records of the newest attempt that changed a link and was no undo, and what undos brought back since."""
        restored: set[RecordRef] = set()
        for attempt in self._proposals.attempts(proposal.id, CHANGED):
            targets = self._proposals.targets(proposal.id, attempt)
            if any(call.work == Work.UNDO for call in self._proposals.calls(proposal.id, attempt)):
                restored |= {candidate_ref(t) for t in targets if t.outcome == Outcome.RESTORED}
            elif any(t.outcome in (Outcome.LINKED, Outcome.UNLINKED) for t in targets):
                return targets, restored
        return [], restored


def done(target: Target) -> Receipt:
    """What an undo is to take back of a record, as its vendor's adapter knows it."""
    return _receipt(target, Outcome.UNLINKED if target.remove else Outcome.LINKED)


def _receipt(target: Target, outcome: Outcome) -> Receipt:
    return Receipt(candidate_ref(target), outcome, vendor_ref=target.vendor_ref, before=target.before)


def _taken_off(target: Target) -> bool:
    return target.remove and target.outcome == Outcome.UNLINKED and target.verified is not False


def _target(link: Link) -> Target:
    ref = link_ref(link)
    return Target(
        proposal_id=link.proposal_id,
        attempt=link.attempt,
        vendor=ref.vendor,
        kind=ref.kind,
        record_id=ref.id,
        category=link.category,
        name=link.record_name,
        remove=link.outcome == Outcome.UNLINKED,
        outcome=link.outcome,
        vendor_ref=link.vendor_ref,
        before=link.before,
    )
