"""What people can do with a proposal: confirm, undo, put aside. One person wins a press; the work itself is a durable
workflow, see `bot.linking.workflow`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot import telemetry
from bot.crm import CRM
from bot.directory import Directory
from bot.linking.answers import Answer, Choice, Reply
from bot.linking.by_hand import words_only
from bot.linking.targets import Targets
from bot.linking.teaching import lesson
from bot.linking.workflow import LinkWorkflow
from bot.proposals import (
    DONE,
    MAIL_NOT_FOUND,
    UNCERTAIN,
    ProposalReader,
    Undoing,
    candidate_ref,
    failed,
    link_ref,
    picks_mark,
    told,
)
from bot.records import RecordRef
from bot.surface import SurfaceError
from storage.aliases import Aliases
from storage.claims import Claim
from storage.links import Links
from storage.proposals import Proposals
from storage.tables import RETRIABLE, Lesson, Proposal, ProposalState, Target, Work, now

# So long the card of a mail that was put aside or has expired may still have to be shown with its subject.
ENDED_FOR = timedelta(days=1)


class Linking:
    """The presses, each a compare-and-set."""

    def __init__(
        self,
        *,
        proposals: Proposals,
        links: Links,
        reader: ProposalReader,
        directory: Directory,
        crms: Mapping[str, CRM],
        workflow: LinkWorkflow,
        aliases: Aliases,
    ) -> None:
        self._proposals = proposals
        self._links = links
        self._reader = reader
        self._directory = directory
        self._crms = crms
        self._workflow = workflow
        self._aliases = aliases
        self._undoing = Undoing(proposals, links, crms)
        self._targets = Targets(directory, crms, self._undoing)

    def confirm(
        self,
        proposal_id: str,
        user: str,
        choice: Choice | None = None,
        shown: Sequence[RecordRef] = (),
        *,
        mark: str = "",
        seen: int | None = None,
    ) -> Reply:
        """Link the mail to what a person chose by hand, or to what the card shows as picked. One caller wins; all
        others get TAKEN. To a linked mail who chose by hand may add. `shown` are records that the mail is linked to, as
        the person saw them: which of them has the only place of something that they chose is taken off. `mark` is
        that of the picks that the pressed card showed (`picks_mark`): others may have been picked since. `seen` is the
        attempt that a list showed, where its mail must not have been tried since."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return Reply(Answer.GONE)
        if choice is not None and self._perhaps_linked(proposal_id):
            return self._reply(Answer.PERHAPS_LINKED, proposal)
        wanted = choice or replace(self._shown(proposal), seen=seen)
        if mark and proposal.state == ProposalState.OPEN and picks_mark(wanted.picks) != mark:
            return self._reply(Answer.OTHER_PICKS, proposal)
        linked = {link_ref(link) for link in self._links.standing(proposal_id) if link.outcome in DONE}
        targets: list[Target] = []
        here = self._reader.vendors(proposal.channel)
        for ref in dict.fromkeys(wanted.picks):
            # After a failure what was confirmed is still to be done, whatever the conversation is about by now.
            is_here = ref.vendor in here or choice is None
            target = self._targets.link(proposal, ref) if is_here else None
            if target is None:
                return self._reply(Answer.RECORD_GONE, proposal)
            if ref not in linked:
                targets.append(target)
        if self._targets.too_many(targets):
            return self._reply(Answer.TOO_MANY, proposal)
        if wanted.attachments is not None and self._too_large(proposal, wanted.attachments):
            return self._reply(Answer.FILES_TOO_LARGE, proposal)
        remove = dict.fromkeys([*wanted.remove, *self._targets.giving_way(targets, shown)])
        own = {candidate_ref(target) for target in self._undoing.own(proposal_id)} if remove else set()
        removed = [ref for ref in remove if self._targets.removes(ref, wanted.picks, own)]
        targets += [self._targets.removal(proposal, ref) for ref in removed]
        if not targets:
            if wanted.picks and choice is not None:
                return self._reply(Answer.NOTHING_NEW, proposal)
            # A double click finds everything linked already: that is no empty choice.
            taken = proposal.state not in RETRIABLE
            return self._reply(Answer.TAKEN if taken else Answer.NOTHING_PICKED, proposal)
        more = () if choice is None else (ProposalState.LINKED,)
        states = (*RETRIABLE, ProposalState.PARKED, *more)
        claim = self._proposals.claim(
            proposal_id,
            states,
            ProposalState.CONFIRMED,
            user,
            targets,
            attachments=wanted.attachments,
            count=True,
            seen=wanted.seen,
        )
        if claim is not None and claim.won and proposal.attempt == 0:
            best = next((candidate_ref(candidate) for candidate, _ in self._proposals.candidates(proposal_id)), None)
            telemetry.suggested(proposal_id, best, wanted.picks)
        try:
            # Before the start: the work may be done, and the lesson wanted, within a moment.
            if choice is not None and claim is not None and claim.won:
                self._note_lesson(proposal, choice, user)
        finally:
            # What was confirmed is linked, whatever becomes of the lesson.
            reply = self._started(claim)
        return reply

    def _note_lesson(self, proposal: Proposal, choice: Choice, user: str) -> None:
        """Write down what a choice would teach, if anything. It is learned when its link is verified. Words of a mail
        that one person alone sees are not taught to all."""
        if proposal.held_for:
            return
        view = self._reader.view(proposal)
        proposed = {c.ref for c in view.candidates} | {o.ref for o in view.outcomes}
        found = lesson(choice.picks, proposed, choice.words, view.not_found)
        record = self._directory.get(found[1]) if found else None
        if found is not None and record is not None:
            words, ref = found
            if any(match.ref == ref for match in self._directory.match(words_only(words))):
                return  # the words name it as they are; taught, they would outweigh its namesakes
            to_learn = Lesson(
                proposal_id=proposal.id,
                vendor=ref.vendor,
                kind=ref.kind,
                record_id=ref.id,
                record_name=record.name,
                sealed_words="",
                taught_by=user,
            )
            self._aliases.note(to_learn, words)

    def write_activity(self, proposal_id: str, user: str) -> Reply:
        """Write the mail down as an activity at the vendors that could not find it in a mailbox, on the records that a
        person confirmed for them."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return Reply(Answer.GONE)
        known = told(self._proposals, proposal_id, proposal.attempt)
        targets = [
            target
            for t in known
            if t.code == MAIL_NOT_FOUND and not t.remove and self._takes_activities(t.vendor)
            if (target := self._targets.link(proposal, candidate_ref(t)))
        ]
        if not targets:
            return self._reply(Answer.TAKEN, proposal)
        works = {target.vendor: Work.ACTIVITY for target in targets}
        # What failed at another vendor stays to be tried again.
        others = [
            target
            for t in known
            if t.vendor not in works and failed(t)
            if (target := (self._targets.removal if t.remove else self._targets.link)(proposal, candidate_ref(t)))
        ]
        wanted = (ProposalState.FAILED, ProposalState.PARTLY_LINKED)
        return self._started(
            self._proposals.claim(
                proposal_id,
                wanted,
                ProposalState.CONFIRMED,
                user,
                [*targets, *others],
                works=works,
                count=True,
                seen=proposal.attempt,
            )
        )

    def forget(self, proposal_id: str, alias_id: int) -> Reply:
        """Forget what this mail taught; that it was known no longer is as good."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return Reply(Answer.GONE)
        if any(alias.id == alias_id for alias, _ in self._aliases.taught_by(proposal_id)):
            self._aliases.forget(alias_id)
        self._workflow.catch_up(proposal)
        return self._reply(Answer.STARTED, proposal)

    def _started(self, claim: Claim | None) -> Reply:
        """The answer to a compare-and-set, with the winner's work begun."""
        if claim is None:
            return Reply(Answer.GONE)
        if claim.won:
            self._workflow.start(claim.proposal)
        return self._reply(Answer.STARTED if claim.won else Answer.TAKEN, claim.proposal)

    def undo(self, proposal_id: str, user: str) -> Reply:
        """Take back what was done for this mail, at vendors that can (see `Undoing.possible`); links that were there
        before stay, and what failed stays to be tried again."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None:
            return Reply(Answer.GONE)
        if self._perhaps_linked(proposal_id):
            return self._reply(Answer.PERHAPS_LINKED, proposal)
        kept = {"vendor", "kind", "record_id", "category", "name", "remove", "outcome", "vendor_ref", "before"}
        targets = [
            Target(
                **known.model_dump(include=kept),
                proposal_id=proposal_id,
                attempt=0,
                detail=self._targets.described(known),
            )
            for known in self._undoing.possible(proposal)
        ]
        if not targets:
            if any(self._by_hand_only(link.vendor) for link in self._links.standing(proposal_id)):
                return Reply(Answer.UNDO_BY_HAND, self._reader.view(proposal, with_pages=True))
            return self._reply(Answer.NOTHING_TO_UNDO, proposal)
        # Also where a person only took something off, alone or beside what failed.
        ended = (ProposalState.LINKED, ProposalState.PARTLY_LINKED, ProposalState.FAILED, ProposalState.OPEN)
        works = {target.vendor: Work.UNDO for target in targets}
        return self._started(
            self._proposals.claim(
                proposal_id,
                ended,
                ProposalState.CONFIRMED,
                user,
                targets,
                works=works,
                count=True,
                seen=proposal.attempt,
            )
        )

    def _perhaps_linked(self, proposal_id: str) -> bool:
        """Whether a call was made whose effect nobody knows: then "nothing was linked" must not be said."""
        proposal = self._proposals.get(proposal_id)
        if proposal is None or proposal.state not in (ProposalState.FAILED, ProposalState.PARTLY_LINKED):
            return False
        return any(t.outcome == UNCERTAIN for t in told(self._proposals, proposal_id, proposal.attempt))

    def dismiss(self, proposal_id: str, user: str) -> Reply:
        """Put the mail aside: nothing is linked, and its text is forgotten."""
        if self._perhaps_linked(proposal_id):
            proposal = self._proposals.get(proposal_id)
            return self._reply(Answer.PERHAPS_LINKED, proposal) if proposal else Reply(Answer.GONE)
        wanted = (ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARKED)
        claim = self._proposals.claim(proposal_id, wanted, ProposalState.DISMISSED, user)
        if claim is None:
            return Reply(Answer.GONE)
        if claim.won:
            self._proposals.set_state(proposal_id, ProposalState.DISMISSED)
        return self._reply(Answer.STARTED if claim.won else Answer.TAKEN, claim.proposal)

    def park(self, proposal_id: str, user: str) -> Reply:
        """Put a mail with which nothing was done yet off: its text is kept, and it is open again when a record comes
        that it names."""
        return self._turned(proposal_id, user, ProposalState.OPEN, ProposalState.PARKED)

    def take_up(self, proposal_id: str, user: str) -> Reply:
        """Have a parked mail open again."""
        return self._turned(proposal_id, user, ProposalState.PARKED, ProposalState.OPEN)

    def _turned(self, proposal_id: str, user: str, old: ProposalState, new: ProposalState) -> Reply:
        claim = self._proposals.claim(proposal_id, (old,), new, user, seen=0)
        if claim is None:
            return Reply(Answer.GONE)
        return self._reply(Answer.STARTED if claim.won else Answer.TAKEN, claim.proposal)

    def resume(self, older_than: timedelta) -> None:
        """Start what a crash left between the confirmed row and the workflow; starting it twice is harmless."""
        for proposal in self._proposals.unfinished(now() - older_than):
            self._workflow.start(proposal)

    def expire(self, older_than: timedelta) -> None:
        """Forget mails that nobody decided upon for so long. Where something was done, only the text goes: the card
        still tells of it, and it can be taken back."""
        undecided = (ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARKED)
        for proposal in self._proposals.outdated(now() - older_than):
            done = self._links.of(proposal.id) or self._perhaps_linked(proposal.id)
            if done or proposal.state not in undecided:
                self._proposals.forget_mail(proposal.id)
                continue
            claim = self._proposals.claim(proposal.id, undecided, ProposalState.EXPIRED, "")
            # Lost to a press just now: that needs the text.
            if claim is not None and claim.won:
                self._proposals.set_state(proposal.id, ProposalState.EXPIRED)
                self._proposals.set_card_behind(proposal.id, True)

    def forget_names(self, log_names: timedelta | None) -> None:
        """Forget who wrote and about what in mails that ended without a link, and the names in old rows of the log."""
        self._proposals.forget_names(now() - ENDED_FOR)
        if log_names is not None:
            self._links.forget_names(now() - log_names)

    def catch_up_cards(self) -> None:
        """Show the cards again whose last update failed."""
        self._workflow.catch_up_all()

    def make_bare(self, channel: str) -> None:
        """Show all cards of a conversation again that say what they are about: others read along there now."""
        self._proposals.whole_cards_are_behind(channel)
        self._workflow.catch_up_all()

    def look_who_reads_along(self, is_shared: Callable[[str], bool]) -> None:
        """Make cards bare where others read along of whom Slack's own word was missed. `is_shared` is asked once for
        each conversation with such cards, until it raises SurfaceError."""
        for channel in self._proposals.channels_with_whole_cards():
            try:
                shared = is_shared(channel)
            except SurfaceError:
                return  # Slack is away; its next answer is soon enough
            if shared:
                self.make_bare(channel)

    def show_open_cards(self, channel: str) -> None:
        """Show the open cards of a conversation again: what counts there has changed."""
        self._proposals.open_cards_are_behind(channel)
        self._workflow.catch_up_all()

    def catch_up_card(self, proposal_id: str) -> None:
        """Show one card again if its last update failed: who pressed in vain saw an old one."""
        proposal = self._proposals.get(proposal_id)
        if proposal is not None and proposal.card_behind:
            self._workflow.catch_up(proposal)

    def show_card(self, proposal_id: str) -> None:
        """Show a card as the proposal is now; one that Slack does not take for now is shown later."""
        proposal = self._proposals.get(proposal_id)
        if proposal is not None:
            self._proposals.set_card_behind(proposal_id, True)
            self._workflow.catch_up(proposal)

    def _reply(self, answer: Answer, proposal: Proposal) -> Reply:
        return Reply(answer, self._reader.view(proposal))

    def _shown(self, proposal: Proposal) -> Choice:
        """What the card shows as picked: the matches, or after a failure what that attempt left undone."""
        if proposal.state in (ProposalState.FAILED, ProposalState.PARTLY_LINKED):
            left = [t for t in told(self._proposals, proposal.id, proposal.attempt) if failed(t)]
            return Choice(
                [candidate_ref(t) for t in left if not t.remove], [candidate_ref(t) for t in left if t.remove]
            )
        here = self._reader.vendors(proposal.channel)
        rows = [row for row, _ in self._proposals.candidates(proposal.id) if row.picked and row.vendor in here]
        return Choice([candidate_ref(row) for row in rows])

    def _by_hand_only(self, vendor: str) -> bool:
        return vendor in self._crms and not self._crms[vendor].capabilities.undo

    def _takes_activities(self, vendor: str) -> bool:
        return vendor in self._crms and self._crms[vendor].capabilities.activity

    def _too_large(self, proposal: Proposal, numbers: Sequence[int]) -> bool:
        view = self._reader.view(proposal)
        size = sum(file.size for file in view.files if file.number in numbers)
        return size > min(view.carriers.values(), default=0)
