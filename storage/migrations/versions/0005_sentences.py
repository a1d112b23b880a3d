"""Why something was not linked is kept as a message with its values; words that are there stay as they are"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# A sentence as `bot.language` stores it. This one is nothing but its words.
PLAIN = "plain"

TARGET = sa.table("target", sa.column("message", sa.String()))


def _rewrite(words: dict[str, str]) -> None:
    for old, new in words.items():
        op.execute(TARGET.update().where(TARGET.c.message == old).values(message=new))


def _messages() -> list[str]:
    found = op.get_bind().execute(sa.select(TARGET.c.message).where(TARGET.c.message != "").distinct())
    return [str(message) for (message,) in found]


def upgrade() -> None:
    _rewrite({old: json.dumps({"id": PLAIN, "values": {"text": old}}, ensure_ascii=False) for old in _messages()})


def downgrade() -> None:
    """Only words can be given back as words; of the others an older version would show the message's name."""
    stored = {old: json.loads(old) for old in _messages()}
    _rewrite({old: one["values"]["text"] if one["id"] == PLAIN else "" for old, one in stored.items()})
