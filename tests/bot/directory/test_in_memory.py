from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

import bot.directory.in_memory
from bot.directory.in_memory import Directory
from bot.directory.live_search import MOST_HANGING
from bot.directory.rows import from_row, to_row
from bot.matching import MailWords
from bot.records import Category, Record, RecordRef
from storage.directory import DirectoryStore
from storage.engine import transaction
from storage.tables import DirectoryRecord, SyncState, now
from tests.bot.bench import AHORN, EMILY, ERIKA, LINDEN, MAX
from tests.bot.fakes import FakeCRM, Fault

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PARTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="|"), min_size=1, max_size=20)
REFS = st.builds(RecordRef, PARTS, PARTS, WORDS.filter(bool))
RECORDS = st.builds(
    Record,
    ref=REFS,
    category=st.sampled_from(Category),
    name=WORDS,
    title=WORDS,
    given_name=WORDS,
    family_name=WORDS,
    company=WORDS,
    emails=st.lists(WORDS, max_size=3).map(tuple),
    phones=st.lists(WORDS, max_size=3).map(tuple),
    reference=WORDS,
    street=WORDS,
    house_number=WORDS,
    postal_code=WORDS,
    city=WORDS,
    related=st.lists(REFS, max_size=3).map(tuple),
)


@given(RECORDS)
def test_a_record_comes_back_from_its_row_as_it_was(record: Record) -> None:
    row = to_row(record)
    row.fields = json.loads(json.dumps(row.fields))  # as the database keeps them
    assert from_row(row) == record


def test_empty_fields_take_no_room() -> None:
    assert to_row(Record(MAX.ref, Category.PERSON, "Max")).fields == {}


def save(store: DirectoryStore, *records: Record, gone: tuple[Record, ...] = ()) -> None:
    """What another process's sync writes."""
    store.save_page(
        SyncState(vendor="onoffice"), [to_row(record) for record in records], [(r.ref.kind, r.ref.id) for r in gone]
    )


class Two:
    """Two processes with a directory each on one database."""

    def __init__(self, engine: sa.Engine) -> None:
        self.store = DirectoryStore(engine)
        self.onoffice, self.zoho = FakeCRM("onoffice"), FakeCRM("zoho", tells=False)
        crms = {"onoffice": self.onoffice, "zoho": self.zoho}
        self.here = Directory(self.store, crms, region="DE")
        self.there = Directory(self.store, crms, region="DE")
        self.here.refresh()
        self.there.refresh()


@pytest.fixture
def two(engine: sa.Engine) -> Two:
    return Two(engine)


def names(records: list[Record]) -> list[str]:
    return [record.name for record in records]


def test_what_another_process_writes_is_seen_after_a_refresh(two: Two) -> None:
    save(two.store, MAX, ERIKA)
    assert len(two.here) == 0
    assert two.here.refresh() == 2
    assert two.here.get(MAX.ref) == MAX
    married = replace(ERIKA, name="Erika Beispiel")
    save(two.store, married, gone=(MAX,))
    assert two.here.refresh() == 2
    assert (two.here.get(ERIKA.ref), two.here.get(MAX.ref)) == (married, None)
    assert two.here.refresh() == 0
    assert len(two.there) == 0
    two.there.refresh()
    assert len(two.there) == 1


