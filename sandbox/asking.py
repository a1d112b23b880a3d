"""How the vendors' control calls are asked and answered: a JSON object in, `{"ok": true, …}` or a plain error out."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from aiohttp import web

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WrongAskError(Exception):
    """What was asked cannot be done; the text says why."""


class Ask:
    """The body of a control call, read with the types it has to have; keys that the call does not know are refused."""

    def __init__(self, body: Any, known: Iterable[str]) -> None:
        if not isinstance(body, dict):
            raise WrongAskError("a JSON object expected")
        unknown = set(body) - set(known)
        if unknown:
            raise WrongAskError(f"unknown: {', '.join(sorted(unknown))}")
        self.body = body

    def text(self, key: str) -> str:
        return self._typed(key, str)

    def number(self, key: str) -> int:
        return self._typed(key, int)

    def content(self, key: str) -> bytes:
        """The bytes of a base64 string."""
        try:
            return base64.b64decode(self.text(key), validate=True)
        except binascii.Error:
            raise WrongAskError(f"{key}: base64 expected") from None

    def table(self, key: str) -> dict[str, Any]:
        """An object; {} where it is left out."""
        return self._typed(key, dict) if key in self.body else {}

    def _typed(self, key: str, kind: type[T]) -> T:
        value = self.body.get(key)
        if not isinstance(value, kind):
            raise WrongAskError(f"{key}: {kind.__name__} expected")
        return value


def answer(order: Callable[[Ask], Awaitable[dict[str, Any]]], *known: str) -> Handler:
    """Make a route of an order whose body has the `known` keys: what it returns is sent beside `"ok": true`; what it
    cannot find is a 404, what it refuses a 400."""

    async def handle(request: web.Request) -> web.Response:
        try:
            ask = Ask(json.loads(await request.content.read() or b"{}"), known)
            return web.json_response({"ok": True, **await order(ask)})
        except (WrongAskError, ValueError) as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        except KeyError as error:
            return web.json_response({"ok": False, "error": f"unknown: {error.args[0]}"}, status=404)

    return handle
