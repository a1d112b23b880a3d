"""HTTP mode: signed requests to the bot's one address.

Signature: docs.slack.dev/authentication/verifying-requests-from-slack; retries: docs.slack.dev/apis/events-api.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import Counter
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.delivery import ACK_SECONDS, Ack, Retry, body_of
from sandbox.slack.workspace import SIGNING_SECRET
from sandbox.slack.world import JSON


class HttpMode:
    """The transport of an app that listens at a public address."""

    def __init__(self, url: str, session: aiohttp.ClientSession, counters: Counter[str]) -> None:
        self.url = url
        self._session = session
        self._counters = counters

    async def send(self, kind: str, payload: JSON, retry: Retry | None) -> Ack:
        content_type, body = _encoded(kind, payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= signature(body)
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason}
        begun = time.monotonic()
        limit = aiohttp.ClientTimeout(total=ACK_SECONDS)
        try:
            async with self._session.post(self.url, data=body, headers=headers, timeout=limit) as response:
                answer = await response.read()
                seconds = time.monotonic() - begun
                if not 200 <= response.status < 300:
                    self._counters["slack.http.non_2xx"] += 1
                    self._counters[f"slack.http.{response.status}"] += 1
                    return Ack(
                        seconds,
                        reason=f"answered with HTTP status {response.status}",
                        retry_reason="http_error",
                        no_retry=response.headers.get("X-Slack-No-Retry") == "1",
                    )
                return Ack(seconds, _decoded(response.content_type, answer))
        except TimeoutError:
            reason = f"not acknowledged within {ACK_SECONDS:.0f} seconds"
            return Ack(time.monotonic() - begun, reason=reason, retry_reason="http_timeout")
        except aiohttp.ClientConnectorError:
            seconds = time.monotonic() - begun
            return Ack(seconds, reason="the bot is not there", reached=False, retry_reason="connection_failed")
        except aiohttp.ClientError:
            seconds = time.monotonic() - begun
            return Ack(seconds, reason="the bot hung up", reached=False, retry_reason="connection_failed")


def signature(body: bytes) -> dict[str, str]:
    """The headers that prove a request to come from Slack."""
    timestamp = str(int(time.time()))
    base = b":".join((b"v0", timestamp.encode(), body))
    digest = hmac.new(SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _encoded(kind: str, payload: JSON) -> tuple[str, bytes]:
    if kind == "events_api":
        return "application/json", json.dumps(payload).encode()
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urlencode(form).encode()


def _decoded(content_type: str, answer: bytes) -> JSON | None:
    """The answer's body; plain text is a message's text, as for slash commands."""
    if not answer.strip():
        return None
    if content_type == "application/json":
        try:
            return body_of(json.loads(answer))
        except ValueError:
            return None
    return {"text": answer.decode(errors="replace")}
