"""One attempt to create a record, as steps: look once more, call once, read where the outcome is unknown, look for
twins, link the mail, note the interest.

A call is counted before it is made, and an attempt makes one. What it brought is then only read. What steps find out is
kept in the creation's row, not in the workflow engine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.crm import (
    CRM,
    Creator,
    CRMError,
    Draft,
    Duplicate,
    DuplicateError,
    FieldError,
    Reason,
    is_draft,
    left_out,
)
from bot.directory import Directory
from bot.durable import Durable, Verdict, retried
from bot.language import Sentence, sentence
from bot.linking import Answer, Choice, Linking
from bot.proposals import draft_of_creation
from bot.records import Record, RecordRef
from bot.surface import UNDER_WAY
from storage.creations import Creations
from storage.locks import Locks
from storage.tables import Creation, CreationState, InterestState

NO_DRAFT = sentence("create.draft_gone")
NO_CRM = sentence("create.no_crm")
UNSETTLED = sentence("create.unsettled")
BUSY = sentence("create.busy")
SEVERAL = sentence("create.several")
# What speaks for two records being one person; a name alone does not.
TWIN_REASONS = frozenset({Reason.EMAIL, Reason.PHONE, Reason.NAME_AND_PLACE})
LINKED = "linked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the work needs. `waits` and `settle` are in seconds."""

    creations: Creations
    crms: Mapping[str, CRM]
    directory: Directory
    linking: Linking
    durable: Durable
    locks: Locks
    waits: Sequence[float]
    settle: float


