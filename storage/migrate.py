"""Bringing the database to the newest migration, and saying whether it is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config

# What reaching the database can raise.
DatabaseError = sa.exc.SQLAlchemyError

# Any number will do; it only has to be the same in every process that migrates the same PostgreSQL database.
MIGRATION_LOCK = 7_402_115
MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = MIGRATIONS / "versions"


class NewerDatabaseError(Exception):
    """The database was made by a newer version."""


def _config(connection: sa.Connection) -> Config:
    # Here: a database that is current needs nothing of Alembic, which takes some ten megabytes.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: sa.Engine) -> None:
    """Apply the migrations that are missing. Safe to call from several processes at once. Raises NewerDatabaseError."""
    if is_current(engine):
        return
    from alembic import command

    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            # Batch migrations rebuild tables; with foreign keys on, SQLite would delete the rows that refer to them.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        try:
            command.upgrade(_config(connection), "head")
            connection.commit()
        finally:
            connection.rollback()
            if sqlite:
                # The connection goes back to the pool as it came: with foreign keys on.
                connection.invalidate()


def is_current(engine: sa.Engine) -> bool:
    """Whether every migration has been applied. Raises NewerDatabaseError."""
    with engine.connect() as connection:
        return _applied(connection) == newest()


def newest() -> str:
    """The number of the newest migration, as its file's name begins."""
    return max(path.name.split("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def _applied(connection: sa.Connection) -> str:
    """The newest migration that the database has; empty for an empty one. Raises NewerDatabaseError for one that this
    version does not have."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    applied = str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or "")
    if applied > newest():
        raise NewerDatabaseError
    return applied
