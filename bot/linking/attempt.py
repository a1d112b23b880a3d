"""The work of one attempt at one vendor, as steps: find the mail, read what is linked, write, read back.

A write that may have taken effect is never blindly repeated: it is counted before the call, and from the second on the
vendor is asked first. What steps find out is kept in the link call's row, not in the workflow engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.connections import Finder
from bot.crm import CRM, CRMError, LinkState, Outcome, Receipt
from bot.directory import Directory
from bot.durable import DATABASE_CODE, DEFECT_CODE, MAILBOX_CODE, Durable, Verdict, retried
from bot.language import Sentence, sentence
from bot.linking.attachments import AttachmentFetch
from bot.linking.open_calls import OpenCalls, is_open, state_of
from bot.mail import Mail, MailPlace
from bot.proposals import (
    DONE,
    MAIL_NOT_FOUND,
    NOT_UNDONE,
    UNCERTAIN,
    ProposalReader,
    Undoing,
    candidate_ref,
    done,
    in_zone,
)
from bot.records import Record, RecordRef
from storage.proposals import Proposals
from storage.tables import Proposal, Target, Work

MAIL_FORGOTTEN = sentence("link.mail_forgotten")
RECORD_GONE = sentence("link.record_gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the work needs. `waits` and `settle` are in seconds; `zone` is the office's; `suspect`
    takes the vendor, team and channel where a call failed for now."""

    proposals: Proposals
    undoing: Undoing
    reader: ProposalReader
    directory: Directory
    crms: Mapping[str, CRM]
    finder: Finder
    fetch: AttachmentFetch
    durable: Durable
    waits: Sequence[float]
    settle: float
    zone: ZoneInfo
    suspect: Callable[[str, str, str], None]


