"""The durable workflow of a confirmed attempt to link or unlink.

Per vendor and as separate steps: find the mail, read what is linked, write, read back; and at the end the log and the
card. A write that may have taken effect is never blindly repeated: it is counted before the call, and from the second
on the vendor is asked first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.attempts import Verdict, judged, retried
from bot.crm.port import CRM, CRMError, LinkState, Outcome, Receipt
from bot.directory import Directory
from bot.durable import Durable
from bot.mail import Mail, MailPlace
from bot.proposals import ProposalReader, candidate_ref, in_zone
from bot.records import Record, RecordRef
from bot.surface import Surface
from storage.links import Links
from storage.locks import Locks
from storage.proposals import Proposals
from storage.tables import Link, LinkCall, Proposal, ProposalState, Target

WORKFLOW = "link mail"
DONE = (Outcome.LINKED, Outcome.ALREADY)
NOT_UNDONE = "not undone"
UNCERTAIN = "uncertain"

MAIL_NOT_FOUND = (
    "This mail is in none of the mailboxes I can look into ({mailboxes}), so {label} cannot link it. "
    "Move or copy it into one of them, then press Try again."
)
NO_MAILBOX = (
    "{label} links only mails that lie in a mailbox, and I know of no mailbox yet. "
    "Ask the person who looks after Linkbot to add one, then press Try again."
)
MAIL_FORGOTTEN = (
    "I no longer have the text of this mail: I forget it once a mail is linked. "
    "Choose Link to CRM in the menu of the mail, then press Try again."
)
RECORD_GONE = "This record is no longer in the CRM. Press Change… and choose another one."

log = logging.getLogger(__name__)


class Finder(Protocol):
    """Finds a mail in the mailboxes; see `bot.mail.Locator`."""

    def find(self, mail: Mail) -> MailPlace | None: ...

    def identities(self) -> list[str]:
        """The addresses of the mailboxes that are looked into."""
        ...


def undoable(links: Links, crms: Mapping[str, CRM], proposal_id: str) -> list[Link]:
    """The links of a proposal that this bot made and its vendor can take back."""
    return [
        link
        for link in links.standing(proposal_id)
        if link.outcome == Outcome.LINKED and link.vendor in crms and crms[link.vendor].capabilities.undo
    ]


class LinkWorkflow:
    """Starts attempts and carries them out."""

    def __init__(
        self,
        proposals: Proposals,
        links: Links,
        reader: ProposalReader,
        directory: Directory,
        crms: Mapping[str, CRM],
        finder: Finder,
        locks: Locks,
        surface: Surface,
        durable: Durable,
        waits: Sequence[float],
        settle: float,
        zone: ZoneInfo,
    ) -> None:
        self.proposals = proposals
        self.links = links
        self.reader = reader
        self.directory = directory
        self.crms = crms
        self.finder = finder
        self.durable = durable
        self.waits = waits
        self.settle = settle
        self.zone = zone
        self._locks = locks
        self._surface = surface
        durable.register(WORKFLOW, self.run)

    def start(self, proposal: Proposal) -> None:
        """Begin the proposal's current attempt; beginning it twice is harmless."""
        name = f"{WORKFLOW}:{proposal.id}:{proposal.attempt}"
        self.durable.start(WORKFLOW, name, proposal.id, proposal.attempt)

    def run(self, proposal_id: str, attempt: int) -> None:
        """Carry out one attempt. Each vendor's outcome is its own: one that fails does not hold back the other."""
        self.durable.step("begin", lambda: self.proposals.set_state(proposal_id, ProposalState.LINKING))
        self._show_progress(proposal_id)
        proposal = self.proposals.get(proposal_id)
        if proposal is None:
            return
        calls = self.proposals.calls(proposal_id, attempt)
        with self._locks.hold(f"mail {proposal.mail_key}"):
            for call in calls:
                work = _Attempt(self, proposal, attempt, call.vendor)
                (work.undo if call.undo else work.link)()
                if call is not calls[-1]:
                    self._show_progress(proposal_id)
        self.durable.step("log", lambda: self._finish(proposal_id, attempt))
        shown = retried(self.durable, "show", lambda: self._show(proposal_id), self.waits)
        if not shown["ok"]:
            log.warning("the card of proposal %s could not be updated: %s", proposal_id, shown["code"])
            self.proposals.set_card_behind(proposal_id, True)

    def catch_up(self, proposal: Proposal) -> None:
        """Show a card again whose last update failed. One that Slack refuses for good is given up."""
        shown = judged(lambda: self._show(proposal.id))
        if shown["ok"] or shown["permanent"]:
            self.proposals.set_card_behind(proposal.id, False)

    def catch_up_all(self) -> None:
        for proposal in self.proposals.cards_behind():
            self.catch_up(proposal)

    def _show_progress(self, proposal_id: str) -> None:
        """Tried once: another card follows."""
        retried(self.durable, "show progress", lambda: self._show(proposal_id), ())

    def _show(self, proposal_id: str) -> None:
        proposal = self.proposals.get(proposal_id)
        if proposal is not None and proposal.card_ts is not None:
            self._surface.update_card(self.reader.view(proposal, with_pages=True))

    def _finish(self, proposal_id: str, attempt: int) -> None:
        """Write the log and the proposal's state, from what the targets say."""
        proposal = self.proposals.get(proposal_id)
        if proposal is None:
            return
        calls = {call.vendor: call for call in self.proposals.calls(proposal_id, attempt)}
        targets = self.proposals.targets(proposal_id, attempt)
        done = [t for t in targets if t.outcome in DONE and not calls[t.vendor].undo]
        self.links.write(_log_row(proposal, target, calls[target.vendor]) for target in done)
        undone = {candidate_ref(t) for t in targets if t.outcome == Outcome.UNLINKED}
        self.links.mark_undone(
            [
                link.id
                for link in self.links.standing(proposal_id)
                if link.id is not None and RecordRef(link.vendor, link.kind, link.record_id) in undone
            ],
            proposal.acted_by,
        )
        failures = [t for t in targets if t.outcome not in (*DONE, Outcome.UNLINKED, NOT_UNDONE)]
        self.proposals.set_state(
            proposal_id, _end(bool(failures), bool(self.links.standing(proposal_id)), bool(undone))
        )


