"""Workspaces, mailboxes and vendors."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import JSON, Column, Field, SQLModel

from storage.tables.columns import now, when


class FirstRun(SQLModel, table=True):
    """A workspace in which the bot runs, and since when."""

    __tablename__ = "first_run"

    team: str = Field(primary_key=True)
    started_at: datetime = when(default_factory=now)


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
    added_at: datetime = when(default_factory=now)


class VendorToken(SQLModel, table=True):
    """A vendor's access token, shared by all processes."""

    __tablename__ = "vendor_token"

    name: str = Field(primary_key=True)
    sealed_token: str = Field(sa_type=sa.Text)
    changed_at: datetime = when(default_factory=now)


class Outage(SQLModel, table=True):
    """A vendor that is away, or who refuses the bot's keys (see `storage.outages`), and the message `ts` that says so
    in a conversation (empty: it could not be said)."""

    __tablename__ = "outage"

    vendor: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    team: str
    ts: str = Field(default="", sa_column_kwargs={"server_default": ""})
    since: datetime = when(default_factory=now)
