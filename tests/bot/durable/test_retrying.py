from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from bot.crm.port import CRMError
from bot.durable.retrying import DEFECT, Verdict, judged, retried
from bot.language import plain
from bot.mail import MailboxError
from bot.surface import SurfaceError
from tests.bot.memory_durable import Crashes, MemoryDurable
from tests.saying import english

PASSING = CRMError(plain("Busy."), permanent=False, code="busy")
FINAL = CRMError(plain("No right to do this."), permanent=True, code="rights")


def raising(*errors: Exception | None) -> Callable[[], str]:
    """Work that fails with each error in turn and then succeeds."""
    left = list(errors)

    def work() -> str:
        error = left.pop(0) if left else None
        if error is not None:
            raise error
        return "done"

    return work


def carry_out(work: Callable[[], Any], waits: tuple[float, ...], settle: float = 0.0) -> tuple[Verdict, MemoryDurable]:
    durable, verdicts = MemoryDurable(Crashes()), []
    durable.register("test", lambda: verdicts.append(retried(durable, "work", work, waits, settle)))
    durable.start("test", "1")
    durable.run()
    return verdicts[0], durable


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PASSING, {"permanent": False, "message": "Busy.", "code": "busy", "wait": 0.0}),
        (FINAL, {"permanent": True, "message": "No right to do this.", "code": "rights", "wait": 0.0}),
        (CRMError(plain("No answer."), permanent=False, uncertain=True), {"permanent": False, "wait": 2.0}),
        (MailboxError(plain("Wrong password."), permanent=True), {"permanent": True, "code": "mailbox", "wait": 0.0}),
        (SurfaceError("ratelimited", permanent=False, retry_after=30.0), {"message": "", "wait": 30.0}),
    ],
)
def test_failures_of_life_are_verdicts(error: Exception, expected: dict[str, Any]) -> None:
    verdict = judged(raising(error), settle=2.0)
    assert not verdict["ok"]
    shown = {**verdict, "message": english(verdict["message"])}
    assert {name: value for name, value in shown.items() if name in expected} == expected


def test_what_the_work_gives_is_the_verdicts_value() -> None:
    assert judged(lambda: {"proposal": "p1"}) == {
        "ok": True, "value": {"proposal": "p1"}, "permanent": False, "message": "", "code": "", "wait": 0.0
    }  # fmt: skip


def test_a_defect_is_no_failure_of_life() -> None:
    with pytest.raises(ZeroDivisionError):
        judged(raising(ZeroDivisionError()))


def test_what_passes_is_tried_after_each_wait() -> None:
    verdict, durable = carry_out(raising(PASSING, PASSING), (1.0, 4.0, 15.0))
    assert verdict["ok"]
    assert durable.slept == [1.0, 4.0]


def test_it_is_given_up_after_the_last_wait_with_the_last_failure() -> None:
    last = CRMError(plain("Still busy."), permanent=False)
    verdict, durable = carry_out(raising(PASSING, PASSING, last, FINAL), (1.0, 4.0))
    assert (verdict["ok"], english(verdict["message"])) == (False, "Still busy.")
    assert durable.slept == [1.0, 4.0]


def test_what_is_final_is_tried_once() -> None:
    verdict, durable = carry_out(raising(FINAL), (1.0, 4.0))
    assert verdict["code"] == "rights"
    assert durable.steps == ["work"]


def test_without_waits_there_is_one_try() -> None:
    verdict, durable = carry_out(raising(PASSING), ())
    assert (verdict["ok"], durable.slept) == (False, [])


def test_a_longer_wait_that_was_asked_for_is_kept() -> None:
    _, durable = carry_out(raising(SurfaceError("ratelimited", permanent=False, retry_after=30.0)), (1.0,))
    assert durable.slept == [30.0]
    uncertain = CRMError(plain("No answer."), permanent=False, uncertain=True)
    _, durable = carry_out(raising(uncertain, uncertain), (1.0, 4.0), settle=2.0)
    assert durable.slept == [2.0, 4.0]


def test_a_defect_is_a_sentence_and_its_words_are_kept_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    error = ValueError("Guten Tag, Frau Berger")
    verdict, durable = carry_out(raising(error, error), (1.0,))
    assert (verdict["message"], verdict["permanent"], durable.slept) == (DEFECT.dump(), False, [1.0])
    assert "ValueError at " in caplog.text and "test_retrying.py" in caplog.text
    assert "Berger" not in caplog.text + durable.everything_written()


def test_a_lost_database_is_tried_again_and_its_statement_is_kept_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    error = sa.exc.OperationalError("INSERT INTO mail VALUES ('Frau Berger')", {}, Exception("server closed"))
    verdict, durable = carry_out(raising(error), (1.0,))
    assert (verdict["ok"], durable.slept) == (True, [1.0])
    assert "OperationalError" in caplog.text
    assert "Berger" not in caplog.text + durable.everything_written()


@pytest.mark.parametrize("at", range(1, 8))
def test_a_crash_does_not_repeat_what_was_finished(at: int) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise PASSING

    durable, verdicts = MemoryDurable(Crashes(frozenset({at}))), []
    durable.register("test", lambda: verdicts.append(retried(durable, "work", work, (1.0,))))
    durable.start("test", "1")
    durable.run()
    assert verdicts[-1]["ok"]
    assert durable.restarts == 1
    # Only a crash between a step's work and its writing down repeats it.
    assert len(tries) == (3 if at == 6 else 2)
