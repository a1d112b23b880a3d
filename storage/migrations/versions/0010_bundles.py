"""Mails that came together, and the message that sums them up"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bundle",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "team", "channel", "brought_by", "user")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("thread_ts", "first_ts", "last_ts")),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("behind", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_index(op.f("ix_bundle_channel"), "bundle", ["channel"], unique=False)
    op.create_table(
        "bundle_mail",
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("bundle_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_bundle_mail_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_mail_bundle_id_bundle"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_bundle_mail")),
        sa.UniqueConstraint("bundle_id", "number", name=op.f("uq_bundle_mail_bundle_id_number")),
    )


def downgrade() -> None:
    op.drop_table("bundle_mail")
    op.drop_table("bundle")
