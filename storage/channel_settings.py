"""What was set for channels."""

from __future__ import annotations

import sqlalchemy as sa

from storage.engine import reading, transaction
from storage.tables import ChannelSetting, now


class ChannelSettings:
    """Queries on what was set for channels."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def get(self, channel: str) -> ChannelSetting | None:
        with reading(self._engine) as session:
            return session.get(ChannelSetting, channel)

    def save(self, setting: ChannelSetting) -> None:
        """Set what is to count from now on in place of what was set before."""
        setting.changed_at = now()
        with transaction(self._engine) as session:
            session.merge(setting)
