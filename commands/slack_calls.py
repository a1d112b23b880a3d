"""Calling Slack's Web API: the clients, and Slack's failures as ours."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable
from functools import cache
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.surface import SurfaceError

# What Slack answers when it is Slack that has trouble; everything else will not get better by itself.
PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})
CALL_SECONDS = 15
ANSWER_SECONDS = 30


def web_client(token: str, base_url: str) -> WebClient:
    """Slack's client; it waits out rate limits by itself. It repeats no call whose answer was lost, as it would by
    default: a message may have been posted, and who posts again must look first."""
    handlers: list[RetryHandler] = [RateLimitErrorRetryHandler(max_retry_count=2)]
    return WebClient(token=token, base_url=base_url, timeout=CALL_SECONDS, retry_handlers=handlers, ssl=trusted())


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates count, read once: Slack's library reads them for each call, which takes the processor longer
    than all else that a card needs."""
    return ssl.create_default_context()


def webhook(url: str, seconds: int = ANSWER_SECONDS) -> WebhookClient:
    """Slack's client for an address to answer at; it waits so long for Slack."""
    return WebhookClient(url, timeout=seconds, ssl=trusted())


def call(request: Callable[[], Any]) -> Any:
    """Run a call of Slack's API and turn its failures into ours; the text of the error is left behind, as it can
    hold what was sent."""
    try:
        return request()
    except SlackApiError as error:
        code = str(error.response.get("error", "unknown")) if error.response is not None else "unknown"
        status = getattr(error.response, "status_code", 0)
        wait = float((getattr(error.response, "headers", None) or {}).get("Retry-After", 0) or 0)
        passing = code in PASSING or status == 429 or status >= http.client.INTERNAL_SERVER_ERROR
        raise SurfaceError(code, permanent=not passing, retry_after=wait) from None
    except (SlackClientError, OSError, http.client.HTTPException) as error:
        raise SurfaceError(type(error).__name__, permanent=False) from None
