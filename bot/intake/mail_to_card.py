"""From an arrival to a proposal: read the mail, match it, put the card into its thread."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from bot import telemetry
from bot.durable import DEFECT_CODE, Precedence, Verdict, bounded, judged
from bot.intake.coming_together import brought
from bot.intake.held_back import HeldBack
from bot.intake.incoming import Incoming
from bot.intake.mail_source import RestingFiles, mails_of
from bot.intake.mail_to_proposal import Draft, MailToProposal
from bot.mail import Mail, UnreadableMail
from bot.proposals import ProposalReader
from bot.surface import Conversation, Notice, Surface
from storage.arrivals import Arrivals, Progress
from storage.bundles import Brought
from storage.locks import Locks
from storage.proposals import Proposals, WithdrawnError
from storage.tables import Arrival, Candidate, Proposal, ProposalState, now

NOT_A_MEMBER = "not_a_member"
UNREADABLE = "unreadable"
# Why a mail is not taken up, and what is said of it.
GIVEN_UP = {code: Notice(code) for code in (UNREADABLE, "not_in_channel", "is_archived", NOT_A_MEMBER)}
# Once the waits that follow at once are over, a person is told at this try that it takes longer. A defect of ours is
# tried so often then: it may be one of the moment.
SAID_AT = 2
MOST_DEFECTS = 3
# More mails than these in one file are not shown before a person said so; then their source says ALL.
MANY = 10
ALL = "all"

log = logging.getLogger(__name__)


class Proposing:
    """The use case of a mail that arrives."""

    def __init__(
        self,
        *,
        arrivals: Arrivals,
        proposals: Proposals,
        reader: ProposalReader,
        to_proposal: MailToProposal,
        held_back: HeldBack,
        surface: Surface,
        locks: Locks,
        waits: Sequence[float],
        later: Sequence[float],
        keep: timedelta,
        precedence: Precedence,
        wake: Callable[[], object] = lambda: None,
        look: Callable[[str], None] = lambda _: None,
        together: float = 0.0,
    ) -> None:
        """`waits` are the seconds between tries that follow at once, `later` those between tries after that, and `keep`
        is how long a mail is tried to be read and shown. `wake` hears that an arrival is due (`bot.intake.workers`).
        `look` is what is done with a proposal once its card is there, and returns at once (`bot.intake.in_the_way`).
        What one person brings within so many seconds is `together` (`bot.intake.coming_together`)."""
        self._arrivals = arrivals
        self._proposals = proposals
        self._reader = reader
        self._to_proposal = to_proposal
        self._held_back = held_back
        self._surface = surface
        self._locks = locks
        self._waits = waits
        self._later = later
        self._keep = keep
        self._precedence = precedence
        self._wake = wake
        self._look = look
        self._together = together

    def receive(self, incoming: Incoming, source: Mapping[str, Any]) -> bool:
        """Write an arrival down (before Slack is acknowledged); False where it is known already. `source` is
        `{"file": Slack's file object}` or `{"text": pasted text}`."""
        new = self._arrivals.receive(Arrival(**asdict(incoming)), json.dumps(dict(source)))
        self._received([incoming] if new else [])
        return new

    def receive_all(self, found: Sequence[tuple[Incoming, Mapping[str, Any]]]) -> None:
        """As `receive`, for several arrivals at once: in one transaction, however many they are."""
        rows = [(Arrival(**asdict(incoming)), json.dumps(dict(source))) for incoming, source in found]
        known = zip(found, self._arrivals.receive_all(rows), strict=True)
        self._received([incoming for (incoming, _), new in known if new])

    def _received(self, new: Sequence[Incoming]) -> None:
        if new:
            self._wake()
        for incoming in new:
            telemetry.arrived(incoming.key, asked=incoming.asked)

    def withdraw(self, team: str, channel: str, ts: str) -> list[str]:
        """The message `ts` was deleted: what it brought is read no more. Gives whose cards must say so."""
        if not (keys := self._arrivals.withdraw(team, channel, ts)):
            return []
        return self._proposals.withdraw(keys)

    def drop_unanswered(self) -> None:
        """Forget files with many mails about which nobody answered for as long as mails are kept."""
        self._arrivals.drop_held(now() - self._keep)

    def run(self, arrival: Arrival) -> bool:
        """Read an arrival that this process has claimed, and show its mails. What fails for now is put off, and of the
        rest a person is told. Gives whether it was shown."""
        reading = bounded("read mail", lambda: self._run(arrival))
        if reading["ok"]:
            return bool(reading["value"])
        self._later_or_never(arrival, reading)
        return False

    def _run(self, arrival: Arrival) -> bool:
        text = self._arrivals.opened(arrival)
        if text is None:
            raise LookupError("the arrival was closed before it was read")
        if arrival.user and not arrival.asked and not self._surface.may_bring(arrival.user):
            self._give_up(arrival, NOT_A_MEMBER)
            return False
        source: Mapping[str, Any] = json.loads(text)
        with self._precedence.working():
            mails = self._mails(source)
        if not mails:
            self._give_up(arrival, UNREADABLE)
            return False
        if len(mails) > MANY and not source.get(ALL):
            self._surface.ask_many(_conversation(arrival), arrival.key, len(mails))
            self._arrivals.hold(arrival)
            return True
        for number, mail in enumerate(mails, 1):
            if number > arrival.mails_done:  # an earlier try was broken off
                self._take(arrival, mail, number, whole=number == len(mails))
        return True

    def _mails(self, source: Mapping[str, Any]) -> list[Mail]:
        try:
            return mails_of(source, RestingFiles(self._surface, self._precedence))
        except UnreadableMail:
            return []

    def take_all(self, key: str, channel: str, *, wanted: bool) -> bool:
        """What a person answered in a channel. False where somebody was first, or the question was not asked there."""
        text = self._arrivals.source(key)
        if text is None:
            return False
        agreed = json.dumps({**json.loads(text), ALL: True}) if wanted else None
        taken = self._arrivals.release(key, channel, agreed)
        self._wake()
        return taken

    def _later_or_never(self, arrival: Arrival, verdict: Verdict) -> None:
        """What may mend itself is tried again, for as long as a mail is kept; of the rest a person is told."""
        late = now() - arrival.created_at > self._keep
        tries = arrival.attempts - len(self._waits)  # since the waits that follow at once are over
        hopeless = verdict["code"] == DEFECT_CODE and tries > MOST_DEFECTS
        if verdict["permanent"] or late or hopeless:
            self._give_up(arrival, verdict["code"])
            return
        waits = (*self._waits, *self._later)
        wait = max(waits[min(arrival.attempts, len(waits)) - 1], verdict["wait"])
        log.warning("arrival %s is put off for %g s: %s", arrival.key, wait, verdict["code"])
        telemetry.again("read mail", verdict["code"])
        self._arrivals.put_off(arrival, now() + timedelta(seconds=wait))
        if tries == SAID_AT:
            judged(lambda: self._surface.tell(_conversation(arrival), Notice.READING_LATER))

    def _take(self, arrival: Arrival, mail: Mail, number: int, *, whole: bool) -> None:
        """Match a mail, write its proposal down and show it. It is the arrival's mail of that number; with `whole` the
        last one."""
        with self._precedence.working():
            draft = self._to_proposal.draft(arrival, mail)
        # Held before anybody knows of it: of two forwards of one mail at the same time, one posts the card, and the
        # other finds it posted.
        with self._locks.hold(f"card {draft.proposal.id}"), self._precedence.working():
            try:
                stored, new = self._proposals.create(
                    draft.proposal, draft.mail, draft.contents, draft.candidates, self._brought(arrival, mail, draft)
                )
            except WithdrawnError:  # deleted while it was read
                return
            done = Progress(arrival.key, stored.id, mails=number, whole=whole)
            if fresh := new and not stored.held_for:
                self._post(arrival, stored, done, draft.candidates)
        if fresh:
            self._look(stored.id)
            return
        if self._show_known(arrival, draft, stored):
            self._look(stored.id)
        self._arrivals.shown(done)

    def _brought(self, arrival: Arrival, mail: Mail, draft: Draft) -> Brought | None:
        """What one person alone sees is summed up for nobody."""
        return None if draft.proposal.held_for else brought(arrival, mail, self._together)

    def _show_known(self, arrival: Arrival, draft: Draft, stored: Proposal) -> bool:
        """Show a mail that has its proposal: somebody brought it before, or an earlier try was broken off. True where
        its card is new or open again."""
        kept = (draft.mail, draft.contents, draft.candidates, draft.proposal.held_for)
        revived = arrival.asked and self._proposals.revive(stored.id, *kept)
        with self._locks.hold(f"card {stored.id}"), self._precedence.working():
            known = self._proposals.get(stored.id)
            begun = None if known is None or known.held_for else self._proposals.begin_card(stored.id)
            if begun:
                self._post(arrival, begun)
        proposal = self._proposals.get(stored.id) if begun else known
        if proposal is None:
            raise LookupError("a proposal is gone")
        if proposal.held_for:
            self._held_back.tell(arrival, proposal)
            return False
        if not begun and revived:
            self._surface.update_card(self._reader.view(proposal))
        if proposal.arrival_key != arrival.key and (arrival.asked or arrival.ts != proposal.thread_ts):
            self._say_where(arrival, proposal, revived=revived)
        return begun is not None or revived

    def _post(
        self,
        arrival: Arrival,
        proposal: Proposal,
        done: Progress | None = None,
        fresh: Sequence[tuple[Candidate, str]] | None = None,
    ) -> None:
        """Post the card of a proposal whose tries count this one; a try whose answer was lost is looked for first. Who
        calls holds the card's lock, and works."""
        view = self._reader.view(proposal, fresh=fresh)
        with self._precedence.resting():
            card_ts = self._surface.post_card(view, maybe_posted=proposal.card_tries > 1)
        # Who pressed before it was known where the card is changed something that the card could not show; and one that
        # an earlier try had posted shows how things were then.
        shows = (view.state, view.attempt) if proposal.card_tries == 1 else None
        behind = self._proposals.set_card(proposal.id, card_ts, shows, done)
        telemetry.shown(proposal.id, (now() - arrival.created_at).total_seconds())
        if behind and (current := self._proposals.get(proposal.id)):
            # Shown now, and once more with those whose update failed: a newer press may have been shown in between.
            judged(lambda: self._surface.update_card(self._reader.view(current, with_pages=True)))

    def _say_where(self, arrival: Arrival, proposal: Proposal, *, revived: bool) -> None:
        """Tell who brought a mail that is here already where its card is."""
        if proposal.card_ts is None:
            return
        again = Notice.ADD if proposal.state == ProposalState.LINKED else Notice.REOPENED
        notice = again if revived else Notice.ALREADY_HERE
        self._surface.tell(
            _conversation(arrival), notice, url=self._surface.permalink(proposal.channel, proposal.card_ts)
        )

    def _give_up(self, arrival: Arrival, code: str) -> None:
        """Say that a mail could not be taken up, and where the bot may not write, say it to who asked."""
        where = _conversation(arrival)
        if code == NOT_A_MEMBER:  # said to them alone, not to the thread
            where = replace(where, user=arrival.user)
        log.warning("arrival %s was not taken up: %s", arrival.key, code)
        self._arrivals.give_up(arrival)
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
