"""A card shown as its proposal is now, and taken for that only where nothing changed while it was shown."""

from __future__ import annotations

from collections.abc import Callable

from bot.proposals.view import ProposalReader
from bot.surface import Surface
from storage.proposals import Proposals

# More often nobody presses in the time of an update; what is behind after them is shown with those that failed.
MOST_UPDATES = 5


class Showing:
    """Shows cards. `changed` hears of each proposal whose card is shown again."""

    def __init__(
        self,
        proposals: Proposals,
        reader: ProposalReader,
        surface: Surface,
        changed: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._proposals = proposals
        self._reader = reader
        self._surface = surface
        self._changed = changed

    def show(self, proposal_id: str) -> None:
        """Show a card, if there is one, as the proposal is now. Raises SurfaceError."""
        proposal = self._proposals.get(proposal_id)
        if proposal is not None and (proposal.card_ts is not None or proposal.held_for):
            self._changed(proposal_id)
            self._surface.update_card(self._reader.view(proposal, with_pages=True))

    def catch_up(self, proposal_id: str) -> None:
        """Show a card that is noted as behind, until it is what it shows: a press, or the end of an attempt, may have
        been quicker, and the card would have gone back behind it. Raises SurfaceError; it stays behind then."""
        for _ in range(MOST_UPDATES):
            before = self._stage(proposal_id)
            self.show(proposal_id)
            if self._stage(proposal_id) == before:
                self._proposals.set_card_behind(proposal_id, False)
                return

    def _stage(self, proposal_id: str) -> tuple[str, int] | None:
        proposal = self._proposals.get(proposal_id)
        return (proposal.state, proposal.attempt) if proposal else None
