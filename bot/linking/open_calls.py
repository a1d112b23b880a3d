"""Write calls of earlier attempts whose effect nobody knows: begun, and never seen to end."""

from __future__ import annotations

from collections.abc import Sequence

from bot.crm import LinkState
from bot.proposals import candidate_ref
from bot.records import RecordRef
from storage.proposals import Proposals
from storage.tables import LinkCall, Work


class OpenCalls:
    """Those before one attempt on a proposal at one vendor."""

    def __init__(self, proposals: Proposals, proposal_id: str, attempt: int, vendor: str) -> None:
        self._proposals = proposals
        self._proposal_id = proposal_id
        self._attempt = attempt
        self._vendor = vendor

    def newest(self) -> LinkCall | None:
        """The newest of them, if nothing was taken back since."""
        call = self._proposals.newest_open_call(self._proposal_id, self._attempt, self._vendor)
        return call if call is not None and call.work == Work.LINK else None

    def before(self) -> list[str] | None:
        """What was linked before them: what shows now and did not then is the bot's own, and can be undone."""
        call = self.newest()
        return call.before if call else None

    def close_without_effect(self, state: LinkState) -> None:
        """A call had no effect if the vendor shows nothing of it now (`state`): by the time a person has pressed again
        it will not land any more."""
        while (call := self.newest()) is not None:
            asked = {candidate_ref(t) for t in self._proposals.targets(self._proposal_id, call.attempt, self._vendor)}
            before = state_of(call.before) or LinkState(frozenset())
            if asked & (before.records ^ state.records):
                return
            self._proposals.save_call(self._proposal_id, call.attempt, self._vendor, done=True)


def is_open(call: LinkCall) -> bool:
    """Whether a write was begun whose effect nobody knows."""
    return bool(call.writes and not call.done)


def state_of(before: Sequence[str] | None) -> LinkState | None:
    """What was linked, as a call's row keeps it; None where the vendor could not tell."""
    return None if before is None else LinkState(frozenset(RecordRef.parse(text) for text in before))
