"""Failures on demand, and how often each endpoint was called.

Every stand-in runs its calls through `Faults.around`, naming the endpoint (`onoffice.emailassignments`,
`zoho.associate_email`, `slack.chat.update`, `imap`, …).
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

KINDS = ("status", "timeout", "drop_after_commit", "drop_before", "slow")
HANG_SECONDS = 600.0

Effect = Callable[[], Awaitable[web.StreamResponse]]
Refusal = Callable[[Any], web.StreamResponse]


@dataclass
class Fault:
    """One order to fail.

    `where` is an endpoint ("zoho.token") or a whole service ("zoho"); `value` the status or the error to answer (kind
    `status`) or seconds (kind `slow`); `times` how often it still strikes (None: until reset), `rate` how likely it
    strikes at each call.
    """

    where: str
    kind: str
    value: Any = None
    times: int | None = None
    rate: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if not self.where:
            raise ValueError("where is missing")


class Faults:
    """The faults that are set, and the counters per endpoint."""

    def __init__(self) -> None:
        self.counters: Counter[str] = Counter()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def reset(self) -> None:
        self.counters.clear()
        self._faults.clear()

    def clear(self, where: str = "") -> None:
        """Forget the faults that are set, or those of this endpoint or service alone."""
        self._faults = [fault for fault in self._faults if where and not _within(fault.where, where)]

    def state(self) -> dict[str, Any]:
        return {"counters": dict(self.counters), "faults": [asdict(f) for f in self._faults]}

    def take(self, where: str, *, alone: bool = False) -> Fault | None:
        """Count a call of this endpoint and say which fault strikes it, if one does. `alone`: what was set for the
        whole service has had its turn already."""
        self.counters[where] += 1
        for fault in self._faults:
            strikes = fault.where == where or (not alone and _within(where, fault.where))
            if not strikes or random.random() >= fault.rate:  # noqa: S311 - chance, not a secret
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault
        return None

    async def around(
        self, where: str, request: web.BaseRequest, effect: Effect, refusal: Refusal
    ) -> web.StreamResponse:
        """Run one HTTP call under the faults set for it.

        `effect` carries the call out and answers it; `refusal` turns a fault's `value` into the vendor's own form of
        an error answer.
        """
        fault = self.take(where)
        if fault is None:
            return await effect()
        if fault.kind == "status":
            return refusal(fault.value)
        if fault.kind == "slow":
            await asyncio.sleep(float(fault.value or 1))
            return await effect()
        if fault.kind == "timeout":
            await asyncio.sleep(HANG_SECONDS)
            raise web.HTTPGatewayTimeout
        if fault.kind == "drop_after_commit":
            await effect()
        if request.transport is not None:
            request.transport.abort()
        # Nobody reads it any more; an exception would be a stack trace in the terminal of whoever tries the demo.
        return web.Response(status=503)


def _within(where: str, service: str) -> bool:
    """Whether an endpoint is this one, or one of this service."""
    return where == service or where.startswith(f"{service}.")
