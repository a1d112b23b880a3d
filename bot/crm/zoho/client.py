"""Zoho CRM's REST API: signed in, judged by what the body says, whatever the HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.crm.http import Http
from bot.crm.zoho import errors
from bot.crm.zoho.errors import ZohoError
from bot.crm.zoho.oauth import Token, Tokens


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer without errors. `empty` stands for 204 (there is nothing) and 304 (nothing is new)."""

    body: Mapping[str, Any] = field(default_factory=dict)
    empty: bool = False

    def items(self, key: str) -> list[Mapping[str, Any]]:
        found = self.body.get(key)
        return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []

    @property
    def info(self) -> Mapping[str, Any]:
        found = self.body.get("info")
        return found if isinstance(found, Mapping) else {}


class Client:
    """Calls the API; safe to use from several threads."""

    def __init__(self, http: Http, tokens: Tokens, version: str) -> None:
        self._http = http
        self._tokens = tokens
        self._version = version

    def get(
        self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Read `path` below `/crm/{version}/`. Raises CRMError."""
        return self._call("GET", path, writes=False, params=dict(params or {}), headers=dict(headers or {}))

    def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Send JSON. Raises CRMError, `uncertain` where it may have been carried out."""
        return self._call("POST", path, writes=True, json=dict(body))

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
        return self._address(self._tokens.current(), path)

    def _call(self, method: str, path: str, *, writes: bool, **content: Any) -> Answer:
        token = self._tokens.current()
        try:
            return self._once(token, method, path, writes=writes, **content)
        except ZohoError as error:
            # Only this one says that the token is used up. It was refused before anything was done, so that writes
            # are repeated as well; refreshing upon any other 401 would use up the ten tokens of ten minutes.
            if error.code != errors.INVALID_TOKEN:
                raise
        return self._once(self._tokens.current(rejected=token), method, path, writes=writes, **content)

    def _once(self, token: Token, method: str, path: str, *, writes: bool, **content: Any) -> Answer:
        headers = {**content.pop("headers", {}), "Authorization": f"Zoho-oauthtoken {token.access_token}"}
        address = self._address(token, path)
        response = self._http.send(
            lambda http: http.build_request(method, address, headers=headers, **content), writes=writes
        )
        return self._judged(response, writes)

    def _address(self, token: Token, path: str) -> str:
        return f"{token.api_url.rstrip('/')}/crm/{self._version}/{path}"

    def _judged(self, response: httpx.Response, writes: bool) -> Answer:
        if response.status_code in (204, 304):
            return Answer(empty=True)
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
        return Answer(body)
