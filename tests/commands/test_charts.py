"""The picture of the week's figures: drawn from counts, uploaded once, and never in the way of Home."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta

import pytest

from bot.language import LANGUAGES
from bot.linking import FiguresView, WeekView
from bot.surface import SurfaceError
from commands.cards.chart import SIZE, Bar, drawn
from commands.charts import Pictures, bars
from storage.charts import Charts
from storage.figures import Figures
from tests.bot.bench import Bench, database

WEEK = datetime(2026, 3, 2, tzinfo=UTC)
OTHERS = ("open", "put_aside", "expired", "failed", "undone", "first_right", "first_wrong", "searched")


def week(number: int, mails: int, linked: int) -> WeekView:
    counts = dict.fromkeys(OTHERS, 0)
    return WeekView(WEEK + timedelta(weeks=number), Figures(mails=mails, linked=linked, **counts))


@pytest.mark.parametrize("shown", [[], [Bar("Mar 2", 0, 0)], [Bar("2.3.", 3, 5), *[Bar("9.3.", 10_000, 1)] * 7]])
def test_it_is_a_picture_whatever_the_counts(shown: list[Bar]) -> None:
    content = drawn(shown)
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == SIZE
    assert len(content) < 50_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_week_has_a_name_that_the_letters_know(language: str) -> None:
    figures = FiguresView([week(number, 1, 1) for number in range(52)])
    labels = [bar.label for bar in bars(figures, language)]
    assert all(label.isascii() for label in labels)
    assert len(set(labels)) == 52


def test_the_weeks_before_anything_came_are_left_out() -> None:
    figures = FiguresView([week(0, 0, 0), week(1, 4, 2), week(2, 0, 0)])
    assert [(bar.came, bar.linked) for bar in bars(figures, "en")] == [(4, 2), (0, 0)]
    assert bars(FiguresView([week(0, 0, 0)]), "en") == []


class FakeSlack:
    def __init__(self, failure: Exception | None = None) -> None:
        self.uploads, self.failure = 0, failure

    def files_upload_v2(self, **_: object) -> dict[str, list[dict[str, str]]]:
        self.uploads += 1
        if self.failure:
            raise self.failure
        return {"files": [{"id": f"F{self.uploads}"}]}


def pictures(slack: FakeSlack) -> Pictures:
    return Pictures(slack, Charts(database(Bench().url)))  # type: ignore[arg-type] # a fake


def test_the_same_numbers_are_uploaded_once() -> None:
    slack = FakeSlack()
    made, shown = pictures(slack), [Bar("2.3.", 3, 2)]
    assert made.known(shown) == ""
    assert [made.made(shown, "x"), made.made(shown, "x"), made.known(shown)] == ["F1", "F1", "F1"]
    assert made.made([Bar("2.3.", 3, 3)], "x") == "F2"
    made.refused("F1")
    assert made.made(shown, "x") == "F3"
    assert made.made([], "x") == ""


def test_where_slack_does_not_take_it_it_is_left_alone_for_a_while() -> None:
    slack = FakeSlack(SurfaceError("missing_scope", permanent=True))
    made = pictures(slack)
    assert [made.made([Bar("2.3.", 3, 2)], "x") for _ in range(3)] == ["", "", ""]
    assert slack.uploads == 1
