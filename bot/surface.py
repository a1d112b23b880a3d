"""What the place where people talk must offer. `bot` decides what is to be said; `commands` says it in Slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.language import SILENCE, Sentence
from bot.records import Category, RecordRef
from storage.tables import HELD_FOR_NOBODY, UNDER_WAY, ProposalState

__all__ = ["HELD_FOR_NOBODY", "UNDER_WAY", "ProposalState"]

# As whom Slack posts the mails that come to a channel's address.
SLACKBOT = "USLACKBOT"


class SurfaceError(Exception):
    """Slack refused or failed. `code` is its own word (`not_in_channel`, …); only transient ones are tried again."""

    def __init__(self, code: str, *, permanent: bool, retry_after: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after


class Notice(StrEnum):
    """Short answers outside a card; their words stand in `bot/language`, each as `notice.` and its value."""

    ADD = "add"
    NOT_IN_CHANNEL = "not_in_channel"
    IS_ARCHIVED = "is_archived"
    UNREADABLE = "unreadable"
    ALREADY_HERE = "already_here"
    REOPENED = "reopened"
    READING_FAILED = "reading_failed"
    READING_LATER = "reading_later"
    NOT_A_MEMBER = "not_a_member"
    HELD_FOR_OTHERS = "held_for_others"


class Stuck(StrEnum):
    """What a person alone is told of a press whose card cannot be changed any more; as `stuck.` and its value."""

    LINKED = "linked"
    FAILED = "failed"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Why a record was proposed: the field, the words in the mail and those of the record."""

    field: str
    mail: str
    record: str


