"""An installation moves from one database to another with everything in it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from storage import migrate
from storage.copying import NotEmptyError, copy
from storage.engine import create_engine
from storage.links import Links
from storage.tables import Link
from tests.bot.bench import LINDEN, MAX, Bench, database


def everything(engine: sa.Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in SQLModel.metadata.sorted_tables
        }


def test_everything_is_there_and_new_rows_are_numbered_on(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.copying.PORTION", 2)
    bench = Bench((MAX, LINDEN))
    bench.press_link()
    source, target = database(bench.url), create_engine(database_url)
    migrate.upgrade(target)
    told: list[tuple[str, int]] = []
    rows = copy(source, target, lambda table, count: told.append((table, count)))
    assert everything(target) == everything(source)
    assert rows == sum(len(found) for found in everything(source).values())
    assert ("directory_record", 6) in told
    with pytest.raises(NotEmptyError):
        copy(source, target, lambda *_: None)
    assert everything(target) == everything(source)
    links = Links(target)
    known = [link.id or 0 for link in links.all()]
    links.write([Link(**link.model_dump(exclude={"id", "attempt"}), attempt=9) for link in links.all()])
    assert min(link.id or 0 for link in links.all() if link.attempt == 9) > max(known)
    target.dispose()
