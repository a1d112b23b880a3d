"""Transactions in the order of their coming, urgent ones first; and writing together what comes together."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from storage.batch import Batch
from storage.turns import Turns
from tests.journeys.world import wait_for


def test_the_urgent_go_first_and_the_others_as_they_came() -> None:
    turns, order = Turns(), list[str]()
    threads: list[threading.Thread] = []

    def take(name: str, urgent: bool) -> None:
        with turns.hold(urgent=urgent):
            order.append(name)

    with turns.hold():
        for name, urgent in (("a", False), ("b", False), ("c", True), ("d", True), ("e", False)):
            threads.append(threading.Thread(target=take, args=(name, urgent)))
            threads[-1].start()
            wait_for(lambda: len(turns._urgent) + len(turns._others) == len(threads), "its place in the line")
    for thread in threads:
        thread.join(60)
    assert order == ["c", "d", "a", "b", "e"]


def test_a_turn_that_fails_ends() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.hold():
        raise ZeroDivisionError
    with turns.hold():
        pass


def together(batch: Batch[int, int], first: threading.Event, numbers: Sequence[int]) -> dict[int, int | str]:
    """What each gets, where all but the first come while that one is being written."""
    got: dict[int, int | str] = {}

    def add(number: int) -> None:
        try:
            got[number] = batch.add(number)
        except ValueError as error:
            got[number] = str(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in numbers]
    threads[0].start()
    wait_for(lambda: batch._writing.locked(), "the first")
    for thread in threads[1:]:
        thread.start()
    wait_for(lambda: len(batch._waiting) == len(numbers) - 1, "the others")
    first.set()
    for thread in threads:
        thread.join(60)
    return got


def test_what_comes_together_is_written_together() -> None:
    first, batches = threading.Event(), list[int]()

    def write(items: Sequence[int]) -> list[int]:
        first.wait(60)
        batches.append(len(items))
        return [-item for item in items]

    assert together(Batch(write), first, range(10)) == {number: -number for number in range(10)}
    assert batches == [1, 9]


def test_what_could_not_be_written_is_said_to_each() -> None:
    first = threading.Event()

    def write(items: Sequence[int]) -> list[int]:
        first.wait(60)
        if len(items) > 1:
            raise ValueError("no")
        return [0]

    assert together(Batch(write), first, range(3)) == {0: 0, 1: "no", 2: "no"}
