"""What all tests share: the databases, and that CI leaves nothing out."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import settings
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

# How many inputs a property is tried with. For a long look: make test ARGS="--hypothesis-profile=long"
settings.register_profile("suite", max_examples=60, deadline=None)
settings.register_profile("long", max_examples=3000, deadline=None)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server's address; tests that need it are left out where there is none."""
    with postgres.server(need("postgresql")) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A fresh, empty PostgreSQL database."""
    return _new_database(postgres_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh, empty database of each kind."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path}/linkbot.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all migrations, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "linkbot.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_database(postgres_server: str) -> str:
    """The name of a PostgreSQL database with all migrations, to be copied."""
    url = _new_database(postgres_server)
    _migrate(url)
    return url.rpartition("/")[2]


@pytest.fixture
def engine(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An engine on a fresh database with all migrations, of each kind."""
    if database_kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "linkbot.db")
        url = f"sqlite:///{tmp_path}/linkbot.db"
    else:
        url = _new_database(
            request.getfixturevalue("postgres_server"), like=request.getfixturevalue("migrated_database")
        )
    engine = create_engine(url)
    yield engine
    engine.dispose()


def _migrate(url: str) -> None:
    engine = create_engine(url)
    migrate.upgrade(engine)
    engine.dispose()


def _new_database(server: str, like: str = "template1") -> str:
    """Its address."""
    name = f"linkbot_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    return f"{server}/{name}"


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
