"""SQLite as several connections and processes use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from storage.engine import create_engine, reading, transaction

ELSEWHERE = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM t').fetchall(); c.close()"


def test_a_second_engine_lets_go_of_no_lock(tmp_path: Path) -> None:
    """Another process that looks in takes itself for the last one, and clears the log away from under the first."""
    path = tmp_path / "linkbot.db"
    first = create_engine(f"sqlite:///{path}")
    with first.connect() as held:
        held.exec_driver_sql("CREATE TABLE t (n INTEGER)")
        held.commit()
        create_engine(f"sqlite:///{path}").dispose()
        subprocess.run([sys.executable, "-c", ELSEWHERE, str(path)], check=True)
        assert path.with_name("linkbot.db-wal").exists()
        held.execute(sa.text("INSERT INTO t VALUES (1)"))
        held.commit()


def test_who_reads_waits_for_nobody_who_writes_and_sees_what_is_committed(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/linkbot.db")
    count = sa.text("SELECT count(*) FROM t")
    with transaction(engine) as session:
        session.execute(sa.text("CREATE TABLE t (n INTEGER)"))
    with transaction(engine) as writing:
        writing.execute(sa.text("INSERT INTO t VALUES (1)"))
        with reading(engine) as session:
            assert session.execute(count).scalar_one() == 0
    with reading(engine) as session:
        with transaction(engine) as writing:
            writing.execute(sa.text("INSERT INTO t VALUES (2)"))
        assert session.execute(count).scalar_one() == 2
    with transaction(engine) as session:  # the same connection writes again
        session.execute(sa.text("DELETE FROM t"))
        with reading(engine) as other:
            assert other.execute(count).scalar_one() == 2