def test_what_was_committed_late_under_an_early_stamp_is_seen_and_nothing_is_read_twice(
    two: Two, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(two.store, MAX)
    two.here.refresh()
    save(two.store, ERIKA)
    with transaction(engine) as session:  # as if it had been written together with the first, in a longer transaction
        first = session.get_one(DirectoryRecord, (MAX.ref.vendor, MAX.ref.kind, MAX.ref.id))
        late = session.get_one(DirectoryRecord, (ERIKA.ref.vendor, ERIKA.ref.kind, ERIKA.ref.id))
        late.changed_at = first.changed_at
    assert two.here.refresh() == 1
    assert two.here.get(ERIKA.ref) == ERIKA
    monkeypatch.setattr(two.store, "stamped", lambda stamps: [] if not stamps else pytest.fail("read twice"))
    assert two.here.refresh() == 0


def test_what_could_not_be_brought_in_is_brought_in_with_the_next_look(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(two.store, MAX)
    with monkeypatch.context() as broken:
        broken.setattr(bot.directory.in_memory, "from_row", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            two.here.refresh()
    assert two.here.refresh() == 1
    assert two.here.get(MAX.ref) == MAX


def test_more_stamps_than_a_database_takes_at_once_are_read(two: Two) -> None:
    save(two.store, MAX)
    (stamp,) = two.store.stamps_since(datetime(2020, 1, 1, tzinfo=UTC))
    more = [stamp + timedelta(microseconds=number) for number in range(70_000)]
    assert [row.record_id for row in two.store.stamped(more)] == [MAX.ref.id]


def test_a_page_that_waits_for_its_turn_is_stamped_when_it_is_written(two: Two, engine: sa.Engine) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction(engine) as session:
            session.add(to_row(ERIKA))
            session.flush()
            writing = pool.submit(save, two.store, replace(ERIKA, name="Erika Beispiel"))
            with suppress(TimeoutError):
                writing.result(0.2)
            moment = now()
        writing.result(30)
    (row,) = two.store.all()
    assert row.name == "Erika Beispiel"
    if engine.dialect.name == "sqlite":  # where pages wait for others, whatever those write
        assert row.changed_at >= moment


def test_many_changes_at_once_build_a_new_index(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.directory.in_memory, "MANY_CHANGES", 2)
    save(two.store, MAX, ERIKA, LINDEN, AHORN)
    assert two.here.refresh() == 4
    assert {two.here.get(r.ref) for r in (MAX, ERIKA, LINDEN, AHORN)} == {MAX, ERIKA, LINDEN, AHORN}


def test_records_of_a_crm_that_is_not_set_up_are_not_matched(engine: sa.Engine) -> None:
    store = DirectoryStore(engine)
    save(store, MAX, EMILY)
    only = Directory(store, {"onoffice": FakeCRM("onoffice")}, region="DE")
    only.refresh()
    assert (only.get(MAX.ref), only.get(EMILY.ref)) == (MAX, None)
    save(store, replace(EMILY, name="Emily Clark"))
    assert only.refresh() == 0


def test_own_people_are_not_matched_once_they_are_known(two: Two) -> None:
    save(two.store, MAX)
    two.here.refresh()
    mail = MailWords("Max Mustermann", "max.mustermann@example.de", (), (), "", "")
    assert [match.ref for match in two.here.match(mail)] == [MAX.ref]
    two.store.save_staff("onoffice", {"max.mustermann@example.de": "Max Mustermann"})
    two.here.refresh()
    assert two.here.match(mail) == []


def test_a_search_is_for_one_vendor_and_its_categories(two: Two) -> None:
    save(two.store, MAX, ERIKA, LINDEN, replace(EMILY, name="Emily Mustermann"))
    two.here.refresh()
    assert set(names(two.here.search("muster", "onoffice", (Category.PERSON,)))) == {MAX.name, ERIKA.name}
    assert names(two.here.search("muster", "zoho", (Category.PERSON,))) == ["Emily Mustermann"]
    assert names(two.here.search("Linden", "onoffice", (Category.PROPERTY,))) == [LINDEN.name]
    assert len(two.here.search("muster", "onoffice", (Category.PERSON,), limit=1)) == 1
    assert "search" not in two.onoffice.calls + two.zoho.calls


def test_many_records_of_one_vendor_do_not_hide_those_of_the_other(two: Two) -> None:
    crowd = [replace(MAX, ref=RecordRef("onoffice", "address", str(n)), emails=()) for n in range(100)]
    save(two.store, *crowd, replace(EMILY, name="Maximilian Mustermann"))
    two.here.refresh()
    assert names(two.here.search("Mustermann", "zoho", (Category.PERSON,))) == ["Maximilian Mustermann"]


def test_what_the_copy_has_not_is_searched_for_at_the_vendor_and_kept(two: Two) -> None:
    two.onoffice.found = [ERIKA]
    assert two.here.search("Erika", "onoffice", (Category.PERSON,)) == [ERIKA]
    assert two.here.search("Erika", "onoffice", (Category.PERSON,)) == [ERIKA]
    assert two.onoffice.calls == ["search"]
    assert two.here.get(ERIKA.ref) == ERIKA
    two.there.refresh()
    assert two.there.get(ERIKA.ref) == ERIKA


@pytest.mark.parametrize("text", ["", "  ", "Er", " E "])
def test_a_letter_or_two_are_not_worth_a_call(two: Two, text: str) -> None:
    two.onoffice.found = [ERIKA]
    assert two.here.search(text, "onoffice", (Category.PERSON,)) == []
    assert two.onoffice.calls == []


def test_a_vendor_that_hangs_is_not_waited_for_and_its_late_answer_is_kept(
    two: Two, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    two.onoffice.found = [ERIKA]
    answers, kept, ask = threading.Event(), threading.Event(), two.onoffice.search
    take_in = two.here._live._take_in

    def hangs(*asked: Any) -> list[Record]:
        assert answers.wait(30)
        return ask(*asked)

    def taken_in(found: list[Record]) -> None:
        take_in(found)
        kept.set()

    monkeypatch.setattr(two.onoffice, "search", hangs)
    monkeypatch.setattr(two.here._live, "_take_in", taken_in)
    for _ in range(MOST_HANGING + 1):
        assert two.here.search("Erika", "onoffice", (Category.PERSON,), within=0.01) == []
    assert "too many hang" in caplog.text
    answers.set()
    assert kept.wait(30)
    assert two.here.search("Erika", "onoffice", (Category.PERSON,)) == [ERIKA]


def test_a_vendor_that_fails_offers_nothing_and_breaks_nothing(two: Two, caplog: pytest.LogCaptureFixture) -> None:
    two.onoffice.faults["search"] = [Fault.BUSY]
    assert two.here.search("Geheimrat Erika", "onoffice", (Category.PERSON, Category.PROPERTY)) == []
    assert two.onoffice.calls == ["search"], "a vendor in trouble is not asked again for the next category"
    assert "busy" in caplog.text
    assert "Geheimrat" not in caplog.text
