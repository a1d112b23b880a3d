"""A short run of `benchmarks/chaos.py`: killed again and again while every third call fails."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks import chaos

WORK = {"links", "kills", "presses"}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_lost_and_nothing_is_done_twice(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/linkbot.db" if database == "sqlite" else str(request.getfixturevalue("postgres_url"))
    count = chaos.play(tmp_path, url, 10, 3, rate=0.3)
    assert {name: value for name, value in asdict(count).items() if name not in WORK and value} == {}
    assert (count.links, count.kills) == (25, 3)


def test_a_bot_that_does_not_look_for_what_it_has_posted_is_found_out(tmp_path: Path) -> None:
    """Otherwise the run above would say nothing."""
    count = chaos.play(tmp_path, f"sqlite:///{tmp_path}/linkbot.db", 8, 0, rate=0.0, unguarded=True, patience=1)
    assert count.wrong_cards
