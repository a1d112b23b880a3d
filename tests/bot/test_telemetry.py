"""Each decision is a line in the log and a number, without a word of a mail."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY

from bot import telemetry


@pytest.mark.parametrize(
    ("decide", "name", "labels", "line"),
    [
        (
            lambda: telemetry.arrived("T1:C1:F1", asked=False),
            "linkbot_arrivals_total",
            {"way": "channel"},
            "decision=arrival key=T1:C1:F1 way=channel",
        ),
        (lambda: telemetry.shown("p1", 0.5), "linkbot_cards_total", {}, "decision=card proposal=p1 seconds=0.500"),
        (
            lambda: telemetry.pressed("link", "started", "p1", "U1"),
            "linkbot_presses_total",
            {"action": "link", "answer": "started"},
            "decision=press action=link answer=started proposal=p1 user=U1",
        ),
        (
            lambda: telemetry.ended("p1", [("zoho", "already linked", True)], 1.5),
            "linkbot_press_to_verified_seconds_count",
            {},
            'decision=outcome proposal=p1 vendor=zoho outcome="already linked" verified=yes seconds=1.500',
        ),
        (
            lambda: telemetry.ended("p1", [("zoho", "refused", None)], 1.5),
            "linkbot_outcomes_total",
            {"vendor": "zoho", "outcome": "refused", "verified": "unknown"},
            "decision=outcome proposal=p1 vendor=zoho outcome=refused verified=unknown seconds=1.500",
        ),
        (
            lambda: telemetry.again("read", "ratelimited"),
            "linkbot_retries_total",
            {"step": "read", "code": "ratelimited"},
            "decision=retry step=read code=ratelimited",
        ),
        (
            lambda: telemetry.suggested("p1", "a", ["b", "a"]),
            "linkbot_first_suggestion_total",
            {"taken": "yes"},
            "decision=suggestion proposal=p1 taken=yes",
        ),
        (
            lambda: telemetry.suggested("p1", "a", ["b"]),
            "linkbot_first_suggestion_total",
            {"taken": "no"},
            "decision=suggestion proposal=p1 taken=no",
        ),
    ],
)
def test_a_decision_is_counted_and_logged(
    decide: Callable[[], None], name: str, labels: dict[str, str], line: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before = REGISTRY.get_sample_value(name, labels) or 0
    decide()
    assert REGISTRY.get_sample_value(name, labels) == before + 1
    assert [record.getMessage() for record in caplog.records] == [line]


def test_the_age_of_the_copy_grows_by_itself() -> None:
    telemetry.synced("onoffice", 0.0)
    age = REGISTRY.get_sample_value("linkbot_sync_age_seconds", {"vendor": "onoffice"})
    assert age is not None
    assert age > 1e9
    assert b"linkbot_sync_age_seconds" in telemetry.exposition()
