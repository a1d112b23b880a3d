"""A press is acknowledged behind its work, and never later than Slack waits."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import commands.acknowledging
from commands.acknowledging import acknowledged


class Acks:
    def __init__(self) -> None:
        self.given: list[dict[str, Any]] = []
        self.one = threading.Event()

    def __call__(self, **answer: Any) -> None:
        self.given.append(answer)
        self.one.set()


def test_work_that_is_quick_is_acknowledged_behind_it() -> None:
    ack = Acks()
    with acknowledged(ack) as window:  # type: ignore[arg-type] # as much of it as is used
        assert not ack.given
    assert (ack.given, window.closed) == ([{}], False)
    with acknowledged(ack, behind=False):  # type: ignore[arg-type]
        pass
    assert ack.given == [{}], "the caller answers the window"


def test_work_that_takes_long_is_acknowledged_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands.acknowledging, "LATEST_SECONDS", 0.01)
    ack = Acks()
    with acknowledged(ack, behind=False) as window:  # type: ignore[arg-type]
        assert ack.one.wait(60), "nobody acknowledged while the database was held by another program"
    assert window.closed


def test_work_that_fails_is_not_said_to_be_done() -> None:
    ack = Acks()
    with pytest.raises(ZeroDivisionError), acknowledged(ack):  # type: ignore[arg-type]
        raise ZeroDivisionError
    assert ack.given == []
