from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa

from bot.crm.port import CRMError
from bot.directory.rows import from_row
from bot.directory.sync import SyncResult, sync
from bot.mail import Participant
from bot.records import Category, Record, RecordRef
from storage.directory import DirectoryStore
from storage.tables import DirectoryRecord
from tests.bot.fakes import FakeCRM, Fault

PAGES = 3


def record(number: int, name: str = "") -> Record:
    return Record(RecordRef("onoffice", "address", f"{number:03}"), Category.PERSON, name or f"Person {number}")


@pytest.fixture
def store(engine: sa.Engine) -> DirectoryStore:
    return DirectoryStore(engine)


@pytest.fixture
def crm() -> FakeCRM:
    crm = FakeCRM()
    crm.put(*(record(number) for number in range(PAGES * crm.page_size - 1)))
    return crm


def copied(store: DirectoryStore, vendor: str = "onoffice") -> set[Record]:
    return {from_row(row) for row in store.all() if row.vendor == vendor}


def changed_since(store: DirectoryStore, moment: datetime) -> list[DirectoryRecord]:
    return store.stamped(store.stamps_since(moment))


def test_a_first_run_copies_everything_and_says_how_far_it_is(store: DirectoryStore, crm: FakeCRM) -> None:
    told: list[tuple[int, int | None]] = []
    assert sync(crm, store, progress=lambda *seen: told.append(seen)) == SyncResult(5, 0, full=True)
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert copied(store) == set(crm.directory.values())
    state = store.state("onoffice")
    assert (state.run, state.under_way) == (1, False)
    assert state.finished_at is not None and state.full_at is not None


@pytest.mark.parametrize(("expected", "told"), [(3, [3, 4, 5]), (None, [None, None, 5]), (9, [9, 9, 5])])
def test_what_is_expected_is_never_less_than_what_was_read_and_in_the_end_the_same(
    store: DirectoryStore, crm: FakeCRM, monkeypatch: pytest.MonkeyPatch, expected: int | None, told: list[int | None]
) -> None:
    """A vendor counts what it does not show, counts one module at a time, or does not count."""
    pages = list(crm.changes(None))
    monkeypatch.setattr(crm, "changes", lambda _: iter([replace(page, total=expected) for page in pages]))
    said: list[int | None] = []
    sync(crm, store, progress=lambda _, total: said.append(total))
    assert said == told


@pytest.mark.parametrize("read", range(1, PAGES))
def test_an_interrupted_run_goes_on_where_it_stopped(store: DirectoryStore, crm: FakeCRM, read: int) -> None:
    """The next process reads the rest only, and what vanished meanwhile is swept at the end."""
    sync(crm, store)
    crm.faults["changes"] = [*[Fault.NONE] * read, Fault.BUSY]
    with pytest.raises(CRMError):
        sync(crm, store, full=True)
    state = store.state("onoffice")
    assert (state.under_way, state.seen, state.run) == (True, read * crm.page_size, 2)
    assert len(copied(store)) == 5, "nothing is swept before everything was read"
    crm.drop(record(4).ref)
    crm.put(record(5))
    crm.calls.clear()
    told: list[tuple[int, int | None]] = []
    result = sync(crm, store, progress=lambda *seen: told.append(seen))
    assert crm.calls.count("changes") == PAGES - read
    assert result == SyncResult(5 - read * crm.page_size, 1, full=True)
    assert told[-1] == (5, 5)
    assert copied(store) == set(crm.directory.values())
    assert (store.state("onoffice").run, store.state("onoffice").under_way) == (2, False)


@pytest.mark.parametrize("method", ["staff", "changes"])
def test_a_run_that_fails_before_its_first_page_leaves_everything_as_it_was(
    store: DirectoryStore, crm: FakeCRM, method: str
) -> None:
    sync(crm, store)
    before = store.state("onoffice")
    crm.faults[method] = [Fault.BUSY]
    with pytest.raises(CRMError):
        sync(crm, store, full=True)
    assert store.state("onoffice") == before
    assert len(copied(store)) == 5


