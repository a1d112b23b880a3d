"""The attempts to link a mail: what was confirmed, the calls at the vendors, and the log."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import JSON, Column, Field, SQLModel

from storage.tables.columns import now, when


class Work(StrEnum):
    """What an attempt does at a vendor."""

    LINK = "link"
    UNDO = "undo"
    ACTIVITY = "activity"


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
    linked_at: datetime = when(default_factory=now)
    undone_by: str = ""
    undone_at: datetime | None = when(default=None)
