from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from storage import migrate
from storage.engine import create_engine
from storage.vault import Vault

SECRET = "a secret of the tests only"


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
