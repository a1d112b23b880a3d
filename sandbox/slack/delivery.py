"""Getting what happens in the workspace to the bot, and its acknowledgement back, over whichever transport is set."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.slack.world import JSON, World

ACK_SECONDS = 3.0
RETRY_AFTER_SECONDS = (0.0, 60.0, 300.0)


@dataclass(frozen=True)
class Retry:
    attempt: int
    reason: str


@dataclass(frozen=True)
class Ack:
    """How the bot answered: `body` is what it sent along; `reason` is why it does not count, "" where it does.

    `reached` says whether the bot had the payload at all; `retry_reason` is Slack's word for the failure.
    """

    seconds: float
    body: JSON | None = None
    reason: str = ""
    reached: bool = True
    retry_reason: str = "timeout"
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return not self.reason


class Transport(Protocol):
    async def send(self, kind: str, payload: JSON, retry: Retry | None) -> Ack:
        """Send one payload (`events_api`, `interactive` or `slash_commands`) and wait for its acknowledgement."""
        ...


class Delivery:
    """Interactions are sent once and waited for; events in the background, and again while they are unacknowledged."""

    def __init__(self, world: World, counters: Counter[str], transport: Transport, retry_scale: float) -> None:
        self.transport = transport
        self._world = world
        self._counters = counters
        self._scale = retry_scale
        self._running: set[asyncio.Task[None]] = set()

    @property
    def pending(self) -> int:
        """Events that are neither acknowledged nor given up."""
        return len(self._running)

    async def interact(self, kind: str, payload: JSON) -> Ack:
        """Send an interaction or a slash command. Not acknowledged is a violation: the person saw an error."""
        name = payload.get("type") or payload.get("command") or kind
        self._counters[f"slack.sent.{name}"] += 1
        ack = await self.transport.send(kind, payload, None)
        if not ack.ok:
            self._world.violation("unacknowledged" if ack.reached else "undelivered", f"{name}: {ack.reason}")
        return ack

    def event(self, payload: JSON) -> None:
        task = asyncio.create_task(self._until_acknowledged(payload))
        self._running.add(task)
        self._world.bump()
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._world.bump()

    async def _until_acknowledged(self, payload: JSON) -> None:
        name = f"{payload['event']['type']} {payload['event_id']}"
        retry: Retry | None = None
        for wait in (None, *RETRY_AFTER_SECONDS):
            if wait is not None:
                await asyncio.sleep(wait * self._scale)
                self._counters["slack.events.retried"] += 1
            self._counters["slack.events.sent"] += 1
            ack = await self.transport.send("events_api", payload, retry)
            if ack.ok:
                self._counters["slack.events.acknowledged"] += 1
                return
            if ack.reached:
                self._world.violation("unacknowledged", f"event {name}: {ack.reason}")
            if ack.no_retry:
                return
            retry = Retry(1 if retry is None else retry.attempt + 1, ack.retry_reason)
        self._world.violation("event_lost", f"event {name}: given up after {len(RETRY_AFTER_SECONDS)} retries")

    async def forget(self) -> None:
        """Give up all events under way."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def body_of(value: Any) -> JSON | None:
    """The body of an acknowledgement, where it is an object."""
    return value if isinstance(value, dict) and value else None
