"""From an arrival to a proposal: read the mail, match it, put the card into its thread."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot import telemetry
from bot.crm import CRM
from bot.directory import Directory
from bot.durable import DEFECT_CODE, Durable, Precedence, Verdict, judged, retried
from bot.intake.backlog import Backlog
from bot.intake.held_back import HeldBack
from bot.intake.incoming import Incoming
from bot.intake.mail_source import RestingFiles, mails_of
from bot.intake.mail_to_proposal import MailToProposal
from bot.mail import Mail, NeverList, UnreadableMail
from bot.proposals import ProposalReader
from bot.surface import Conversation, Notice, Surface
from storage.arrivals import Arrivals
from storage.locks import Locks
from storage.proposals import Proposals
from storage.tables import Arrival, ArrivalState, Proposal, ProposalState, now

WORKFLOW = "read mail"
NOT_A_MEMBER = "not_a_member"
WITHDRAWN = "withdrawn"
# Why a mail is not taken up, and what is said of it.
GIVEN_UP = {code: Notice(code) for code in ("unreadable", "not_in_channel", "is_archived", NOT_A_MEMBER)}
# At this try a person is told that it takes longer. A defect of ours is tried so often: it may be one of the moment.
SAID_AT = 2
MOST_DEFECTS = 3
# More mails than these in one file are not shown before a person said so; then their source says ALL.
MANY = 10
ALL = "all"
# How long a mail waits for the first copy of the directory before it is matched to what there is.
READY_SECONDS = 60.0

log = logging.getLogger(__name__)


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
        locks: Locks,
        waits: Sequence[float],
        later: Sequence[float],
        keep: timedelta,
        zone: ZoneInfo,
        precedence: Precedence,
        backlog: Backlog,
        never: NeverList | None = None,
        never_for: Sequence[str] = (),
        look: Callable[[str], None] = lambda _: None,
        join: Callable[[Arrival, Sequence[tuple[Mail, str]]], None] = lambda _arrival, _mails: None,
    ) -> None:
        """`waits` are the seconds between tries that follow at once, `later` those between tries after that, and `keep`
        is how long a mail is tried to be read and shown. Of what is on the `never` list one person is told alone, where
        nobody knows who forwarded it one of `never_for`.
        `look` is what is done with a proposal once its card is there, and returns at once (`bot.intake.in_the_way`).
        `join` is told of the new mails of an arrival, each with its proposal (`bot.intake.coming_together`)."""
        self._arrivals = arrivals
        self._proposals = proposals
        self._reader = reader
        self._directory = directory
        self._surface = surface
        self._durable = durable
        self._locks = locks
        self._waits = waits
        self._later = later
        self._keep = keep
        self._held_back = HeldBack(never or NeverList(()), surface, proposals, reader, never_for)
        to_proposal = MailToProposal(proposals, reader, directory, crms=crms, zone=zone, held_back=self._held_back)
        self._propose = to_proposal.propose
        self.to_proposal = to_proposal
        self._precedence = precedence
        self._backlog = backlog
        self._look = look
        self._join = join
        durable.register(WORKFLOW, self.run)

    def receive(self, incoming: Incoming, source: Mapping[str, Any]) -> bool:
        """Write an arrival down (before Slack is acknowledged); False where it is known already. `source` is
        `{"file": Slack's file object}` or `{"text": pasted text}`."""
        new = self._arrivals.receive(Arrival(**asdict(incoming)), json.dumps(dict(source))) is not None
        if new:
            telemetry.arrived(incoming.key, asked=incoming.asked)
        return new

    def begin(self, key: str) -> None:
        """Start reading an arrival that was received; starting it twice is harmless."""
        arrival = self._arrivals.get(key)
        if arrival is not None and arrival.state == ArrivalState.RECEIVED:
            self._durable.start(WORKFLOW, f"{WORKFLOW}:{key}:{arrival.attempts}", key)

    def withdraw(self, team: str, channel: str, ts: str) -> list[str]:
        """The message `ts` was deleted: what it brought is read no more. Gives whose cards must say so."""
        if not (keys := self._arrivals.withdraw(team, channel, ts)):
            return []
        return self._proposals.withdraw(keys)

    def resume(self, older_than: timedelta) -> None:
        """Start what a crash left between writing down and starting, behind what waits already."""
        self._arrivals.drop_held(now() - self._keep)
        for key in self._arrivals.unread(now() - older_than):
            self._backlog.add(key)

    def run(self, key: str) -> None:
        """The workflow of one arrival."""
        try:
            self._run(key)
        finally:
            self._backlog.ended(key)

    def _run(self, key: str) -> None:
        reading = retried(self._durable, "read", lambda: self._read(key), self._waits)
        if not reading["ok"]:
            self._durable.step("later or never", lambda: self._later_or_never(key, reading))
            return
        answer = reading["value"]
        if count := answer.get("many"):
            self._ask(key, count)
            return
        if answer.get("why") == WITHDRAWN:
            return
        if not answer.get("proposals"):
            self._durable.step("say unreadable", lambda: self._give_up(key, answer.get("why", "unreadable")))
            return
        posted = []
        for one in answer["proposals"]:
            showing = retried(self._durable, "show", partial(self._show, key, one), self._waits)
            if not showing["ok"]:
                self._durable.step("later or never", partial(self._later_or_never, key, showing))
                return
            if showing["value"]:
                posted.append(one["proposal"])
        first = answer["proposals"][0]["proposal"]
        # Both can be done twice, and need not be written down as steps.
        self._arrivals.shown(key, first)
        for proposal_id in posted:
            self._look(proposal_id)

    def _ask(self, key: str, count: int) -> None:
        """Of so many mails in one file a person says whether they want them all."""
        arrival = self._arrivals.get(key)
        if arrival is None:
            return
        where = _conversation(arrival)
        asked = retried(self._durable, "ask", lambda: self._surface.ask_many(where, key, count), self._waits)
        if asked["ok"]:
            self._durable.step("hold", lambda: self._arrivals.hold(key))
        else:
            self._durable.step("later or never", lambda: self._later_or_never(key, asked))

    def take_all(self, key: str, channel: str, *, wanted: bool) -> bool:
        """What a person answered in a channel. False where somebody was first, or the question was not asked there."""
        text = self._arrivals.source(key)
        if text is None:
            return False
        agreed = json.dumps({**json.loads(text), ALL: True}) if wanted else None
        return self._arrivals.release(key, channel, agreed)

    def _later_or_never(self, key: str, verdict: Verdict) -> None:
        """What may mend itself is tried again, for as long as a mail is kept; of the rest a person is told."""
        arrival = self._arrivals.get(key)
        if arrival is None or arrival.state != ArrivalState.RECEIVED:
            return
        late = now() - arrival.created_at > self._keep
        hopeless = verdict["code"] == DEFECT_CODE and arrival.attempts > MOST_DEFECTS
        if verdict["permanent"] or late or hopeless:
            self._give_up(key, verdict["code"])
            return
        wait = max(self._later[min(arrival.attempts, len(self._later)) - 1], verdict["wait"])
        log.warning("arrival %s is put off for %d s: %s", key, wait, verdict["code"])
        self._arrivals.put_off(key, now() + timedelta(seconds=wait))
        if arrival.attempts == SAID_AT:
            judged(lambda: self._surface.tell(_conversation(arrival), Notice.READING_LATER))

    def _read(self, key: str) -> dict[str, Any]:
        """Read, match and store; gives for each mail the proposal's id and whether it is new."""
        arrival = self._arrivals.get(key)
        if arrival is not None and arrival.state == ArrivalState.FAILED:
            return {"why": WITHDRAWN}
        text = self._arrivals.opened(arrival) if arrival else None
        if arrival is None or text is None:
            raise LookupError("the arrival was closed before it was read")
        if arrival.user and not arrival.asked and not self._surface.may_bring(arrival.user):
            return {"why": NOT_A_MEMBER}
        self._directory.ready.wait(READY_SECONDS)
        with self._precedence.working():
            return self._read_from(arrival, json.loads(text))

    def _read_from(self, arrival: Arrival, source: Mapping[str, Any]) -> dict[str, Any]:
        try:
            mails = mails_of(source, RestingFiles(self._surface, self._precedence))
        except UnreadableMail:
            mails = []
        if not mails:
            return {"why": "unreadable"}
        if len(mails) > MANY and not source.get(ALL):
            return {"many": len(mails)}
        proposals = [self._propose(arrival, mail) for mail in mails]
        own = [(mail, one["proposal"]) for mail, one in zip(mails, proposals, strict=True) if one["own"]]
        self._join(arrival, own)
        return {"proposals": proposals}

    def _show(self, key: str, answer: Mapping[str, Any]) -> bool:
        """Post the card of a mail, or say that it is here already. True where the card is new or open again."""
        arrival = self._arrivals.get(key)
        if arrival is not None and arrival.state == ArrivalState.FAILED:  # its message was deleted while it was read
            self._proposals.withdraw([key])
            return False
        held = self._proposals.get(answer["proposal"])
        if arrival is not None and held is not None and held.held_for:
            self._held_back.tell(arrival, held)
            return False
        # Of two forwards of one mail at the same time, one posts the card; the other finds it posted.
        with self._locks.hold(f"card {answer['proposal']}"), self._precedence.working():
            posted = self._post(answer["proposal"])
        proposal = posted or self._proposals.get(answer["proposal"])
        if arrival is None or proposal is None:
            raise LookupError("an arrival or its proposal is gone")
        if posted:
            telemetry.shown(proposal.id, (now() - arrival.created_at).total_seconds())
        own = proposal.arrival_key == key
        if not posted and answer["revived"]:
            self._surface.update_card(self._reader.view(proposal))
        if not own and (arrival.asked or arrival.ts != proposal.thread_ts):
            self._say_where(arrival, proposal, revived=answer["revived"])
        return posted is not None or bool(answer["revived"])

    def _post(self, proposal_id: str) -> Proposal | None:
        """Post the card if it is not there, and give the proposal then; a try whose answer was lost is looked for
        first."""
        proposal = self._proposals.begin_card(proposal_id)
        if proposal is None:
            return None
        view = self._reader.view(proposal)
        with self._precedence.resting():
            card_ts = self._surface.post_card(view, maybe_posted=proposal.card_tries > 1)
        # Who pressed before it was known where the card is changed something that the card could not show; and one that
        # an earlier try had posted shows how things were then.
        shows = (view.state, view.attempt) if proposal.card_tries == 1 else None
        posted = self._proposals.set_card(proposal_id, card_ts, shows)
        if posted is not None and posted.card_behind:
            # Shown now, and once more with those whose update failed: a newer press may have been shown in between.
            judged(lambda: self._surface.update_card(self._reader.view(posted, with_pages=True)))
        return posted

    def _say_where(self, arrival: Arrival, proposal: Proposal, *, revived: bool) -> None:
        """Tell who brought a mail that is here already where its card is."""
        if proposal.card_ts is None:
            return
        again = Notice.ADD if proposal.state == ProposalState.LINKED else Notice.REOPENED
        notice = again if revived else Notice.ALREADY_HERE
        self._surface.tell(
            _conversation(arrival), notice, url=self._surface.permalink(proposal.channel, proposal.card_ts)
        )

    def _give_up(self, key: str, code: str) -> None:
        """Say that a mail could not be taken up, and where the bot may not write, say it to who asked."""
        arrival = self._arrivals.get(key)
        if arrival is None:
            return
        where = _conversation(arrival)
        if code == NOT_A_MEMBER:  # said to them alone, not to the thread
            where = replace(where, user=arrival.user)
        log.warning("arrival %s was not taken up: %s", key, code)
        self._arrivals.give_up(key)
        said = judged(lambda: self._surface.tell(where, GIVEN_UP.get(code, Notice.READING_FAILED)))
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
