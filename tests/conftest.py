"""What all tests share: the databases, and that CI leaves nothing out."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from storage import migrate
from storage.engine import create_engine
from storage.vault import Vault
from tests import postgres

SECRET = "a secret of the tests only"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server's address; tests that need it are left out where there is none."""
    binaries = postgres.find_binaries()
    if binaries is None:
        pytest.skip(postgres.HOW_TO_GET_IT)
    with postgres.server(binaries) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A fresh, empty PostgreSQL database."""
    name = f"linkbot_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{postgres_server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/linkbot.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on a database with all migrations."""
    engine = create_engine(database_url)
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def vault() -> Vault:
    return Vault(SECRET)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a started world stay with one worker: those of a file, and the journeys of a way to reach the
    bot."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        group = callspec.params.get("world") if callspec else None
        item.add_marker(pytest.mark.xdist_group(group or str(item.path)))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a test that is left out is a failure: there, everything it needs is installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if reporter and os.environ.get("CI") and skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"CI leaves nothing out, but {len(skipped)} tests were skipped.", red=True)
