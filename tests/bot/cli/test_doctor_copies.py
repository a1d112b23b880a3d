"""Each CRM's copy has a line of its own."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from bot.cli.doctor import _kept
from bot.cli.linkbot import app
from bot.connections import create_storage
from bot.directory.rows import to_row
from bot.records import Category, Record, RecordRef
from bot.settings import Settings, load
from storage import migrate
from tests.saying import english


def _settings(folder: Path) -> Settings:
    database = {
        "DATABASE_URL": f"sqlite:///{folder}/linkbot.db",
        "LINKBOT_SECRET_KEY": "a key of forty letters for tests",
    }
    return load({"CRM": "zoho,csv", **database}, env_file=None)


def test_a_crm_that_was_never_copied_does_not_hide_behind_another(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    storage = create_storage(settings)
    migrate.upgrade(storage.engine)
    record = Record(RecordRef("csv", "person", "1"), Category.PERSON, "Eva Lang")
    storage.directory.save_live([to_row(record)])
    zoho, csv = _kept(settings, storage, [])
    assert (zoho.ok, csv.ok) == (False, True)
    assert "zoho" in english(zoho.name)
    assert "linkbot sync" in english(zoho.remedy)


def test_the_version_is_said() -> None:
    said = CliRunner().invoke(app, ["--version"])
    assert (said.exit_code, said.output.strip()) == (0, "0.1.0")
