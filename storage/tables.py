"""The tables. Mail text is never in clear here: columns named `sealed_*` hold what `storage.vault` encrypted."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import JSON, Column, Field, SQLModel

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


def now() -> datetime:
    return datetime.now(UTC)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A point in time, always aware and in UTC: SQLite would otherwise give it back without its zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC) if value is not None else None


def _when(**options: Any) -> Any:
    return Field(sa_type=UtcDateTime, **options)


class ProposalState(StrEnum):
    """`open → confirmed → linking → linked | partly linked | failed`, or dismissed, parked, expired."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    LINKING = "linking"
    LINKED = "linked"
    PARTLY_LINKED = "partly linked"
    FAILED = "failed"
    DISMISSED = "dismissed"
    PARKED = "parked"
    EXPIRED = "expired"


class ArrivalState(StrEnum):
    RECEIVED = "received"
    DONE = "done"
    FAILED = "failed"
    HELD = "held"  # until a person says whether all of it is wanted


class CreationState(StrEnum):
    """`planned → created | found | failed | unknown`, and `unknown → expired` where nobody went on.

    `found`: nothing was created, for somebody who may be the same was there. `unknown`: it may have been created.
    """

    PLANNED = "planned"
    CREATED = "created"
    FOUND = "found"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


class InterestState(StrEnum):
    """What became of noting that somebody is interested: `wanted → noted | already | refused`, and with an undo
    `noted → to take back → taken back | kept`. Empty where nobody asked for it."""

    NONE = ""
    WANTED = "wanted"
    NOTED = "noted"
    ALREADY = "already"
    REFUSED = "refused"
    TO_TAKE_BACK = "to take back"
    TAKEN_BACK = "taken back"
    KEPT = "kept"


class Work(StrEnum):
    """What an attempt does at a vendor."""

    LINK = "link"
    UNDO = "undo"
    ACTIVITY = "activity"


class Arrival(SQLModel, table=True):
    """Something that reached the bot and may hold a mail. Written before Slack gets its acknowledgement, so that a
    crash loses nothing; `key` names the Slack file or message, so that a redelivery is the same row."""

    __tablename__ = "arrival"

    key: str = Field(primary_key=True)
    team: str
    channel: str
    ts: str
    thread_ts: str = ""
    user: str = ""
    asked: bool = False
    response_url: str = ""
    state: str = ArrivalState.RECEIVED
    sealed_source: str | None = Field(default=None, sa_type=sa.Text)
    proposal_id: str | None = None
    attempts: int = 0
    # When reading that failed for now is tried again.
    next_try_at: datetime | None = _when(default=None)
    created_at: datetime = _when(default_factory=now)


class Proposal(SQLModel, table=True):
    """A mail in a conversation, and what is to be done with it. What is sealed is emptied when the proposal ends.

    `sealed_contents` is what the card says of the mail itself (see `bot.proposals.contents`). `attachments` are the
    numbers of those that a person wants to go along; None: nobody chose. `forwarded_by` is the Slack user the mail came
    from, `arrival_key` the arrival that it was made of.
    `card_bare`: its card shows nothing of what the mail is about.
    """

    __tablename__ = "proposal"
    __table_args__ = (sa.UniqueConstraint("team", "channel", "mail_key"),)

    id: str = Field(primary_key=True)
    team: str
    channel: str = Field(index=True)
    thread_ts: str
    mail_key: str = Field(index=True)
    arrival_key: str = ""
    card_ts: str | None = None
    card_tries: int = 0
    card_behind: bool = False
    card_bare: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    state: str = Field(default=ProposalState.OPEN, index=True)
    sender_name: str = ""
    sender_address: str = ""
    subject: str = ""
    sent_at: datetime | None = _when(default=None)
    message_id: str = ""
    sealed_mail: str | None = Field(default=None, sa_type=sa.Text)
    sealed_contents: str | None = Field(default=None, sa_type=sa.Text)
    attachments: list[int] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    forwarded_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    attempt: int = 0
    acted_by: str = ""
    acted_at: datetime | None = _when(default=None)
    created_at: datetime = _when(default_factory=now)


