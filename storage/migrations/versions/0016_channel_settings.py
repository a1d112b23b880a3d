"""What was set for channels"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_setting",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("channel", "team")),
        sa.Column("vendors", sa.JSON(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("mailbox", "language")),
        sa.Column("private", sa.Boolean(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_setting")),
    )


def downgrade() -> None:
    op.drop_table("channel_setting")
