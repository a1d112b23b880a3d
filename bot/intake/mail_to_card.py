"""From an arrival to a proposal: read the mail, match it, put the card into its thread."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.crm import CRM
from bot.directory import Directory
from bot.durable import Durable, judged, retried
from bot.intake.mail_words import words_of
from bot.mail import (
    Mail,
    Participant,
    UnreadableMail,
    attached_mails,
    fingerprint,
    is_mail_object,
    needs_html,
    read_all,
    read_slack_file,
    read_text,
    to_json,
)
from bot.matching import Match, not_found
from bot.proposals import Contents, ProposalReader, choose, evidence_to_json, files_of, in_zone
from bot.records import detail
from bot.surface import Conversation, Notice, Surface
from storage.arrivals import Arrivals
from storage.proposals import Proposals
from storage.tables import Arrival, ArrivalState, Candidate, Proposal, ProposalState, now

WORKFLOW = "read mail"
# How long a mail waits for the first copy of the directory before it is matched to what there is.
READY_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail that reached the bot. `key` names it so that a redelivery has the same name; `asked` means that a person
    asked for it, whom `response_url` reaches even where the bot may not write."""

    key: str
    team: str
    channel: str
    ts: str
    thread_ts: str = ""
    user: str = ""
    asked: bool = False
    response_url: str = ""


