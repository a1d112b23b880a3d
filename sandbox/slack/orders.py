"""The bodies of control calls: which keys they have, read with the types they must have."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from typing import Any

from aiohttp import web


class WrongOrder(ValueError):  # noqa: N818 - a sentence about what was asked
    """The control call cannot be understood; the text says why."""


class Order:
    """The JSON object of a control call; keys that it does not know are refused."""

    def __init__(self, body: Any, known: Iterable[str]) -> None:
        if not isinstance(body, dict):
            raise WrongOrder("The body must be a JSON object.")
        allowed = sorted(known)
        for key in body:
            if key not in allowed:
                raise WrongOrder(f"Unknown key {key!r}; there are: {', '.join(allowed) or 'none'}.")
        self._body = {key: value for key, value in body.items() if value is not None}

    @classmethod
    async def of(cls, request: web.Request, known: Iterable[str]) -> Order:
        try:
            return cls(json.loads(await request.read() or b"{}"), known)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise WrongOrder("The body is not JSON.") from error

    def __contains__(self, key: str) -> bool:
        return key in self._body

    def text(self, key: str) -> str:
        value = self.maybe_text(key)
        if value is None:
            raise WrongOrder(f"{key!r} is missing.")
        return value

    def maybe_text(self, key: str) -> str | None:
        value = self._body.get(key)
        if value is not None and not isinstance(value, str):
            raise WrongOrder(f"{key!r} must be a string.")
        return value

    def flag(self, key: str) -> bool:
        value = self._body.get(key, False)
        if not isinstance(value, bool):
            raise WrongOrder(f"{key!r} must be true or false.")
        return value

    def objects(self, key: str) -> dict[str, Any]:
        value = self._body.get(key, {})
        if not isinstance(value, dict):
            raise WrongOrder(f"{key!r} must be an object.")
        return value

    def items(self, key: str) -> list[Any]:
        value = self._body.get(key, [])
        if not isinstance(value, list):
            raise WrongOrder(f"{key!r} must be a list.")
        return value

    def texts(self, key: str) -> list[str]:
        """A list of strings; a single string is a list of one."""
        value = self._body.get(key, [])
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(one, str) for one in items):
            raise WrongOrder(f"{key!r} must be a string or a list of strings.")
        return items

    def raw(self, key: str) -> Any:
        return self._body.get(key)


def decoded(key: str, value: Any) -> bytes:
    """The bytes of a base64 string."""
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise WrongOrder(f"{key!r} must be base64.") from error
