"""POST {module} and POST {module}/upsert: each record judged by itself.

https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html , …/v7/upsert-records.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.zoho.errors import ZohoError
from sandbox.zoho.modules import modules
from sandbox.zoho.rules import PICKLISTS
from sandbox.zoho.store import Row, Store

MOST_RECORDS = 100
LONGEST = {"text": 255, "phone": 30, "email": 100, "website": 450, "textarea": 32_000}
CREATABLE = ("Leads", "Contacts", "Accounts", "Deals")

_BODY = frozenset({"data", "trigger", "skip_feature_execution", "apply_feature_execution", "lar_id"})
_TRIGGERS = frozenset({"workflow", "approval", "blueprint", "pathfinder", "orchestration"})
_READ_ONLY = frozenset({"Full_Name", "Created_Time", "Modified_Time"})
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\".]+(?:\.[^@\s<>,;\".]+)+")
# By what upsert finds an existing record, unique or not.
_SYSTEM_CHECKS = {"Leads": "Email", "Contacts": "Email", "Accounts": "Account_Name", "Deals": "Deal_Name"}

Item = dict[str, Any]


class _RefusedError(Exception):
    """What is wrong with one record."""

    def __init__(self, code: str, message: str, details: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.item = {"code": code, "details": dict(details), "message": message, "status": "error"}


def insert(store: Store, module: str, body: Any, user: str) -> tuple[int, Item]:
    """The HTTP status and the answer. Raises ZohoError for a request that fails as a whole."""
    return _each(store, module, body, user, upsert=False)


def upsert(store: Store, module: str, body: Any, user: str) -> tuple[int, Item]:
    """As `insert`; a record that is found by the module's system field or by a unique one is overwritten."""
    return _each(store, module, body, user, upsert=True)


def _each(store: Store, module: str, body: Any, user: str, *, upsert: bool) -> tuple[int, Item]:
    if module not in CREATABLE:
        raise ZohoError(400, "INVALID_MODULE", "the given module is not supported in API")
    known = _BODY | ({"duplicate_check_fields"} if upsert else set())
    if not isinstance(body, dict) or not set(body) <= known or not isinstance(body.get("data"), list):
        raise ZohoError(400, "INVALID_DATA", "invalid data", {"expected_data_type": "jsonobject", "api_name": "data"})
    given = body["data"]
    if not 0 < len(given) <= MOST_RECORDS:
        raise ZohoError(400, "INVALID_DATA", "invalid data", {"maximum_length": MOST_RECORDS, "api_name": "data"})
    trigger = body.get("trigger")
    if trigger is not None and (not isinstance(trigger, list) or not set(trigger) <= _TRIGGERS):
        raise ZohoError(400, "INVALID_DATA", "invalid data", {"api_name": "trigger"})
    answers = []
    for index, record in enumerate(given):
        store.doings(module, store.colleague.before)
        try:
            answers.append(_one(store, module, record, index, user, upsert=upsert, automated=trigger != []))
        except _RefusedError as refused:
            answers.append(refused.item)
        store.doings(module, store.colleague.after)
    failed = [each for each in answers if each["status"] == "error"]
    status = 201 if not failed else 400 if len(failed) == len(answers) else 207
    return status, {"data": answers}


def _one(store: Store, module: str, record: Any, index: int, user: str, *, upsert: bool, automated: bool) -> Item:
    if not isinstance(record, dict):
        raise _RefusedError("INVALID_DATA", "invalid data", {"expected_data_type": "jsonobject", "index": index})
    row = _checked(store, module, record, index)
    existing = _existing(store, module, row) if upsert else None
    if existing is None:
        _demanded(store, module, record, row, index)
        _unique(store, module, row, index)
        id_ = store.new_id(module)
        seen_from = store.clock() + store.rules.indexed_after
        made = store.touch(module, {"Owner": user, **row, "id": id_, "_indexed_at": seen_from, "_automated": automated})
        store.created += 1
    else:
        made = store.touch(module, {**row, "id": existing})
    details = {
        "id": made["id"],
        "Created_Time": made["Created_Time"],
        "Modified_Time": made["Modified_Time"],
        "Created_By": {"id": user, "name": store.users[user]["full_name"]},
        "Modified_By": {"id": user, "name": store.users[user]["full_name"]},
        "$approval_state": "approved",
    }
    word = "added" if existing is None else "updated"
    answer: Item = {"code": "SUCCESS", "details": details, "message": f"record {word}", "status": "success"}
    if upsert:
        # The documented example says "Email" for an insert, too: it is not to be trusted.
        answer |= {"action": "insert" if existing is None else "update", "duplicate_field": _SYSTEM_CHECKS[module]}
    return answer


