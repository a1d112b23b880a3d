"""From a mail to its proposal: what it is about, which records it mentions, stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.crm import CRM
from bot.directory import Directory
from bot.intake.held_back import HeldBack
from bot.intake.mail_words import words_of
from bot.mail import Mail, Participant, Understood, fingerprint, to_json, understand
from bot.matching import Match, not_found
from bot.proposals import Contents, ProposalReader, choose, evidence_to_json, files_of, in_zone
from bot.records import RecordRef, detail
from storage.tables import Arrival, Candidate, Proposal

# So many of the best matches are looked at; of more where those of some CRMs are left out.
MOST_MATCHES = 20
MOST_OF_ALL = 100


@dataclass(frozen=True, slots=True)
class Found:
    """What a mail's card says of it, and the candidates with their evidence, best first."""

    contents: Contents
    candidates: list[tuple[Candidate, str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal as it is to be written down, with the mail and what its card says of it."""

    proposal: Proposal
    mail: str
    contents: str
    candidates: list[tuple[Candidate, str]]


class MailToProposal:
    """Reads the directory."""

    def __init__(
        self,
        reader: ProposalReader,
        directory: Directory,
        *,
        crms: Mapping[str, CRM],
        zone: ZoneInfo,
        held_back: HeldBack,
    ) -> None:
        self._held_back = held_back
        self._reader = reader
        self._directory = directory
        self._crms = crms
        self._zone = zone

    def draft(self, arrival: Arrival, mail: Mail) -> Draft:
        """The proposal of a mail, which is not written down yet. Raises SurfaceError where it is on the never-link list
        and Slack cannot be asked for now who brought it."""
        proposal = self._new_proposal(arrival, mail)
        never = self._held_back.hit(mail)
        if never:
            proposal.held_for, proposal.card_tries = self._held_back.person(arrival, mail), 0
        found = self.found(proposal, mail)
        return Draft(proposal, to_json(mail), replace(found.contents, never=never).dump(), found.candidates)

    def found(self, proposal: Proposal, mail: Mail) -> Found:
        """What is found in a mail as the directory is now, at the CRMs that its conversation is about; changes
        nothing."""
        team, here = proposal.team, self._reader.vendors(proposal.channel)
        understood = understand(mail, self._directory.staff)
        linked, taken_off = self._reader.thread(team, mail)
        words = words_of(mail, self._directory.staff, linked, understood)
        most = MOST_MATCHES if len(here) == len(self._crms) else MOST_OF_ALL
        matches = [one for one in self._directory.match(words, most) if one.ref.vendor in here][:MOST_MATCHES]
        candidates = self._candidates(proposal.id, matches, taken_off)
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
            card_tries=1,  # the one that follows
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