class _Attempt:
    """The work of one attempt at one vendor. What steps find out is kept in the link call's row, not in the engine."""

    def __init__(self, use: LinkWorkflow, proposal: Proposal, attempt: int, vendor: str) -> None:
        self._use = use
        self._proposal = proposal
        self._key = (proposal.id, attempt, vendor)
        self._vendor = vendor

    @property
    def _crm(self) -> CRM:
        # Looked up in the steps: a vendor that was taken out of the settings is a failure of its step.
        return self._use.crms[self._vendor]

    def link(self) -> None:
        for name, step in (("find", self._find), ("read", self._read), ("write", self._write)):
            verdict = self._step(name, step)
            if not verdict["ok"]:
                self._use.durable.step(f"{self._vendor}: refuse", partial(self._refuse, verdict, Outcome.REFUSED))
                return
        self._step("read back", self._verify)

    def undo(self) -> None:
        for name, step in (("find", self._find_linked), ("unlink", self._unlink)):
            verdict = self._step(name, step)
            if not verdict["ok"]:
                self._use.durable.step(f"{self._vendor}: refuse", partial(self._refuse, verdict, NOT_UNDONE))
                return

    def _step(self, name: str, work: Callable[[], Any]) -> Verdict:
        use = self._use
        return retried(use.durable, f"{self._vendor}: {name}", work, use.waits, use.settle)

    def _find(self) -> None:
        if not self._crm.capabilities.needs_mailbox:
            if self._use.proposals.mail(self._proposal.id) is None:
                raise CRMError(MAIL_FORGOTTEN, permanent=True, code="mail_forgotten")
            return
        place = self._use.finder.find(self._use.reader.mail(self._proposal))
        if place is None:
            mailboxes = ", ".join(self._use.finder.identities())
            words = (MAIL_NOT_FOUND if mailboxes else NO_MAILBOX).format(mailboxes=mailboxes, label=self._crm.label)
            raise CRMError(words, permanent=True, code="mail_not_found")
        self._save(place=_place_to_json(place))

    def _read(self) -> None:
        with self._finding_anew():
            state = self._crm.linked(self._mail(), self._place())
        now = sorted(str(ref) for ref in state.records) if state else None
        self._save(before=now if (earlier := self._before_open_calls()) is None else earlier)

    def _before_open_calls(self) -> list[str] | None:
        """What was linked before the calls of an earlier attempt that nobody knows the effect of: what shows now and
        did not then is the bot's own, and can be undone."""
        call = self._open_call()
        return call.before if call else None

    def _open_call(self) -> LinkCall | None:
        """The newest earlier call to this vendor whose effect nobody knows."""
        proposal_id, attempt, vendor = self._key
        for number in range(attempt - 1, 0, -1):
            for call in self._use.proposals.calls(proposal_id, number):
                if call.vendor == vendor and call.undo:
                    return None
                if call.vendor == vendor and _is_open(call):
                    return call
        return None

    def _write(self) -> None:
        number = self._use.proposals.count_write(*self._key)
        call = self._call()
        before, known = _state(call.before), number == 1 or call.done
        self._save(done=False)
        # The adapter reads anew before it writes; `before` tells it what was linked before this attempt's first call.
        try:
            with self._finding_anew():
                receipts = self._crm.link(self._mail(), self._place(), self._records(), before)
        except CRMError as error:
            self._save(done=known and not error.uncertain)
            raise
        self._save(done=True)
        if number > 1 or self._open_call() is not None:
            settled = {candidate_ref(target) for target in self._targets() if target.outcome in DONE}
            receipts = [_own(receipt, before) for receipt in receipts if receipt.ref not in settled]
        self._keep(receipts)
        for receipt in receipts:
            if receipt.outcome == Outcome.REFUSED and not receipt.permanent:
                raise CRMError(receipt.message, permanent=False, code=receipt.code)

    @contextmanager
    def _finding_anew(self) -> Iterator[None]:
        """A call that failed for now may have failed because the mail was moved: the next try looks for it again."""
        if self._crm.capabilities.needs_mailbox and self._call().place is None:
            self._find()
        try:
            yield
        except CRMError as error:
            if not error.permanent:
                self._save(place=None)
            raise

    def _verify(self) -> None:
        receipts = [_receipt(target) for target in self._targets() if target.outcome in DONE]
        if receipts:
            self._keep(self._crm.verify(self._mail(), self._place(), receipts))

    def _find_linked(self) -> None:
        """Where the mail lies now; it may have been moved since it was linked."""
        if self._crm.capabilities.needs_mailbox:
            place = self._use.finder.find(self._use.reader.mail(self._proposal)) or self._place_when_linked()
            self._save(place=_place_to_json(place) if place else None)

    def _unlink(self) -> None:
        self._keep(self._crm.unlink(self._place(), [_receipt(target) for target in self._targets()]))

    def _place_when_linked(self) -> MailPlace | None:
        for link in undoable(self._use.links, self._use.crms, self._proposal.id):
            if link.vendor == self._vendor:
                return _place(self._use.proposals.call(self._proposal.id, link.attempt, self._vendor).place)
        return None

    def _refuse(self, verdict: Verdict, outcome: str) -> None:
        if outcome == Outcome.REFUSED and (_is_open(self._call()) or self._open_call() is not None):
            outcome = UNCERTAIN
        for target in self._targets():
            # What a vendor confirmed before a later step failed stays confirmed.
            if target.outcome not in DONE or outcome == NOT_UNDONE:
                target.outcome, target.message, target.code = outcome, verdict["message"], verdict["code"]
                self._use.proposals.save_target(target)

    def _keep(self, receipts: Iterable[Receipt]) -> None:
        targets = {candidate_ref(target): target for target in self._targets()}
        for receipt in receipts:
            target = targets[receipt.ref]
            target.outcome, target.verified = receipt.outcome, receipt.verified
            target.message, target.code = receipt.message, receipt.code
            target.vendor_ref = receipt.vendor_ref
            target.before = dict(receipt.before) if receipt.before is not None else target.before
            self._use.proposals.save_target(target)

    def _records(self) -> list[Record]:
        records = []
        for target in self._targets():
            record = self._use.directory.get(candidate_ref(target))
            if record is None:
                raise CRMError(RECORD_GONE, permanent=True, code="record_gone")
            records.append(record)
        return records

    def _mail(self) -> Mail:
        """The mail for the vendor, which must be told a time zone. The mailboxes are searched with the mail as it was
        read: there a zone that is only assumed could rule out the right mail."""
        mail = self._use.reader.mail(self._proposal)
        return replace(mail, date=in_zone(mail.date, self._use.zone))

    def _call(self) -> Any:
        return self._use.proposals.call(*self._key)

    def _place(self) -> MailPlace | None:
        return _place(self._call().place)

    def _targets(self) -> list[Target]:
        return self._use.proposals.targets(*self._key)

    def _save(self, **values: Any) -> None:
        self._use.proposals.save_call(*self._key, **values)


