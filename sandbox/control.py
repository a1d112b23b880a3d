"""The control calls that concern the whole sandbox: its state, faults, a fresh start, and what a bot must be told."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol, runtime_checkable

from aiohttp import web

from sandbox.changes import Changes
from sandbox.faults import Fault, Faults
from sandbox.part import Part

LONGEST_WAIT_SECONDS = 25.0
FAULT_KEYS = {"where", "kind", "value", "times", "rate"}


@runtime_checkable
class Announcing(Protocol):
    """A part that a bot finds through environment variables."""

    def environment(self) -> dict[str, str]: ...


@runtime_checkable
class HasMailboxes(Protocol):
    """A part with an IMAP server: host, port and accounts."""

    def imap(self) -> dict[str, Any]: ...


class Control:
    def __init__(self, parts: Sequence[Part], faults: Faults, changes: Changes) -> None:
        self._parts = parts
        self._faults = faults
        self._changes = changes

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [
            web.get("/_control/state", self._state),
            web.get("/_control/changes", self._news),
            web.get("/_control/environment", self._environment),
            web.post("/_control/faults", self._set_fault),
            web.delete("/_control/faults", self._clear_faults),
            web.post("/_control/reset", self._reset),
        ]

    def environment(self) -> dict[str, Any]:
        """The environment variables for a bot, and where the mailboxes are."""
        env: dict[str, str] = {}
        imap: dict[str, Any] = {}
        for part in self._parts:
            if isinstance(part, Announcing):
                env |= part.environment()
            if isinstance(part, HasMailboxes):
                imap = part.imap()
        return {"env": env, "imap": imap}

    async def _state(self, request: web.Request) -> web.Response:
        """Everything, or of it only the keys named in `only`: whoever looks often need not take all records along, and
        nothing is put together for them that they did not ask for."""
        only = [key for key in request.query.get("only", "").split(",") if key]
        state: dict[str, Any] = {"version": self._changes.version, **self._faults.state()}
        for part in self._parts:
            if only and all(key in state for key in only):
                break
            state |= part.state()
        return web.json_response({key: state.get(key) for key in only} if only else state)

    async def _news(self, request: web.Request) -> web.Response:
        """Wait until something changed after version `since`."""
        try:
            since = int(request.query.get("since", "0"))
        except ValueError:
            return web.json_response({"ok": False, "error": "'since' must be a number."}, status=400)
        return web.json_response({"version": await self._changes.wait(since, LONGEST_WAIT_SECONDS)})

    async def _environment(self, _request: web.Request) -> web.Response:
        return web.json_response(self.environment())

    async def _set_fault(self, request: web.Request) -> web.Response:
        try:
            self._faults.add(_fault(json.loads(await request.read())))
        except (ValueError, TypeError) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        self._changes.bump()
        return web.json_response({"ok": True, **self._faults.state()})

    async def _clear_faults(self, request: web.Request) -> web.Response:
        """Take back the faults that have not struck yet: all, or with `?where=` those of one endpoint or service."""
        self._faults.clear(request.query.get("where", ""))
        self._changes.bump()
        return web.json_response({"ok": True, **self._faults.state()})

    async def _reset(self, _request: web.Request) -> web.Response:
        self._faults.reset()
        for part in self._parts:
            await part.reset()
        self._changes.bump()
        return web.json_response({"ok": True})


def bumping(changes: Changes) -> Callable[..., Awaitable[web.StreamResponse]]:
    """A middleware that counts every call of a vendor's API as a change: those parts do not say so themselves."""

    @web.middleware
    async def middleware(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        finally:
            if request.path.startswith(
                ("/onoffice", "/zoho", "/_control/mailbox", "/_control/onoffice", "/_control/zoho")
            ):
                changes.bump()

    return middleware


def _fault(body: Any) -> Fault:
    if not isinstance(body, dict) or not {"where", "kind"} <= set(body) <= FAULT_KEYS:
        raise ValueError("A fault has 'where' and 'kind', and may have 'value', 'times' and 'rate'.")
    for key in ("where", "kind"):
        if not isinstance(body[key], str):
            raise ValueError(f"{key!r} must be a string.")
    times, rate = body.get("times"), body.get("rate")
    if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
        raise ValueError("'times' must be a whole number from 1 on.")
    if rate is not None and (not isinstance(rate, (int, float)) or not 0 <= rate <= 1):
        raise ValueError("'rate' must be between 0 and 1.")
    return Fault(body["where"], body["kind"], body.get("value"), times, 1.0 if rate is None else float(rate))
