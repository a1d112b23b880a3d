"""The figures of some time are what was really done: suggested, confirmed, corrected, taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.language import LANGUAGES, words
from bot.linking.answers import Choice
from bot.matching import Field
from storage.figures import AtVendor, Corrected, Figures, FiguresOf, mondays
from storage.tables import now
from tests.bot.bench import AHORN, ANNA, LINDEN, MAX, Bench, database

DAY = timedelta(days=1)


def figures(bench: Bench, *channels: str) -> FiguresOf:
    return FiguresOf(database(bench.url), now() - DAY, now() + DAY, channels)


def counts(**others: int) -> Figures:
    none = dict.fromkeys(Figures.__dataclass_fields__, 0)
    return Figures(**{**none, "mails": 1, **others})


def test_nobody_has_decided() -> None:
    assert figures(Bench()).mails() == counts(open=1)


def test_the_first_suggestion_was_confirmed() -> None:
    bench = Bench((MAX, LINDEN))
    bench.press_link()
    assert figures(bench, "C1", "C2").mails() == counts(linked=1, first_right=1)
    assert figures(bench).at_vendors() == [AtVendor("onoffice", 2, 2, 0)]
    assert figures(bench).corrected(5) == []
    assert figures(bench, "C2").mails() == counts(mails=0)
    assert figures(bench, "C2").at_vendors() == []


def test_another_record_than_the_suggested_one_was_confirmed() -> None:
    bench = Bench((MAX, LINDEN))
    bench.linking.confirm("p1", ANNA, Choice([LINDEN.ref]))
    bench.durable.run()
    assert figures(bench).mails() == counts(linked=1, first_wrong=1)
    assert figures(bench).corrected(5) == [Corrected(MAX.ref.vendor, MAX.ref.kind, MAX.ref.id, MAX.name, 1)]


def test_nothing_was_suggested_and_a_person_searched() -> None:
    bench = Bench(())
    bench.linking.confirm("p1", ANNA, Choice([AHORN.ref]))
    bench.durable.run()
    assert figures(bench).mails() == counts(linked=1, searched=1)


def test_what_is_taken_back_counts_as_such() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    bench.linking.undo("p1", ANNA)
    bench.durable.run()
    found = figures(bench)
    assert found.mails().undone == 1
    assert found.at_vendors() == [AtVendor("onoffice", 1, 1, 1)]


def test_another_time_has_other_mails() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    assert FiguresOf(database(bench.url), now() - 2 * DAY, now() - DAY).mails() == counts(mails=0)


@pytest.mark.parametrize(
    ("at", "weeks", "expected"),
    [
        (datetime(2026, 11, 27, 12, tzinfo=UTC), 1, ["2026-11-23T00:00:00+01:00", "2026-11-30T00:00:00+01:00"]),
        # Sunday evening in London is Monday in Berlin, and the clocks change in that week.
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), 1, ["2026-10-26T00:00:00+01:00", "2026-11-02T00:00:00+01:00"]),
        (
            datetime(2026, 10, 27, tzinfo=UTC),
            2,
            ["2026-10-19T00:00:00+02:00", "2026-10-26T00:00:00+01:00", "2026-11-02T00:00:00+01:00"],
        ),
    ],
)
def test_weeks_begin_on_monday_where_people_are(at: datetime, weeks: int, expected: list[str]) -> None:
    assert [one.isoformat() for one in mondays(at, weeks, ZoneInfo("Europe/Berlin"))] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_that_is_kept_can_be_said(language: str) -> None:
    """`linkbot log why` says them without the mail's words."""
    assert all(words(language)(f"cli.why.reason.{field}") for field in Field)
