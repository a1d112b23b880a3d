"""What people taught the bot: these words mean this record. Few rows, so that sealed words can be compared in clear."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from storage.engine import transaction
from storage.tables import Alias
from storage.vault import Vault


class Aliases:
    """Queries on aliases."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def teach(self, alias: Alias, words: str) -> None:
        """Write an alias down, or count it once more where it is known."""
        with transaction(self._engine) as session:
            known = session.exec(
                select(Alias).where(
                    Alias.vendor == alias.vendor, Alias.kind == alias.kind, Alias.record_id == alias.record_id
                )
            )
            for row in known:
                if self._vault.open(row.sealed_words) == words:
                    row.times, row.taught_by, row.taught_at = row.times + 1, alias.taught_by, alias.taught_at
                    return
            alias.sealed_words = self._vault.seal(words)
            session.add(alias)

    def all(self) -> list[tuple[Alias, str]]:
        """Every alias with its words in clear, the newest first."""
        with transaction(self._engine) as session:
            rows = list(session.exec(select(Alias).order_by(col(Alias.id).desc())))
        return [(row, self._vault.open(row.sealed_words)) for row in rows]

    def state(self) -> tuple[int, int, datetime | None]:
        """What changes whenever an alias does: for looking whether anything is new."""
        with transaction(self._engine) as session:
            sums = sa.select(sa.func.count(), sa.func.sum(col(Alias.id) * col(Alias.times))).select_from(Alias)
            count, times = session.execute(sums).one()
            newest = session.exec(select(Alias.taught_at).order_by(col(Alias.taught_at).desc())).first()
        return count, times or 0, newest

    def forget(self, alias_id: int) -> bool:
        """False where there is none of this number."""
        with transaction(self._engine) as session:
            alias = session.get(Alias, alias_id)
            if alias is None:
                return False
            session.delete(alias)
            return True
