"""What all tests share: the databases, and that CI leaves nothing out."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from xdist.scheduler import LoadScopeScheduling

from storage import migrate
from storage.engine import create_engine
from storage.vault import Vault
from tests import postgres
from tests.needs import need

# The parameter of the journeys' fixture `world`.
WORLD = re.compile(r"\[(socket-sqlite|http-postgresql)\b")
JOURNEYS = "tests/journeys/"
SECRET = "a secret of the tests only"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server's address; tests that need it are left out where there is none."""
    with postgres.server(need("postgresql")) as url:
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


class ByWorld(LoadScopeScheduling):  # type: ignore[misc] # pytest-xdist has no types
    """Tests that share a started world stay with one worker: those of a file, and the journeys of a way to reach the
    bot. (xdist's own groups are lost with pytest 9.2, which no longer lets it write them into a test's name.)"""

    def _split_scope(self, nodeid: str) -> str:
        path, _, name = nodeid.partition("::")
        world = WORLD.search(name) if path.startswith(JOURNEYS) else None
        return world[1] if world else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByWorld:
    return ByWorld(config, log)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: a journey often waits for what takes its time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys first: what takes long must not begin last."""
    items.sort(key=lambda item: not item.nodeid.startswith(JOURNEYS))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            need(name)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a test that is left out is a failure: there, everything it needs is installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if reporter and os.environ.get("CI") and skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"CI leaves nothing out, but {len(skipped)} tests were skipped.", red=True)
