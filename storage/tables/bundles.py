"""Mails that came together."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.tables.columns import now, when


class Bundle(SQLModel, table=True):
    """Mails of one person (`brought_by`, a hash) that came together into a conversation, from one message or from
    several within seconds, and the message that sums them up. `first_ts` and `last_ts` are the messages that they came
    with, `ts` is the summary, which is `behind` where something has changed since it was shown. `tries` counts its
    posting, begun before Slack is called: a summary whose posting nobody saw the end of is not posted twice."""

    __tablename__ = "bundle"
    __table_args__ = (sa.Index("ix_bundle_brought", "channel", "brought_by", "created_at"),)

    id: str = Field(primary_key=True)
    team: str
    channel: str
    brought_by: str
    user: str = ""
    thread_ts: str
    first_ts: str
    last_ts: str
    ts: str | None = None
    tries: int = 0
    behind: bool = False
    changed_at: datetime = when(default_factory=now)
    created_at: datetime = when(default_factory=now)


class BundleMail(SQLModel, table=True):
    """A mail of a bundle; `number` is its place in the list, and stays."""

    __tablename__ = "bundle_mail"
    __table_args__ = (sa.UniqueConstraint("bundle_id", "number"),)

    proposal_id: str = Field(primary_key=True, foreign_key="proposal.id", ondelete="CASCADE")
    bundle_id: str = Field(foreign_key="bundle.id", ondelete="CASCADE")
    number: int
