from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import Session, SQLModel, col, select

from storage import migrate
from storage.engine import create_engine, normalise_url
from storage.tables import Link, LinkCall, Mailbox, Proposal, Target, UtcDateTime, Work
from tests.saying import english


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


def test_what_an_older_version_wrote_is_read_after_the_upgrade(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        command.upgrade(migrate._config(connection), "0001")
        connection.commit()
        old = sa.MetaData()
        old.reflect(connection)
        for name in ("proposal", "link_call", "target", "link", "mailbox"):
            rows = [_filled(old.tables[name], 1)]
            if name == "link_call":
                rows = [rows[0] | {"undo": False}, rows[0] | {"attempt": 2, "undo": True}]
            connection.execute(old.tables[name].insert(), rows)
        connection.commit()
    migrate.upgrade(engine)
    with Session(engine) as session:
        assert [call.work for call in session.exec(select(LinkCall).order_by(col(LinkCall.attempt)))] == [
            Work.LINK,
            Work.UNDO,
        ]
        assert not session.exec(select(Target)).one().remove
        assert session.exec(select(Proposal)).one().attachments is None
        assert session.exec(select(Mailbox)).one().slack_user == ""
        assert session.exec(select(Link)).one().record_name == "text"
    engine.dispose()


def test_what_an_older_version_said_is_still_said(database_url: str) -> None:
    words = ["Zoho CRM refused “Müller & Söhne”. Please\nask somebody.", '{"id": "onoffice.rights", "values": {}}', ""]
    engine = create_engine(database_url)
    with engine.connect() as connection:
        command.upgrade(migrate._config(connection), "0004")
        connection.commit()
        old = sa.MetaData()
        old.reflect(connection)
        connection.execute(old.tables["proposal"].insert(), _filled(old.tables["proposal"], 1))
        row = _filled(old.tables["target"], 1)
        rows = [row | {"record_id": str(number), "message": said} for number, said in enumerate([*words, words[0]])]
        connection.execute(old.tables["target"].insert(), rows)
        connection.commit()
    migrate.upgrade(engine)
    with Session(engine) as session:
        stored = [target.message for target in session.exec(select(Target).order_by(col(Target.record_id)))]
    assert [english(message) for message in stored] == [*words, words[0]]
    with engine.connect() as connection:
        command.downgrade(migrate._config(connection), "0004")
        connection.commit()
        assert list(connection.scalars(sa.text("SELECT message FROM target ORDER BY record_id"))) == [*words, words[0]]
    engine.dispose()


def _filled(table: sa.Table, number: int) -> dict[str, object]:
    """A row with something in every column that must have something."""
    made: dict[str, object] = {}
    for column in table.columns:
        if column.nullable:
            continue
        kind = column.type
        made[column.name] = (
            number
            if isinstance(kind, sa.Integer)
            else False
            if isinstance(kind, sa.Boolean)
            else datetime(2026, 11, 20, tzinfo=UTC)
            if isinstance(kind, sa.DateTime)
            else []
            if isinstance(kind, sa.JSON)
            else "text"
        )
    return made