class Attempt:
    """One attempt at one creation. Each step may be done once more after a crash."""

    def __init__(self, use: Tools, creation_id: str, attempt: int) -> None:
        self._use = use
        self._id = creation_id
        self._attempt = attempt

    def run(self) -> None:
        """Do the work; what became of it is in the row."""
        row = self._use.creations.get(self._id)
        # One after the other at a vendor: of two drafts of one person, of which neither shows that, the second look of
        # the later one sees what the earlier one made.
        with self._use.locks.hold(f"create {row.vendor if row else ''}"):
            if not (self._done("look", self._look) and self._done("create", self._create)):
                return
        if not self._done("read", self._read):
            return
        # There is a record: whatever fails from here on, it is said to be there.
        self._step("twins", self._twins)
        self._step("link", self._link)
        if not (related := self._step("relate", self._relate))["ok"]:
            self._use.durable.step("not related", lambda: self._not_related(related))
        self._use.durable.step("end", lambda: self._end(CreationState.CREATED))

    def _done(self, name: str, work: Callable[[], Any]) -> bool:
        """Whether a step went well and the creation goes on behind it; what failed ends it."""
        verdict = self._step(name, work)
        if not verdict["ok"]:
            self._use.durable.step("fail", lambda: self._fail(verdict))
            return False
        return self._goes_on()

    def _step(self, name: str, work: Callable[[], Any]) -> Verdict:
        return retried(self._use.durable, f"creation: {name}", work, self._use.waits, self._use.settle)

    def _goes_on(self) -> bool:
        return bool(self._use.durable.step("goes on", lambda: self._row().state == CreationState.PLANNED))

    def _look(self) -> None:
        """What came of an earlier attempt's call; and whether somebody is there by now whom nobody was shown."""
        row = self._row()
        if row.record or row.state != CreationState.PLANNED or row.sent_in >= self._attempt:
            return
        draft = self._draft()
        if row.sent_in and self._settled(row, draft):
            return
        found = self._creator.duplicates(draft)
        # Of namesakes who share nothing else the person saw as many as a window holds.
        if new := [
            each for each in found if str(each.record.ref) not in row.known and TWIN_REASONS.intersection(each.reasons)
        ]:
            self._found(new)
            return
        self._save(before=sorted(str(each.record.ref) for each in found))

    def _create(self) -> None:
        """The call; never a second one in the same attempt."""
        row = self._row()
        if row.record:
            return
        draft = self._draft()
        if not self._use.creations.count_call(self._id, self._attempt):
            if not self._settled(self._row(), draft):
                raise CRMError(UNSETTLED, permanent=False, code="unsettled", uncertain=True)
            return
        try:
            made = self._creator.create(draft, self._id, anyway=row.shares)
        except CRMError as error:
            if error.uncertain:
                raise CRMError(error.message, permanent=False, code=error.code, uncertain=True) from error
            self._save(sent_in=row.sent_in)  # refused: what an earlier attempt left open stays open
            if isinstance(error, DuplicateError):
                self._there(error.refs, error)
                return
            if isinstance(error, FieldError):
                self._save(field=error.field, missing=error.missing)
            raise
        self._save(record=str(made.ref), existing=made.existing)

    def _settled(self, row: Creation, draft: Draft) -> bool:
        """Whether a call whose outcome was unknown is seen to have made something. Of several that nobody was shown it
        cannot be told which one it made: a person chooses."""
        known = {RecordRef.parse(text) for text in (*row.known, *(row.before or ()))}
        found = self._creator.settle(draft, self._id, known)
        if len(found) == 1:
            self._save(record=str(found[0].ref))
        elif found:
            for record in found:
                self._use.directory.keep(record)
            others = [str(record.ref) for record in found]
            self._end(CreationState.UNKNOWN, others=others, message=SEVERAL.dump(), code="several")
        return bool(found)

    def _read(self) -> None:
        """The record as the vendor has it now. One that was there before and is somebody else is not linked to: people
        are asked."""
        row = self._row()
        if not row.record:
            return
        ref, draft = RecordRef.parse(row.record), self._draft()
        record = self._creator.fetch(ref)
        if record is None:
            # Made, and not to be seen with the rights of the API user.
            self._use.directory.keep(_as_drafted(ref, draft))
            self._save(record_name=draft.name, verified=None)
            return
        self._use.directory.keep(record)
        same = is_draft(replace(draft, phone="", mobile=""), record)
        if not same and (
            row.existing or row.record in (*row.known, *(row.before or ())) or not _has_name(draft, record)
        ):
            self._save(record="", existing=True)
            self._found([Duplicate(record, (Reason.EMAIL,))])
            return
        self._save(record_name=record.name, verified=True, left_out=list(left_out(draft, record)))

    def _twins(self) -> None:
        """Who may be the same and came at the same moment: then there are two, and both are shown."""
        row = self._row()
        twins = [
            str(each.record.ref)
            for each in self._creator.duplicates(self._draft())
            if TWIN_REASONS.intersection(each.reasons)
        ]
        there = {row.record, *row.known}
        self._save(others=[text for text in dict.fromkeys([*row.others, *twins]) if text not in there])

    def _link(self) -> None:
        row = self._row()
        if row.linked or not row.proposal_id:
            return
        ref, also = RecordRef.parse(row.record), [RecordRef.parse(text) for text in row.also]
        answer = self._confirm(row, [ref, *also])
        if answer in (Answer.RECORD_GONE, Answer.TOO_MANY) and also:
            answer = self._confirm(row, [ref])
        self._save(linked=LINKED if answer in (Answer.STARTED, Answer.NOTHING_NEW) else str(answer))

    def _confirm(self, row: Creation, picks: Sequence[RecordRef]) -> Answer:
        reply = self._use.linking.confirm(row.proposal_id, row.asked_by, Choice(picks))
        under_way = reply.view is not None and reply.view.state in UNDER_WAY
        if reply.answer is Answer.TAKEN and under_way:
            raise CRMError(BUSY, permanent=False, code="busy")
        return reply.answer

    def _relate(self) -> None:
        row = self._row()
        if row.interest != InterestState.WANTED:
            return
        found = self._creator.relate(RecordRef.parse(row.record), RecordRef.parse(row.about))
        state = InterestState.ALREADY if found.already else InterestState.NOTED
        self._save(interest=state, interest_verified=found.verified)

    def _not_related(self, verdict: Verdict) -> None:
        self._save(interest=InterestState.REFUSED, interest_message=verdict["message"])

    def _there(self, refs: Collection[RecordRef], error: CRMError) -> None:
        """The vendor names who has it already."""
        for ref in refs:
            if (record := self._creator.fetch(ref)) is not None:
                self._use.directory.keep(record)
        self._end(CreationState.FOUND, others=[str(ref) for ref in refs], message=error.message.dump(), code=error.code)

    def _found(self, new: Sequence[Duplicate]) -> None:
        for each in new:
            self._use.directory.keep(each.record)
        self._end(CreationState.FOUND, others=[str(each.record.ref) for each in new])

    def _fail(self, verdict: Verdict) -> None:
        row = self._row()
        if row.state != CreationState.PLANNED:
            return
        state = CreationState.UNKNOWN if row.sent_in or row.record else CreationState.FAILED
        self._end(state, message=Sentence.load(verdict["message"]).dump(), code=verdict["code"])

    def _end(self, state: CreationState, **values: Any) -> None:
        self._use.creations.end(self._id, state, **values)

    @property
    def _creator(self) -> Creator:
        crm = self._use.crms.get(self._row().vendor)
        if crm is None or crm.creator is None:
            raise CRMError(NO_CRM, permanent=True, code="no crm")
        return crm.creator

    def _row(self) -> Creation:
        row = self._use.creations.get(self._id)
        if row is None:
            raise CRMError(NO_DRAFT, permanent=True, code="gone")
        return row

    def _draft(self) -> Draft:
        draft = draft_of_creation(self._use.creations, self._row())
        if draft is None:
            raise CRMError(NO_DRAFT, permanent=True, code="draft gone")
        return draft

    def _save(self, **values: Any) -> None:
        self._use.creations.save(self._id, **values)


def _has_name(draft: Draft, record: Record) -> bool:
    """Whether the record is called as the draft says: what bears another name was there before."""
    return not {"family_name", "company"} & set(left_out(draft, record)) if draft.family_name else True


def _as_drafted(ref: RecordRef, draft: Draft) -> Record:
    return Record(
        ref,
        draft.category,
        draft.name,
        given_name=draft.given_name,
        family_name=draft.family_name,
        company=draft.company,
        emails=(draft.email,) if draft.email else (),
        phones=tuple(filter(None, (draft.phone, draft.mobile))),
    )
