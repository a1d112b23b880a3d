"""Bringing the database to the newest migration, and saying whether it is there."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

# What reaching the database can raise.
DatabaseError = sa.exc.SQLAlchemyError

# Any number will do; it only has to be the same in every process that migrates the same PostgreSQL database.
MIGRATION_LOCK = 7_402_115


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: sa.Engine) -> None:
    """Apply the migrations that are missing. Safe to call from several processes at once."""
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
    """Whether every migration has been applied."""
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(_config(connection))
        return MigrationContext.configure(connection).get_current_heads() == tuple(script.get_heads())
