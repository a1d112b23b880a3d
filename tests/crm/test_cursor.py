import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.cursor import Cursor, begin, is_full

OVERLAP = timedelta(minutes=10)
NOW = datetime.now(UTC)


def finished(full: bool, started: datetime) -> str:
    return Cursor(full=full, started=started.isoformat()).finished().dump()


def test_without_a_cursor_everything_is_read() -> None:
    cursor = begin(None, overlap=OVERLAP)
    assert cursor.full
    assert cursor.since_time() is None


def test_an_unfinished_run_goes_on_where_it_stopped() -> None:
    stopped = begin(None, overlap=OVERLAP).at("estate", "490")
    assert begin(stopped.dump(), overlap=OVERLAP) == stopped


def test_after_a_finished_run_the_changes_since_it_began_are_read_with_an_overlap() -> None:
    cursor = begin(finished(True, NOW - timedelta(hours=1)), overlap=OVERLAP)
    assert not cursor.full
    assert cursor.since_time() == NOW - timedelta(hours=1) - OVERLAP


def test_changes_since_longer_ago_than_deletions_are_remembered_are_a_full_run() -> None:
    stored = finished(False, NOW - timedelta(days=51))
    assert begin(stored, overlap=OVERLAP, oldest=timedelta(days=50)).full
    assert not begin(stored, overlap=OVERLAP).full


def test_an_old_unfinished_run_is_not_gone_on_with() -> None:
    old = Cursor(full=False, started=(NOW - timedelta(days=60)).isoformat(), step="Contacts", position="page:3")
    assert begin(old.dump(), overlap=OVERLAP, oldest=timedelta(days=50)).step == ""


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "{}", '{"full": true, "started": "now"}', '{"full":true,"started":"2026-01-01T00:00:00"}']
)
def test_an_unreadable_cursor_begins_a_full_run(text: str) -> None:
    assert begin(text, overlap=OVERLAP).full


def test_the_last_page_of_a_run_still_tells_which_sort_of_run_it_was() -> None:
    assert is_full(finished(True, NOW))
    assert not is_full(finished(False, NOW))
    assert not is_full(begin(None, overlap=OVERLAP).without_claim().finished().dump())


@given(st.booleans(), st.datetimes(timezones=st.just(UTC)), st.text(), st.text(), st.booleans())
def test_a_cursor_survives_storing(full: bool, started: datetime, step: str, position: str, done: bool) -> None:
    cursor = Cursor(full, started.isoformat(), "", step, position, done)
    assert Cursor.load(json.loads(json.dumps(cursor.dump()))) == cursor
