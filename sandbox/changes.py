"""A counter that goes up whenever something in the sandbox changed, and a way to wait for it."""

from __future__ import annotations

import asyncio
import contextlib


class Changes:
    """The page asks with the last version it has seen and is answered when there is a newer one."""

    def __init__(self) -> None:
        self.version = 1
        self._changed = asyncio.Event()

    def bump(self) -> None:
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait(self, since: int, seconds: float) -> int:
        """The version once it differs from `since`, or after `seconds` whatever it is then."""
        if self.version == since:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), seconds)
        return self.version
