"""The sandbox as one process: every stand-in behind one port."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.changes import Changes
from sandbox.control import Control, bumping
from sandbox.faults import Faults
from sandbox.part import Part
from sandbox.slack import Manifest, SlackPart

HOST = "127.0.0.1"
HERE = Path(__file__).parent
DEFAULT_MANIFEST = HERE.parent / "manifest.yml"
# A mail with attachments of 20 MB, base64 in JSON.
LARGEST_BODY = 40 * 1024 * 1024

Vendors = Callable[[Faults, str, int], Sequence[Part]]


@dataclass(frozen=True)
class Options:
    """`port` and `imap_port` 0: any free one. `events_url` None: Socket Mode."""

    port: int = 8080
    imap_port: int = 0
    events_url: str | None = None
    manifest: Path = DEFAULT_MANIFEST
    retry_scale: float = 1.0


class Sandbox:
    """The running sandbox. `vendors` makes the stand-ins of the CRMs and the mailbox: (faults, base_url, imap_port)."""

    def __init__(self, options: Options, vendors: Vendors) -> None:
        self._options = options
        self._manifest = Manifest.read(options.manifest)
        self._vendors = vendors
        self._started: list[Part] = []
        self._runner: web.AppRunner | None = None
        self._control: Control | None = None
        self.base_url = ""

    async def start(self) -> None:
        """Take the port, start every part, and answer from then on."""
        listener = _listener(self._options.port)
        self.base_url = f"http://{HOST}:{listener.getsockname()[1]}"
        faults, changes = Faults(), Changes()
        options = self._options
        slack = SlackPart(faults, self.base_url, self._manifest, changes, options.events_url, options.retry_scale)
        parts: list[Part] = [slack, *self._vendors(faults, self.base_url, options.imap_port)]
        self._control = Control(parts, faults, changes)
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[bumping(changes)])
        app.add_routes([*self._control.routes(), web.get("/", _page), web.static("/page", HERE / "page")])
        for part in parts:
            app.add_routes(part.routes())
        for part in parts:
            await part.start()
            self._started.append(part)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()

    async def stop(self) -> None:
        for part in reversed(self._started):
            await part.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    def environment(self) -> dict[str, Any]:
        """`env`: the variables for a bot; `imap`: where the mailboxes are."""
        return self._control.environment() if self._control else {"env": {}, "imap": {}}


async def _page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(HERE / "page" / "index.html")


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    return listener
