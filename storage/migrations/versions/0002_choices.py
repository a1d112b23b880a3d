"""What people choose: links to take off, activities, attachments, aliases, whose mailbox it is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("record_name", sa.String(), nullable=False),
        sa.Column("sealed_words", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("taught_by", sa.String(), nullable=False),
        sa.Column("taught_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
    )
    op.create_index(op.f("ix_alias_vendor"), "alias", ["vendor"], unique=False)
    op.create_index(op.f("ix_link_message_id"), "link", ["message_id"], unique=False)
    op.add_column("link_call", sa.Column("work", sa.String(), server_default="link", nullable=False))
    op.add_column("link_call", sa.Column("portal_request", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(sa.text("UPDATE link_call SET work = 'undo' WHERE undo"))
    with op.batch_alter_table("link_call") as table:
        table.drop_column("undo")
    op.add_column("mailbox", sa.Column("slack_user", sa.String(), server_default="", nullable=False))
    op.add_column("proposal", sa.Column("sealed_contents", sa.Text(), nullable=True))
    op.add_column("proposal", sa.Column("attachments", sa.JSON(), nullable=True))
    op.add_column("proposal", sa.Column("forwarded_by", sa.String(), server_default="", nullable=False))
    op.add_column("target", sa.Column("remove", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_table("alias")
    op.drop_index(op.f("ix_link_message_id"), "link")
    op.add_column("link_call", sa.Column("undo", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(sa.text("UPDATE link_call SET undo = (work = 'undo')"))
    for table, columns in (
        ("link_call", ("work", "portal_request")),
        ("mailbox", ("slack_user",)),
        ("proposal", ("sealed_contents", "attachments", "forwarded_by")),
        ("target", ("remove",)),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
