"""What people teach the bot."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.tables.columns import now, when


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
    taught_at: datetime = when(default_factory=now)
