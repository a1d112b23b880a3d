"""Locks: one holder at a time, also between processes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from storage.engine import create_engine, normalise_url
from storage.locks import Locks, lock_number


def test_a_lock_lets_one_in_at_a_time(engine: sa.Engine) -> None:
    locks = Locks(engine)
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with locks.hold("mail k1"):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(60)))
    assert max(most) == 1


def test_locks_hold_between_processes_on_postgresql(postgres_url: str) -> None:
    """Two engines stand for two processes: they share nothing but the server."""
    one, two = Locks(create_engine(postgres_url)), Locks(create_engine(postgres_url))
    inside: list[Locks] = []
    most: list[int] = []

    def work(number: int) -> None:
        with (one, two)[number % 2].hold("mail k1"):
            inside.append(one)
            most.append(len(inside))
            inside.pop()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(40)))
    assert max(most) == 1


def test_who_holds_a_lock_gets_a_connection_to_work_with(postgres_url: str) -> None:
    """Where all connections are held by locks, nobody who holds one would ever end."""
    engine = sa.create_engine(normalise_url(postgres_url), pool_size=1, max_overflow=0, pool_timeout=1)
    with Locks(engine).hold("mail k1"), engine.connect() as connection:
        assert connection.execute(sa.text("SELECT 1")).scalar_one() == 1
    engine.dispose()


def test_many_who_hold_a_lock_get_another_one_after_each_other(postgres_url: str) -> None:
    """As mails do at a vendor whose token is to be renewed: with a connection for each lock all waited for another."""
    locks, all_hold = Locks(create_engine(postgres_url)), threading.Barrier(40)
    done: list[int] = []

    def work(number: int) -> None:
        with locks.hold(f"mail {number}"):
            all_hold.wait(30)
            with locks.hold("token"):
                done.append(number)

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(work, range(40), timeout=30))
    assert sorted(done) == list(range(40))


def test_a_lock_is_had_again_after_its_connection_was_lost(postgres_url: str) -> None:
    locks, other = Locks(create_engine(postgres_url)), create_engine(postgres_url)
    others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    with locks.hold("mail"), other.connect() as connection:
        assert connection.execute(sa.text(f"SELECT pg_terminate_backend(pid) {others}")).all()
    with locks.hold("mail"), other.connect() as connection:
        free = connection.execute(sa.select(sa.func.pg_try_advisory_lock(lock_number("mail")))).scalar_one()
    assert not free
