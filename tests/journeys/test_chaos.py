"""Short runs of `benchmarks/chaos.py` and `benchmarks/creating.py`: killed again and again while every third call
fails."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks import chaos, creating

WORK = {"links", "kills", "presses", "seconds_to_end", "created", "calls", "deaths", "died_at", "submitted", "asked"}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_lost_and_nothing_is_done_twice(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/linkbot.db" if database == "sqlite" else str(request.getfixturevalue("postgres_url"))
    count = chaos.play(tmp_path, url, 8, 2, rate=0.3)
    assert {name: value for name, value in asdict(count).items() if name not in WORK and value} == {}
    assert (count.links, count.kills) == (20, 2)


def test_a_bot_that_does_not_look_for_what_it_has_posted_is_found_out(tmp_path: Path) -> None:
    """Otherwise the run above would say nothing."""
    count = chaos.play(tmp_path, f"sqlite:///{tmp_path}/linkbot.db", 8, 0, rate=0.0, unguarded=True, patience=1)
    assert count.wrong_cards


def test_nobody_is_created_twice_and_nobody_is_lost(tmp_path: Path, postgres_url: str) -> None:
    """Two processes, of which each may die at any step of a creation."""
    count = creating.play(tmp_path, postgres_url, 4, 1, rate=0.3, deaths=0.01, seed=3)
    assert {name: value for name, value in asdict(count).items() if name not in WORK and value} == {}
    assert count.created == 4


def test_a_bot_that_claims_nobody_and_looks_for_nobody_is_found_out(tmp_path: Path, postgres_url: str) -> None:
    count = creating.play(tmp_path, postgres_url, 3, 0, rate=0.0, deaths=0.0, unguarded=True)
    assert count.twice
