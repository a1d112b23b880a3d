"""Since when the bot runs in a workspace."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage.engine import transaction
from storage.tables import FirstRun


class FirstRuns:
    """Queries on first runs."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def began(self, team: str) -> datetime:
        """When this was asked first for a workspace."""
        try:
            with transaction(self._engine) as session:
                known = session.get(FirstRun, team)
                if known is None:
                    known = FirstRun(team=team)
                    session.add(known)
                return known.started_at
        except sa.exc.IntegrityError:  # another process was first
            with transaction(self._engine) as session:
                return session.get_one(FirstRun, team).started_at
