"""Proposals as people see them: what storage holds, turned into what a card or a modal shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.connections import Channels
from bot.crm import CRM, OCCUPIED, CRMError, LinkState, Outcome
from bot.directory import Directory
from bot.language import SILENCE, Sentence
from bot.mail import IdSource, Mail, MessageId, Participant, from_json
from bot.matching import SURE_TIMES, Evidence
from bot.proposals.contents import Contents, going_along
from bot.proposals.creations import creation_view, unknown_people
from bot.proposals.outcomes import MAIL_NOT_FOUND, UNCERTAIN, candidate_ref, link_ref, told
from bot.proposals.undoing import Undoing
from bot.records import Category, Record, RecordRef
from bot.surface import (
    CandidateView,
    CreationView,
    EvidenceView,
    FileView,
    InTheWayView,
    LearnedView,
    NamedView,
    OutcomeView,
    ProposalView,
)
from storage.aliases import Aliases
from storage.creations import Creations
from storage.links import TAKEN_OFF, Links
from storage.proposals import Proposals
from storage.tables import UNDER_WAY, Candidate, Link, LinkCall, Proposal, ProposalState, Target, Work

# Codes of failures before the vendor was asked: without the mail's place, or its text, it cannot be.
UNASKED = (MAIL_NOT_FOUND, "mailbox", "mail_forgotten")
ENDED = (ProposalState.LINKED, ProposalState.PARTLY_LINKED, ProposalState.FAILED)


def evidence_to_json(evidence: tuple[Evidence, ...]) -> str:
    """Evidence as it is sealed beside a candidate."""
    return json.dumps([asdict(EvidenceView(e.field, e.mail, e.record)) for e in evidence])


def in_zone(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment as the forwarder's mail program showed it: without a zone of its own it is the office's time."""
    return moment.replace(tzinfo=zone) if moment is not None and moment.tzinfo is None else moment


