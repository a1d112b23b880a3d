"""Workspaces that installed the app by OAuth, and installations that were begun"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("team", "name", "installer", "bot_user", "scopes")),
        sa.Column("sealed_token", sa.Text(), nullable=True),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uninstalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_installation")),
    )
    op.create_table(
        "oauth_state",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_oauth_state")),
    )


def downgrade() -> None:
    op.drop_table("oauth_state")
    op.drop_table("installation")
