"""Which process reads an arrival, how many of its mails have been shown, and an index for what came together"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("arrival", sa.Column("claimed_by", sa.String(), nullable=False, server_default=""))
    op.add_column("arrival", sa.Column("mails_done", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index(op.f("ix_bundle_channel"), table_name="bundle")
    op.create_index("ix_bundle_brought", "bundle", ["channel", "brought_by", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_bundle_brought", table_name="bundle")
    op.create_index(op.f("ix_bundle_channel"), "bundle", ["channel"])
    with op.batch_alter_table("arrival") as table:
        table.drop_column("mails_done")
        table.drop_column("claimed_by")
