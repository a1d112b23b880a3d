"""Picking one of several records that a mail may mean: the card then shows it as chosen, and nothing is linked yet."""

from __future__ import annotations

from bot.linking.answers import Answer, Reply
from bot.proposals import ProposalReader
from bot.records import RecordRef
from storage.proposals import Proposals


class Picking:
    """Changes what the card of an open proposal shows as chosen."""

    def __init__(self, *, proposals: Proposals, reader: ProposalReader) -> None:
        self._proposals = proposals
        self._reader = reader

    def pick(self, proposal_id: str, ref: RecordRef) -> Reply:
        """Have the card show a record as chosen; where a vendor takes only one of its kind, in place of another."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return Reply(Answer.GONE)
        view = self._reader.view(proposal)
        wanted = next((one for one in view.candidates if one.ref == ref), None)
        if wanted is None:
            return Reply(Answer.RECORD_GONE, view)
        alone = (view.limits or {}).get((ref.vendor, wanted.category)) == 1
        others = [
            one.ref
            for one in view.candidates
            if alone and one.ref != ref and (one.ref.vendor, one.category) == (ref.vendor, wanted.category)
        ]
        if not self._proposals.pick(proposal_id, _key(ref), [_key(one) for one in others]):
            proposal = self._proposals.get(proposal_id)
            return Reply(Answer.TAKEN, self._reader.view(proposal)) if proposal else Reply(Answer.GONE)
        return Reply(Answer.STARTED, self._reader.view(proposal))


def _key(ref: RecordRef) -> tuple[str, str, str]:
    return ref.vendor, ref.kind, ref.id
