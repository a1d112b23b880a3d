"""The copy of the CRMs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import JSON, Column, Field, SQLModel

from storage.tables.columns import now, when


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
    changed_at: datetime = when(default_factory=now, index=True)
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
    finished_at: datetime | None = when(default=None)
    full_at: datetime | None = when(default=None)


class StaffMember(SQLModel, table=True):
    """A user of the CRM: never the customer; mail from them was sent, not received."""

    __tablename__ = "staff_member"

    vendor: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    name: str = ""
