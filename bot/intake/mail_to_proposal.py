"""From a mail to its proposal: what it is about, which records it mentions, stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.crm import CRM
from bot.directory import Directory
from bot.intake.held_back import HeldBack
from bot.intake.mail_words import words_of
from bot.mail import Mail, Participant, Understood, fingerprint, to_json, understand
from bot.matching import Match, not_found
from bot.proposals import Contents, ProposalReader, choose, evidence_to_json, files_of, in_zone
from bot.records import RecordRef, detail
from storage.proposals import Proposals
from storage.tables import Arrival, Candidate, Proposal

# So many of the best matches are looked at; of more where those of some CRMs are left out.
MOST_MATCHES = 20
MOST_OF_ALL = 100


@dataclass(frozen=True, slots=True)
class Found:
    """What a mail's card says of it, and the candidates with their evidence, best first."""

    contents: Contents
    candidates: list[tuple[Candidate, str]]


class MailToProposal:
    """Reads the directory, writes the proposal."""

    def __init__(
        self,
        proposals: Proposals,
        reader: ProposalReader,
        directory: Directory,
        *,
        crms: Mapping[str, CRM],
        zone: ZoneInfo,
        held_back: HeldBack,
    ) -> None:
        self._held_back = held_back
        self._proposals = proposals
        self._reader = reader
        self._directory = directory
        self._crms = crms
        self._zone = zone

    def propose(self, arrival: Arrival, mail: Mail) -> dict[str, Any]:
        """Gives the proposal's id, whether it is new, whether it came with this arrival, and whether one that had ended
        is open again."""
        proposal = self._new_proposal(arrival, mail)
        never = self._held_back.hit(mail)
        if never:
            proposal.held_for = self._held_back.person(arrival, mail)
        found = self.found(proposal, mail)
        contents, candidates = replace(found.contents, never=never).dump(), found.candidates
        kept, held_for = to_json(mail), proposal.held_for
        stored, new = self._proposals.create(proposal, kept, contents, candidates)
        revived = not new and arrival.asked
        revived = revived and self._proposals.revive(stored.id, kept, contents, candidates, held_for)
        # What one person alone sees is summed up for nobody.
        own = stored.arrival_key == arrival.key and not stored.held_for
        return {"proposal": stored.id, "new": new, "own": own, "revived": revived}

    def found(self, proposal: Proposal, mail: Mail) -> Found:
        """What is found in a mail as the directory is now, at the CRMs that its conversation is about; changes
        nothing."""
        team, here = proposal.team, self._reader.vendors(proposal.channel)
        understood = understand(mail, self._directory.staff)
        words = words_of(mail, self._directory.staff, self._reader.thread(team, mail), understood)
        most = MOST_MATCHES if len(here) == len(self._crms) else MOST_OF_ALL
        matches = [one for one in self._directory.match(words, most) if one.ref.vendor in here][:MOST_MATCHES]
        candidates = self._candidates(proposal.id, matches, self._reader.taken_off(team, mail))
        who = _who(mail, understood)
        return Found(Contents(not_found(words, matches), files_of(mail), understood.kind, who), candidates)

    def _new_proposal(self, arrival: Arrival, mail: Mail) -> Proposal:
        sender = mail.sender or Participant()
        return Proposal(
            id=uuid.uuid4().hex,
            team=arrival.team,
            channel=arrival.channel,
            thread_ts=arrival.thread_ts or arrival.ts,
            forwarded_by=arrival.user,
            mail_key=fingerprint(mail),
            arrival_key=arrival.key,
            sender_name=sender.name or "",
            sender_address=sender.address or "",
            subject=mail.subject,
            sent_at=in_zone(mail.date, self._zone),
            message_id=mail.message_ids[0].value if mail.message_ids else "",
        )

    def _candidates(
        self, proposal_id: str, matches: Sequence[Match], never: frozenset[RecordRef]
    ) -> list[tuple[Candidate, str]]:
        return [
            (
                Candidate(
                    proposal_id=proposal_id,
                    vendor=match.ref.vendor,
                    kind=match.ref.kind,
                    record_id=match.ref.id,
                    category=match.category,
                    name=match.name,
                    detail=detail(record) if (record := self._directory.get(match.ref)) else "",
                    rank=rank,
                    probability=match.probability,
                    picked=picked,
                    reasons=list(dict.fromkeys(piece.field.value for piece in match.evidence)),
                ),
                evidence_to_json(match.evidence),
            )
            for rank, (match, picked) in enumerate(choose(matches, self._crms, never))
        ]


def _who(mail: Mail, understood: Understood) -> str:
    """Who a mail is about, where its sender's line does not say so; empty where it does."""
    who = understood.customer
    if who is None or (mail.sender is not None and who.address and who.address == mail.sender.address):
        return ""
    return str(Participant(who.name or None, who.address or None)) or next(iter(who.phones), "")
