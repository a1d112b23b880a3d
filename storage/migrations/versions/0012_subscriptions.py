"""What somebody asked to be told from time to time"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("team", "place", "asked_by", "sent_for")),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team", "place", name=op.f("pk_subscription")),
    )


def downgrade() -> None:
    op.drop_table("subscription")
