"""The use case: confirm, link, undo, put aside.

A confirmed link is a durable workflow. The compare-and-set in `confirm` lets one person win; the workflow then does,
per vendor and as separate steps: find the mail, read what is linked, write, read back; and at the end the log and the
card. A write that may have taken effect is never blindly repeated: it is counted before the call, and from the second
on the vendor is asked first.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from bot.attempts import Verdict, failed, judged, retried
from bot.crm.port import CRM, CRMError, LinkState, Outcome, Receipt
from bot.directory import Directory
from bot.durable import Durable
from bot.mail import Mail, MailPlace
from bot.proposals import ProposalReader, candidate_ref
from bot.records import Record, RecordRef
from bot.surface import ProposalView, Surface
from storage.links import Links
from storage.locks import Locks
from storage.proposals import RETRIABLE, Proposals
from storage.tables import Link, Proposal, ProposalState, Target, now

WORKFLOW = "link mail"
DONE = (Outcome.LINKED, Outcome.ALREADY)
NOT_UNDONE = "not undone"

MAIL_NOT_FOUND = (
    "This mail is in none of the mailboxes I can look into, so onOffice cannot link it. "
    "Check that it lies in a mailbox listed by `linkbot mailbox list`, then press Try again."
)
RECORD_GONE = "This record is no longer in the CRM. Press Change… and choose another one."
DEFECT = "Something went wrong on my side. Press Try again; if it stays, tell the person who looks after Linkbot."

log = logging.getLogger(__name__)


class Finder(Protocol):
    """Finds a mail in the mailboxes; see `bot.mail.Locator`."""

    def find(self, mail: Mail) -> MailPlace | None: ...


class Answer(StrEnum):
    """What became of a press."""

    STARTED = "started"
    TAKEN = "taken"
    NOTHING_PICKED = "nothing picked"
    TOO_MANY = "too many"
    RECORD_GONE = "record gone"
    NOTHING_TO_UNDO = "nothing to undo"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a press, with the proposal as it is now (None where there is none)."""

    answer: Answer
    view: ProposalView | None = None


