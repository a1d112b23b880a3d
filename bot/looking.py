"""Behind a new card: whether something else has the only place of what is picked, so that the card can say it before
anybody presses."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from bot.crm.port import CRM, CRMError
from bot.link_attempt import Finder
from bot.mail import MailboxError
from bot.proposals import ProposalReader
from bot.records import Category
from bot.surface import Surface
from storage.proposals import Proposals
from storage.tables import Proposal, ProposalState

# A card that changes while it is being updated is updated once more; people press only so often.
MOST_UPDATES = 5

log = logging.getLogger(__name__)


class Looking:
    """Asks the vendors what a mail is linked to. Where they do not answer, nothing is said: the press looks again."""

    def __init__(
        self,
        proposals: Proposals,
        reader: ProposalReader,
        crms: Mapping[str, CRM],
        finder: Finder,
        surface: Surface,
    ) -> None:
        self._proposals = proposals
        self._reader = reader
        self._crms = crms
        self._finder = finder
        self._surface = surface

    def look(self, proposal_id: str) -> None:
        """Ask about a mail that nobody has decided upon yet, keep the answer, and show it on the card where it matters.
        Raises SurfaceError."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None or proposal.attempt or proposal.state != ProposalState.OPEN:
            return
        for vendor, crm in self._crms.items():
            if crm.capabilities.removes and self._has_single_place(proposal_id, vendor):
                self._proposals.save_look(proposal_id, vendor, self._linked(proposal, crm))
        view = self._reader.view(proposal)
        if not view.in_the_way or view.card_ts is None:
            return
        for _ in range(MOST_UPDATES):
            self._surface.update_card(view)
            proposal = self._proposals.get(proposal_id)
            # A press may have been quicker: then this was not the last word.
            if proposal is None or (proposal.state, proposal.attempt) == (view.state, view.attempt):
                return
            view = self._reader.view(proposal, with_pages=True)

    def _has_single_place(self, proposal_id: str, vendor: str) -> bool:
        limits = self._crms[vendor].capabilities.categories
        rows = [row for row, _ in self._proposals.candidates(proposal_id) if row.picked and row.vendor == vendor]
        return any(limits.get(Category(row.category)) == 1 for row in rows)

    def _linked(self, proposal: Proposal, crm: CRM) -> list[str]:
        try:
            mail, place = self._reader.mail(proposal), None
            if crm.capabilities.needs_mailbox:
                place = self._finder.find(mail, user=proposal.forwarded_by)
                if place is None:
                    return []
            state = crm.linked(mail, place)
        except (CRMError, MailboxError) as error:
            log.info("what a new mail is linked to could not be told: %s", type(error).__name__)
            return []
        return sorted(str(ref) for ref in state.records) if state else []
