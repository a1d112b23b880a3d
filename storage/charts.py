"""Which pictures Slack holds for us."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from storage.engine import reading, transaction
from storage.tables import Chart


class Charts:
    """Queries on pictures."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(self, digest: str) -> str:
        """The file with these numbers; empty where there is none."""
        with reading(self._engine) as session:
            found = session.get(Chart, digest)
            return found.file_id if found else ""

    def keep(self, digest: str, file_id: str) -> None:
        """Remember a file; of two processes that were as quick either may win."""
        with transaction(self._engine) as session:
            session.merge(Chart(digest=digest, file_id=file_id))

    def forget(self, file_id: str) -> None:
        with transaction(self._engine) as session:
            session.execute(sa.delete(Chart).where(col(Chart.file_id) == file_id))

    def older(self, before: datetime) -> list[str]:
        """The files that were made before this moment."""
        with reading(self._engine) as session:
            return list(session.exec(select(Chart.file_id).where(Chart.made_at < before)))