def _is_open(call: LinkCall) -> bool:
    """Whether a write was begun whose effect nobody knows."""
    return bool(call.writes and not call.done)


def _end(failures: bool, standing: bool, undone: bool) -> ProposalState:
    """The state in which an attempt leaves its proposal."""
    if failures:
        return ProposalState.PARTLY_LINKED if standing else ProposalState.FAILED
    if undone and not standing:
        return ProposalState.OPEN
    return ProposalState.LINKED


def _own(receipt: Receipt, before: LinkState | None) -> Receipt:
    """After a repeated call: what is "already linked" now and was not before was linked by the earlier call."""
    ours = before is None or receipt.ref not in before.records
    return replace(receipt, outcome=Outcome.LINKED) if receipt.outcome == Outcome.ALREADY and ours else receipt


def _state(before: Sequence[str] | None) -> LinkState | None:
    return None if before is None else LinkState(frozenset(RecordRef.parse(text) for text in before))


def _receipt(target: Target) -> Receipt:
    return Receipt(
        candidate_ref(target),
        Outcome(target.outcome),
        target.verified,
        target.vendor_ref,
        target.before,
        target.message,
        target.code,
    )


def _log_row(proposal: Proposal, target: Target, call: LinkCall) -> Link:
    # The mailbox's own Message-ID is certain; the one read from the forward was a hint.
    found = (call.place or {}).get("message_id")
    return Link(
        proposal_id=proposal.id,
        attempt=target.attempt,
        team=proposal.team,
        channel=proposal.channel,
        vendor=target.vendor,
        kind=target.kind,
        record_id=target.record_id,
        category=target.category,
        record_name=target.name,
        mail_key=proposal.mail_key,
        message_id=found or proposal.message_id,
        outcome=target.outcome,
        verified=target.verified,
        vendor_ref=target.vendor_ref,
        before=target.before,
        linked_by=proposal.acted_by,
    )


def _place_to_json(place: MailPlace) -> dict[str, Any]:
    return {name: getattr(place, name) for name in MailPlace.__slots__}


def _place(stored: Mapping[str, Any] | None) -> MailPlace | None:
    return MailPlace(**stored) if stored else None
