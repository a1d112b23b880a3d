"""What every stand-in offers to the process that serves them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from aiohttp import web


class Part(Protocol):
    """One stand-in: its routes, its share of `/_control/state`, and how it starts, stops and begins anew."""

    name: str

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """All its routes, those below `/_control/` that drive it included."""
        ...

    def state(self) -> dict[str, Any]:
        """Top-level keys that it adds to the answer of `GET /_control/state`; JSON only."""
        ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def reset(self) -> None:
        """Back to the seeds, as at the start."""
        ...
