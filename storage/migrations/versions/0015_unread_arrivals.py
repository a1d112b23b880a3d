"""An index on the state of arrivals: those that are not read yet are looked for every other second"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_arrival_state"), "arrival", ["state"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_arrival_state"), table_name="arrival")
