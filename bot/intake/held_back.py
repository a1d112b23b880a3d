"""Mails on the never-link list: no card for all; one person is told alone, and decides."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.mail import Mail, NeverList
from bot.proposals import ProposalReader
from bot.surface import HELD_FOR_NOBODY, Conversation, Notice, Surface, SurfaceError
from storage.proposals import Proposals
from storage.tables import Arrival, Proposal

log = logging.getLogger(__name__)


class HeldBack:
    """Whose a mail of the list is, and how they learn of it."""

    def __init__(
        self,
        never: NeverList,
        surface: Surface,
        proposals: Proposals,
        reader: ProposalReader,
        otherwise: Sequence[str] = (),
    ) -> None:
        """`otherwise` are people (U…) of whom the first decides where the forwarder is not known."""
        self._otherwise = next((one for one in otherwise if one.startswith(("U", "W"))), HELD_FOR_NOBODY)
        self._never = never
        self._surface = surface
        self._proposals = proposals
        self._reader = reader

    def hit(self, mail: Mail) -> str:
        """The entry of the list that a mail hits; empty where it hits none."""
        return self._never.hit(mail)

    def person(self, arrival: Arrival, mail: Mail) -> str:
        """Who decides: whoever put the mail there or forwarded it; where nobody knows them, whom the settings name, or
        else who asks for it first. Raises SurfaceError where Slack cannot be asked for now."""
        by = mail.forward.by if mail.forward else mail.sender
        try:
            found = self._surface.person(arrival.user, (by.address if by else None) or "")
        except SurfaceError as error:
            if not error.permanent:
                raise
            log.warning("who forwarded a mail of the never-link list is not known: %s", error.code)
            found = ""
        return found or self._otherwise

    def tell(self, arrival: Arrival, proposal: Proposal) -> None:
        """Tell who brought the mail. Raises SurfaceError."""
        if proposal.held_for == HELD_FOR_NOBODY and arrival.asked:
            proposal = self._proposals.hold_for(proposal.id, arrival.user) or proposal
        if proposal.held_for == HELD_FOR_NOBODY:
            log.warning("a mail of the never-link list waits for whoever asks for it: proposal %s", proposal.id)
        elif arrival.asked and arrival.user != proposal.held_for:
            where = Conversation(
                arrival.team,
                arrival.channel,
                arrival.thread_ts or arrival.ts,
                arrival.user,
                arrival.response_url,
            )
            self._surface.tell(where, Notice.HELD_FOR_OTHERS, person=proposal.held_for)
        else:
            self._surface.tell_held(self._reader.view(proposal))
