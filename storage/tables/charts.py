"""Pictures of figures that Slack holds for us."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import now, when


class Chart(SQLModel, table=True):
    """A picture by a hash of the numbers in it, with the file that Slack keeps it as. The same numbers are uploaded
    once, whoever looks at them."""

    __tablename__ = "chart"

    digest: str = Field(primary_key=True)
    file_id: str
    made_at: datetime = when(default_factory=now)
