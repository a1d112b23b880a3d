"""A mail in a conversation, and which records it mentions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import JSON, Column, Field, SQLModel

from storage.tables.columns import now, when


class ProposalState(StrEnum):
    """`open → confirmed → linking → linked | partly linked | failed`, or dismissed, parked, expired,
    withdrawn."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    LINKING = "linking"
    LINKED = "linked"
    PARTLY_LINKED = "partly linked"
    FAILED = "failed"
    DISMISSED = "dismissed"
    PARKED = "parked"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # with the message that brought the mail


# What a person may confirm, and what is worked on.
RETRIABLE = (ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARTLY_LINKED)
UNDER_WAY = (ProposalState.CONFIRMED, ProposalState.LINKING)

# In place of a Slack user: a mail that is held for one person, and nobody knows yet for whom.
HELD_FOR_NOBODY = "-"


class Proposal(SQLModel, table=True):
    """A mail in a conversation, and what is to be done with it. What is sealed is emptied when the proposal ends.

    `sealed_contents` is what the card says of the mail itself (see `bot.proposals.contents`). `attachments` are the
    numbers of those that a person wants to go along; None: nobody chose. `forwarded_by` is the Slack user the mail came
    from, `arrival_key` the arrival that it was made of.
    `card_bare`: its card shows nothing of what the mail is about. `held_for` is the Slack user who alone sees the mail
    and decides upon it, because it is on the never-link list (HELD_FOR_NOBODY: none is known yet); empty: all see it.
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
    sent_at: datetime | None = when(default=None)
    message_id: str = ""
    sealed_mail: str | None = Field(default=None, sa_type=sa.Text)
    sealed_contents: str | None = Field(default=None, sa_type=sa.Text)
    attachments: list[int] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    forwarded_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    held_for: str = Field(default="", sa_column_kwargs={"server_default": ""})
    attempt: int = 0
    acted_by: str = ""
    acted_at: datetime | None = when(default=None)
    created_at: datetime = when(default_factory=now)


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
