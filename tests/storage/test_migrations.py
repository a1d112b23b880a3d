from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from storage import migrate
from storage.engine import create_engine, normalise_url
from storage.tables import UtcDateTime


def test_the_migrations_make_exactly_the_tables(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        # Our own type of moments is stored as the database's; that is no difference.
        context = MigrationContext.configure(
            connection, opts={"compare_type": lambda *a: False if isinstance(a[4], UtcDateTime) else None}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
    assert migrate.is_current(engine)


def test_an_empty_database_is_not_current(database_url: str) -> None:
    assert not migrate.is_current(create_engine(database_url))


def test_several_processes_may_upgrade_at_once(postgres_url: str) -> None:
    engines = [create_engine(postgres_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate.upgrade, engines))
    assert migrate.is_current(engines[0])


@pytest.mark.parametrize("url", ["postgres://u@h/db", "postgresql://u@h/db"])
def test_hosting_services_addresses_are_understood(url: str) -> None:
    assert normalise_url(url).drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["mysql://u@h/db", "no address", ""])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL"):
        normalise_url(url)


def test_sqlite_is_set_up_to_lose_nothing(tmp_path: object) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
