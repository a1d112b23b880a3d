"""The page on privacy leaves nothing out: each table stands on it, and what it says is sealed is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings
from storage.tables import Proposal

PAGE = Path(__file__).parent.parent.joinpath("docs", "privacy.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")][
    1:
]
METADATA = Proposal.metadata
TABLES = sorted(METADATA.tables)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_on_the_page(name: str) -> None:
    told = [how for _, where, how, _ in ROWS if f"`{name}`" in where]
    assert told, f"docs/privacy.md says nothing of {name}"
    columns = [column.name for column in METADATA.tables[name].columns]
    if any(column.startswith("sealed_") for column in columns):
        assert any("sealed" in how for how in told)


def test_every_setting_on_the_page_is_there() -> None:
    known = {name.upper() for name in Settings.model_fields}
    assert set(re.findall(r"`((?:LINKBOT|DATABASE)_[A-Z_]+)`", PAGE)) <= known