class Linking:
    """What people can do with a proposal, and the workflow that carries it out."""

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
    ) -> None:
        self._proposals = proposals
        self._links = links
        self._reader = reader
        self._directory = directory
        self._crms = crms
        self._finder = finder
        self._locks = locks
        self._surface = surface
        self._durable = durable
        self._waits = waits
        self._settle = settle
        durable.register(WORKFLOW, self.run)

    # What people press

    def confirm(self, proposal_id: str, user: str, picks: Sequence[RecordRef] | None = None) -> Reply:
        """Link the mail to `picks`, or to what the card shows as picked. One caller wins; all others get TAKEN."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return Reply(Answer.GONE)
        standing = {RecordRef(k.vendor, k.kind, k.record_id) for k in self._links.standing(proposal_id)}
        targets: list[Target] = []
        for ref in self._picked(proposal) if picks is None else picks:
            target = self._target(proposal, ref)
            if target is None:
                return self._reply(Answer.RECORD_GONE, proposal)
            if ref not in standing:
                targets.append(target)
        if not targets:
            # A double click finds everything linked already: that is no empty choice.
            taken = proposal.state not in RETRIABLE
            return self._reply(Answer.TAKEN if taken else Answer.NOTHING_PICKED, proposal)
        if self._too_many(targets):
            return self._reply(Answer.TOO_MANY, proposal)
        claim = self._proposals.claim(proposal_id, RETRIABLE, ProposalState.CONFIRMED, user, targets, count=True)
        if claim is None:
            return Reply(Answer.GONE)
        if claim.won:
            self._start(claim.proposal)
        return self._reply(Answer.STARTED if claim.won else Answer.TAKEN, claim.proposal)

    def undo(self, proposal_id: str, user: str) -> Reply:
        """Take back what this proposal linked at vendors that can undo; links that were there before stay."""
        targets = [
            Target(
                proposal_id=proposal_id,
                attempt=0,
                vendor=link.vendor,
                kind=link.kind,
                record_id=link.record_id,
                category=link.category,
                name=link.record_name,
                outcome=Outcome.LINKED,
            )
            for link in self._undoable(proposal_id)
        ]
        if not targets:
            proposal = self._proposals.get(proposal_id)
            return self._reply(Answer.NOTHING_TO_UNDO, proposal) if proposal else Reply(Answer.GONE)
        linked = (ProposalState.LINKED, ProposalState.PARTLY_LINKED)
        vendors = {target.vendor for target in targets}
        claim = self._proposals.claim(
            proposal_id, linked, ProposalState.CONFIRMED, user, targets, undo=vendors, count=True
        )
        if claim is None:
            return Reply(Answer.GONE)
        if claim.won:
            self._start(claim.proposal)
        return self._reply(Answer.STARTED if claim.won else Answer.TAKEN, claim.proposal)

    def dismiss(self, proposal_id: str, user: str) -> Reply:
        """Put the mail aside: nothing is linked, and its text is forgotten."""
        wanted = (ProposalState.OPEN, ProposalState.FAILED)
        claim = self._proposals.claim(proposal_id, wanted, ProposalState.DISMISSED, user)
        if claim is None:
            return Reply(Answer.GONE)
        if claim.won:
            self._proposals.set_state(proposal_id, ProposalState.DISMISSED)
        return self._reply(Answer.STARTED if claim.won else Answer.TAKEN, claim.proposal)

    def resume(self, older_than: timedelta) -> None:
        """Start what a crash left between the confirmed row and the workflow; starting it twice is harmless."""
        for proposal in self._proposals.unfinished(now() - older_than):
            self._start(proposal)

    def _start(self, proposal: Proposal) -> None:
        name = f"{WORKFLOW}:{proposal.id}:{proposal.attempt}"
        self._durable.start(WORKFLOW, name, proposal.id, proposal.attempt)

    def _reply(self, answer: Answer, proposal: Proposal) -> Reply:
        return Reply(answer, self._reader.view(proposal))

    def _picked(self, proposal: Proposal) -> list[RecordRef]:
        """What the card shows as picked: the matches, or after a failure what that attempt left undone."""
        if proposal.state in (ProposalState.FAILED, ProposalState.PARTLY_LINKED):
            targets = self._proposals.targets(proposal.id, proposal.attempt)
            return [candidate_ref(t) for t in targets if t.outcome not in DONE or t.verified is False]
        return [candidate_ref(row) for row, _ in self._proposals.candidates(proposal.id) if row.picked]

    def _target(self, proposal: Proposal, ref: RecordRef) -> Target | None:
        record = self._directory.get(ref)
        if record is None or ref.vendor not in self._crms:
            return None
        return Target(
            proposal_id=proposal.id,
            attempt=0,
            vendor=ref.vendor,
            kind=ref.kind,
            record_id=ref.id,
            category=record.category,
            name=record.name,
        )

    def _too_many(self, targets: Sequence[Target]) -> bool:
        slots = Counter((target.vendor, target.category) for target in targets)
        for (vendor, category), count in slots.items():
            limits = {str(name): most for name, most in self._crms[vendor].capabilities.categories.items()}
            if category not in limits:
                return True
            most = limits[category]
            if most is not None and count > most:
                return True
        return False

    def _undoable(self, proposal_id: str) -> list[Link]:
        return [
            link
            for link in self._links.standing(proposal_id)
            if link.outcome == Outcome.LINKED and self._crms[link.vendor].capabilities.undo
        ]

    # The workflow

    def run(self, proposal_id: str, attempt: int) -> None:
        """Carry out one attempt. Each vendor's outcome is its own: one that fails does not hold back the other."""
        self._durable.step("begin", lambda: self._begin(proposal_id))
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return
        calls = self._proposals.calls(proposal_id, attempt)
        with self._locks.hold(f"mail {proposal.mail_key}"):
            for call in calls:
                work = _Attempt(self, proposal, attempt, call.vendor)
                (work.undo if call.undo else work.link)()
                if call is not calls[-1]:
                    self._durable.step("show progress", lambda: judged(lambda: self._show(proposal_id)))
        self._durable.step("log", lambda: self._finish(proposal_id, attempt))
        shown = retried(self._durable, "show", lambda: self._show(proposal_id), self._waits)
        if not shown["ok"]:
            log.warning("the card of proposal %s could not be updated: %s", proposal_id, shown["code"])

    def _begin(self, proposal_id: str) -> Verdict:
        self._proposals.set_state(proposal_id, ProposalState.LINKING)
        return judged(lambda: self._show(proposal_id))

    def _show(self, proposal_id: str) -> None:
        proposal = self._proposals.get(proposal_id)
        if proposal is not None and proposal.card_ts is not None:
            self._surface.update_card(self._reader.view(proposal))

    def _finish(self, proposal_id: str, attempt: int) -> None:
        """Write the log and the proposal's state, from what the targets say."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return
        calls = {call.vendor: call for call in self._proposals.calls(proposal_id, attempt)}
        targets = self._proposals.targets(proposal_id, attempt)
        done = [t for t in targets if t.outcome in DONE and not calls[t.vendor].undo]
        self._links.write(_log_row(proposal, target, calls[target.vendor].before) for target in done)
        undone = {candidate_ref(t) for t in targets if t.outcome == Outcome.UNLINKED}
        self._links.mark_undone(
            [
                link.id
                for link in self._links.standing(proposal_id)
                if link.id is not None and RecordRef(link.vendor, link.kind, link.record_id) in undone
            ],
            proposal.acted_by,
        )
        failures = [t for t in targets if t.outcome not in (*DONE, Outcome.UNLINKED, NOT_UNDONE)]
        self._proposals.set_state(proposal_id, _end(bool(failures), bool(self._links.standing(proposal_id)), bool(undone)))


class _Attempt:
    """The work of one attempt at one vendor. What steps find out is kept in the link call's row, not in the engine."""

    def __init__(self, use: Linking, proposal: Proposal, attempt: int, vendor: str) -> None:
        self._use = use
        self._proposal = proposal
        self._key = (proposal.id, attempt, vendor)
        self._crm = use._crms[vendor]
        self._vendor = vendor

    def link(self) -> None:
        for name, step in (("find", self._find), ("read", self._read), ("write", self._write)):
            verdict = self._step(name, step)
            if not verdict["ok"]:
                self._use._durable.step(f"{self._vendor}: refuse", lambda v=verdict: self._refuse(v, Outcome.REFUSED))
                return
        self._step("read back", self._verify)

    def undo(self) -> None:
        for name, step in (("find", self._find_linked), ("unlink", self._unlink)):
            verdict = self._step(name, step)
            if not verdict["ok"]:
                self._use._durable.step(f"{self._vendor}: refuse", lambda v=verdict: self._refuse(v, NOT_UNDONE))
                return

    def _step(self, name: str, work: Callable[[], Any]) -> Verdict:
        use = self._use
        try:
            return retried(use._durable, f"{self._vendor}: {name}", work, use._waits, use._settle)
        except Exception as error:  # noqa: BLE001 - the boundary of a workflow: a defect must end in a sentence too
            # Only its kind: the text of an unforeseen error could hold words of the mail.
            log.error("defect in step %r of proposal %s: %s", name, self._proposal.id, type(error).__name__)
            log.debug("defect", exc_info=error)
            return failed(DEFECT, "defect", permanent=True)

    def _find(self) -> None:
        if not self._crm.capabilities.needs_mailbox:
            return
        place = self._use._finder.find(self._mail())
        if place is None:
            raise CRMError(MAIL_NOT_FOUND, permanent=True, code="mail_not_found")
        self._save(place=_place_to_json(place))

    def _read(self) -> None:
        state = self._crm.linked(self._mail(), self._place())
        self._save(before=sorted(str(ref) for ref in state.records) if state else None)

    def _write(self) -> None:
        number = self._use._proposals.count_write(*self._key)
        before = _state(self._call().before)
        fresh = before if number == 1 else self._crm.linked(self._mail(), self._place())
        receipts = self._crm.link(self._mail(), self._place(), self._records(), fresh)
        self._keep(_own(receipt, before) if number > 1 else receipt for receipt in receipts)

    def _verify(self) -> None:
        receipts = [_receipt(target) for target in self._targets() if target.outcome in DONE]
        if receipts:
            self._keep(self._crm.verify(self._mail(), self._place(), receipts))

    def _find_linked(self) -> None:
        """Where the mail lies now; it may have been moved since it was linked."""
        if self._crm.capabilities.needs_mailbox:
            place = self._use._finder.find(self._mail()) or self._place_when_linked()
            self._save(place=_place_to_json(place) if place else None)

    def _unlink(self) -> None:
        links = {RecordRef(k.vendor, k.kind, k.record_id): k for k in self._use._undoable(self._proposal.id)}
        receipts = [
            replace(_receipt(target), before=links[ref].before)
            for target in self._targets()
            if (ref := candidate_ref(target)) in links
        ]
        self._keep(self._crm.unlink(self._place(), receipts))

    def _place_when_linked(self) -> MailPlace | None:
        for link in self._use._undoable(self._proposal.id):
            if link.vendor == self._vendor:
                return _place(self._use._proposals.call(self._proposal.id, link.attempt, self._vendor).place)
        return None

    def _refuse(self, verdict: Verdict, outcome: str) -> None:
        for target in self._targets():
            # What a vendor confirmed before a later step failed stays confirmed.
            if target.outcome not in DONE or outcome == NOT_UNDONE:
                target.outcome, target.message, target.code = outcome, verdict["message"], verdict["code"]
                self._use._proposals.save_target(target)

    def _keep(self, receipts: Any) -> None:
        targets = {candidate_ref(target): target for target in self._targets()}
        for receipt in receipts:
            target = targets[receipt.ref]
            target.outcome, target.verified = receipt.outcome, receipt.verified
            target.message, target.code = receipt.message, receipt.code
            target.vendor_ref = receipt.vendor_ref
            self._use._proposals.save_target(target)

    def _records(self) -> list[Record]:
        records = []
        for target in self._targets():
            record = self._use._directory.get(candidate_ref(target))
            if record is None:
                raise CRMError(RECORD_GONE, permanent=True, code="record_gone")
            records.append(record)
        return records

    def _mail(self) -> Mail:
        return self._use._reader.mail(self._proposal)

    def _call(self) -> Any:
        return self._use._proposals.call(*self._key)

    def _place(self) -> MailPlace | None:
        return _place(self._call().place)

    def _targets(self) -> list[Target]:
        return self._use._proposals.targets(*self._key)

    def _save(self, **values: Any) -> None:
        self._use._proposals.save_call(*self._key, **values)


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
        None,
        target.message,
        target.code,
    )


def _log_row(proposal: Proposal, target: Target, before: Sequence[str] | None) -> Link:
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
        message_id=proposal.message_id,
        outcome=target.outcome,
        verified=target.verified,
        vendor_ref=target.vendor_ref,
        before=None if before is None else {"records": list(before)},
        linked_by=proposal.acted_by,
    )


def _place_to_json(place: MailPlace) -> dict[str, Any]:
    return {name: getattr(place, name) for name in MailPlace.__slots__}


def _place(stored: Mapping[str, Any] | None) -> MailPlace | None:
    return MailPlace(**stored) if stored else None
