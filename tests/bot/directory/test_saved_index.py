"""The index kept from one process to the next: used where it fits the database, and otherwise built anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.directory.in_memory import Directory
from bot.directory.rows import to_row
from bot.directory.saved_index import SavedMatcher
from bot.matching import MailWords, Matcher
from storage.directory import DirectoryStore
from storage.tables import SyncState
from tests.bot.bench import AHORN, ALL, EMILY, ERIKA, LINDEN, MAX, empty_database
from tests.bot.fakes import FakeCRM

CRMS = {"onoffice": FakeCRM("onoffice"), "zoho": FakeCRM("zoho", tells=False)}


@pytest.fixture
def store() -> DirectoryStore:
    store = DirectoryStore(empty_database("sqlite://"))
    store.save_page(SyncState(vendor="onoffice"), [to_row(record) for record in ALL], ())
    return store


def started(store: DirectoryStore, folder: Path, source: str = "here") -> Directory:
    directory = Directory(store, CRMS, region="DE", saved=SavedMatcher(folder / "index", source))
    directory.refresh()
    return directory


def builds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the times that the directory builds an index from all records."""
    counted: list[int] = []
    build = Directory._build

    def counting(self: Directory, staff: frozenset[str]) -> Matcher:
        counted.append(1)
        return build(self, staff)

    monkeypatch.setattr(Directory, "_build", counting)
    return counted


def test_a_later_start_builds_nothing_and_knows_what_changed_since(
    store: DirectoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(store, tmp_path).save()
    store.save_live([to_row(EMILY)])
    counted = builds(monkeypatch)
    later = started(store, tmp_path)
    assert counted == []
    assert len(later) == len(ALL)
    (match, *_) = later.match(MailWords(sender_address="max.mustermann@example.de"))
    assert match.ref == MAX.ref


def test_nothing_is_saved_anew_while_nothing_changes(store: DirectoryStore, tmp_path: Path) -> None:
    directory = started(store, tmp_path)
    directory.save()
    (before,) = (tmp_path / "index").glob("arrays-*")
    directory.refresh()
    directory.save()
    assert list((tmp_path / "index").glob("arrays-*")) == [before]


@pytest.mark.parametrize("others", [(MAX, ERIKA, LINDEN, AHORN), (MAX,)])
def test_an_index_of_another_database_at_the_same_address_is_not_used(
    store: DirectoryStore, tmp_path: Path, others: tuple[object, ...]
) -> None:
    started(store, tmp_path).save()
    fresh = DirectoryStore(empty_database("sqlite://"))
    fresh.save_page(SyncState(vendor="onoffice"), [to_row(record) for record in ALL if record in others], ())
    later = started(fresh, tmp_path)
    assert len(later) == len(others)
    assert later.get(EMILY.ref) is None


def test_an_index_of_other_crms_or_a_broken_one_is_not_used(
    store: DirectoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(store, tmp_path).save()
    counted = builds(monkeypatch)
    assert len(started(store, tmp_path, "elsewhere")) == len(ALL)
    assert counted == [1]
    (tmp_path / "index" / "index.json").write_text("{")
    assert len(started(store, tmp_path)) == len(ALL)
    assert counted == [1, 1]
