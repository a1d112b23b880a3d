"""The door of HTTP mode, as an ASGI application: what Slack did not sign is refused before any of it is read.

Bolt reads a request before it verifies it, so a request reaches Bolt only once its signature was found right over the
raw bytes. Until then it takes no worker, and no more memory than its size may be.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse

from bot import telemetry
from bot.durable import Precedence
from bot.logs import origin
from commands.gathered import Gathered
from commands.mail_events import MailEvents
from commands.refusals import Refusals
from commands.signature import Refusal, signature_of

EVENTS_PATH = "/slack/events"
HEALTH_PATH = "/healthz"
METRICS_PATH = "/metrics"
WORKERS = 16
MOST_BYTES = 1024 * 1024  # Slack's bodies are smaller
# For how long the rest of a refused request is thrown away, so that its sender can see the answer.
LINGER_SECONDS = 2.0
LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"})
STATUS = {Refusal.TOO_LARGE: 413, Refusal.UNREADABLE: 400, Refusal.UNKNOWN_PATH: 404}
UNAUTHORIZED = 401

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]

log = logging.getLogger(__name__)


class Door:
    """Lets in what `secret` signed. A request that was let in is marked in its scope (`is_let_in`)."""

    def __init__(
        self,
        app: App | None,
        secret: str,
        refusals: Refusals,
        precedence: Precedence,
        *,
        mail_events: MailEvents | None = None,
        metrics_token: str = "",
    ) -> None:
        """`mail_events` takes what need not go through the app; without them all does."""
        self._app = app
        self._secret = secret
        self._refusals = refusals
        self._precedence = precedence
        self._metrics_token = metrics_token
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="linkbot-request")
        self._mail_events = Gathered(mail_events.take, "linkbot-mail-events") if mail_events else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == HEALTH_PATH:
            await send_answer(send, 200, b"ok", close=True)
        elif scope["path"] == METRICS_PATH and self._may_see_metrics(scope):
            kind = (b"content-type", telemetry.CONTENT_TYPE_LATEST.encode())
            await send_answer(send, 200, telemetry.exposition(), [kind], close=True)
        elif scope["path"] == EVENTS_PATH:
            await self._event(scope, receive, send)
        else:
            await self._refuse(Refusal.UNKNOWN_PATH, scope, receive, send)

    def _may_see_metrics(self, scope: Scope) -> bool:
        """With a token who has it, without one a program on this machine, and nobody whom a proxy lets through."""
        headers = dict(scope["headers"])
        if self._metrics_token:
            wanted = f"Bearer {self._metrics_token}".encode()
            return hmac.compare_digest(headers.get(b"authorization", b""), wanted)
        peer = scope.get("client")
        return peer is not None and peer[0] in LOOPBACK and not FORWARDED & headers.keys()

    async def _event(self, scope: Scope, receive: Receive, send: Send) -> None:
        signature = signature_of(scope["headers"], time.time())
        if isinstance(signature, Refusal):
            await self._refuse(signature, scope, receive, send)
            return
        body = await _body(scope["headers"], receive)
        if body is None:
            return  # the line is gone
        if isinstance(body, Refusal):
            await self._refuse(body, scope, receive, send)
            return
        if not signature.signs(body, self._secret):
            await self._refuse(Refusal.FORGED, scope, receive, send)
            return
        scope["state"]["let in"] = True
        with self._precedence.answering():  # from here on, also while it waits for a worker
            await self._answered(body, scope, receive, send)

    async def _answered(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        if self._mail_events is not None and MailEvents.may_be(body):
            try:
                taken = await self._mail_events.add(body)
            except asyncio.CancelledError:
                await send_answer(send, 503, b"")
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, Slack is to deliver it again
                log.error("unforeseen %s", origin(error))
                await send_answer(send, 500, b"")
                return
            if taken:
                await send_answer(send, 200, b"")
                return
        work = asyncio.get_running_loop().run_in_executor(
            self._workers, self._dispatch, body, scope["query_string"], scope["headers"]
        )
        try:
            response = await work
        except asyncio.CancelledError:  # the server ends: what is not done by now, Slack sends again
            response = BoltResponse(status=503, body="")
        if isinstance(response, Refusal):
            await self._refuse(response, scope, receive, send)
            return
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        await send_answer(send, response.status, response.body.encode(), headers)

    def _dispatch(self, body: bytes, query: bytes, headers: Headers) -> BoltResponse | Refusal:
        try:
            request = BoltRequest(body=body.decode(), query=query.decode("latin-1"), headers=by_name(headers))
        except Exception:  # noqa: BLE001 - Bolt fails in many ways on what is not in Slack's shapes
            return Refusal.UNREADABLE
        if self._app is None:
            return BoltResponse(status=503, body="")
        try:
            return self._app.dispatch(request)
        except Exception as error:  # noqa: BLE001 - the server would log the error's text, which can hold a mail's words
            log.error("unforeseen %s", origin(error))
            return BoltResponse(status=500, body="")

    async def _refuse(self, reason: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        peer = scope.get("client")
        self._refusals.add(reason, peer[0] if peer else "unknown")
        await send_answer(send, STATUS.get(reason, UNAUTHORIZED), reason.encode(), close=True, finish=False)
        # Who waits for a word before sending the body gets the answer instead.
        if not any(name == b"expect" for name, _ in scope["headers"]):
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    while (await receive()).get("more_body"):
                        pass
        await send({"type": "http.response.body"})


def is_let_in(scope: Mapping[str, Any] | None) -> bool:
    """Whether a request has been verified, and is being worked on."""
    return scope is not None and bool(scope["state"].get("let in"))


async def _body(headers: Headers, receive: Receive) -> bytes | Refusal | None:
    """The whole body, or that it is too large; None where the client hung up."""
    announced = next((int(value) for name, value in headers if name == b"content-length"), 0)
    if announced > MOST_BYTES:
        return Refusal.TOO_LARGE
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message["body"]
        if len(body) > MOST_BYTES:
            return Refusal.TOO_LARGE
        if not message["more_body"]:
            return bytes(body)


def by_name(headers: Headers) -> dict[str, str | Sequence[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return dict(found)


async def send_answer(
    send: Send, status: int, body: bytes, headers: Headers = (), *, close: bool = False, finish: bool = True
) -> None:
    """Send a response. With `finish` False its end is still to come, though the client has all of it."""
    sent = [pair for pair in headers if pair[0].lower() not in (b"content-length", b"connection")]
    sent.append((b"content-length", str(len(body)).encode()))
    if not any(name.lower() == b"content-type" for name, _ in sent):
        sent.append((b"content-type", b"text/plain"))
    if close:
        sent.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body, "more_body": not finish})
