"""Alembic's entry: runs on the connection that `storage.migrate` hands over."""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import storage.tables

OUR_TABLES = frozenset(SQLModel.metadata.tables)

NameType = Literal["schema", "table", "column", "index", "unique_constraint", "foreign_key_constraint"]


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Only our own tables: the workflow engine keeps its own beside them."""
    return kind != "table" or name in OUR_TABLES


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Plain names for column types, so that a migration needs nothing but SQLAlchemy."""
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(item, storage.tables.UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    include_name=_is_ours,
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
