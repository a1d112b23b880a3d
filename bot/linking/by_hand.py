"""Choosing by hand: what the modal starts with, and what its selects offer."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping

from bot.connections import Finder
from bot.crm import CRM, CRMError, Outcome
from bot.directory import Directory
from bot.mail import MailboxError
from bot.matching import MailWords
from bot.proposals import FILED, ProposalReader, candidate_ref, choose
from bot.records import Category, Record, RecordRef
from bot.surface import CardPlace, LinkedView, ProposalState, ProposalView
from storage.arrivals import Arrivals
from storage.proposals import Proposals

MOST_OFFERED = 20
NUMBER = re.compile(r"(?<!\d)\d+(?!\d)")

log = logging.getLogger(__name__)


class Asking:
    """Reads for the modal; changes nothing."""

    def __init__(
        self,
        *,
        arrivals: Arrivals,
        proposals: Proposals,
        reader: ProposalReader,
        directory: Directory,
        crms: Mapping[str, CRM],
        finder: Finder,
    ) -> None:
        self._arrivals = arrivals
        self._proposals = proposals
        self._reader = reader
        self._directory = directory
        self._crms = crms
        self._finder = finder

    def place(self, proposal_id: str) -> CardPlace | None:
        """Where a proposal's card is; None where there is no such proposal."""
        known = self._proposals.get(proposal_id)
        if known is None:
            return None
        return CardPlace(known.team, known.channel, known.thread_ts, known.card_ts, known.held_for)

    def shown(self, proposal_id: str) -> ProposalView | None:
        """A proposal as its card shows it; None where there is no such proposal."""
        known = self._proposals.get(proposal_id)
        return self._reader.view(known, with_pages=True) if known else None

    def chosen(self, proposal_id: str) -> tuple[ProposalView, list[Record]] | None:
        """A proposal and the records that its card shows as picked and that are neither linked nor written down yet,
        nor were taken off; None where there is no such proposal."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return None
        view = self._reader.view(proposal)
        is_open = view.state == ProposalState.OPEN
        if not view.outcomes or (is_open and all(o.remove for o in view.outcomes)):
            return view, self._records(c.ref for c in view.candidates if c.picked)
        # What was taken back was wrong: it is not offered as chosen again.
        done = (*FILED, Outcome.RESTORED, Outcome.UNLINKED)
        return view, self._records(o.ref for o in view.outcomes if not o.remove and o.outcome not in done)

    def is_reading(self, team: str, channel: str) -> bool:
        """Whether a mail of this conversation is being read just now."""
        return self._arrivals.is_waiting(team, channel)

    def newest(self, team: str, channel: str, user: str) -> ProposalView | None:
        """The newest unlinked mail of a conversation, as this person sees it; None where no mail waits."""
        proposal = self._proposals.newest_unlinked(team, channel, user)
        return self._reader.view(proposal) if proposal else None

    def named(self, words: str, channel: str) -> list[Record]:
        """The records that typed words name surely, of the CRMs that a conversation is about: by what they say, or by a
        number or the address of a page in the CRM."""
        here = self._reader.vendors(channel)
        surely = [match.ref for match, pick in choose(self._directory.match(words_only(words)), self._crms) if pick]
        refs = [ref for ref in (*self._numbered(words), *surely) if ref.vendor in here]
        return self._records(dict.fromkeys(refs))

    def _numbered(self, words: str) -> list[RecordRef]:
        """What a number, or the address of a page in the CRM, stands for."""
        is_address = "://" in words
        numbers = NUMBER.findall(words) if is_address else [words.strip().removeprefix("#")]
        found = self._directory.numbered([one for one in numbers if one.isdecimal()])
        if not is_address:
            return found
        # Such an address names the module as well; where it does not name one of these, all of them are offered.
        said = [ref for ref in found if ref.kind.casefold() in words.casefold()]
        return said or found

    @property
    def can_take_off(self) -> list[str]:
        """The vendors at which a person may take a mail off records, whoever linked it."""
        return [vendor for vendor, crm in self._crms.items() if crm.capabilities.removes]

    def linked_now(self, proposal_id: str) -> dict[str, list[LinkedView] | None]:
        """What the mail is linked to now, whoever linked it, per vendor where a person may take it off; None where that
        cannot be told. It takes a look into the mailboxes and a call."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return {}
        mail = self._reader.mail(proposal)
        found: dict[str, list[LinkedView] | None] = {}
        # Elsewhere what the bot linked and can take back.
        own = [target for target in self._reader.own_links(proposal_id) if target.vendor not in self.can_take_off]
        for vendor in {target.vendor for target in own}:
            linked = [target for target in own if target.vendor == vendor]
            found[vendor] = [LinkedView(candidate_ref(target), target.name, own=True) for target in linked]
        here = self._reader.vendors(proposal.channel)
        for vendor in (one for one in self.can_take_off if one in here):
            try:
                needs_mailbox = self._crms[vendor].capabilities.needs_mailbox
                place = None
                if needs_mailbox:
                    place = self._finder.find(mail, user=proposal.forwarded_by, channel=proposal.channel)
                state = self._crms[vendor].linked(mail, place)
            except (CRMError, MailboxError) as error:
                log.info("what a mail is linked to could not be told: %s", type(error).__name__)
                found[vendor] = None
                continue
            # In no mailbox, and so linked to nothing.
            found[vendor] = [LinkedView(ref, self._name(ref)) for ref in sorted(state.records)] if state else []
        return found

    def _name(self, ref: RecordRef) -> str:
        record = self._directory.get(ref)
        return record.name if record else ""

    def offer(self, proposal_id: str, words: str, vendor: str, category: Category, text: str) -> list[Record]:
        """What a select offers: before anything is typed what the words of `/link` and the mail itself mention, then
        what is searched for."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None or vendor not in self._reader.vendors(proposal.channel):
            return []
        if text.strip():
            return self._directory.search(text, vendor, (category,), limit=MOST_OFFERED)
        found: list[RecordRef] = []
        if words:
            found += self._numbered(words)
            found += [match.ref for match in self._directory.match(words_only(words), MOST_OFFERED)]
        refs = found + [candidate_ref(row) for row, _ in self._proposals.candidates(proposal_id)]
        records = self._records(dict.fromkeys(refs))
        return [record for record in records if record.ref.vendor == vendor and record.category == category]

    def _records(self, refs: Iterable[RecordRef]) -> list[Record]:
        """The records that are still in the directory."""
        return [record for ref in refs if (record := self._directory.get(ref))]


def words_only(words: str) -> MailWords:
    """Words that a person typed, as matching takes them."""
    return MailWords(sender_name="", sender_address="", reply_to=(), recipients=(), subject=words, text="")
