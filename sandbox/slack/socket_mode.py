"""Socket Mode: single-use addresses, envelopes and their acknowledgements over up to ten WebSockets.

Shapes: docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import secrets
import time
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from sandbox.slack.delivery import ACK_SECONDS, Ack, Retry, body_of
from sandbox.slack.workspace import APP_ID
from sandbox.slack.world import JSON, World

MOST_CONNECTIONS = 10
PING_SECONDS = 10.0
CLOSE_AFTER_SECONDS = 5.0
HOST = "applink-sandbox"
REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")


@dataclass
class Connection:
    """One open WebSocket and the envelopes on it that wait for their acknowledgement."""

    socket: web.WebSocketResponse
    waiting: dict[str, asyncio.Future[JSON | None]] = field(default_factory=dict)
    leaving: bool = False


class SocketMode:
    """The transport of an app without a public address."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._turn = itertools.count()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def connections(self) -> int:
        return len(self._connections)

    def address(self) -> str:
        """A WebSocket address that works once."""
        ticket = str(uuid.uuid4())
        self._tickets.add(ticket)
        host = self._world.base_url.removeprefix("http://")
        return f"ws://{host}/slack/socket?ticket={ticket}&app_id={APP_ID}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or request.query.get("app_id") != APP_ID:
            return web.Response(status=403, text="This ticket is unknown or was used before.")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS)
        await socket.prepare(request)
        if self.connections >= MOST_CONNECTIONS:
            await socket.send_json(_goodbye("too_many_websockets"))
            await socket.close()
            return socket
        connection = Connection(socket)
        self._connections.append(connection)
        self._world.bump()
        try:
            await socket.send_json(self._hello())
            await self._listen(connection)
        finally:
            self._connections.remove(connection)
            for future in connection.waiting.values():
                if not future.done():
                    future.set_exception(ConnectionResetError())
            self._world.bump()
        return socket

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                answer = json.loads(message.data)
                envelope_id = answer["envelope_id"]
            except (ValueError, TypeError, KeyError):
                self._world.violation("invalid_ack", "a message on the WebSocket that acknowledges no envelope")
                continue
            future = connection.waiting.get(envelope_id)
            if future is not None and not future.done():
                future.set_result(body_of(answer.get("payload")))

    async def send(self, kind: str, payload: JSON, retry: Retry | None) -> Ack:
        """Send to one of the connections; any may be it, as in Slack."""
        connection = self._next()
        if connection is None:
            return Ack(0.0, reason="the bot is not connected", reached=False)
        envelope_id = str(uuid.uuid4())
        envelope: JSON = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api" and payload.get("type") != "message_action",
        }
        if kind == "events_api":
            envelope["retry_attempt"] = retry.attempt if retry else 0
            envelope["retry_reason"] = retry.reason if retry else ""
        future: asyncio.Future[JSON | None] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = future
        begun = time.monotonic()
        try:
            await connection.socket.send_json(envelope)
            body = await asyncio.wait_for(future, ACK_SECONDS)
        except TimeoutError:
            return Ack(time.monotonic() - begun, reason=f"not acknowledged within {ACK_SECONDS:.0f} seconds")
        except ConnectionError:
            return Ack(time.monotonic() - begun, reason="the bot hung up", reached=False)
        finally:
            connection.waiting.pop(envelope_id, None)
        return Ack(time.monotonic() - begun, body)

    def _next(self) -> Connection | None:
        usable = [one for one in self._connections if not one.socket.closed]
        staying = [one for one in usable if not one.leaving] or usable
        return staying[next(self._turn) % len(staying)] if staying else None

    async def disconnect(self, reason: str) -> int:
        """Tell every connection to go, as Slack does now and then; they are closed soon after. Answers how many."""
        leaving = list(self._connections)
        for connection in leaving:
            connection.leaving = True
            with contextlib.suppress(ConnectionError):
                await connection.socket.send_json(_goodbye(reason))
            task = asyncio.create_task(_close_soon(connection, 0 if reason == "link_disabled" else CLOSE_AFTER_SECONDS))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        return len(leaving)

    async def close(self) -> None:
        for task in self._closing:
            task.cancel()
        for connection in list(self._connections):
            await connection.socket.close()

    def _hello(self) -> JSON:
        return {
            "type": "hello",
            "num_connections": self.connections,
            "debug_info": {
                "host": HOST,
                "build_number": 1,
                "approximate_connection_time": 3600,
                "started": secrets.token_hex(4),
            },
            "connection_info": {"app_id": APP_ID},
        }


def _goodbye(reason: str) -> JSON:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}


async def _close_soon(connection: Connection, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await connection.socket.close()
