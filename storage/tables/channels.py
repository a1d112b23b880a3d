"""What was set for a channel."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import JSON, Column, Field, SQLModel

from storage.tables.columns import now, when


class ChannelSetting(SQLModel, table=True):
    """What somebody set for a channel; what is None or empty is as the settings say for all. `vendors` are the CRMs
    that it is about, `mailbox` the only one that its mails are looked for in, and `private` whether its cards name
    nobody."""

    __tablename__ = "channel_setting"

    channel: str = Field(primary_key=True)
    team: str
    vendors: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    mailbox: str = ""
    language: str = ""
    private: bool | None = Field(default=None, sa_type=sa.Boolean)
    changed_by: str
    changed_at: datetime = when(default_factory=now)