def test_a_crash_between_the_last_page_and_the_sweep_is_mended_by_the_next_full_run(
    store: DirectoryStore, crm: FakeCRM, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(crm, store)
    crm.drop(record(1).ref)

    def killed(_vendor: str, _run: int) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(store, "sweep", killed)
        sync(crm, store, full=True)
    assert record(1) in copied(store)
    sync(crm, store, full=True)
    assert copied(store) == set(crm.directory.values())


def test_after_a_full_run_only_changes_are_read(store: DirectoryStore, crm: FakeCRM) -> None:
    sync(crm, store)
    full_at = store.state("onoffice").full_at
    crm.put(record(1, "Neuer Name"), record(9))
    crm.drop(record(2).ref)
    assert sync(crm, store) == SyncResult(2, 1, full=False)
    assert copied(store) == set(crm.directory.values())
    assert store.state("onoffice").full_at == full_at
    assert sync(crm, store) == SyncResult(0, 0, full=False)


def test_a_run_of_changes_sweeps_nothing(store: DirectoryStore, crm: FakeCRM) -> None:
    sync(crm, store)
    crm.put(record(9))
    sync(crm, store)
    assert len(copied(store)) == 6


@pytest.mark.parametrize("read", range(3))
def test_interrupted_changes_are_not_lost(store: DirectoryStore, crm: FakeCRM, read: int) -> None:
    sync(crm, store)
    crm.put(*(record(number, "Neuer Name") for number in range(5)))
    crm.faults["changes"] = [*[Fault.NONE] * read, Fault.BUSY]
    with pytest.raises(CRMError):
        sync(crm, store)
    sync(crm, store)
    assert copied(store) == set(crm.directory.values())


def test_a_vendor_that_tells_no_deletions_is_swept_by_the_next_full_run(store: DirectoryStore, crm: FakeCRM) -> None:
    sync(crm, store)
    del crm.directory[record(3).ref]
    sync(crm, store)
    assert record(3) in copied(store)
    assert sync(crm, store, full=True).vanished == 1
    assert record(3) not in copied(store)


def test_a_vanished_record_that_comes_back_is_there_again(store: DirectoryStore, crm: FakeCRM) -> None:
    sync(crm, store)
    crm.drop(record(3).ref)
    sync(crm, store)
    crm.put(record(3))
    sync(crm, store)
    assert record(3) in copied(store)


def test_full_begins_anew_though_a_run_is_under_way(store: DirectoryStore, crm: FakeCRM) -> None:
    crm.faults["changes"] = [Fault.NONE, Fault.BUSY]
    with pytest.raises(CRMError):
        sync(crm, store)
    assert sync(crm, store, full=True).read == 5
    assert store.state("onoffice").run == 2


def test_one_vendors_sweep_leaves_the_other_alone(store: DirectoryStore, crm: FakeCRM) -> None:
    zoho = FakeCRM("zoho", tells=False)
    emily = Record(RecordRef("zoho", "Contacts", "1"), Category.PERSON, "Emily Carter")
    zoho.put(emily)
    sync(zoho, store)
    for _ in range(3):
        sync(crm, store, full=True)
    assert copied(store, "zoho") == {emily}


def test_an_empty_crm_empties_the_copy(store: DirectoryStore, crm: FakeCRM) -> None:
    sync(crm, store)
    crm.directory.clear()
    assert sync(crm, store, full=True) == SyncResult(0, 5, full=True)
    assert copied(store) == set()


def test_staff_is_replaced_and_known_by_address(store: DirectoryStore, crm: FakeCRM) -> None:
    crm.people = [Participant("Anna Berger", "Anna.Berger@Example.de"), Participant("Ohne Adresse", None)]
    sync(crm, store)
    assert [(p.address, p.name) for p in store.staff()] == [("anna.berger@example.de", "Anna Berger")]
    crm.people = [Participant(None, "ben@example.de"), Participant("Ben", "BEN@example.de")]
    sync(crm, store)
    assert [p.address for p in store.staff()] == ["ben@example.de"]


def test_what_changed_is_stamped_so_that_other_processes_see_it(store: DirectoryStore, crm: FakeCRM) -> None:
    sync(crm, store)
    before: datetime = max(row.changed_at for row in store.all())
    crm.drop(record(2).ref)
    sync(crm, store)
    assert [(row.record_id, row.vanished) for row in changed_since(store, before) if row.vanished] == [("002", True)]


def test_what_a_full_run_finds_as_it_was_is_not_stamped(store: DirectoryStore, crm: FakeCRM) -> None:
    """Else a running bot would take the whole directory for changed, once a day and every two seconds."""
    sync(crm, store)
    before: datetime = max(row.changed_at for row in store.all())
    crm.put(record(1, "Neuer Name"))
    crm.drop(record(2).ref)
    sync(crm, store, full=True)
    crm.put(record(2))
    sync(crm, store, full=True)
    stamped = {(row.record_id, row.name) for row in changed_since(store, before) if row.changed_at > before}
    assert stamped == {("001", "Neuer Name"), ("002", "Person 2")}
    assert copied(store) == set(crm.directory.values())
