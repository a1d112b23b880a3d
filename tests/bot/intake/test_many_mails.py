"""A file with many mails is asked about, and not shown card by card."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.intake.incoming import Incoming
from bot.intake.mail_to_card import MANY
from storage.tables import ArrivalState, now
from tests.bot.intake.bench import Arriving

KEY = "T1:C1:F1"


def mbox(count: int) -> bytes:
    return b"".join(
        b"From max@example.de Thu Apr  6 16:17:08 2023\n"
        b"From: Max Mustermann <max@example.de>\nSubject: Besichtigung %d\n"
        b"Message-ID: <%d@example.de>\n\nGuten Tag,\n\n" % (number, number)
        for number in range(count)
    )


def dropped(count: int) -> Arriving:
    """A file with so many mails has come."""
    world = Arriving()
    world.bench.surface.files["https://files.slack.com/a.mbox"] = mbox(count)
    file = {"id": "F1", "name": "a.mbox", "url_private": "https://files.slack.com/a.mbox"}
    assert world.proposing.receive(Incoming(KEY, "T1", "C1", "5.0", user="U0ANNA"), {"file": file})
    world.work()
    return world


def state(world: Arriving) -> tuple[str, bool]:
    """Where the arrival stands, and whether its source is still kept."""
    arrival = world.arrivals.get(KEY)
    assert arrival is not None
    return arrival.state, arrival.sealed_source is not None


def test_a_few_are_shown_at_once() -> None:
    world = dropped(MANY)
    assert len(world.bench.surface.cards) == MANY
    assert world.bench.surface.asked == []


def test_many_are_asked_about_and_shown_once_somebody_wants_them() -> None:
    world = dropped(MANY + 1)
    assert world.bench.surface.asked == [(KEY, MANY + 1)]
    assert not world.bench.surface.cards
    assert state(world) == (ArrivalState.HELD, True)
    world.work()
    assert not world.bench.surface.cards, "nobody has answered"
    assert world.proposing.take_all(KEY, "C1", wanted=True)
    assert not world.proposing.take_all(KEY, "C1", wanted=True), "a double click"
    world.work()
    assert len(world.bench.surface.cards) == MANY + 1
    assert state(world) == (ArrivalState.DONE, False)


def test_what_nobody_wants_is_forgotten() -> None:
    world = dropped(MANY + 1)
    assert world.proposing.take_all(KEY, "C1", wanted=False)
    assert state(world) == (ArrivalState.FAILED, False)
    assert not world.proposing.take_all(KEY, "C1", wanted=True)


def test_nobody_answers_from_another_conversation() -> None:
    world = dropped(MANY + 1)
    assert not world.proposing.take_all(KEY, "C2", wanted=True)
    assert not world.proposing.take_all("T1:C1:F9", "C1", wanted=True)
    assert state(world) == (ArrivalState.HELD, True)


@pytest.mark.parametrize(("age", "kept"), [(timedelta(days=29), True), (timedelta(days=31), False)])
def test_a_question_that_nobody_answers_is_dropped_in_time(age: timedelta, kept: bool) -> None:
    world = dropped(MANY + 1)
    world.arrivals.drop_held(now() - timedelta(days=30) + age)
    assert state(world)[1] is not (age > timedelta(days=30))
    assert state(world)[1] is kept
