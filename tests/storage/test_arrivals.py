"""What arrived is there once, and each is read by one process at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage.arrivals import Arrivals, Progress
from storage.engine import transaction
from storage.tables import Arrival, ArrivalState, now
from storage.vault import Vault

LEASE = timedelta(minutes=1)
OVER = timedelta(seconds=-1)


def arrival(key: str) -> Arrival:
    return Arrival(key=key, team="T1", channel="C1", ts="1.0")


@pytest.fixture
def arrivals(engine: sa.Engine, vault: Vault) -> Arrivals:
    return Arrivals(engine, vault)


def claimed(arrivals: Arrivals, by: str, most: int = 100, lease: timedelta = LEASE) -> list[str]:
    return [one.key for one in arrivals.claim(by, most, lease)]


def stored(arrivals: Arrivals, key: str) -> Arrival:
    found = arrivals.get(key)
    assert found is not None
    return found


def test_what_comes_together_is_written_once(arrivals: Arrivals) -> None:
    assert arrivals.receive(arrival("known"), "{}")
    assert arrivals.receive(arrival("failed"), "{}")
    arrivals.give_up(arrival("failed"))
    keys = ["a", "known", "b", "a", "failed", "failed"]
    assert arrivals.receive_all([(arrival(key), "{}") for key in keys]) == [True, False, True, False, True, False]
    assert set(claimed(arrivals, "me")) == {"a", "b", "known", "failed"}


def test_of_two_that_write_the_same_in_another_order_none_fails(arrivals: Arrivals, engine: sa.Engine) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction(engine) as session:  # another process, in the middle of it
            session.add(arrival("a"))
            session.flush()
            waiting = pool.submit(arrivals.receive_all, [(arrival(key), "{}") for key in ("a", "b")])
            with suppress(TimeoutError):
                waiting.result(0.2)
            session.add(arrival("b"))
        assert waiting.result(30) == [False, False]


def test_the_oldest_are_claimed_first_and_a_few_at_a_time(arrivals: Arrivals) -> None:
    for number in range(5):
        arrivals.receive(arrival(f"k{number}"), "{}")
    assert claimed(arrivals, "me", 3) == ["k0", "k1", "k2"]
    assert claimed(arrivals, "me", 3) == ["k3", "k4"]
    assert claimed(arrivals, "me", 3) == []


def test_each_is_claimed_by_one_process(arrivals: Arrivals) -> None:
    keys = {f"k{number}" for number in range(40)}
    for key in keys:
        arrivals.receive(arrival(key), "{}")
    with ThreadPoolExecutor(8) as pool:
        found = [key for some in pool.map(lambda _: claimed(arrivals, "me", 7), range(12)) for key in some]
    assert sorted(found) == sorted(keys)


def test_what_a_process_left_another_one_takes(arrivals: Arrivals, engine: sa.Engine) -> None:
    for key in ("left", "kept"):
        arrivals.receive(arrival(key), "{}")
    assert set(claimed(arrivals, "one", lease=OVER)) == {"left", "kept"}
    arrivals.still_at("one", ["kept"], LEASE)
    # On SQLite there is one process, so that the other one has ended.
    expected = ["left", "kept"] if engine.dialect.name == "sqlite" else ["left"]
    assert sorted(claimed(arrivals, "two")) == sorted(expected)
    arrivals.still_at("one", ["left"], OVER)
    assert claimed(arrivals, "three" if engine.dialect.name != "sqlite" else "two") == [], "it is not one's any more"


def test_who_ends_gives_back_what_is_not_done(arrivals: Arrivals) -> None:
    for key in ("a", "b", "theirs"):
        arrivals.receive(arrival(key), "{}")
    assert claimed(arrivals, "one", 2) == ["a", "b"]
    arrivals.shown(Progress("a", "p1", mails=1, whole=True))
    arrivals.give_back("one")
    assert claimed(arrivals, "two") == ["b", "theirs"]


@pytest.mark.parametrize(("whole", "state"), [(True, ArrivalState.DONE), (False, ArrivalState.RECEIVED)])
def test_how_far_it_is_is_written_down(arrivals: Arrivals, whole: bool, state: ArrivalState) -> None:
    arrivals.receive(arrival("a"), "{}")
    claimed(arrivals, "one")
    arrivals.shown(Progress("a", "p1", mails=3, whole=whole))
    now_there = stored(arrivals, "a")
    assert (now_there.state, now_there.mails_done, now_there.proposal_id) == (state, 3, "p1")
    assert (now_there.sealed_source is None, now_there.claimed_by == "") == (whole, whole)


def test_what_is_put_off_is_due_at_its_moment_or_sooner_where_others_were_shown(arrivals: Arrivals) -> None:
    arrivals.receive(arrival("a"), "{}")
    (mine,) = arrivals.claim("one", 1, LEASE)
    arrivals.put_off(mine, now() + timedelta(hours=1))
    assert claimed(arrivals, "one") == []
    assert stored(arrivals, "a").attempts == 2
    arrivals.hurry()
    (mine,) = arrivals.claim("one", 1, LEASE)
    arrivals.hurry()
    assert claimed(arrivals, "one") == [], "what is being read stays whose it is"
    arrivals.put_off(mine, now())
    assert claimed(arrivals, "one") == ["a"]


def test_what_failed_begins_anew_when_it_is_brought_again(arrivals: Arrivals) -> None:
    arrivals.receive(arrival("a"), "first")
    (mine,) = arrivals.claim("one", 1, LEASE)
    arrivals.put_off(mine, now())
    (mine,) = arrivals.claim("one", 1, LEASE)
    arrivals.give_up(mine)
    assert claimed(arrivals, "one") == []
    assert arrivals.receive(arrival("a"), "second")
    (again,) = arrivals.claim("one", 1, LEASE)
    assert (arrivals.opened(again), again.attempts, again.mails_done) == ("second", 1, 0)
