"""The workspaces that installed the app by OAuth: their tokens, sealed, and the states of installations under way."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from storage.engine import reading, transaction
from storage.tables import Installation, OAuthState, now
from storage.vault import Vault

STATE_FOR = timedelta(minutes=10)


class Installations:
    """Queries on installations."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def issue_state(self) -> str:
        """A state for an installation that begins. Of it only a digest is kept."""
        state = secrets.token_urlsafe(32)
        with transaction(self._engine) as session:
            session.execute(sa.delete(OAuthState).where(col(OAuthState.expires_at) < now()))
            session.add(OAuthState(digest=_digest(state), expires_at=now() + STATE_FOR))
        return state

    def consume_state(self, state: str) -> bool:
        """Whether a state was issued, is not too old and comes back for the first time."""
        mine = sa.and_(col(OAuthState.digest) == _digest(state), col(OAuthState.expires_at) >= now())
        with transaction(self._engine) as session:
            return (
                session.execute(sa.delete(OAuthState).where(mine).returning(col(OAuthState.digest))).first() is not None
            )

    def save(self, installation: Installation, token: str) -> None:
        """A workspace installed the app, for the first time or anew."""
        installation.sealed_token = self._vault.seal(token, _place(installation.team))
        installation.installed_at, installation.uninstalled_at, installation.told = now(), None, ""
        with transaction(self._engine) as session:
            session.merge(installation)

    def get(self, team: str) -> Installation | None:
        with reading(self._engine) as session:
            return session.get(Installation, team)

    def token(self, team: str) -> str:
        """A workspace's token in clear, "" where the app is not installed. Raises BrokenSealError."""
        found = self.get(team)
        return self._vault.open(found.sealed_token, _place(team)) if found and found.sealed_token else ""

    def all(self) -> list[Installation]:
        with reading(self._engine) as session:
            return list(session.exec(select(Installation).order_by(col(Installation.team))))

    def uninstall(self, team: str) -> bool:
        """The app was taken out of a workspace: its token is forgotten at once. False where it was not installed."""
        with transaction(self._engine) as session:
            found = session.get(Installation, team, with_for_update=True)
            if found is None or found.uninstalled_at is not None:
                return False
            found.sealed_token, found.uninstalled_at = None, now()
            return True

    def forget(self, team: str) -> None:
        """Nothing of a workspace is known any more."""
        with transaction(self._engine) as session:
            session.execute(sa.delete(Installation).where(col(Installation.team) == team))

    def tell_once(self, team: str, what: str) -> bool:
        """Whether the installer is to be told this: not where it is what they were told last."""
        with transaction(self._engine) as session:
            found = session.get(Installation, team, with_for_update=True)
            if found is None or found.told == what:
                return False
            found.told = what
            return True


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _place(team: str) -> str:
    return f"installation {team} token"
