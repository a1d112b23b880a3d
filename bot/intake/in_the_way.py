"""Behind a new card: whether something else has the only place of what is picked, so that the card can say it before
anybody presses."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from queue import SimpleQueue

from bot.connections import Finder
from bot.crm import CRM, CRMError
from bot.durable import judged
from bot.logs import origin
from bot.mail import MailboxError
from bot.proposals import ProposalReader, Showing
from bot.records import Category
from bot.surface import Surface
from storage.proposals import Proposals
from storage.tables import Proposal, ProposalState

# A mailbox lets in few at a time, and who has pressed must come before who has not.
LOOKERS = 3

log = logging.getLogger(__name__)


class Few:
    """Does work behind everything else, a few at a time. The end of the process does not wait for it: a mailbox that
    is away would hold that up for minutes."""

    def __init__(self, work: Callable[[str], object], most: int) -> None:
        self._work = work
        self._most = most
        self._waiting: SimpleQueue[str] = SimpleQueue()
        self._guard = threading.Lock()
        self._started = 0

    def do(self, item: str) -> None:
        """Put this behind what waits already; returns at once."""
        self._waiting.put(item)
        with self._guard:
            if self._started < self._most:
                self._started += 1
                threading.Thread(target=self._run, name=f"linkbot-look-{self._started}", daemon=True).start()

    def _run(self) -> None:
        while True:
            item = self._waiting.get()
            try:
                self._work(item)
            except Exception as error:  # noqa: BLE001 - the boundary of a thread: the next item is not to suffer
                # Only its kind is logged: the text of an unforeseen error could hold words of the mail.
                log.error("defect in what is done behind a card: %s", origin(error))


class Looking:
    """Asks the vendors what a mail is linked to. Where they do not answer, nothing is said: the press looks again."""

    def __init__(
        self,
        proposals: Proposals,
        reader: ProposalReader,
        crms: Mapping[str, CRM],
        finder: Finder,
        surface: Surface,
        wait: Callable[[], object] = lambda: None,
        *,
        changed: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`wait` ends when nothing that is more urgent takes the processor. `changed` hears of each proposal whose card
        is shown again."""
        self._wait = wait
        self._proposals = proposals
        self._reader = reader
        self._crms = crms
        self._finder = finder
        self._showing = Showing(proposals, reader, surface, changed)
        self._behind = Few(self._look_behind, LOOKERS)

    def look(self, proposal_id: str) -> None:
        """Look when it is this mail's turn; returns at once. A crash forgets what waits: the press looks again."""
        self._behind.do(proposal_id)

    def _look_behind(self, proposal_id: str) -> None:
        self._wait()
        judged(lambda: self.look_now(proposal_id))

    def look_now(self, proposal_id: str) -> None:
        """Ask about a mail that nobody has decided upon yet, keep the answer, and show it on the card where it matters.
        Raises SurfaceError; the card is then shown again with those whose last update failed."""
        proposal = self._undecided(proposal_id)
        if proposal is None:
            return
        for vendor, crm in self._crms.items():
            if crm.capabilities.removes and self._has_single_place(proposal_id, vendor):
                self._proposals.save_look(proposal_id, vendor, self._linked(proposal, crm))
        # Mailboxes may take long: the card of somebody who has pressed meanwhile is not touched.
        proposal = self._undecided(proposal_id)
        if proposal is None or proposal.card_ts is None:
            return
        if self._reader.view(proposal).in_the_way:
            # Noted before the call: a crash behind it must not leave an old card over what a press has shown.
            self._proposals.set_card_behind(proposal_id, True)
            self._showing.catch_up(proposal_id)

    def _undecided(self, proposal_id: str) -> Proposal | None:
        proposal = self._proposals.get(proposal_id)
        return proposal if proposal and not proposal.attempt and proposal.state == ProposalState.OPEN else None

    def _has_single_place(self, proposal_id: str, vendor: str) -> bool:
        limits = self._crms[vendor].capabilities.categories
        rows = [row for row, _ in self._proposals.candidates(proposal_id) if row.picked and row.vendor == vendor]
        return any(limits.get(Category(row.category)) == 1 for row in rows)

    def _linked(self, proposal: Proposal, crm: CRM) -> list[str]:
        try:
            mail, place = self._reader.mail(proposal), None
            if crm.capabilities.needs_mailbox:
                place = self._finder.find(mail, user=proposal.forwarded_by, channel=proposal.channel)
                if place is None:
                    return []
            state = crm.linked(mail, place)
        except (CRMError, MailboxError) as error:
            log.info("what a new mail is linked to could not be told: %s", type(error).__name__)
            return []
        return sorted(str(ref) for ref in state.records) if state else []
