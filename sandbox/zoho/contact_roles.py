"""Who has which role on a deal: GET, PUT and DELETE Deals/{deal}/Contact_Roles.

https://www.zoho.com/crm/developer/docs/api/v8/associate-contact-roles-with-deals.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.zoho.errors import ZohoError, missing_parameter
from sandbox.zoho.records import names, sliced
from sandbox.zoho.rules import ROLES
from sandbox.zoho.store import Store

_UNKNOWN = "the related id given seems to be invalid"


def roles(store: Store) -> dict[str, Any] | None:
    """The organisation's own roles."""
    listed = [{"id": id_, "name": name} for id_, name in ROLES.items() if name in store.rules.roles]
    return {"contact_roles": [{**role, "sequence_number": number} for number, role in enumerate(listed, 1)]}


def put(store: Store, deal: str, contact: str, body: Any) -> dict[str, Any]:
    """Give the contact a role on the deal; the same once more changes nothing."""
    _known(store, deal, contact)
    items = body.get("data") if isinstance(body, dict) else None
    if not isinstance(items, list) or len(items) != 1 or not isinstance(items[0], dict) or set(body) != {"data"}:
        raise ZohoError(400, "INVALID_DATA", "invalid data", {"api_name": "data"})
    role = items[0].get("Contact_Role")
    if set(items[0]) != {"Contact_Role"} or not isinstance(role, dict):
        raise ZohoError(400, "MANDATORY_NOT_FOUND", "required field not found", {"api_name": "Contact_Role"})
    id_ = next((id_ for id_, name in ROLES.items() if role.get("id") == id_ or role.get("name") == name), None)
    if id_ is None:
        raise ZohoError(400, "INVALID_DATA", "invalid data", {"api_name": "Contact_Role"})
    store.roles.setdefault(deal, {})[contact] = id_
    return {"data": [_done(f"{deal}{contact[-4:]}", "relation updated")]}


def delete(store: Store, deal: str, contact: str) -> dict[str, Any]:
    _known(store, deal, contact)
    if store.roles.get(deal, {}).pop(contact, None) is None:
        raise ZohoError(400, "INVALID_DATA", _UNKNOWN, {"resource_path_index": 3})
    return {"data": [_done(contact, "relation removed")]}


def listed(store: Store, deal: str, query: Mapping[str, str]) -> dict[str, Any] | None:
    if "fields" not in query:
        raise missing_parameter("fields")
    if deal not in store.records["Deals"]:
        raise ZohoError(400, "INVALID_DATA", _UNKNOWN, {"resource_path_index": 1})
    rows = [
        {
            **store.shown("Contacts", store.records["Contacts"][contact], names(query)),
            "Contact_Role": {"id": role, "name": ROLES[role]},
        }
        for contact, role in store.roles.get(deal, {}).items()
        if contact in store.records["Contacts"]
    ]
    return sliced(rows, query, total=None)


def _known(store: Store, deal: str, contact: str) -> None:
    if deal not in store.records["Deals"]:
        raise ZohoError(400, "INVALID_DATA", _UNKNOWN, {"resource_path_index": 1})
    if contact not in store.records["Contacts"]:
        raise ZohoError(400, "INVALID_DATA", _UNKNOWN, {"resource_path_index": 3})


def _done(id_: str, message: str) -> dict[str, Any]:
    return {"code": "SUCCESS", "details": {"id": id_}, "message": message, "status": "success"}
