"""What woke mails that waited for a record"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    keys = ("proposal_id", "vendor", "kind", "record_id")
    op.create_table(
        "waking",
        *(sa.Column(name, sa.String(), nullable=False) for name in (*keys, "name", "parked_by")),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("said", sa.Boolean(), nullable=False),
        sa.Column("woken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_waking_proposal_id_proposal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(*keys, name=op.f("pk_waking")),
    )
    op.create_index(op.f("ix_waking_said"), "waking", ["said"], unique=False)


def downgrade() -> None:
    op.drop_table("waking")
