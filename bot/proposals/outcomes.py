"""What can become of a record of an attempt, beyond the vendors' own outcomes, and what is left to do."""

from __future__ import annotations

from bot.crm import Outcome
from bot.records import RecordRef
from storage.proposals import Proposals
from storage.tables import Candidate, Link, Target, Work

DONE = (Outcome.LINKED, Outcome.ALREADY)
FILED = (*DONE, Outcome.NOTED)
NOT_UNDONE = "not undone"
UNCERTAIN = "uncertain"

# The code of a failure: the mail lies in none of the mailboxes that the bot may look into.
MAIL_NOT_FOUND = "mail_not_found"


def link_ref(link: Link) -> RecordRef:
    return RecordRef(link.vendor, link.kind, link.record_id)


def candidate_ref(row: Candidate | Target) -> RecordRef:
    return RecordRef(row.vendor, row.kind, row.record_id)


def failed(target: Target) -> bool:
    """Whether what a person confirmed is still to be done. An undo that failed is not among that: it has a button of
    its own."""
    if target.outcome == NOT_UNDONE:
        return False
    return target.outcome not in (*FILED, Outcome.UNLINKED, Outcome.RESTORED) or target.verified is False


def told(proposals: Proposals, proposal_id: str, attempt: int) -> list[Target]:
    """The records of an attempt, and those that failed before it and that it did not take up: an undo leaves them as
    they are, an activity leaves what was to be taken off."""
    own = proposals.targets(proposal_id, attempt)
    works = {call.vendor: call.work for call in proposals.calls(proposal_id, attempt)}
    if attempt < 2 or not {Work.UNDO, Work.ACTIVITY} & set(works.values()):
        return own
    known = {candidate_ref(target) for target in own}
    earlier = [t for t in told(proposals, proposal_id, attempt - 1) if failed(t) and candidate_ref(t) not in known]
    if Work.UNDO in works.values():
        return own + earlier
    return own + [target for target in earlier if target.remove and works.get(target.vendor) == Work.ACTIVITY]
