"""What `linkbot doctor` says about this machine: settings, database, folders."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.cli.database import DatabaseError, make_ready, upgrade
from bot.cli.doctor import checks
from bot.settings import Settings, load
from storage.engine import create_engine
from tests.bot.test_settings import ALL_OF_THEM
from tests.saying import Line, english, line, raises

NOWHERE = {"SLACK_API_URL": "http://127.0.0.1:1/", "ONOFFICE_API_URL": "http://127.0.0.1:1/"}


def settings(tmp_path: Path, **changes: str) -> Settings:
    known = {"DATABASE_URL": f"sqlite:///{tmp_path}/linkbot.db", **ALL_OF_THEM, **NOWHERE, **changes}
    return load({name: value for name, value in known.items() if value}, None)


def lines(found: Settings) -> dict[str, Line]:
    return {check.name: check for check in map(line, checks(found))}


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    check = lines(settings(tmp_path, SLACK_BOT_TOKEN="", ONOFFICE_SECRET=""))["Settings"]
    assert not check.ok
    assert "SLACK_BOT_TOKEN, ONOFFICE_SECRET" in check.detail


def test_a_database_that_was_never_made_says_what_to_run(tmp_path: Path) -> None:
    found = settings(tmp_path, SLACK_BOT_TOKEN="")
    assert lines(found)["Database"].remedy == "Run: linkbot db upgrade"
    upgrade(found)
    assert lines(found)["Database"].ok


def test_what_does_not_answer_is_said_without_a_code(tmp_path: Path) -> None:
    found = settings(tmp_path)
    make_ready(found)
    wrong = [check for check in map(line, checks(found)) if not check.ok]
    assert [check.name for check in wrong] == ["Slack", "onOffice access", "Directory onoffice", "Mailboxes"]
    assert all(check.remedy for check in wrong)
    assert not any("Error" in f"{check.detail}{check.remedy}" for check in wrong)


def test_migrations_need_no_key(tmp_path: Path) -> None:
    upgrade(settings(tmp_path, LINKBOT_SECRET_KEY=""))


def no_database(folder: Path) -> str:
    (folder / "notes.txt").write_text("This is not a database.\n" * 100, "utf-8")
    return f"sqlite:///{folder}/notes.txt"


def a_folder(folder: Path) -> str:
    return f"sqlite:///{folder}"


def below_a_file(folder: Path) -> str:
    (folder / "file").touch()
    return f"sqlite:///{folder}/file/linkbot.db"


def of_a_newer_linkbot(folder: Path) -> str:
    upgrade(settings(folder))
    with sqlite3.connect(folder / "linkbot.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    return f"sqlite:///{folder}/linkbot.db"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (no_database, "is not a database of Linkbot's"),
        (a_folder, "cannot be opened"),
        (below_a_file, "cannot be made"),
        (of_a_newer_linkbot, "newer Linkbot"),
        (lambda _: "sqlite://", "DATABASE_URL names no file, so everything would be lost"),
        (lambda _: "linkbot.db", "DATABASE_URL is not a database address"),
        (lambda _: "sqlite://linkbot.db", "must begin with sqlite:/// or postgresql://"),
        (lambda _: "mysql://u:hunter2@h/x", "must begin with sqlite:/// or postgresql://"),
        (lambda _: "postgresql+asyncpg://u:hunter2@h/x", "must begin with sqlite:/// or postgresql://"),
        (lambda _: "postgresql://u:hunter2@h:abc/x", "DATABASE_URL is not a database address"),
        (lambda _: "postgresql://u:hunter2@127.0.0.1:1/x", "The database at 127.0.0.1:1 cannot be reached"),
    ],
)
def test_a_database_that_cannot_be_used_is_a_sentence(tmp_path: Path, make: object, said: str) -> None:
    assert callable(make)
    found = settings(tmp_path, DATABASE_URL=make(tmp_path))
    for use in (make_ready, upgrade):
        with pytest.raises(DatabaseError) as caught:
            use(found)
        assert said in english(caught.value.message)
        assert "hunter2" not in english(caught.value.message)
    if make is not of_a_newer_linkbot:
        check = lines(found)["Database"]
        assert not check.ok
        assert said in check.detail
        assert check.remedy


def test_a_database_in_use_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.engine.BUSY_MILLISECONDS", 10)
    found = settings(tmp_path)
    make_ready(found)
    with create_engine(found.database_url).begin(), raises(DatabaseError, "in use by another program"):
        upgrade(found)


@contextmanager
def nobody() -> Iterator[None]:
    """As a user to whom nothing here belongs, where the tests run as one to whom everything does."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def folder_of_others() -> Iterator[Path]:
    """Pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
        Path(folder).chmod(0o755)


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o777), (0o666, 0o555), (0o000, 0o777)])
def test_a_database_that_cannot_be_written_is_named(folder_of_others: Path, file: int, folder: int) -> None:
    """Which of the two SQLite says depends on the files that it keeps beside its own."""
    found = settings(folder_of_others, SLACK_BOT_TOKEN="")
    make_ready(found)
    assert lines(found)["Database"].ok
    (folder_of_others / "linkbot.db").chmod(file)
    folder_of_others.chmod(folder)
    with nobody():
        check = lines(found)["Database"]
    wrong = [f"The database file {folder_of_others}/linkbot.db cannot be {what}." for what in ("opened", "written")]
    assert not check.ok and check.detail in wrong
    assert "write" in check.remedy


def test_a_folder_for_the_index_is_tried(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    make_ready(settings(tmp_path))

    def check(folder: str) -> Line:
        return lines(settings(tmp_path, SLACK_BOT_TOKEN="", LINKBOT_INDEX_FOLDER=folder))["Index folder"]

    assert check(f"{tmp_path}/not/yet/there").ok
    assert not (tmp_path / "not").exists()
    for wrong in (f"{tmp_path}/file", f"{tmp_path}/file/below"):
        assert not check(wrong).ok
        assert f"{tmp_path}/file is a file" in check(wrong).detail
    assert "LINKBOT_INDEX_FOLDER" in check(f"{tmp_path}/file").remedy


def test_a_folder_that_may_not_be_written_is_wrong(tmp_path: Path) -> None:
    make_ready(settings(tmp_path))
    found = settings(tmp_path, SLACK_BOT_TOKEN="", LINKBOT_INDEX_FOLDER="/proc/linkbot/index")
    assert "may not write" in lines(found)["Index folder"].detail
