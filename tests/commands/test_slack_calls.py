"""The clients for Slack's calls: what is repeated, and whose certificates count."""

from __future__ import annotations

import ssl

from commands.people import impatient
from commands.slack_calls import web_client, webhook


def test_a_call_whose_answer_was_lost_is_repeated_by_nobody_below() -> None:
    assert [type(one).__name__ for one in web_client("xoxb-1", "https://slack.example/api/").retry_handlers] == [
        "RateLimitErrorRetryHandler"
    ]


def test_whose_certificates_count_is_read_once() -> None:
    first, second = (
        web_client("xoxb-1", "https://slack.example/api/"),
        web_client("xoxb-2", "https://slack.example/api/"),
    )
    assert first.ssl is second.ssl is impatient(first).ssl is webhook("https://slack.example/answer").ssl
    assert first.ssl is not None
    assert first.ssl.verify_mode == ssl.CERT_REQUIRED
    assert first.ssl.check_hostname
