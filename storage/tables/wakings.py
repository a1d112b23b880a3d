"""Mails that waited for a record, and what woke them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import now, when


class Waking(SQLModel, table=True):
    """A record that came and that a waiting mail names: there once for both, so that it is said once. `tries` counts
    how often it was tried to be said, `said` that it was; then the `name` is
    gone."""

    __tablename__ = "waking"

    proposal_id: str = Field(primary_key=True, foreign_key="proposal.id", ondelete="CASCADE")
    vendor: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    record_id: str = Field(primary_key=True)
    name: str
    parked_by: str = ""
    tries: int = 0
    said: bool = Field(default=False, index=True)
    woken_at: datetime = when(default_factory=now)
