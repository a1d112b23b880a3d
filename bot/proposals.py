"""Proposals as people see them: what storage holds, turned into what a card or a modal shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.contents import Contents, going_along
from bot.crm.port import CRM, CRMError
from bot.mail import IdSource, Mail, MessageId, Participant, from_json
from bot.matching import Evidence
from bot.outcomes import MAIL_NOT_FOUND, candidate_ref, link_ref, told, undoable
from bot.records import Category, RecordRef
from bot.surface import CandidateView, EvidenceView, FileView, OutcomeView, ProposalView
from storage.links import Links
from storage.proposals import UNDER_WAY, Proposals
from storage.tables import Candidate, Proposal, ProposalState, Work

ENDED = (ProposalState.LINKED, ProposalState.PARTLY_LINKED, ProposalState.FAILED)


def evidence_to_json(evidence: tuple[Evidence, ...]) -> str:
    """Evidence as it is sealed beside a candidate."""
    return json.dumps([asdict(EvidenceView(e.field, e.mail, e.record)) for e in evidence])


def in_zone(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment as the forwarder's mail program showed it: without a zone of its own it is the office's time."""
    return moment.replace(tzinfo=zone) if moment is not None and moment.tzinfo is None else moment


class ProposalReader:
    """Reads whole proposals for showing, and the mail of a proposal for the vendor call."""

    def __init__(self, proposals: Proposals, links: Links, crms: Mapping[str, CRM]) -> None:
        self._proposals = proposals
        self._links = links
        self._crms = crms

    def view(self, proposal: Proposal, *, with_pages: bool = False) -> ProposalView:
        """What to show. `with_pages` asks the CRM for the records' pages, which takes a call each: they are not to be
        stored."""
        links = self._links.of(proposal.id)
        standing = [link for link in links if link.undone_at is None]
        calls = self._proposals.calls(proposal.id, proposal.attempt)
        undo = any(call.work == Work.UNDO for call in calls)
        contents = Contents.load(self._proposals.contents(proposal))
        carriers = {v: most for v, crm in self._crms.items() if (most := crm.capabilities.attachment_bytes)}
        going = going_along(contents.files, proposal.attachments, min(carriers.values(), default=0))
        # After an undo that failed the card still tells who linked the mail.
        kept = standing[-1] if undo and standing and proposal.state in ENDED else None
        return ProposalView(
            id=proposal.id,
            team=proposal.team,
            channel=proposal.channel,
            thread_ts=proposal.thread_ts,
            card_ts=proposal.card_ts,
            state=ProposalState(proposal.state),
            sender=str(_sender(proposal)),
            subject=proposal.subject,
            date=proposal.sent_at,
            vendors={vendor: crm.label for vendor, crm in self._crms.items()},
            undoable=frozenset(vendor for vendor, crm in self._crms.items() if crm.capabilities.undo),
            candidates=tuple(
                self._candidate(row, evidence) for row, evidence in self._proposals.candidates(proposal.id)
            ),
            outcomes=self._outcomes(proposal, with_pages),
            acted_by=kept.linked_by if kept else proposal.acted_by,
            acted_at=kept.linked_at if kept else proposal.acted_at,
            undone=bool(links)
            and all(link.undone_at for link in links)
            and (proposal.state == ProposalState.OPEN or (undo and proposal.state == ProposalState.FAILED)),
            attempt=proposal.attempt,
            undoing=undo and proposal.state in UNDER_WAY,
            undo_failed_by=proposal.acted_by if kept else "",
            not_found=contents.not_found,
            files=tuple(FileView(f.number, f.name, f.size, f in going) for f in contents.files),
            carriers=carriers,
            can_note=self._can_note(proposal),
            portal=tuple(call.vendor for call in calls if call.portal_request),
            limits={
                (vendor, category): most
                for vendor, crm in self._crms.items()
                for category, most in crm.capabilities.categories.items()
            },
        )

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

    def _outcomes(self, proposal: Proposal, with_pages: bool) -> tuple[OutcomeView, ...]:
        """The current attempt's records, and what earlier attempts linked and nobody has undone."""
        can_undo = {link_ref(link) for link in undoable(self._links, self._crms, proposal.id)}
        outcomes = {
            ref: OutcomeView(
                ref, Category(t.category), t.name, t.detail, t.outcome, t.verified, t.message, can_undo=ref in can_undo
            )
            for t in told(self._proposals, proposal.id, proposal.attempt)
            if (ref := candidate_ref(t))
        }
        for link in self._links.standing(proposal.id):
            ref = link_ref(link)
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
                )
        if not with_pages or proposal.state not in ENDED:
            return tuple(outcomes.values())
        return tuple(replace(outcome, url=self.web_link(outcome.ref)) for outcome in outcomes.values())

    def _can_note(self, proposal: Proposal) -> tuple[str, ...]:
        """The vendors that take activities and at which the last attempt failed because the mail is in no mailbox."""
        if proposal.state not in (ProposalState.FAILED, ProposalState.PARTLY_LINKED):
            return ()
        last = told(self._proposals, proposal.id, proposal.attempt)
        nowhere = {t.vendor for t in last if t.code == MAIL_NOT_FOUND and not t.remove}
        return tuple(sorted(v for v in nowhere if v in self._crms and self._crms[v].capabilities.activity))

    def web_link(self, ref: RecordRef) -> str | None:
        """The record's page in its CRM, asked for just now; None where there is none."""
        if ref.vendor not in self._crms:
            return None
        try:
            return self._crms[ref.vendor].web_link(ref)
        except CRMError:
            return None  # the outcome matters more than a way to click to it

    def thread(self, team: str, mail: Mail) -> frozenset[RecordRef]:
        """The records that this mail, or one that it answers, is linked to already."""
        links = self._links.of_messages(team, [*(one.value for one in mail.message_ids), *mail.thread_ids])
        return frozenset(link_ref(link) for link in links)

    def mail(self, proposal: Proposal) -> Mail:
        """The mail for the vendor call: whole while it is kept, afterwards the headers that the log keeps."""
        kept = self._proposals.mail(proposal.id)
        if kept is not None:
            return from_json(kept)
        return Mail(
            sender=_sender(proposal),
            subject=proposal.subject,
            date=proposal.sent_at,
            message_ids=(MessageId(proposal.message_id, IdSource.OWN),) if proposal.message_id else (),
        )


def _sender(proposal: Proposal) -> Participant:
    return Participant(proposal.sender_name or None, proposal.sender_address or None)