class Bundle(SQLModel, table=True):
    """Mails of one person (`brought_by`, a hash) that came together into a conversation, from one message or from
    several within seconds, and the message that sums them up. `first_ts` and `last_ts` are the messages that they came
    with, `ts` is the summary, which is `behind` where something has changed since it was shown. `tries` counts its
    posting, begun before Slack is called: a summary whose posting nobody saw the end of is not posted twice."""

    __tablename__ = "bundle"

    id: str = Field(primary_key=True)
    team: str
    channel: str = Field(index=True)
    brought_by: str
    user: str = ""
    thread_ts: str
    first_ts: str
    last_ts: str
    ts: str | None = None
    tries: int = 0
    behind: bool = False
    changed_at: datetime = _when(default_factory=now)
    created_at: datetime = _when(default_factory=now)


class BundleMail(SQLModel, table=True):
    """A mail of a bundle; `number` is its place in the list, and stays."""

    __tablename__ = "bundle_mail"
    __table_args__ = (sa.UniqueConstraint("bundle_id", "number"),)

    proposal_id: str = Field(primary_key=True, foreign_key="proposal.id", ondelete="CASCADE")
    bundle_id: str = Field(foreign_key="bundle.id", ondelete="CASCADE")
    number: int


class Candidate(SQLModel, table=True):
    """A match of a proposal: a record that the mail mentions. `sealed_evidence` holds words of the mail; `reasons`
    names what agreed (see `bot.matching.Field`) without them, and stays."""

    __tablename__ = "candidate"

    proposal_id: str = Field(primary_key=True, foreign_key="proposal.id", ondelete="CASCADE")
    vendor: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)
    category: str
    name: str
    detail: str = ""
    rank: int
    probability: float
    picked: bool
    reasons: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default=sa.text("'[]'"))
    )
    sealed_evidence: str | None = Field(default=None, sa_type=sa.Text)


class LinkCall(SQLModel, table=True):
    """The work of one attempt at one vendor. `writes` counts the calls begun, committed before each of them: from
    the second on the vendor is asked first whether the earlier one took effect. `portal_request`: the vendor knows the
    mail as an enquiry of a portal."""

    __tablename__ = "link_call"

    proposal_id: str = Field(primary_key=True, foreign_key="proposal.id", ondelete="CASCADE")
    attempt: int = Field(primary_key=True)
    vendor: str = Field(primary_key=True)
    work: str = Field(default=Work.LINK, sa_column_kwargs={"server_default": Work.LINK.value})
    portal_request: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    place: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    before: list[str] | None = Field(default=None, sa_column=Column(JSON))
    writes: int = 0
    done: bool = False


class Target(SQLModel, table=True):
    """One record that a person confirmed for an attempt, and what became of it. With `remove` the mail is to be taken
    off it."""

    __tablename__ = "target"

    proposal_id: str = Field(primary_key=True, foreign_key="proposal.id", ondelete="CASCADE")
    attempt: int = Field(primary_key=True)
    vendor: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)
    category: str
    name: str
    detail: str = ""
    remove: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    outcome: str = ""
    verified: bool | None = None
    vendor_ref: str = ""
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    message: str = ""
    code: str = ""


class Link(SQLModel, table=True):
    """The log: one record that one mail was linked to, or that a person took it off (`outcome` "unlinked"). Never
    deleted; an undone link keeps its row."""

    __tablename__ = "link"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "attempt", "vendor", "kind", "record_id"),)

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: str = Field(index=True)
    attempt: int
    team: str
    channel: str
    vendor: str
    kind: str
    record_id: str
    category: str
    record_name: str
    mail_key: str = Field(index=True)
    message_id: str = Field(index=True)
    outcome: str
    verified: bool | None = None
    vendor_ref: str = ""
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    linked_by: str
    linked_at: datetime = _when(default_factory=now)
    undone_by: str = ""
    undone_at: datetime | None = _when(default=None)


class DirectoryRecord(SQLModel, table=True):
    """A record of a CRM that the bot has copied. `run` is the sync run that saw it last."""

    __tablename__ = "directory_record"

    vendor: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)
    category: str
    name: str
    fields: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    run: int = 0
    changed_at: datetime = _when(default_factory=now, index=True)
    vanished: bool = False


class SyncState(SQLModel, table=True):
    """How far the copy of one vendor's directory is. `run` counts the runs; `under_way` means that the last one was
    interrupted and is to go on."""

    __tablename__ = "sync_state"

    vendor: str = Field(primary_key=True)
    cursor: str | None = Field(default=None, sa_type=sa.Text)
    run: int = 0
    under_way: bool = False
    seen: int = 0
    total: int | None = None
    finished_at: datetime | None = _when(default=None)
    full_at: datetime | None = _when(default=None)


