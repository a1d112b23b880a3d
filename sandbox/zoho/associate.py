"""POST {module}/{id}/actions/associate_email: what it takes, in rules of this project's own.

https://www.zoho.com/crm/developer/docs/api/v7/associate-email.html ; lengths from Zoho's OpenAPI files. The call
imports a copy of a mail onto a record. It cannot be undone.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.zoho.errors import ZohoError, invalid
from sandbox.zoho.modules import modules
from sandbox.zoho.store import Email, Store

MAX_SUBJECT, MAX_CONTENT, MAX_MESSAGE_ID, MAX_ADDRESS = 250, 32_000, 255, 255
MAX_PEOPLE, MAX_ATTACHMENTS = 50, 20
MAX_ATTACHED_BYTES = 10 * 1024 * 1024
FUTURE_SECONDS = 300

_MANDATORY = ("from", "to", "subject", "content", "date_time", "sent", "original_message_id")
_KNOWN = (*_MANDATORY, "cc", "bcc", "mail_format", "attachments", "linked_record", "owner")
_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\".]+(?:\.[^@\s<>,;\".]+)+")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[+-]\d\d:\d\d|Z)")
_PICTURE = re.compile(r"crm/img_id:([^\"'\s>]*)")
_LENGTHS = {"subject": MAX_SUBJECT, "content": MAX_CONTENT, "original_message_id": MAX_MESSAGE_ID}


def associate(store: Store, module: str, record_id: str, body: Any, user: str) -> str:
    """Put the one mail of `body` onto the record; `user` is the token's. Returns Zoho's message id.

    Raises ZohoError: about the shape of the request flat, about the mail itself within `Emails`.
    """
    item = _only_item(body)
    if record_id not in store.records[module]:
        raise ZohoError(400, "INVALID_DATA", "the related id given seems to be invalid")
    _check_shape(item)
    _check_date(item["date_time"], store.clock())
    linked = _linked_record(store, item.get("linked_record"))
    owner = _owner(store, item.get("owner"), user)
    _check_attachments(store, item.get("attachments", []))
    _check_pictures(store, item["content"])
    original = item["original_message_id"]
    if any(mail.record_id == record_id and mail.original_message_id == original for mail in store.emails):
        raise _about_item("DUPLICATE_DATA", "duplicate data", {"api_name": "original_message_id"})
    message_id = hashlib.sha256(f"{module}/{record_id}/{original}/{secrets.token_hex(8)}".encode()).hexdigest()
    store.emails.append(Email(message_id, module, record_id, original, owner, item, linked))
    return message_id


def supported(module: str) -> None:
    """Raises ZohoError where mails cannot be associated with the module's records."""
    if not modules()[module].mail:
        raise ZohoError(400, "INVALID_MODULE", "permission denied to access the api")