@dataclass(frozen=True, slots=True)
class CandidateView:
    ref: RecordRef
    category: Category
    name: str
    detail: str
    probability: float
    picked: bool
    evidence: tuple[EvidenceView, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What became of one confirmed record. An empty `outcome` is still under way. `remove`: it was to be taken off, or
    to come back after that. `noted`: beside this outcome there is an activity of it."""

    ref: RecordRef
    category: Category
    name: str
    detail: str
    outcome: str
    verified: bool | None
    message: Sentence = SILENCE
    url: str | None = None
    can_undo: bool = False
    remove: bool = False
    noted: bool = False


@dataclass(frozen=True, slots=True)
class FileView:
    """An attachment; `size` in bytes. `goes` means that it goes along as things stand."""

    number: int
    name: str
    size: int
    goes: bool


@dataclass(frozen=True, slots=True)
class LinkedView:
    """A record that the mail is linked to now, whoever linked it; with `own` the bot did, and no others are told."""

    ref: RecordRef
    name: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class InTheWayView:
    """A record that the mail is linked to, and that would have to give way to the record called `by`."""

    ref: RecordRef
    name: str
    by: str


@dataclass(frozen=True, slots=True)
class LearnedView:
    """What this mail taught: these words mean the record called `name`. `sure`: people have said so often enough for it
    to be chosen, and not only suggested."""

    alias_id: int
    words: str
    name: str
    sure: bool


@dataclass(frozen=True, slots=True)
class NamedView:
    """A record by its name, with its page where it was asked for."""

    ref: RecordRef
    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class InterestView:
    """What became of noting interest in `about`; `state` as in storage."""

    state: str
    about: str
    message: Sentence = SILENCE


@dataclass(frozen=True, slots=True)
class CreationView:
    """What became of a record that somebody had created for this mail. `state` as in storage; `others`
    are who may be the same, `left_out` the parts of the draft that the record does not hold."""

    id: str
    vendor: str
    category: Category
    state: str
    name: str
    asked_by: str
    record: NamedView | None = None
    verified: bool | None = None
    others: tuple[NamedView, ...] = ()
    left_out: tuple[str, ...] = ()
    linked: bool = False
    interest: InterestView | None = None
    message: Sentence = SILENCE
    open: bool = False  # its draft is kept: a person can go on


@dataclass(frozen=True, slots=True)
class ProposalView:
    """All that a card or a modal shows of a proposal. No mail body."""

    id: str
    team: str
    channel: str
    thread_ts: str
    card_ts: str | None
    state: ProposalState
    sender: str
    subject: str
    date: datetime | None
    vendors: Mapping[str, str]
    undoable: frozenset[str]
    candidates: tuple[CandidateView, ...] = ()
    outcomes: tuple[OutcomeView, ...] = ()
    acted_by: str = ""
    acted_at: datetime | None = None
    undone: bool = False
    undoing: bool = False
    attempt: int = 0
    # Who pressed Undo, where it failed, and where it went well and something else is still linked.
    undo_failed_by: str = ""
    undid_by: str = ""
    # The names of what Undo would take off and of what it would link again.
    undo_takes_off: tuple[str, ...] = ()
    undo_restores: tuple[str, ...] = ()
    limits: Mapping[tuple[str, Category], int | None] | None = None
    # What kind of mail it is, as `bot.mail.Kind` has it, and who it is about where that is not its sender.
    kind: str = ""
    about: str = ""
    not_found: tuple[str, ...] = ()
    # Of these the people and companies whom nobody has created since.
    unknown: tuple[str, ...] = ()
    files: tuple[FileView, ...] = ()
    # Vendors whose call carries attachments along, and how many bytes in all.
    carriers: Mapping[str, int] = field(default_factory=dict)
    # Vendors at which the mail, which lies in no mailbox, could be written down as an activity instead.
    can_note: tuple[str, ...] = ()
    # What Link (after a failure: what was not linked) would take the place of, as far as it is known.
    in_the_way: tuple[InTheWayView, ...] = ()
    # What the choices for this mail taught, as long as it is known.
    learned: tuple[LearnedView, ...] = ()
    # Vendors that know the mail as an enquiry of a portal.
    portal: tuple[str, ...] = ()
    # Whether the card is shown without what it is about.
    card_bare: bool = False
    # Vendors that can create what is missing, and what was created for this mail, the newest first.
    creators: tuple[str, ...] = ()
    creations: tuple[CreationView, ...] = ()
    # Who brought the mail, as Slack calls them; empty where it came by itself.
    forwarded_by: str = ""
    # Who alone sees the mail and decides upon it, and the entry of the never-link list for which it is so.
    held_for: str = ""
    never: str = ""


@dataclass(frozen=True, slots=True)
class BundleView:
    """Mails that came together, each with its number in the list, which stays. `ts` is where their summary is; without
    `thread_ts` they came with several messages, and the summary stands beside those. `user` brought them."""

    id: str
    team: str
    channel: str
    thread_ts: str
    ts: str | None
    user: str
    mails: tuple[tuple[int, ProposalView], ...] = ()


@dataclass(frozen=True, slots=True)
class WokenBy:
    """What came that a waiting mail names: names of records, each with its CRM's label, and who had parked the mail
    (empty: nobody). `key` names this news, so that it can be found again."""

    names: tuple[tuple[str, str], ...]
    parked_by: str
    key: str


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Where a proposal's card is; without `card_ts` it is being posted in the mail's thread. With `held_for` there is
    none: this person alone is shown it."""

    team: str
    channel: str
    thread_ts: str
    card_ts: str | None
    held_for: str = ""

    def is_open_to(self, user: str) -> bool:
        """Whether somebody may see the mail, as far as the never-link list is concerned."""
        return self.held_for in ("", HELD_FOR_NOBODY, user)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where to answer: a thread, and the person and one-time address that asked, if one did."""

    team: str
    channel: str
    thread_ts: str
    user: str = ""
    response_url: str = ""


class Surface(Protocol):
    """Methods block and raise only SurfaceError."""

    def post_card(self, view: ProposalView, *, maybe_posted: bool) -> str:
        """Post the card in the mail's thread and give its ts. With `maybe_posted` an earlier try may have succeeded:
        look for its card first."""
        ...

    def update_card(self, view: ProposalView) -> None: ...

    def tell(self, where: Conversation, notice: Notice, **words: Any) -> None:
        """Say a notice to the person who asked, or else in the thread."""
        ...

    def tell_alone(self, team: str, user: str, stuck: Stuck, *, channel: str, subject: str) -> None:
        """Say to one person, in their conversation with the bot, what the card in `channel` cannot show."""
        ...

    def ask_many(self, where: Conversation, key: str, count: int) -> None:
        """Ask in the thread whether all of so many mails are wanted that one file holds; `key` names the arrival."""
        ...

    def say_away(self, where: Conversation, vendor: str, since: datetime) -> str:
        """Say in a conversation that a vendor (its label) is away; gives the message's ts."""
        ...

    def say_back(self, where: Conversation, ts: str, vendor: str, since: datetime, until: datetime) -> None:
        """Say in the place of that message that the vendor is back."""
        ...

    def say_refused(self, where: Conversation, name: str) -> str:
        """Say that a CRM or a mailbox no longer accepts the keys that are set; gives the message's ts."""
        ...

    def say_accepted(self, where: Conversation, ts: str, name: str, since: datetime, until: datetime) -> None:
        """Say in the place of that message that it does again."""
        ...

    def permalink(self, channel: str, ts: str) -> str | None: ...

    def download(self, url: str) -> bytes:
        """A file of Slack's, with the bot's token, only from the hosts of SLACK_FILE_HOSTS."""
        ...

    def tell_held(self, view: ProposalView) -> None:
        """Tell the one person who decides upon a mail of the never-link list that it is on it, and ask them. Nobody
        else sees that."""
        ...

    def say_woken(self, view: ProposalView, by: WokenBy, *, maybe_said: bool) -> None:
        """Say in a mail's thread what has come that it names, once: with `maybe_said` it is looked for first."""
        ...

    def person(self, user: str, address: str) -> str:
        """The member that a mail came from: who put it there, or else whose mail address this is; empty where Slack
        knows none."""
        ...

    def may_bring(self, user: str) -> bool:
        """Whether the mails that somebody puts into a channel are taken up: those of members, and of what brings mails
        in by itself. A guest could otherwise search the CRM by writing a mail."""
        ...

    def file_info(self, file_id: str) -> Mapping[str, Any]: ...


class Summaries(Protocol):
    """Where mails that came together are summed up. Methods block and raise only SurfaceError."""

    def post_summary(self, view: BundleView) -> str:
        """Post the summary and give its ts."""
        ...

    def update_summary(self, view: BundleView) -> None: ...
