"""What fails while a mail is read: put off with growing waits as long as it may mend itself, and told in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

import bot.intake.mail_to_card
from bot.intake.incoming import Incoming
from bot.intake.mail_to_card import MOST_DEFECTS
from bot.matching import MailWords, Match
from bot.surface import Notice
from storage.tables import ArrivalState, now
from tests.bot.bench import WAITS
from tests.bot.fakes import Fault
from tests.bot.intake.bench import AWAY, LATER, PASTED, Arriving


def test_a_card_that_cannot_be_posted_ends_in_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    world = Arriving()
    world.bench.surface.faults = [Fault.REFUSED]
    assert world.arrive() == ArrivalState.FAILED
    assert [notice for _, notice in world.bench.surface.told] == [Notice.READING_FAILED]
    assert "channel_not_found" in caplog.text
    assert world.arrive() == ArrivalState.DONE  # asking again begins anew


def test_what_may_mend_itself_is_put_off_and_tried_again_until_it_is_shown() -> None:
    world = Arriving()
    # At the second of the longer waits a person is told that it takes longer.
    world.bench.surface.faults = [*AWAY, Fault.BUSY, Fault.NONE, Fault.BUSY]
    waited = []
    world.proposing.receive(Incoming("T1:C1:F1", "T1", "C1", "5.0", user="U0ANNA"), {"text": PASTED})
    for _ in (*WAITS, *LATER):
        world.work(at_once=False)
        arrival = world.arrival()
        assert (arrival.state, arrival.claimed_by) == (ArrivalState.RECEIVED, "")
        assert arrival.next_try_at is not None
        waited.append(round((arrival.next_try_at - now()).total_seconds()))
        world.work(at_once=False)
        assert world.arrival().attempts == arrival.attempts, "not before its time"
        world.pass_time()
    world.work()
    assert waited == [7, 7, 15, 30, 60, 120], "and never sooner than Slack wants it"
    assert [notice for _, notice in world.bench.surface.told] == [Notice.READING_LATER]
    assert len(world.bench.surface.cards) == 1
    assert world.arrival().state == ArrivalState.DONE


def test_what_did_not_mend_itself_for_as_long_as_mails_are_kept_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Arriving()
    world.bench.surface.faults = [Fault.BUSY]
    monkeypatch.setattr(bot.intake.mail_to_card, "now", lambda: now() + timedelta(days=31))
    assert world.arrive() == ArrivalState.FAILED
    assert [notice for _, notice in world.bench.surface.told] == [Notice.READING_FAILED]


def test_when_one_is_shown_the_others_that_were_put_off_do_not_wait_any_longer() -> None:
    world = Arriving()
    world.bench.surface.faults = [*AWAY]
    assert world.arrive() == ArrivalState.RECEIVED
    assert not world.shown
    assert world.arrive("T1:C1:F2", PASTED.replace("Besichtigung", "Anderes")) == ArrivalState.DONE
    assert world.shown
    world.arrivals.hurry()
    assert world.arrive() == ArrivalState.DONE
    assert len(world.bench.surface.cards) == 2


def test_a_defect_while_reading_ends_in_a_sentence_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = Arriving()

    def broken(_mail: MailWords, _limit: int) -> list[Match]:
        raise ZeroDivisionError(PASTED)

    world.bench.directory.match = broken  # type: ignore[method-assign, assignment]
    assert world.arrive() == ArrivalState.RECEIVED, "it may have been one of the moment"
    for _ in range(MOST_DEFECTS):
        world.pass_time()
        world.work()
    assert world.arrival().state == ArrivalState.FAILED
    assert [notice for _, notice in world.bench.surface.told] == [Notice.READING_LATER, Notice.READING_FAILED]
    assert "Mustermann" not in caplog.text
