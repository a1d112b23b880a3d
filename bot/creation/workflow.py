"""The durable workflows of creations: one attempt, and taking back an interest that was noted."""

from __future__ import annotations

from bot import telemetry
from bot.creation.attempt import NO_CRM, Attempt, Tools
from bot.crm import CRMError
from bot.durable import retried
from bot.records import RecordRef
from storage.tables import Creation, InterestState

WORKFLOW = "create record"
BACK_WORKFLOW = "take back interest"


class CreationWorkflow:
    """Starts attempts and carries them out."""

    def __init__(self, tools: Tools) -> None:
        self._use = tools
        tools.durable.register(WORKFLOW, self.run)
        tools.durable.register(BACK_WORKFLOW, self.take_back)

    def start(self, creation: Creation) -> None:
        """Begin the creation's current attempt; beginning it twice is harmless."""
        name = f"{WORKFLOW}:{creation.id}:{creation.attempt}"
        self._use.durable.start(WORKFLOW, name, creation.id, creation.attempt)

    def start_taking_back(self, creation: Creation) -> None:
        name = f"{BACK_WORKFLOW}:{creation.id}"
        self._use.durable.start(BACK_WORKFLOW, name, creation.id)

    def run(self, creation_id: str, attempt: int) -> None:
        Attempt(self._use, creation_id, attempt).run()
        self._show(creation_id)

    def take_back(self, creation_id: str) -> None:
        """Take back an interest that this creation noted; what was noted before it stays."""
        verdict = retried(
            self._use.durable, "take back", lambda: self._unrelate(creation_id), self._use.waits, self._use.settle
        )
        if not verdict["ok"]:
            kept = {"interest": InterestState.KEPT, "interest_message": verdict["message"]}
            self._use.durable.step("kept", lambda: self._use.creations.save(creation_id, **kept))
        self._show(creation_id)

    def _unrelate(self, creation_id: str) -> None:
        row = self._use.creations.get(creation_id)
        if row is None or row.interest != InterestState.TO_TAKE_BACK:
            return
        crm = self._use.crms.get(row.vendor)
        if crm is None or crm.creator is None:
            raise CRMError(NO_CRM, permanent=True, code="no crm")
        found = crm.creator.unrelate(RecordRef.parse(row.record), RecordRef.parse(row.about))
        self._use.creations.save(creation_id, interest=InterestState.TAKEN_BACK, interest_verified=found.verified)

    def _show(self, creation_id: str) -> None:
        row = self._use.creations.get(creation_id)
        if row is not None:
            telemetry.created(creation_id, row.vendor, row.state, row.calls)
            retried(self._use.durable, "show", lambda: self._use.linking.show_card(row.proposal_id), ())
