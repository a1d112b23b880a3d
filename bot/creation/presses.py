"""What people can do: ask for the window's contents, look for duplicates, have a record created, go on, take back."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.creation.claims import claim_of
from bot.creation.drafts import draft_of, people_of
from bot.creation.sheets import About, End, Hit, Outcome, Sheet, Wish
from bot.creation.workflow import CreationWorkflow
from bot.crm import CRM, Creator, CRMError, Part
from bot.directory import Directory
from bot.language import SILENCE, Sentence, sentence
from bot.linking import Answer, Choice, Linking, Reply
from bot.mail import Contact, contact_of
from bot.proposals import ProposalReader, draft_of_creation
from bot.records import Category, RecordRef
from bot.surface import ProposalView
from storage.creations import Creations
from storage.proposals import Proposals
from storage.tables import Creation, CreationState, InterestState, now

LOOK_SECONDS = 0.1
MOST_HITS = 8
MOST_KNOWN = 60

GONE = sentence("create.proposal_gone")
NO_CREATOR = sentence("create.no_crm")


@dataclass(kw_only=True)
class Creating:
    """The presses, each a compare-and-set; the work itself is a durable workflow (`bot.creation.workflow`)."""

    creations: Creations
    proposals: Proposals
    reader: ProposalReader
    directory: Directory
    crms: Mapping[str, CRM]
    linking: Linking
    workflow: CreationWorkflow
    region: str
    new_id: Callable[[], str] = field(default=lambda: uuid.uuid4().hex)

    def sheet(
        self, proposal_id: str, vendor: str, kind: str = "", creation_id: str = "", who: str = ""
    ) -> Sheet | None:
        """What the window shows before the vendor is asked; None where the mail or the CRM is gone. `who` is one of the
        people of the sheet; the first of them where nobody is named."""
        proposal, crm = self.proposals.get(proposal_id), self.crms.get(vendor)
        if proposal is None or crm is None or crm.creator is None:
            return None
        kinds = tuple((name, of[0]) for name, of in _kinds(crm))
        view = self.reader.view(proposal)
        row = self.creations.get(creation_id) if creation_id else None
        draft = draft_of_creation(self.creations, row) if row else None
        there = _picked(view, vendor)
        people: dict[str, Contact] = {}
        if draft is None:
            writer = contact_of(self.reader.mail(proposal), self.directory.staff, self.region)
            people = people_of(writer, view.unknown, writer_is_known=bool(there))
            who = who if who in people else next(iter(people), "")
            named = next((one for one in kinds if one[0] == kind), kinds[0])
            draft = draft_of(people.get(who, writer), *named, self.region)
            beside = people.get(who, writer) is not writer
        else:
            beside = bool(row and there.intersection(row.also))
        abouts = tuple(self._abouts(view, crm, draft.kind))
        return Sheet(
            view=view,
            vendor=vendor,
            draft=draft,
            kinds=kinds,
            known=tuple(row.known) if row else (),
            people=tuple(people),
            who=who,
            also=tuple(About(*one) for one in _also(view, leave=there if not beside else ())),
            ticked=tuple(row.also) if row else None,
            abouts=abouts,
            interested=(row.about,) if row and row.about else tuple(str(one.ref) for one in abouts[:1]),
            creation=row.id if row and row.state != CreationState.CREATED else "",
            attempt=row.attempt if row else 0,
            demanded=(*draft.more, *((row.field,) if row and row.missing else ())),
            message=Sentence.load(row.message) if row else SILENCE,
            wrong=row.field if row else "",
        )

    def asked(self, sheet: Sheet, *, with_hits: bool = True) -> Sheet:
        """The same with what the vendor says: the form, who may be the same, and their pages. It takes a few calls."""
        try:
            creator = self._creator(sheet.vendor)
            form = creator.form(sheet.draft.kind, sheet.demanded)
            companies = tuple(creator.companies(sheet.draft)) if sheet.draft.category is Category.PERSON else ()
            found = self._hits(sheet) if with_hits else list(sheet.hits)
        except CRMError as error:
            return replace(sheet, message=error.message)
        shown = [Hit(one.record, one.reasons, self.reader.web_link(one.record.ref)) for one in found[:MOST_HITS]]
        known = tuple(dict.fromkeys([*sheet.known, *(str(one.record.ref) for one in found)]))
        return replace(sheet, form=form, companies=companies[:MOST_HITS], hits=tuple(shown), known=known)

    def new_hits(self, sheet: Sheet) -> Sheet | None:
        """The sheet with who may be the same, where there is somebody whom the person was not shown; else None. Raises
        CRMError."""
        found = self._creator(sheet.vendor).duplicates(sheet.draft)[:MOST_KNOWN]
        if all(str(one.record.ref) in sheet.known for one in found):
            return None
        hits = tuple(Hit(one.record, one.reasons) for one in found)
        return self.asked(replace(sheet, hits=hits), with_hits=False)

    def create(self, wish: Wish) -> Outcome:
        """Begin to create. The same press twice begins once; somebody whom another creation is about is taken."""
        proposal = self.proposals.get(wish.proposal_id)
        if proposal is None:
            return Outcome(End.FAILED, message=GONE)
        claim = claim_of(proposal.team, wish.vendor, wish.draft)
        draft = json.dumps(wish.draft.to_json(), ensure_ascii=False)
        wanted: dict[str, Any] = {
            "claim": claim,
            "known": sorted(wish.known),
            "shares": wish.shares,
            "also": list(wish.also),
            "about": wish.about,
            "about_name": self._name(wish.about),
            "interest": InterestState.WANTED if wish.about else InterestState.NONE,
            "asked_by": wish.user,
            "kind": wish.draft.kind,
            "category": wish.draft.category,
        }
        known = self.creations.get(wish.creation) if wish.creation else None
        if known is not None and known.proposal_id == proposal.id:
            begun = self.creations.go_on(known.id, wish.attempt, wanted, draft)
        else:
            row = Creation(
                id=wish.press or self.new_id(),
                team=proposal.team,
                channel=proposal.channel,
                proposal_id=proposal.id,
                vendor=wish.vendor,
                **wanted,
            )
            begun = self.creations.begin(row, draft)
        if begun.won:
            self.workflow.start(begun.creation)
            return Outcome(End.WORKING, begun.creation)
        own = begun.creation.proposal_id == proposal.id and begun.creation.id in (wish.press, wish.creation)
        return Outcome(End.WORKING if own else End.TAKEN, begun.creation)

    def wait(self, creation_id: str, seconds: float) -> Outcome:
        """What became of it, within so many seconds."""
        until = time.monotonic() + seconds
        while True:
            row = self.creations.get(creation_id)
            if row is None:
                return Outcome(End.FAILED, message=GONE)
            if row.state != CreationState.PLANNED or time.monotonic() > until:
                end = End.WORKING if row.state == CreationState.PLANNED else End(row.state)
                return Outcome(end, row, Sentence.load(row.message))
            time.sleep(LOOK_SECONDS)

    def use(self, proposal_id: str, ref: RecordRef, also: Sequence[RecordRef], user: str) -> Reply | None:
        """Link to somebody who is there already, instead of creating; None where the vendor no longer shows them."""
        if (record := self._creator(ref.vendor).fetch(ref)) is None:
            return None
        self.directory.keep(record)
        reply = self.linking.confirm(proposal_id, user, Choice([ref, *also]))
        if reply.answer in (Answer.STARTED, Answer.NOTHING_NEW):
            self.creations.settle(proposal_id, str(ref))
        return reply

    def undo(self, proposal_id: str, user: str) -> Reply:
        """Undo of a mail: what was linked, as `Linking.undo` does it, and the interest that was noted with a creation,
        also at a CRM that takes no link back. The record stays."""
        reply = self.linking.undo(proposal_id, user)
        if reply.answer not in (Answer.STARTED, Answer.UNDO_BY_HAND, Answer.NOTHING_TO_UNDO):
            return reply
        if not self._take_back(proposal_id, user):
            return reply
        if reply.answer is Answer.STARTED:
            return reply
        self.linking.show_card(proposal_id)
        return Reply(Answer.STARTED, reply.view) if reply.answer is Answer.NOTHING_TO_UNDO else reply

    def _take_back(self, proposal_id: str, user: str) -> bool:
        """Whether there was interest to take back: each creation's is taken once, whoever presses with it."""
        taken = [row for row in self.creations.of_proposal(proposal_id) if self.creations.take_interest(row.id, user)]
        for row in taken:
            self.workflow.start_taking_back(row)
        return bool(taken)

    def resume(self, older_than: timedelta) -> None:
        """Start what a crash left between the row and its workflow; starting it twice is harmless."""
        for row in self.creations.left(now() - older_than):
            if row.interest == InterestState.TO_TAKE_BACK:
                self.workflow.start_taking_back(row)
            else:
                self.workflow.start(row)

    def expire(self, older_than: timedelta) -> None:
        """Forget the drafts that nobody went on with for so long."""
        self.creations.expire(now() - older_than)

    def _creator(self, vendor: str) -> Creator:
        crm = self.crms.get(vendor)
        if crm is None or crm.creator is None:
            raise CRMError(NO_CREATOR, permanent=True, code="no crm")
        return crm.creator

    def _hits(self, sheet: Sheet) -> list[Hit]:
        if not any(sheet.draft.part(part) for part in Part):
            return []
        found = self._creator(sheet.vendor).duplicates(sheet.draft)[:MOST_KNOWN]
        return [Hit(one.record, one.reasons) for one in found]

    def _abouts(self, view: ProposalView, crm: CRM, kind: str) -> Iterator[About]:
        """The properties or deals that the mail is about, picked or linked, and a new record of this kind can be
        interested in."""
        wanted = crm.capabilities.relatable.get(kind, frozenset())
        told = [(o.ref, o.category, o.name) for o in view.outcomes if not o.remove]
        told += [(c.ref, c.category, c.name) for c in view.candidates if c.picked]
        for ref in dict.fromkeys(ref for ref, category, _ in told if category in wanted and ref.vendor == crm.vendor):
            category, name = next((category, name) for one, category, name in told if one == ref)
            yield About(ref, category, name)

    def _name(self, about: str) -> str:
        record = self.directory.get(RecordRef.parse(about)) if about else None
        return record.name if record else ""


def _kinds(crm: CRM) -> Collection[tuple[str, tuple[Category, ...]]]:
    return [(kind, of) for kind, of in crm.capabilities.creatable.items() if of]


def _picked(view: ProposalView, vendor: str) -> frozenset[str]:
    """The people and companies of a CRM that the card shows as picked."""
    people = (Category.PERSON, Category.COMPANY)
    candidates = view.candidates if not view.outcomes else ()
    return frozenset(str(c.ref) for c in candidates if c.picked and c.ref.vendor == vendor and c.category in people)


def _also(view: ProposalView, *, leave: Collection[str]) -> Iterator[tuple[RecordRef, Category, str]]:
    """What the card shows as picked. Those to `leave` are people in whose place the new one is linked; who is created
    beside somebody takes nobody's place."""
    for one in view.candidates if not view.outcomes else ():
        if one.picked and str(one.ref) not in leave:
            yield one.ref, one.category, one.name
