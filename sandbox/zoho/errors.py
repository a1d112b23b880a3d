"""Zoho CRM's error answers: flat, or within the list of the items that were sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

_DOCUMENTED = {
    400: ("INVALID_DATA", "invalid data"),
    401: ("INVALID_TOKEN", "invalid oauth token"),
    403: ("NO_PERMISSION", "permission denied"),
    404: ("INVALID_URL_PATTERN", "Please check if the URL trying to access is a correct one"),
    429: ("TOO_MANY_REQUESTS", "too many requests. please try again after some time"),
    500: ("INTERNAL_ERROR", "Internal Server Error"),
}


class ZohoError(Exception):
    """An error answer. `per_item` puts it into a list of items (`{"Emails": […]}` for associate_email, `{"data": […]}`
    for records), as is done for an item's own faults."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Mapping[str, Any] | None = None,
        *,
        per_item: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details or {}
        self.per_item = per_item

    def response(self) -> web.Response:
        error = {"code": self.code, "details": dict(self.details), "message": str(self), "status": "error"}
        return answer({self.per_item: [error]} if self.per_item else error, self.status)


def answer(body: Any, status: int = 200) -> web.Response:
    """JSON in Zoho's own content type."""
    return web.Response(
        status=status,
        body=json.dumps(body, ensure_ascii=False).encode(),
        content_type="application/json",
        charset="UTF-8",
    )


def empty() -> web.Response:
    """Nothing found: 204 without a body."""
    return web.Response(status=204)


def refusal(value: Any) -> web.StreamResponse:
    """The error a fault asks for: an HTTP status with its documented body, or {"status", "code", "message"?,
    "details"?, "per_item"?: true for "Emails", or the name of the list}."""
    given: Mapping[str, Any] = value if isinstance(value, dict) else {"status": int(value or 500)}
    status = int(given.get("status", 400))
    code, message = _DOCUMENTED.get(status, ("INTERNAL_ERROR", "Internal Server Error"))
    return ZohoError(
        status,
        str(given.get("code", code)),
        str(given.get("message", _message(given, message))),
        given.get("details"),
        per_item="Emails" if given.get("per_item") is True else str(given.get("per_item") or ""),
    ).response()


def _message(given: Mapping[str, Any], default: str) -> str:
    known = {
        "OAUTH_SCOPE_MISMATCH": "invalid oauth scope to access this URL",
        "AUTHENTICATION_FAILURE": "Authentication failed",
        "DUPLICATE_DATA": "duplicate data",
        "STORAGE_SPACE_EXCEEDS": "storage space exceeds",
        "NO_PERMISSION": "Only Admin Role/Profile Users will have permission",
    }
    return known.get(str(given.get("code")), default)


def invalid(api_name: str, path: str, **more: Any) -> ZohoError:
    """INVALID_DATA about one key, flat."""
    return ZohoError(400, "INVALID_DATA", "invalid data", {**more, "api_name": api_name, "json_path": path})


def missing_parameter(name: str) -> ZohoError:
    return ZohoError(400, "REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", {"param_name": name})


def invalid_module() -> ZohoError:
    return ZohoError(404, "INVALID_MODULE", "the module name given seems to be invalid", {"resource_path_index": 0})
