"""Mails that one person alone sees and decides upon"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposal", sa.Column("held_for", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("proposal", "held_for")