class ProposalReader:
    """Reads whole proposals for showing, and the mail of a proposal for the vendor call."""

    def __init__(
        self,
        proposals: Proposals,
        links: Links,
        crms: Mapping[str, CRM],
        directory: Directory | None = None,
        *,
        aliases: Aliases | None = None,
        creations: Creations | None = None,
        channels: Channels | None = None,
    ) -> None:
        """`directory` gives names to records that the mail does not mention; `aliases` tell what it taught, `creations`
        what was created for it, and `channels` which CRMs a conversation is about."""
        self._channels = channels
        self._creations = creations
        self._aliases = aliases
        self._directory = directory
        self._proposals = proposals
        self._links = links
        self._crms = crms
        self._undoing = Undoing(proposals, links, crms)

    def vendors(self, channel: str) -> tuple[str, ...]:
        """The CRMs that a conversation is about."""
        return self._channels.of(channel).vendors if self._channels else tuple(self._crms)

    def view(
        self,
        proposal: Proposal,
        *,
        with_pages: bool = False,
        fresh: Sequence[tuple[Candidate, str]] | None = None,
    ) -> ProposalView:
        """What to show. `with_pages` asks the CRM for the records' pages, which takes a call each: they are not to be
        stored. `fresh` are the candidates with their evidence of one that was written down just now, for which nothing
        else can be there yet."""
        calls = self._proposals.calls(proposal.id, proposal.attempt) if fresh is None else []
        undo = any(call.work == Work.UNDO for call in calls)
        contents = Contents.load(self._proposals.contents(proposal))
        carriers = {v: most for v, crm in self._crms.items() if (most := crm.capabilities.attachment_bytes)}
        going = going_along(contents.files, proposal.attachments, min(carriers.values(), default=0))
        undo_ended = undo and proposal.state not in UNDER_WAY
        candidates = list(self._proposals.candidates(proposal.id) if fresh is None else fresh)
        tried = proposal.attempt > 0  # before the first attempt nothing can be linked, failed or undone
        standing = self._links.standing(proposal.id) if tried else []
        back = self._undoing.possible(proposal) if tried else []
        last = told(self._proposals, proposal.id, proposal.attempt) if tried else []
        failed = undo_ended and self._undo_failed(proposal, standing)
        # After an undo the card still tells who did what stands.
        by, at = (
            self._author(proposal) if undo_ended and (standing or failed) else (proposal.acted_by, proposal.acted_at)
        )
        outcomes = self._outcomes(
            proposal, last, standing, back, undoing=undo and not undo_ended, with_pages=with_pages
        )
        # What was done at a CRM that the conversation is no longer about is still told.
        vendors = {*self.vendors(proposal.channel), *(one.ref.vendor for one in outcomes)}
        here = {vendor: crm for vendor, crm in self._crms.items() if vendor in vendors}
        candidates = [one for one in candidates if one[0].vendor in here]
        creations = self._creation_views(proposal, with_pages=with_pages) if fresh is None else ()
        known = [
            *(row.name for row, _ in candidates if row.picked),
            *(t.name for t in last),
            *(c.name for c in creations),
        ]
        return ProposalView(
            id=proposal.id,
            team=proposal.team,
            channel=proposal.channel,
            thread_ts=proposal.thread_ts,
            card_ts=proposal.card_ts,
            card_bare=proposal.card_bare,
            state=ProposalState(proposal.state),
            sender=str(_sender(proposal)),
            subject=proposal.subject,
            date=proposal.sent_at,
            forwarded_by=proposal.forwarded_by,
            held_for=proposal.held_for,
            never=contents.never,
            vendors={vendor: crm.label for vendor, crm in here.items()},
            undoable=frozenset(vendor for vendor, crm in self._crms.items() if crm.capabilities.undo),
            candidates=tuple(self._candidate(row, evidence) for row, evidence in candidates),
            outcomes=outcomes,
            acted_by=by,
            acted_at=at,
            undone=undo_ended and bool(proposal.acted_by) and not failed and not standing,
            attempt=proposal.attempt,
            undoing=undo and proposal.state in UNDER_WAY,
            undo_failed_by=proposal.acted_by if failed else "",
            undid_by=proposal.acted_by if undo_ended and standing and not failed else "",
            undo_takes_off=tuple(target.name for target in back if not target.remove),
            undo_restores=tuple(target.name for target in back if target.remove),
            kind=contents.kind,
            about=contents.about,
            not_found=contents.not_found,
            unknown=unknown_people(contents.not_found, known),
            files=tuple(FileView(f.number, f.name, f.size, f in going) for f in contents.files),
            carriers=carriers,
            can_note=self._can_note(proposal, last),
            in_the_way=self._in_the_way(proposal, last, [row for row, _ in candidates], calls),
            learned=self._learned(proposal),
            portal=tuple(call.vendor for call in calls if call.portal_request),
            creators=tuple(vendor for vendor, crm in here.items() if crm.creator is not None),
            creations=creations,
            limits={
                (vendor, category): most
                for vendor, crm in here.items()
                for category, most in crm.capabilities.categories.items()
            },
        )

    def own_links(self, proposal_id: str) -> list[Target]:
        """The bot's own links that stand and that their vendor can take back."""
        return self._undoing.own(proposal_id)

    def _candidate(self, row: Candidate, evidence: str) -> CandidateView:
        return CandidateView(
            ref=candidate_ref(row),
            category=Category(row.category),
            name=row.name,
            detail=row.detail,
            probability=row.probability,
            picked=row.picked,
            evidence=tuple(EvidenceView(**item) for item in json.loads(evidence or "[]")),
        )

    def _undo_failed(self, proposal: Proposal, standing: Sequence[Link]) -> bool:
        """Whether the undo left something that it was to take back, or could not even try to."""
        targets = self._proposals.targets(proposal.id, proposal.attempt)
        if any(target.outcome not in (Outcome.UNLINKED, Outcome.RESTORED) for target in targets):
            return True
        # The undo of a press that took something off leaves alone what other presses linked.
        whole = not any(target.remove for target in targets)
        return whole and any(link.outcome == Outcome.LINKED for link in standing)

    def _author(self, proposal: Proposal) -> tuple[str, datetime | None]:
        """Who did, before the undo, what the card tells of now, and when."""
        targets = self._proposals.targets(proposal.id, proposal.attempt)
        restored = {candidate_ref(target) for target in targets if target.outcome == Outcome.RESTORED}
        earlier = [link for link in self._links.of(proposal.id) if link.attempt < proposal.attempt]
        linked = [link for link in earlier if link.outcome != TAKEN_OFF]
        for link in reversed(linked):
            if link.undone_at is None or link_ref(link) in restored:
                return link.linked_by, link.linked_at
        if not earlier:
            return proposal.acted_by, proposal.acted_at
        last = earlier[-1]
        return (last.linked_by, last.linked_at) if last.outcome == TAKEN_OFF else (last.undone_by, last.undone_at)

    def _outcomes(
        self,
        proposal: Proposal,
        last: Sequence[Target],
        standing: Sequence[Link],
        back: Sequence[Target],
        *,
        undoing: bool,
        with_pages: bool,
    ) -> tuple[OutcomeView, ...]:
        """The current attempt's records with what failed before it and is still to be done (`last`), and what earlier
        attempts linked and nobody has undone (of `standing`). `back` is what can be undone."""
        can_undo = {candidate_ref(target) for target in back}
        noted = {link_ref(link) for link in standing if link.outcome == Outcome.NOTED}
        outcomes = {
            ref: OutcomeView(
                ref,
                Category(t.category),
                t.name,
                t.detail,
                "" if undoing and t.attempt == proposal.attempt and _to_undo(t) else t.outcome,
                t.verified,
                _message(t),
                can_undo=ref in can_undo,
                remove=t.remove,
                noted=ref in noted,
            )
            for t in last
            if (ref := candidate_ref(t))
        }
        # Of a record with an activity and a link, the link is the newer one.
        for ref, link in {link_ref(link): link for link in standing}.items():
            known = outcomes.get(ref)
            if known is None or not known.outcome:
                outcomes[ref] = OutcomeView(
                    ref,
                    Category(link.category),
                    link.record_name,
                    "",
                    link.outcome,
                    link.verified,
                    can_undo=ref in can_undo,
                    noted=ref in noted and link.outcome != Outcome.NOTED,
                )
        if not with_pages or proposal.state not in ENDED:
            return tuple(outcomes.values())
        return tuple(replace(outcome, url=self.web_link(outcome.ref)) for outcome in outcomes.values())

    def _in_the_way(
        self,
        proposal: Proposal,
        last: Sequence[Target],
        candidates: Sequence[Candidate],
        calls: Sequence[LinkCall],
    ) -> tuple[InTheWayView, ...]:
        """What the vendors showed to have the only place of what is picked, or of what was left out for that reason.
        `calls` are those of the current attempt."""
        wanted: list[tuple[Candidate | Target, int]] = []
        if proposal.state == ProposalState.OPEN and proposal.attempt == 0:
            wanted = [(row, 0) for row in candidates if row.picked]
        elif proposal.state in (ProposalState.FAILED, ProposalState.PARTLY_LINKED):
            wanted = [(target, target.attempt) for target in last if target.code == OCCUPIED]
        before = {
            (attempt, call.vendor): call.before
            for attempt in {attempt for _, attempt in wanted}
            for call in (calls if attempt == proposal.attempt else self._proposals.calls(proposal.id, attempt))
        }
        found: dict[RecordRef, InTheWayView] = {}
        for row, attempt in wanted:
            if row.vendor not in self._crms or not (now := before.get((attempt, row.vendor))):
                continue
            record = Record(candidate_ref(row), Category(row.category), row.name)
            state = LinkState(frozenset(RecordRef.parse(text) for text in now))
            for ref in self._crms[row.vendor].in_the_way([record], state):
                found[ref] = InTheWayView(ref, self._name(ref), row.name)
        return tuple(found.values())

    def _name(self, ref: RecordRef) -> str:
        record = self._directory.get(ref) if self._directory else None
        return " · ".join(filter(None, (record.reference, record.name))) if record else ""

    def _can_note(self, proposal: Proposal, last: Sequence[Target]) -> tuple[str, ...]:
        """The vendors that take activities and at which the last attempt failed because the mail is in no mailbox."""
        if proposal.state not in (ProposalState.FAILED, ProposalState.PARTLY_LINKED):
            return ()
        nowhere = {t.vendor for t in last if t.code == MAIL_NOT_FOUND and not t.remove}
        return tuple(sorted(v for v in nowhere if v in self._crms and self._crms[v].capabilities.activity))

    def _learned(self, proposal: Proposal) -> tuple[LearnedView, ...]:
        if self._aliases is None or proposal.state not in ENDED:
            return ()
        return tuple(
            LearnedView(alias.id, words, alias.record_name, alias.times >= SURE_TIMES)
            for alias, words in self._aliases.taught_by(proposal.id)
            if alias.id is not None
        )

    def _creation_views(self, proposal: Proposal, *, with_pages: bool) -> tuple[CreationView, ...]:
        if self._creations is None:
            return ()
        return tuple(
            creation_view(self._creations, row, partial(self._named, with_pages=with_pages))
            for row in self._creations.of_proposal(proposal.id)
        )

    def _named(self, ref: RecordRef, name: str = "", *, with_pages: bool) -> NamedView:
        return NamedView(ref, name or self._name(ref), self.web_link(ref) if with_pages else None)

    def web_link(self, ref: RecordRef) -> str | None:
        """The record's page in its CRM, asked for just now; None where there is none."""
        if ref.vendor not in self._crms:
            return None
        try:
            return self._crms[ref.vendor].web_link(ref)
        except CRMError:
            return None  # the outcome matters more than a way to click to it

    def thread(self, team: str, mail: Mail) -> tuple[frozenset[RecordRef], frozenset[RecordRef]]:
        """The records that this mail, or one that it answers, is linked to already; and those that a person took off
        one of them, and that are not linked again."""
        links = self._links.of_messages(team, [*(one.value for one in mail.message_ids), *mail.thread_ids])
        # A removal that was taken back is no link of ours, and a link that was taken back is gone.
        linked = {link_ref(one) for one in links if one.undone_at is None and one.outcome != TAKEN_OFF}
        gone = {link_ref(one) for one in links if (one.outcome != TAKEN_OFF) == (one.undone_at is not None)}
        return frozenset(linked), frozenset(gone - linked)

    def mail(self, proposal: Proposal) -> Mail:
        """The mail for the vendor call: whole while it is kept, afterwards the headers that the log keeps."""
        kept = self._proposals.mail(proposal.id)
        if kept is not None:
            return from_json(kept)
        # Under which Message-ID it was found is in the log; a forward may tell none, or another one.
        logged = [link.message_id for link in self._links.of(proposal.id)]
        message_id = next((one for one in logged if one != proposal.message_id), proposal.message_id)
        return Mail(
            sender=_sender(proposal),
            subject=proposal.subject,
            date=proposal.sent_at,
            message_ids=(MessageId(message_id, IdSource.OWN),) if message_id else (),
        )


def _to_undo(target: Target) -> bool:
    """Whether a record of an undo still has the outcome that it is to take back."""
    return target.outcome == (Outcome.UNLINKED if target.remove else Outcome.LINKED)


def _message(target: Target) -> Sentence:
    """The sentence of a target. That a call's effect is unknown is said for all of them at once; of each only why the
    vendor could not be asked again."""
    told = target.outcome != UNCERTAIN or target.code in UNASKED
    return Sentence.load(target.message) if told else SILENCE


def _sender(proposal: Proposal) -> Participant:
    return Participant(proposal.sender_name or None, proposal.sender_address or None)
