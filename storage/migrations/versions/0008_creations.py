"""Records that people had created, with the claim that keeps two of them from being made"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "creation",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "team", "channel", "proposal_id", "vendor")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "category")),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("sealed_draft", sa.Text(), nullable=True),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("sent_in", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("shares", "existing", "missing")),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("record_name", sa.String(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("linked", "about", "about_name", "interest")),
        sa.Column("interest_verified", sa.Boolean(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("interest_message", "message", "code", "field")),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creation")),
        sa.UniqueConstraint("claim", name=op.f("uq_creation_claim")),
    )
    op.create_index(op.f("ix_creation_proposal_id"), "creation", ["proposal_id"], unique=False)
    op.create_index(op.f("ix_creation_state"), "creation", ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("creation")