class Proposing:
    """The use case of a mail that arrives."""

    def __init__(
        self,
        *,
        arrivals: Arrivals,
        proposals: Proposals,
        reader: ProposalReader,
        directory: Directory,
        crms: Mapping[str, CRM],
        surface: Surface,
        durable: Durable,
        waits: Sequence[float],
        zone: ZoneInfo,
        look: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`look` is what is done with a proposal once its card is there; it may fail (see `bot.intake.in_the_way`)."""
        self._arrivals = arrivals
        self._proposals = proposals
        self._reader = reader
        self._directory = directory
        self._crms = crms
        self._surface = surface
        self._durable = durable
        self._waits = waits
        self._zone = zone
        self._look = look
        durable.register(WORKFLOW, self.run)

    def receive(self, incoming: Incoming, source: Mapping[str, Any]) -> bool:
        """Write an arrival down (before Slack is acknowledged); False where it is known already. `source` is
        `{"file": Slack's file object}` or `{"text": pasted text}`."""
        return self._arrivals.receive(Arrival(**asdict(incoming)), json.dumps(dict(source))) is not None

    def begin(self, key: str) -> None:
        """Start reading an arrival that was received; starting it twice is harmless."""
        arrival = self._arrivals.get(key)
        if arrival is not None and arrival.state == ArrivalState.RECEIVED:
            self._durable.start(WORKFLOW, f"{WORKFLOW}:{key}:{arrival.attempts}", key)

    def resume(self, older_than: timedelta) -> None:
        """Start what a crash left between writing down and starting."""
        for arrival in self._arrivals.unread(now() - older_than):
            self.begin(arrival.key)

    def run(self, key: str) -> None:
        """The workflow of one arrival."""
        reading = retried(self._durable, "read", lambda: self._read(key), self._waits)
        if not reading["ok"]:
            self._durable.step("give up", lambda: self._give_up(key, reading["code"]))
            return
        answer = reading["value"]
        if answer.get("unreadable"):
            self._durable.step("say unreadable", lambda: self._give_up(key, "unreadable"))
            return
        for one in answer["proposals"]:
            posting = retried(self._durable, "show", partial(self._show, key, one), self._waits)
            if not posting["ok"]:
                self._durable.step("give up", partial(self._give_up, key, posting["code"]))
                return
        first = answer["proposals"][0]["proposal"]
        self._durable.step("close", lambda: self._arrivals.close(key, ArrivalState.DONE, first))
        for one in answer["proposals"]:
            if one["new"] or one["revived"]:
                # Tried once: what could not be looked up is looked up when somebody presses.
                retried(self._durable, "look", partial(self._look, one["proposal"]), ())

    def _read(self, key: str) -> dict[str, Any]:
        """Read, match and store; gives for each mail the proposal's id and whether it is new."""
        arrival, text = self._arrivals.get(key), self._arrivals.source(key)
        if arrival is None or text is None:
            raise LookupError("the arrival was closed before it was read")
        try:
            mails = self._mails(json.loads(text))
        except UnreadableMail:
            mails = []
        if not mails:
            return {"unreadable": True}
        self._directory.ready.wait(READY_SECONDS)
        return {"proposals": [self._propose(arrival, mail) for mail in mails]}

    def _propose(self, arrival: Arrival, mail: Mail) -> dict[str, Any]:
        proposal = self._new_proposal(arrival, mail)
        words = words_of(mail, self._directory.staff, self._reader.thread(arrival.team, mail))
        matches = self._directory.match(words)
        candidates = self._candidates(proposal.id, matches)
        kept, contents = to_json(mail), Contents(not_found(words, matches), files_of(mail)).dump()
        stored, new = self._proposals.create(proposal, kept, contents, candidates)
        revived = not new and arrival.asked and self._proposals.revive(stored.id, kept, contents, candidates)
        return {"proposal": stored.id, "new": new, "revived": revived}

    def _mails(self, source: Mapping[str, Any]) -> list[Mail]:
        """The mails of an arrival: one, or those that an uploaded file holds."""
        if "text" in source:
            mail = read_text(source["text"])
            return [mail] if mail else []
        file: Mapping[str, Any] = source["file"]
        if file.get("file_access") == "check_file_info":
            file = self._surface.file_info(file["id"])
        if is_mail_object(file):
            html = None
            if needs_html(file) and file.get("url_private"):
                html = self._surface.download(file["url_private"]).decode("utf-8", "replace")
            # A mail forwarded as an attachment: the attached one is the original.
            attached = [self._surface.download(url) for url in attached_mails(file)]
            return [read_slack_file(file, html, attached)]
        url = file.get("url_private_download") or file["url_private"]
        return list(read_all(file.get("name") or "", self._surface.download(url)))

    def _new_proposal(self, arrival: Arrival, mail: Mail) -> Proposal:
        sender = mail.sender or Participant()
        return Proposal(
            id=uuid.uuid4().hex,
            team=arrival.team,
            channel=arrival.channel,
            thread_ts=arrival.thread_ts or arrival.ts,
            forwarded_by=arrival.user,
            mail_key=fingerprint(mail),
            sender_name=sender.name or "",
            sender_address=sender.address or "",
            subject=mail.subject,
            sent_at=in_zone(mail.date, self._zone),
            message_id=mail.message_ids[0].value if mail.message_ids else "",
        )

    def _candidates(self, proposal_id: str, matches: Sequence[Match]) -> list[tuple[Candidate, str]]:
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
                ),
                evidence_to_json(match.evidence),
            )
            for rank, (match, picked) in enumerate(choose(matches, self._crms))
        ]

    def _show(self, key: str, answer: Mapping[str, Any]) -> None:
        arrival, proposal = self._arrivals.get(key), self._proposals.get(answer["proposal"])
        if arrival is None or proposal is None:
            raise LookupError("an arrival or its proposal is gone")
        view = self._reader.view(proposal)
        if proposal.card_ts is None:
            maybe_posted = self._proposals.count_card_try(proposal.id) > 1
            self._proposals.set_card(proposal.id, self._surface.post_card(view, maybe_posted=maybe_posted))
            return
        if answer["revived"]:
            self._surface.update_card(view)
        if arrival.asked or arrival.ts != proposal.thread_ts:
            again = Notice.ADD if proposal.state == ProposalState.LINKED else Notice.REOPENED
            notice = again if answer["revived"] else Notice.ALREADY_HERE
            where = self._surface.permalink(proposal.channel, proposal.card_ts)
            self._surface.tell(_conversation(arrival), notice, url=where)

    def _give_up(self, key: str, code: str) -> None:
        """Say that a mail could not be taken up, and where the bot may not write, say it to who asked."""
        arrival = self._arrivals.get(key)
        if arrival is None:
            return
        notices = {"unreadable": Notice.UNREADABLE, "not_in_channel": Notice.NOT_IN_CHANNEL}
        log.warning("arrival %s was not taken up: %s", key, code)
        self._arrivals.close(key, ArrivalState.FAILED)
        said = judged(lambda: self._surface.tell(_conversation(arrival), notices.get(code, Notice.READING_FAILED)))
        if not said["ok"]:
            log.warning("and that could not be said either: %s", said["code"])


def _conversation(arrival: Arrival) -> Conversation:
    return Conversation(
        arrival.team,
        arrival.channel,
        arrival.thread_ts or arrival.ts,
        arrival.user if arrival.asked else "",
        arrival.response_url,
    )
