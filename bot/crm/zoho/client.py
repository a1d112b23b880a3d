"""Zoho CRM's REST API: signed in, judged by what the body says, whatever the HTTP status."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.crm.http import Http
from bot.crm.port import CRMError
from bot.crm.zoho import errors
from bot.crm.zoho.errors import ZohoError
from bot.crm.zoho.oauth import Token, Tokens
from bot.language import sentence

V8 = "v8"  # what only exists there is called there, whatever version is set for the rest
CREDITS_KEPT = 500  # calls of a day that reading the directory leaves for linking
CREDITS_KNOWN_SECONDS = 900.0
LONGEST_PAUSE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer without errors. `empty` stands for 204 (there is nothing) and 304 (nothing is new)."""

    body: Mapping[str, Any] = field(default_factory=dict)
    empty: bool = False
    status: int = 200

    def items(self, key: str) -> list[Mapping[str, Any]]:
        found = self.body.get(key)
        return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []

    @property
    def info(self) -> Mapping[str, Any]:
        found = self.body.get("info")
        return found if isinstance(found, Mapping) else {}


class Client:
    """Calls the API; safe to use from several threads. `version` is that of every path that names no other.

    The line to Zoho holds five calls at once, what its smallest edition allows. Credits are told by a header once half
    of a day's are used: https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
    """

    def __init__(self, http: Http, tokens: Tokens, version: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._http = http
        self._tokens = tokens
        self._version = version
        self._clock = clock
        self._credits: tuple[float, int] | None = None
        self._paused_until = 0.0

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        version: str = "",
    ) -> Answer:
        """Read `path` below `/crm/{version}/`. Raises CRMError."""
        return self._call("GET", path, version, writes=False, params=dict(params or {}), headers=dict(headers or {}))

    def post(self, path: str, body: Mapping[str, Any], *, version: str = "", writes: bool = True) -> Answer:
        """Send JSON. Raises CRMError, `uncertain` where it may have been carried out."""
        return self._call("POST", path, version, writes=writes, json=dict(body))

    def put(self, path: str, body: Mapping[str, Any], *, version: str = "") -> Answer:
        """Send JSON that may be sent again. Raises CRMError, `uncertain` where it may have been carried out."""
        return self._call("PUT", path, version, writes=True, json=dict(body))

    def delete(self, path: str, params: Mapping[str, str] | None = None, *, version: str = "") -> Answer:
        """Raises CRMError, `uncertain` where it may have been carried out."""
        return self._call("DELETE", path, version, writes=True, params=dict(params or {}))

    def query(self, text: str) -> Answer:
        """Read with COQL. Raises CRMError. https://www.zoho.com/crm/developer/docs/api/v8/Get-Records-through-COQL-Query.html"""
        return self.post("coql", {"select_query": text}, writes=False)

    def upload(self, filename: str, content: bytes, content_type: str, *, inline: bool) -> str:
        """Put a file into Zoho's file system and return its id there; `inline` for pictures in the text. Unused files
        have no effect in the CRM. https://www.zoho.com/crm/developer/docs/api/v7/upload-files-to-zfs.html"""
        answer = self._call(
            "POST",
            "files",
            writes=False,
            params={"type": "inline"} if inline else {},
            files={"file": (filename, content, content_type)},
        )
        for item in answer.items("data"):
            details = item.get("details")
            if isinstance(details, Mapping) and details.get("id"):
                return str(details["id"])
        raise self._http.server_trouble(502, writes=False)

    def url(self, path: str) -> str:
        """The full address of a path, for showing."""
        return self._address(self._tokens.current(), path, self._version)

    def token(self) -> Token:
        """The current token. Raises CRMError."""
        return self._tokens.current()

    @property
    def credits(self) -> int | None:
        """How many calls of today are left, as Zoho told lately; None where it didn't, which it doesn't while more
        than half of them are left."""
        if self._credits is None or self._clock() - self._credits[0] > CREDITS_KNOWN_SECONDS:
            return None
        return self._credits[1]

    def keep_credits(self) -> None:
        """Called before reading that can wait. Raises CRMError where today's calls are nearly used up."""
        left = self.credits
        if left is not None and left < CREDITS_KEPT:
            raise CRMError(sentence("zoho.calls_left", left=left), permanent=False, code="credits")

    def _call(self, method: str, path: str, version: str = "", *, writes: bool, **content: Any) -> Answer:
        token = self._tokens.current()
        address = (method, path, version or self._version)
        try:
            return self._once(token, *address, writes=writes, **content)
        except ZohoError as error:
            # Only this one says that the token is used up. It was refused before anything was done, so that writes
            # are repeated as well; refreshing upon any other 401 would use up the ten tokens of ten minutes.
            if error.code != errors.INVALID_TOKEN:
                raise
        return self._once(self._tokens.current(rejected=token), *address, writes=writes, **content)

    def _once(self, token: Token, method: str, path: str, version: str, *, writes: bool, **content: Any) -> Answer:
        if self._clock() < self._paused_until:
            raise self._http.server_trouble(429, writes=writes)
        headers = {**content.pop("headers", {}), "Authorization": f"Zoho-oauthtoken {token.access_token}"}
        address = self._address(token, path, version)
        response = self._http.send(
            lambda http: http.build_request(method, address, headers=headers, **content), writes=writes
        )
        self._note(response)
        return self._judged(response, writes)

    def _address(self, token: Token, path: str, version: str) -> str:
        return f"{token.api_url.rstrip('/')}/crm/{version}/{path}"

    def _note(self, response: httpx.Response) -> None:
        """Keep in mind what the headers say of limits."""
        left = response.headers.get("X-API-CREDITS-REMAINING", "")
        if left.isdecimal():
            self._credits = (self._clock(), int(left))
        wait = response.headers.get("Retry-After", "")
        if response.status_code == 429 and wait.isdecimal():  # not documented, but to be honoured if it is there
            self._paused_until = self._clock() + min(float(wait), LONGEST_PAUSE_SECONDS)

    def _judged(self, response: httpx.Response, writes: bool) -> Answer:
        if response.status_code in (204, 304):
            return Answer(empty=True, status=response.status_code)
        try:
            body = response.json()
        except ValueError as fault:
            status = response.status_code if not response.is_success else 502
            raise self._http.server_trouble(status, writes=writes) from fault
        found = errors.faults(body)
        if response.status_code == 429:  # the wording varies, the meaning does not
            raise self._http.server_trouble(429, writes=writes)
        if found and (response.status_code < 500 or errors.normal(found[0].code) == errors.INTERNAL):
            raise errors.error(found[0], writes=writes)
        if not response.is_success or not isinstance(body, dict):
            status = response.status_code if not response.is_success else 502
            raise self._http.server_trouble(status, writes=writes)
        return Answer(body, status=response.status_code)
