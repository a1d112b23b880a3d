"""Reading records: lists, single records, what was deleted.

https://www.zoho.com/crm/developer/docs/api/v7/get-records.html , …/get-deleted-records.html
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.zoho.errors import ZohoError, invalid_module, missing_parameter
from sandbox.zoho.modules import modules
from sandbox.zoho.store import Row, Store, iso

MAX_PER_PAGE = 200
MAX_PAGE = 10
MAX_FIELDS = 50
TOKEN_SECONDS = 86_400
_SORTABLE = ("id", "Created_Time", "Modified_Time")
_KEPT_SELECTIONS = 8

Answer = dict[str, Any]


class NotModifiedError(Exception):
    """Nothing changed since the asked time: 304 without a body."""


@dataclass(frozen=True)
class _Position:
    """What a page token stands for: the same list, further on."""

    bound_to: str
    rows: list[Row]
    offset: int
    expires: float


class Lists:
    """Record lists of one store; selections are kept so that each page is a slice."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._selections: OrderedDict[tuple[Any, ...], list[Row]] = OrderedDict()
        self._tokens: dict[str, _Position] = {}

    def page(self, module: str, query: Mapping[str, str], since: datetime | None) -> Answer | None:
        """One page of a module's records, or None where it is empty. Raises NotModifiedError and ZohoError."""
        fields = names(query)
        if "fields" not in query:
            raise missing_parameter("fields")
        if len(fields) > MAX_FIELDS:
            raise ZohoError(
                400, "LIMIT_EXCEEDED", "fields limit exceeded", {"limit": MAX_FIELDS, "param_name": "fields"}
            )
        size = per_page(query)
        bound_to = repr(
            (module, sorted((key, value) for key, value in query.items() if key not in ("page", "page_token")))
        )
        if "page_token" in query:
            if "page" in query:
                raise ZohoError(400, "AMBIGUITY_DURING_PROCESSING", "page and page_token cannot be given together")
            rows, offset = self._resume(query["page_token"], bound_to)
            number = offset // size + 1
        else:
            number = page_number(query)
            if number > MAX_PAGE:
                raise ZohoError(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED", "more than 2000 records need a page_token")
            rows, offset = self._select(module, query, since), (number - 1) * size
            if since is not None and not rows:
                raise NotModifiedError
        page = rows[offset : offset + size]
        if not page:
            return None
        more = offset + size < len(rows)
        now = self._store.clock()
        token = self._remember(_Position(bound_to, rows, offset + size, now + TOKEN_SECONDS)) if more else None
        info = {
            "per_page": size,
            "count": len(page),
            "page": number,
            "sort_by": query.get("sort_by", "id"),
            "sort_order": query.get("sort_order", "desc"),
            "more_records": more,
            "next_page_token": token,
            "previous_page_token": None,
            "page_token_expiry": iso(now + TOKEN_SECONDS) if token else None,
            "call": False,
            "email": False,
        }
        return {"data": [self._store.shown(module, row, fields) for row in page], "info": info}

    def count(self, module: str) -> Answer:
        """How many records a module's list holds. The shape is that of Zoho's own client (`record_count`)."""
        return {"count": len(self._select(module, {}, None))}

    def deleted(self, module: str, query: Mapping[str, str], since: datetime | None) -> Answer | None:
        """One page of what was deleted, newest first."""
        kind = query.get("type", "all")
        if kind not in ("all", "recycle", "permanent"):
            raise ZohoError(400, "INVALID_DATA", "invalid data", {"param_name": "type"})
        rows = [row for row in reversed(self._store.deleted[module]) if kind in ("all", row["type"])]
        if since is not None:
            rows = [row for row in rows if datetime.fromisoformat(row["deleted_time"]) > since]
            if not rows:
                raise NotModifiedError
        return sliced(rows, query, total=None)

    def _select(self, module: str, query: Mapping[str, str], since: datetime | None) -> list[Row]:
        sort_by, order = query.get("sort_by", "id"), query.get("sort_order", "desc")
        if sort_by not in _SORTABLE or order not in ("asc", "desc"):
            raise ZohoError(400, "INVALID_DATA", "invalid data", {"param_name": "sort_by"})
        converted = query.get("converted", "false")
        if converted not in ("true", "false", "both"):
            raise ZohoError(400, "INVALID_DATA", "invalid data", {"param_name": "converted"})
        key = (module, self._store.versions[module], sort_by, order, since, query.get("ids"), converted)
        if key not in self._selections:
            rows = self._selected(module, sort_by, order, since, query.get("ids"))
            wanted = (True, False) if converted == "both" else (converted == "true",)
            self._selections[key] = [row for row in rows if bool(row.get("_converted")) in wanted]
            if len(self._selections) > _KEPT_SELECTIONS:
                self._selections.popitem(last=False)
        return self._selections[key]

    def _selected(self, module: str, sort_by: str, order: str, since: datetime | None, ids: str | None) -> list[Row]:
        rows = list(self._store.records[module].values())
        if ids is not None:
            wanted = set(ids.split(","))
            rows = [row for row in rows if row["id"] in wanted]
        if since is not None:
            rows = [row for row in rows if datetime.fromisoformat(row["Modified_Time"]) > since]
        rows.sort(key=lambda row: (row[sort_by], row["id"]), reverse=order == "desc")
        return rows

    def _resume(self, token: str, bound_to: str) -> tuple[list[Row], int]:
        position = self._tokens.get(token)
        if position is None:
            raise ZohoError(400, "INVALID_DATA", "invalid data", {"param_name": "page_token"})
        if position.bound_to != bound_to:
            raise ZohoError(400, "TOKEN_BOUND_DATA_MISMATCH", "the page_token was made for other parameters")
        if position.expires < self._store.clock():
            raise ZohoError(400, "EXPIRED_VALUE", "the page_token has expired", {"param_name": "page_token"})
        if position.offset >= self._store.limits.listed:
            raise ZohoError(400, "PAGINATION_LIMIT_EXCEEDED", "more than 100000 records cannot be listed")
        return position.rows, position.offset

    def _remember(self, position: _Position) -> str:
        token = secrets.token_hex(32)
        self._tokens[token] = position
        return token


def single(store: Store, module: str, id_: str, query: Mapping[str, str]) -> Answer | None:
    """One record with all its fields, or None."""
    row = store.records[module].get(id_)
    if row is None:
        return None
    return {"data": [store.shown(module, row, names(query) or None)]}


def sliced(rows: list[Any], query: Mapping[str, str], total: int | None) -> Answer | None:
    """The page of some rows that a query asks for; `total` is how far paging may go."""
    size, number = per_page(query), page_number(query)
    if total is not None and number * size > total:
        raise ZohoError(400, "LIMIT_REACHED", f"Only {total} records can be fetched", {"limit": total})
    offset = (number - 1) * size
    page = rows[offset : offset + size]
    if not page:
        return None
    more = offset + size < len(rows)
    return {"data": page, "info": {"per_page": size, "count": len(page), "page": number, "more_records": more}}


def names(query: Mapping[str, str]) -> list[str]:
    return [name.strip() for name in query.get("fields", "").split(",") if name.strip()]


def per_page(query: Mapping[str, str]) -> int:
    return _number(query, "per_page", MAX_PER_PAGE, MAX_PER_PAGE)


def page_number(query: Mapping[str, str]) -> int:
    return _number(query, "page", 1, None)


def _number(query: Mapping[str, str], key: str, default: int, most: int | None) -> int:
    text = query.get(key, str(default))
    number = int(text) if text.isdecimal() else 0
    if number < 1 or (most is not None and number > most):
        raise ZohoError(400, "INVALID_DATA", "invalid data", {"param_name": key})
    return number


def modified_since(header: str | None) -> datetime | None:
    """If-Modified-Since, which Zoho wants as ISO 8601 with an offset, not as an HTTP date."""
    if header is None:
        return None
    try:
        since = datetime.fromisoformat(header)
    except ValueError:
        since = None
    if since is None or since.tzinfo is None:
        raise ZohoError(400, "INVALID_DATA", "invalid data", {"header_name": "If-Modified-Since"})
    return since


def module_named(name: str) -> str:
    if name not in modules():
        raise invalid_module()
    return name
