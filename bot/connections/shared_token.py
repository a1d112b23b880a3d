"""A vendor's access token in the database, shared by all processes."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from storage.engine import owner_only
from storage.locks import Locks
from storage.mailboxes import Tokens


@dataclass(frozen=True)
class StoredToken:
    """Fulfils `bot.crm.tokens.TokenStore`; `name` is the vendor's.

    On SQLite there is one bot, but commands beside it (`linkbot sync`, `linkbot doctor`): a lock on a file beside the
    database keeps them from asking for a token at the same time.
    """

    name: str
    tokens: Tokens
    locks: Locks
    url: sa.URL

    def load(self) -> str | None:
        return self.tokens.load(self.name)

    def save(self, text: str) -> None:
        self.tokens.save(self.name, text)

    @contextmanager
    def lock(self) -> Iterator[None]:
        with self.locks.hold(f"token {self.name}"):
            if self.url.get_backend_name() != "sqlite" or self.url.database in (None, "", ":memory:"):
                yield
                return
            path = Path(f"{self.url.database}.{self.name}-token.db.lock")
            owner_only(path)  # who can open it can hold the lock
            with path.open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # given back when the file is closed
                yield
