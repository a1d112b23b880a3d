"""What somebody asked to be told from time to time."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import now, when


class Subscription(SQLModel, table=True):
    """A weekly digest for a conversation, or a daily reminder for a person: `place` is the channel or the person.
    `sent_for` names the week or the day that it was sent for last, written down before it is sent, so that of several
    processes one sends it."""

    __tablename__ = "subscription"

    team: str = Field(primary_key=True)
    place: str = Field(primary_key=True)
    asked_by: str
    sent_for: str
    asked_at: datetime = when(default_factory=now)