def _only_item(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise ZohoError(400, "INVALID_DATA", "invalid data", {"expected_data_type": "jsonobject"})
    if "Emails" not in body:
        details = {"api_name": "Emails", "json_path": "$.Emails"}
        raise ZohoError(400, "MANDATORY_NOT_FOUND", "required field not found", details)
    for key in body:
        if key != "Emails":
            raise invalid(key, f"$.{key}")
    items = body["Emails"]
    if not isinstance(items, list):
        raise invalid("Emails", "$.Emails", expected_data_type="jsonarray")
    if len(items) > 1:
        raise invalid("Emails", "$.Emails", maximum_length=1)
    if not items:
        raise invalid("Emails", "$.Emails", minimum_length=1)
    if not isinstance(items[0], dict):
        raise invalid("Emails", "$.Emails[0]", expected_data_type="jsonobject")
    return items[0]


def _check_shape(item: Mapping[str, Any]) -> None:
    for key in _MANDATORY:
        if key not in item or item[key] is None:
            details = {"api_name": key, "json_path": f"$.Emails[0].{key}"}
            raise ZohoError(400, "MANDATORY_NOT_FOUND", "required field not found", details, per_item="Emails")
    for key in item:
        if key not in _KNOWN:
            raise invalid(key, f"$.Emails[0].{key}")
    _check_person(item["from"], "from", "$.Emails[0].from")
    for key in ("to", "cc", "bcc"):
        _check_people(item.get(key, []), key)
    if not item["to"]:
        raise invalid("to", "$.Emails[0].to", minimum_length=1)
    for key, most in _LENGTHS.items():
        _check_text(item[key], key, most)
    if not isinstance(item["sent"], bool):
        raise invalid("sent", "$.Emails[0].sent", expected_data_type="boolean")
    if item.get("mail_format", "html") not in ("html", "text"):
        raise invalid("mail_format", "$.Emails[0].mail_format")


def _check_text(value: Any, key: str, most: int) -> None:
    if not isinstance(value, str):
        raise invalid(key, f"$.Emails[0].{key}", expected_data_type="text")
    if not value:
        raise invalid(key, f"$.Emails[0].{key}", minimum_length=1)
    if len(value) > most:
        raise invalid(key, f"$.Emails[0].{key}", maximum_length=most)


def _check_people(people: Any, key: str) -> None:
    path = f"$.Emails[0].{key}"
    if not isinstance(people, list):
        raise invalid(key, path, expected_data_type="jsonarray")
    if len(people) > MAX_PEOPLE:
        raise invalid(key, path, maximum_length=MAX_PEOPLE)
    for index, person in enumerate(people):
        _check_person(person, key, f"{path}[{index}]")


def _check_person(person: Any, key: str, path: str) -> None:
    if not isinstance(person, dict):
        raise invalid(key, path, expected_data_type="jsonobject")
    for name in person:
        if name not in ("user_name", "email"):
            raise invalid(name, f"{path}.{name}")
    if not isinstance(person.get("user_name", ""), str):
        raise invalid("user_name", f"{path}.user_name", expected_data_type="text")
    address = person.get("email")
    if address is None:
        details = {"api_name": "email", "json_path": f"{path}.email"}
        raise ZohoError(400, "MANDATORY_NOT_FOUND", "required field not found", details, per_item="Emails")
    if not isinstance(address, str) or len(address) > MAX_ADDRESS or not _ADDRESS.fullmatch(address):
        raise invalid("email", f"{path}.email", expected_data_type="email")


def _check_date(value: Any, now: float) -> None:
    wrong = invalid("date_time", "$.Emails[0].date_time", expected_data_type="datetime")
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        raise wrong
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise wrong from None
    if moment.timestamp() > now + FUTURE_SECONDS:
        raise invalid("date_time", "$.Emails[0].date_time")


def _check_attachments(store: Store, attachments: Any) -> None:
    path = "$.Emails[0].attachments"
    if not isinstance(attachments, list):
        raise invalid("attachments", path, expected_data_type="jsonarray")
    if len(attachments) > MAX_ATTACHMENTS:
        raise invalid("attachments", path, maximum_length=MAX_ATTACHMENTS)
    size = 0
    for index, attachment in enumerate(attachments):
        if not isinstance(attachment, dict):
            raise invalid("attachments", f"{path}[{index}]", expected_data_type="jsonobject")
        for key in attachment:
            if key not in ("id", "name", "file_name"):
                raise invalid(key, f"{path}[{index}].{key}")
        file = store.files.get(str(attachment.get("id")))
        if file is None:
            raise _about_item(
                "INVALID_DATA", "provided file id is improper", {"api_name": "id", "json_path": f"{path}[{index}].id"}
            )
        size += len(file.content)
    if size > MAX_ATTACHED_BYTES:
        raise _about_item("FILE_SIZE_EXCEEDS", "Total file(s) size should not exceed 10MB", {"api_name": "attachments"})


def _check_pictures(store: Store, content: str) -> None:
    """Pictures in the text must have been uploaded as such (`type=inline`)."""
    for id_ in _PICTURE.findall(content):
        file = store.files.get(id_)
        if file is None or not file.inline:
            raise _about_item("INVALID_DATA", "provided file id is improper", {"api_name": "content"})


def _linked_record(store: Store, linked: Any) -> tuple[str, str] | None:
    if linked is None:
        return None
    path = "$.Emails[0].linked_record"
    module = linked.get("module") if isinstance(linked, dict) else None
    if not isinstance(linked, dict) or not isinstance(module, dict):
        raise invalid("linked_record", path, expected_data_type="jsonobject")
    for key in (*(set(linked) - {"id", "name", "module"}), *(set(module) - {"api_name", "id"})):
        raise invalid(key, f"{path}.{key}")
    known = modules().get(str(module.get("api_name")))
    if known is None or not known.mail or str(module.get("id")) != known.id:
        details = {"api_name": "module", "json_path": f"{path}.module"}
        raise _about_item("INVALID_DATA", "the api_name given seems to be invalid", details)
    if str(linked.get("id")) not in store.records[known.api_name]:
        details = {"api_name": "id", "json_path": f"{path}.id"}
        raise _about_item("INVALID_DATA", "the parent entity id given seems to be invalid", details)
    return known.api_name, str(linked["id"])


def _owner(store: Store, owner: Any, user: str) -> str:
    """Whose mail it is: the token's user's, unless an administrator says otherwise."""
    if owner is None:
        return user
    if not isinstance(owner, dict) or set(owner) != {"id"}:
        raise invalid("owner", "$.Emails[0].owner", expected_data_type="jsonobject")
    id_ = str(owner["id"])
    if not store.users[user]["admin"]:
        raise ZohoError(403, "NO_PERMISSION", "Only Admin Role/Profile Users will have permission")
    if id_ not in store.users:
        raise _about_item("INVALID_DATA", "Provide a Proper owner id", {"api_name": "owner"})
    return id_


def _about_item(code: str, message: str, details: Mapping[str, Any]) -> ZohoError:
    return ZohoError(400, code, message, details, per_item="Emails")