class StaffMember(SQLModel, table=True):
    """A user of the CRM: never the customer; mail from them was sent, not received."""

    __tablename__ = "staff_member"

    vendor: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    name: str = ""


class Mailbox(SQLModel, table=True):
    """An IMAP mailbox to look into. `identity` is the address under which the CRM knows it; `slack_user` is whose own
    it is: the mails that they forward are looked for there first."""

    __tablename__ = "mailbox"

    identity: str = Field(primary_key=True)
    host: str
    port: int
    username: str
    sealed_password: str = Field(sa_type=sa.Text)
    tls: str = "ssl"
    slack_user: str = Field(default="", sa_column_kwargs={"server_default": ""})
    folders: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    added_at: datetime = _when(default_factory=now)


class VendorToken(SQLModel, table=True):
    """A vendor's access token, shared by all processes."""

    __tablename__ = "vendor_token"

    name: str = Field(primary_key=True)
    sealed_token: str = Field(sa_type=sa.Text)
    changed_at: datetime = _when(default_factory=now)


class Outage(SQLModel, table=True):
    """A vendor that is away, and the message `ts` that says so in a conversation (empty: it could not be said)."""

    __tablename__ = "outage"

    vendor: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    team: str
    ts: str = Field(default="", sa_column_kwargs={"server_default": ""})
    since: datetime = _when(default_factory=now)


class Lesson(SQLModel, table=True):
    """What a press would teach: these words mean this record. It becomes an alias (`alias_id`) when the link that was
    pressed is verified, and is gone when that link is taken back."""

    __tablename__ = "lesson"

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: str = Field(foreign_key="proposal.id", index=True)
    vendor: str
    kind: str
    record_id: str
    record_name: str
    sealed_words: str = Field(sa_type=sa.Text)
    taught_by: str = ""
    alias_id: int | None = None


class Alias(SQLModel, table=True):
    """What people taught the bot by correcting it: these words mean this record. The words come from mails or from
    people, so they are sealed."""

    __tablename__ = "alias"

    id: int | None = Field(default=None, primary_key=True)
    vendor: str = Field(index=True)
    kind: str
    record_id: str
    record_name: str
    sealed_words: str = Field(sa_type=sa.Text)
    times: int = 1
    taught_by: str = ""
    taught_at: datetime = _when(default_factory=now)


class Creation(SQLModel, table=True):
    """A record that a person had created, and the log of it: never deleted, only `sealed_draft` is, with the end.

    `claim` is a hash of who is to be created, and is there once while it is open. `known` are records that people were
    shown as possibly the same, `before` those that were there right before the call. `sent_in` is the attempt that
    began a call whose outcome is unknown, 0 where there is none; `calls` counts them. `record` is what was made,
    `existing` where the vendor had it before; `others` are those that may be the same and nobody was shown. `shares`:
    people know that somebody else has the e-mail address. `about` is what the person is interested in, `interest` what
    became of noting that. `also` is what the mail is linked to beside it, `linked` whether that was begun. `message` is
    a sentence as `bot.language` stores it, `field` the vendor's name of the field
    that was `missing` or wrong.
    """

    __tablename__ = "creation"
    __table_args__ = (sa.UniqueConstraint("claim"),)

    id: str = Field(primary_key=True)
    team: str
    channel: str = ""
    proposal_id: str = Field(default="", index=True)
    vendor: str
    kind: str
    category: str
    claim: str | None = None
    state: str = Field(default=CreationState.PLANNED, index=True)
    attempt: int = 1
    sealed_draft: str | None = Field(default=None, sa_type=sa.Text)
    known: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    before: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    sent_in: int = 0
    calls: int = 0
    shares: bool = False
    record: str = ""
    existing: bool = False
    record_name: str = ""
    verified: bool | None = None
    others: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    left_out: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    also: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    linked: str = ""
    about: str = ""
    about_name: str = ""
    interest: str = ""
    interest_verified: bool | None = None
    interest_message: str = ""
    message: str = ""
    code: str = ""
    field: str = ""
    missing: bool = False
    asked_by: str
    asked_at: datetime = _when(default_factory=now)
    ended_at: datetime | None = _when(default=None)
    undone_by: str = ""
