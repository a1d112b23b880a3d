"""The server of HTTP mode: uvicorn, with limits on what clients may hold while nobody knows yet who they are.

A connection waits in the event loop and takes no worker. A request has so many seconds to arrive, and where there are
too many connections, or too many bytes of requests that have not been let in, the oldest of them gives way.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from commands.http_door import Door, is_let_in
from commands.refusals import Refusals
from commands.signature import Refusal

REQUEST_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 15
MOST_CONNECTIONS = 400
MOST_HELD_BYTES = 32 * 1024 * 1024
MOST_HEADER_BYTES = 16 * 1024
STOP_SECONDS = 1
BACKLOG = 1024
SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Crowd:
    """The open connections, those that have waited longest first, and how many bytes of a request each has sent."""

    def __init__(self, refusals: Refusals, most: int = MOST_CONNECTIONS, most_bytes: int = MOST_HELD_BYTES) -> None:
        self.refusals = refusals
        self._most = most
        self._most_bytes = most_bytes
        self._held: dict[Limited, int] = {}
        self._total = 0

    def grew(self, connection: Limited, size: int) -> None:
        """A connection is there, or sent so many bytes more."""
        self._held[connection] = self._held.get(connection, 0) + size
        self._total += size
        while (oldest := self._too_many()) is not None:
            oldest.give_way(Refusal.CROWDED)

    def _too_many(self) -> Limited | None:
        """Who has to give way, if anybody: never a request that was let in."""
        too_large = self._total > self._most_bytes
        if len(self._held) <= self._most and not too_large:
            return None
        waiting = (one for one, held in self._held.items() if not is_let_in(one.scope) and (held or not too_large))
        return next(waiting, None)

    def answered(self, connection: Limited) -> None:
        """Its request is done with; it has waited least now."""
        self.left(connection)
        self._held[connection] = 0

    def left(self, connection: Limited) -> None:
        self._total -= self._held.pop(connection, 0)


class Limited(H11Protocol):
    """A connection with a time limit for each request that has not been let in."""

    crowd: Crowd  # set by `serve`, which makes a class of its own for each server

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self._begin()
        self.crowd.grew(self, 0)

    def data_received(self, data: bytes) -> None:
        self._begin()
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self.crowd.grew(self, len(data))
        if not self.transport.is_closing():
            super().data_received(data)

    def on_response_complete(self) -> None:
        self._end()
        self.crowd.answered(self)
        self.scope = None  # type: ignore[assignment] # as before the first request
        super().on_response_complete()
        if self.scope is not None:  # the next request came together with this one
            self._begin()

    def shutdown(self) -> None:
        """The server ends: what was let in is still answered, nobody else is waited for."""
        if is_let_in(self.scope):
            super().shutdown()
        else:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        self.crowd.left(self)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP, or has too many headers, never becomes a request."""
        self.crowd.refusals.add(Refusal.UNREADABLE, self._peer())
        super().send_400_response(msg)

    def give_way(self, reason: Refusal) -> None:
        """Hang up, with a word where none was said yet."""
        self.crowd.refusals.add(reason, self._peer())
        self.crowd.left(self)
        if self.cycle is None or not self.cycle.response_started:
            self.transport.write(SLOW)
            self.transport.close()
        else:
            self.transport.abort()

    def _begin(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self._too_slow)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing() and not is_let_in(self.scope):
            self.give_way(Refusal.TOO_SLOW)

    def _peer(self) -> str:
        return self.client[0] if self.client else "unknown"


def listen(host: str, port: int) -> socket.socket:
    """The socket to serve on. Raises OSError where that is not possible."""
    if ":" in host:
        both = host == "::" and socket.has_dualstack_ipv6()
        return socket.create_server((host, port), family=socket.AF_INET6, backlog=BACKLOG, dualstack_ipv6=both)
    return socket.create_server((host, port), backlog=BACKLOG)


def create_server(door: Door, refusals: Refusals) -> uvicorn.Server:
    """A server for the door; its `run` takes the sockets, and serves until the process is asked to stop."""
    return uvicorn.Server(
        uvicorn.Config(
            door,
            http=type("Connection", (Limited,), {"crowd": Crowd(refusals)}),
            ws="none",
            lifespan="off",
            interface="asgi3",
            loop="asyncio",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
            h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        )
    )


def serve(door: Door, refusals: Refusals, listening: socket.socket) -> None:
    """Serve until the process is asked to stop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # The server takes the signal first, and passes it on once it has ended: then the bot has yet to end.
        signal.signal(number, lambda *_: None)
    create_server(door, refusals).run(sockets=[listening])