def _checked(store: Store, module: str, record: Mapping[str, Any], index: int) -> Row:
    """The record as it is stored: lookups as ids. Raises _RefusedError."""
    fields, row = modules()[module].fields, {}
    for name, value in record.items():
        if name in ("Layout", "Tag"):
            continue
        where = {"api_name": name, "json_path": f"$.data[{index}].{name}"}
        if name not in fields or not store.rules.has(name):
            if store.rules.unknown == "ignore":
                continue
            raise _RefusedError("INVALID_DATA", "the field api name given seems to be invalid", where)
        if name in _READ_ONLY:
            raise _RefusedError("INVALID_DATA", "the field is read only", where)
        if value is None:
            continue
        row[name] = _value(store, fields[name], name, value, where)
    return row


def _value(store: Store, field: tuple[str, str, str | None], name: str, value: Any, where: Mapping[str, Any]) -> Any:
    kind, _, target = field
    if kind in ("lookup", "ownerlookup"):
        return _looked_up(store, kind, target, value, where)
    if kind in ("currency", "double", "integer"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _RefusedError("INVALID_DATA", "invalid data", {**where, "expected_data_type": "double"})
        return value
    if kind == "boolean":
        if not isinstance(value, bool):
            raise _RefusedError("INVALID_DATA", "invalid data", {**where, "expected_data_type": "boolean"})
        return value
    if not isinstance(value, str):
        raise _RefusedError("INVALID_DATA", "invalid data", {**where, "expected_data_type": kind})
    if len(value) > (longest := LONGEST.get(kind, 255)):
        raise _RefusedError("INVALID_DATA", "invalid data", {**where, "maximum_length": longest})
    if kind == "email" and not _ADDRESS.fullmatch(value):
        raise _RefusedError("INVALID_DATA", "invalid data", {**where, "expected_data_type": "email"})
    among = PICKLISTS.get(name) if kind == "picklist" else None
    if among is not None and value not in among and store.rules.picklists == "strict":
        raise _RefusedError("INVALID_DATA", "invalid data", {**where, "supported_values": list(among)})
    return value


def _looked_up(store: Store, kind: str, target: str | None, value: Any, where: Mapping[str, Any]) -> str:
    id_ = str(value.get("id") or "") if isinstance(value, dict) else ""
    if kind == "ownerlookup":
        if id_ not in store.users:
            raise _RefusedError("INVALID_DATA", "invalid data", where)
        return id_
    rows = store.records[target or ""]
    if id_ in rows:
        return id_
    if not id_ and isinstance(value, dict) and value.get("name") and store.rules.account_by_name == "create":
        made = store.new_id("Accounts")
        store.touch("Accounts", {"id": made, "Account_Name": str(value["name"])})
        return made
    raise _RefusedError("INVALID_DATA", "the related id given seems to be invalid", where)


def _demanded(store: Store, module: str, record: Mapping[str, Any], row: Row, index: int) -> None:
    rules = store.rules
    layout = rules.layout.get(module, []) if isinstance(record.get("Layout"), dict) else []
    for name in [*rules.demanded(module), *layout, *rules.unannounced.get(module, [])]:
        if row.get(name) in (None, ""):
            where = {"api_name": name, "json_path": f"$.data[{index}].{name}"}
            raise _RefusedError("MANDATORY_NOT_FOUND", "required field not found", where)


def _unique(store: Store, module: str, row: Row, index: int) -> None:
    """What an administrator marked as unique. Several hits, maybe of several records, have another shape."""
    found: list[Item] = []
    for name in store.rules.uniques(module):
        for other, id_ in _holders(store, module, name, row.get(name)):
            owner = store.users.get(str(store.records[other][id_].get("Owner")), {})
            duplicate: Item = {"Owner": {"name": owner.get("full_name", ""), "id": owner.get("id", "")}, "id": id_}
            if other != module:
                duplicate["module"] = {"api_name": other, "id": modules()[other].id}
            details = {"api_name": name, "json_path": f"$.data[{index}].{name}", "duplicate_record": duplicate}
            more = {"code": "DUPLICATE_DATA", "details": {**details, "more_records": False}}
            found.append({**more, "message": "duplicate data", "status": "error"})
            break
    if len(found) > 1:
        raise _RefusedError("MULTIPLE_OR_MULTI_ERRORS", "Multiple errors in the request", {"errors": found})
    if found:
        details = found[0]["details"]
        details["id"] = details["duplicate_record"]["id"]
        raise _RefusedError("DUPLICATE_DATA", "duplicate data", details)


def _holders(store: Store, module: str, name: str, value: Any) -> list[tuple[str, str]]:
    if not value:
        return []
    among = [module, *(["Contacts"] if module == "Leads" and store.rules.mapped else [])]
    wanted = str(value).casefold()
    return [
        (each, id_)
        for each in among
        for id_, row in store.records[each].items()
        if str(row.get(name) or "").casefold() == wanted
    ]


def _existing(store: Store, module: str, row: Row) -> str | None:
    for name in (_SYSTEM_CHECKS[module], *store.rules.uniques(module)):
        for _, id_ in _holders(store, module, name, row.get(name)):
            return id_
    return None
