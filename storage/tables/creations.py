"""Records that people had created."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import JSON, Column, Field, SQLModel

from storage.tables.columns import now, when


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
    asked_at: datetime = when(default_factory=now)
    ended_at: datetime | None = when(default=None)
    undone_by: str = ""
