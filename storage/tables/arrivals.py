"""What reached the bot."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.tables.columns import now, when


class ArrivalState(StrEnum):
    RECEIVED = "received"
    DONE = "done"
    FAILED = "failed"
    HELD = "held"  # until a person says whether all of it is wanted


class Arrival(SQLModel, table=True):
    """Something that reached the bot and may hold a mail. Written before Slack gets its acknowledgement, so that a
    crash loses nothing; `key` names the Slack file or message, so that a redelivery is the same row.

    `claimed_by` is the process that reads it. `next_try_at` is when it is taken up next: what was put off then, and
    what is claimed where that process has not said by then that it is still at it. `attempts` counts the tries, and
    `mails_done` those of its mails that have been shown.
    """

    __tablename__ = "arrival"

    key: str = Field(primary_key=True)
    team: str
    channel: str
    ts: str
    thread_ts: str = ""
    user: str = ""
    asked: bool = False
    response_url: str = ""
    state: str = Field(default=ArrivalState.RECEIVED, index=True)
    sealed_source: str | None = Field(default=None, sa_type=sa.Text)
    proposal_id: str | None = None
    attempts: int = 0
    claimed_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    mails_done: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    next_try_at: datetime | None = when(default=None)
    created_at: datetime = when(default_factory=now)
