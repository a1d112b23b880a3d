"""The vendors' tokens in the database: several processes, one sign-in."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

from bot.connections.shared_token import StoredToken
from bot.crm.zoho import Zoho
from storage import migrate
from storage.engine import create_engine
from storage.locks import Locks
from storage.mailboxes import Tokens
from storage.vault import Vault
from tests.crm.outside import Outside
from tests.crm.zoho.world import config
from tests.sandbox.vendorbox import running

SECRET = "a secret of the tests only"
PROCESSES = 3


def stored(database_url: str) -> StoredToken:
    engine = create_engine(database_url)
    return StoredToken("zoho", Tokens(engine, Vault(SECRET)), Locks(engine), engine.url)


def sign_in(database_url: str, sandbox_url: str) -> None:
    """What each process does: ask Zoho something, for which it needs a token."""
    Zoho(config(Outside(sandbox_url), timeout=20), stored(database_url)).staff()


def test_processes_that_start_at_once_sign_in_once(database_url: str) -> None:
    migrate.upgrade(create_engine(database_url))
    with running() as box:
        box.fault("zoho.token", "slow", 0.5)  # so that all of them want it while one is asking
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        processes = [context.Process(target=sign_in, args=(database_url, box.url)) for _ in range(PROCESSES)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0] * PROCESSES
        assert box.state()["counters"]["zoho.token"] == 1


def test_what_lies_in_the_database_is_sealed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/linkbot.db"
    migrate.upgrade(create_engine(url))
    store = stored(url)
    with store.lock():
        store.save('{"access_token": "1000.plain"}')
    assert store.load() == '{"access_token": "1000.plain"}'
    assert b"1000.plain" not in b"".join(path.read_bytes() for path in tmp_path.glob("linkbot.db*"))
