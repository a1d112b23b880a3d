"""The workspaces that installed the app by OAuth."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.tables.columns import now, when


class Installation(SQLModel, table=True):
    """A workspace in which the app is installed, or was: then `sealed_token` is empty and `uninstalled_at` is set.
    `told` is what its installer was told last."""

    __tablename__ = "installation"

    team: str = Field(primary_key=True)
    name: str = ""
    installer: str = ""
    bot_user: str = ""
    scopes: str = ""
    sealed_token: str | None = Field(default=None, sa_type=sa.Text)
    told: str = ""
    installed_at: datetime = when(default_factory=now)
    uninstalled_at: datetime | None = when(default=None)


class OAuthState(SQLModel, table=True):
    """An installation that somebody began, until they come back from Slack: a digest of the state, good once."""

    __tablename__ = "oauth_state"

    digest: str = Field(primary_key=True)
    expires_at: datetime = when()