class Attempt:
    """One attempt at one vendor: to link, to undo, or to write an activity."""

    def __init__(self, use: Tools, proposal: Proposal, attempt: int, vendor: str) -> None:
        self._use = use
        self._proposal = proposal
        self._key = (proposal.id, attempt, vendor)
        self._vendor = vendor
        self._open_calls = OpenCalls(use.proposals, proposal.id, attempt, vendor)

    @property
    def _crm(self) -> CRM:
        # Looked up in the steps: a vendor that was taken out of the settings is a failure of its step.
        return self._use.crms[self._vendor]

    def run(self) -> None:
        """Do the work that its row names."""
        work = self._call().work
        if work == Work.UNDO:
            self._steps(NOT_UNDONE, find=self._find_linked, unlink=self._unlink)
        elif work == Work.ACTIVITY:
            self._steps(Outcome.REFUSED, note=self._note)
        elif self._steps(Outcome.REFUSED, find=self._find, read=self._read, write=self._write):
            self._steps(Outcome.REFUSED, **self._taking_off())
            # Also where something could not be taken off: what is linked is linked.
            self._step("read back", self._verify)

    def _steps(self, otherwise: str, **steps: Callable[[], None]) -> bool:
        """Do the steps in turn; where one fails for good, that is the outcome of what is not done."""
        for name, step in steps.items():
            verdict = self._step(name, step)
            if not verdict["ok"]:
                self._use.durable.step(f"{self._vendor}: refuse", partial(self._refuse, verdict, otherwise))
                return False
        return True

    def _step(self, name: str, work: Callable[[], Any]) -> Verdict:
        use = self._use
        return retried(use.durable, f"{self._vendor}: {name}", work, use.waits, use.settle)

    def _find(self) -> None:
        if not self._crm.capabilities.needs_mailbox:
            if self._adds() and self._use.proposals.mail(self._proposal.id) is None:
                raise CRMError(MAIL_FORGOTTEN, permanent=True, code="mail_forgotten")
            return
        place = self._look(None)
        if place is None:
            raise CRMError(self._nowhere(), permanent=True, code=MAIL_NOT_FOUND)
        self._save(place=_place_to_json(place))

    def _look(self, known: MailPlace | None) -> MailPlace | None:
        mail, user = self._use.reader.mail(self._proposal), self._proposal.forwarded_by
        return self._use.finder.find(mail, known=known, user=user, channel=self._proposal.channel)

    def _nowhere(self) -> Sentence:
        if mailboxes := ", ".join(self._use.finder.identities(self._proposal.channel)):
            return sentence("link.not_in_mailbox", mailboxes=mailboxes, crm=self._crm.label)
        return sentence("link.no_mailbox", crm=self._crm.label)

    def _read(self) -> None:
        with self._finding_anew():
            state = self._crm.linked(self._mail(), self._place())
        now = sorted(str(ref) for ref in state.records) if state else None
        if state is not None:
            self._open_calls.close_without_effect(state)
        before = now if (earlier := self._open_calls.before()) is None else earlier
        self._save(before=before, portal_request=bool(state and state.portal_request))

    def _write(self) -> None:
        removes = self._crm.capabilities.removes
        if not removes and not self._adds():
            return
        mail = self._whole_mail()
        number = self._use.proposals.count_write(*self._key)
        call = self._call()
        before, known = state_of(call.before), number == 1 or call.done
        self._save(done=False)
        # The adapter reads anew before it writes; `before` tells it what was linked before this attempt's first call.
        try:
            with self._finding_anew():
                receipts = self._crm.link(
                    mail, self._place(), self._records(), before, self._removed() if removes else ()
                )
        except CRMError as error:
            self._save(done=known and not error.uncertain)
            raise
        if number > 1 or self._open_calls.newest() is not None:
            settled = {candidate_ref(target) for target in self._targets() if target.outcome in DONE}
            receipts = [_own(receipt, before) for receipt in receipts if receipt.ref not in settled]
        self._keep(receipts)
        # Behind the outcomes: a crash in between leaves the call open, and nothing linked is said not to be.
        self._save(done=True)
        for receipt in receipts:
            if receipt.outcome == Outcome.REFUSED and not receipt.permanent:
                raise CRMError(receipt.message, permanent=False, code=receipt.code)

    def _taking_off(self) -> dict[str, Callable[[], None]]:
        """The step for a vendor whose link call takes nothing off: of the bot's own links it can take back some."""
        off = self._vendor in self._use.crms and not self._crm.capabilities.removes and self._removed()
        return {"take_off": self._take_off} if off else {}

    def _take_off(self) -> None:
        links = [Receipt(candidate_ref(t), Outcome.LINKED, None, t.vendor_ref, t.before) for t in self._off()]
        for receipt in self._crm.unlink(self._place(), links):
            gone = receipt.outcome is Outcome.UNLINKED and receipt.verified is not False
            self._keep([receipt if gone else replace(receipt, outcome=Outcome.REFUSED)])

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
        receipts = [_receipt(t) for t in self._targets() if t.outcome in (*DONE, Outcome.UNLINKED)]
        if receipts:
            self._keep(self._crm.verify(self._mail(), self._place(), receipts))

    def _note(self) -> None:
        """Write the activity. The adapter looks first, so that it may be tried again."""
        self._keep(self._crm.write_activity(self._mail(), self._records()))

    def _find_linked(self) -> None:
        """Where the mail lies now; it may have been moved since it was linked."""
        if self._crm.capabilities.needs_mailbox:
            place = self._look(known := self._place_when_linked()) or known
            self._save(place=_place_to_json(place) if place else None)

    def _unlink(self) -> None:
        """Take back what was done. What the vendor then shows to be otherwise is not undone, whatever it said."""
        # As it was done: after a crash behind this step's outcomes the vendor is asked the same once more.
        self._keep(self._crm.unlink(self._place(), [done(target) for target in self._targets()]))
        left = [target for target in self._targets() if not _is_undone(target)]
        for target in left:
            target.outcome = NOT_UNDONE
        self._use.proposals.save_targets(left)

    def _place_when_linked(self) -> MailPlace | None:
        for target in self._use.undoing.possible(self._proposal):
            if target.vendor == self._vendor:
                return _place(self._use.proposals.call(self._proposal.id, target.attempt, self._vendor).place)
        return None

    def _refuse(self, verdict: Verdict, outcome: str) -> None:
        # An activity that was perhaps written is looked for at the next try.
        if not verdict["permanent"] and verdict["code"] not in (DEFECT_CODE, DATABASE_CODE, MAILBOX_CODE):
            self._use.suspect(self._vendor, self._proposal.team, self._proposal.channel)
        work = self._call().work
        if work == Work.LINK and (is_open(self._call()) or self._open_calls.newest() is not None):
            outcome = UNCERTAIN
        # What a vendor confirmed before a later step failed stays confirmed.
        confirmed = () if outcome == NOT_UNDONE else (*DONE, Outcome.UNLINKED)
        refused = [target for target in self._targets() if target.outcome not in confirmed]
        for target in refused:
            target.outcome, target.code = outcome, verdict["code"]
            target.message = Sentence.load(verdict["message"]).dump()
        self._use.proposals.save_targets(refused)

    def _keep(self, receipts: Sequence[Receipt]) -> None:
        targets = {candidate_ref(target): target for target in self._targets()}
        for receipt in receipts:
            target = targets[receipt.ref]
            target.outcome, target.verified = receipt.outcome, receipt.verified
            target.message, target.code = receipt.message.dump(), receipt.code
            target.vendor_ref = receipt.vendor_ref
            target.before = dict(receipt.before) if receipt.before is not None else target.before
        self._use.proposals.save_targets(targets[receipt.ref] for receipt in receipts)

    def _records(self) -> list[Record]:
        records = []
        for target in self._targets():
            if target.remove:
                continue
            record = self._use.directory.get(candidate_ref(target))
            if record is None:
                raise CRMError(RECORD_GONE, permanent=True, code="record_gone")
            records.append(record)
        return records

    def _adds(self) -> bool:
        return any(not target.remove for target in self._targets())

    def _off(self) -> list[Target]:
        return [target for target in self._targets() if target.remove]

    def _removed(self) -> list[RecordRef]:
        return [candidate_ref(target) for target in self._off()]

    def _whole_mail(self) -> Mail:
        """The mail with the attachments that go along, for a vendor that takes them."""
        most = self._crm.capabilities.attachment_bytes
        if most is None:
            return self._mail()
        return self._use.fetch.fill(self._mail(), self._proposal, most)

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


def _own(receipt: Receipt, before: LinkState | None) -> Receipt:
    """After a repeated call: what is "already linked" now and was not before was linked by the earlier call."""
    ours = before is None or receipt.ref not in before.records
    return replace(receipt, outcome=Outcome.LINKED) if receipt.outcome == Outcome.ALREADY and ours else receipt


def _is_undone(target: Target) -> bool:
    wanted = Outcome.RESTORED if target.remove else Outcome.UNLINKED
    return target.outcome == wanted and target.verified is not False


def _receipt(target: Target) -> Receipt:
    return Receipt(
        candidate_ref(target),
        Outcome(target.outcome),
        target.verified,
        target.vendor_ref,
        target.before,
        Sentence.load(target.message),
        target.code,
    )


def _place_to_json(place: MailPlace) -> dict[str, Any]:
    return {name: getattr(place, name) for name in MailPlace.__slots__}


def _place(stored: Mapping[str, Any] | None) -> MailPlace | None:
    return MailPlace(**stored) if stored else None
