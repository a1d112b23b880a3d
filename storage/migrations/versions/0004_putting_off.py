"""When a mail that could not be read for now is tried again, and which arrival a proposal was made of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("arrival", sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("proposal", sa.Column("arrival_key", sa.String(), server_default="", nullable=False))
    # The first arrival of a mail is the one that its proposal was made of.
    op.execute(
        sa.text(
            "UPDATE proposal SET arrival_key = COALESCE((SELECT MIN(arrival.key) FROM arrival"
            " WHERE arrival.proposal_id = proposal.id AND arrival.created_at = (SELECT MIN(first.created_at)"
            " FROM arrival AS first WHERE first.proposal_id = proposal.id)), '')"
        )
    )


def downgrade() -> None:
    op.drop_column("arrival", "next_try_at")
    op.drop_column("proposal", "arrival_key")
