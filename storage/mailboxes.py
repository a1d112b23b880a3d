"""The IMAP mailboxes to look into, passwords sealed; and the vendors' tokens."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import select

from storage.engine import reading, transaction
from storage.tables import Mailbox, VendorToken, now
from storage.vault import BrokenSealError, Vault


class Mailboxes:
    """Queries on mailboxes."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def save(self, mailbox: Mailbox, password: str) -> None:
        """Add a mailbox, or replace the one of the same identity."""
        mailbox.sealed_password = self._vault.seal(password, f"mailbox {mailbox.identity} password")
        with transaction(self._engine) as session:
            session.merge(mailbox)

    def all(self) -> list[tuple[Mailbox, str]]:
        """Every mailbox with its password in clear."""
        with reading(self._engine) as session:
            rows = list(session.exec(select(Mailbox).order_by(Mailbox.identity)))
        return [(row, self._vault.open(row.sealed_password, f"mailbox {row.identity} password")) for row in rows]

    def of_user(self, slack_user: str) -> str:
        """The identity of this person's own mailbox; empty where none is known."""
        if not slack_user:
            return ""
        with reading(self._engine) as session:
            query = select(Mailbox.identity).where(Mailbox.slack_user == slack_user).order_by(Mailbox.identity)
            return session.exec(query).first() or ""

    def remove(self, identity: str) -> bool:
        """Forget a mailbox and its password; False where there is none of this identity."""
        with transaction(self._engine) as session:
            mailbox = session.get(Mailbox, identity)
            if mailbox is None:
                return False
            session.delete(mailbox)
            return True


class Tokens:
    """A vendor's access token by name, sealed."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def load(self, name: str) -> str | None:
        with reading(self._engine) as session:
            row = session.get(VendorToken, name)
        try:
            return self._vault.open(row.sealed_token, f"token {name}") if row else None
        except BrokenSealError:
            return None  # sealed with another key: a token can be fetched anew

    def save(self, name: str, token: str) -> None:
        with transaction(self._engine) as session:
            session.merge(
                VendorToken(name=name, sealed_token=self._vault.seal(token, f"token {name}"), changed_at=now())
            )
