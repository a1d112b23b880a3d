"""Reading a record's mails, and linking a contact's mail to a deal (v8).

https://www.zoho.com/crm/developer/docs/api/v7/get-email-rel-list.html , …/v8/link-deals-email.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.zoho.errors import ZohoError, invalid
from sandbox.zoho.modules import modules
from sandbox.zoho.store import Email, Store

PER_CALL = 10
MAX_LINKED = 20
_TYPES = (
    *("sent_from_crm", "scheduled_in_crm", "drafts", "user_emails"),
    *("all_contacts_sent_crm_emails", "all_contacts_scheduled_crm_emails", "all_contacts_draft_crm_emails"),
)


def page(store: Store, module: str, record_id: str, query: Mapping[str, str]) -> dict[str, Any] | None:
    """Ten mails, newest first, from where `index` of the page before points; None where there are none.

    The original Message-ID is not among what is shown.
    """
    if record_id not in store.records[module]:
        raise ZohoError(400, "INVALID_DATA", "the related id given seems to be invalid")
    if "type" in query and query["type"] not in _TYPES:
        raise ZohoError(400, "INVALID_DATA", "invalid data", {"param_name": "type"})
    # Mails that were associated are of none of the types that can be asked for.
    mails = [] if "type" in query else [mail for mail in store.emails if mail.lies_on(module, record_id)]
    mails.sort(key=lambda mail: datetime.fromisoformat(mail.given["date_time"]), reverse=True)
    start = _start(query, mails)
    shown = mails[start : start + PER_CALL]
    if not shown:
        return None
    more = start + PER_CALL < len(mails)
    info = {
        "per_page": PER_CALL,
        "next_index": _index(mails[start + PER_CALL - 1]) if more else None,
        "count": len(shown),
        "prev_index": query.get("index", "0"),
        "more_records": more,
    }
    return {"Emails": [_listed(store, mail) for mail in shown], "info": info}


def single(store: Store, module: str, record_id: str, message_id: str) -> dict[str, Any]:
    """One mail with its content."""
    mail = _found(store, module, record_id, message_id)
    attachments = [
        {"id": str(each["id"]), "name": file.name, "size": len(file.content)}
        for each in mail.given.get("attachments", [])
        if (file := store.files.get(str(each["id"])))
    ]
    more = {
        "attachments": attachments,
        "content": mail.given["content"],
        "mail_format": mail.given.get("mail_format", "html"),
        "sent_time": mail.given["date_time"],
        "editable": False,
        "thread_id": None,
        "reply_to": None,
    }
    return {"Emails": [{**_listed(store, mail), **more}]}


def link(store: Store, contact: str, body: Any, message_id: str | None) -> dict[str, Any]:
    """Link mails of a contact to a deal; with `message_id` that one, else those that the body names."""
    items = body.get("Emails") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items or len(items) > (1 if message_id else MAX_LINKED):
        raise invalid("Emails", "$.Emails", maximum_length=1 if message_id else MAX_LINKED)
    pairs = []
    for index, item in enumerate(items):
        path = f"$.Emails[{index}]"
        if not isinstance(item, dict) or set(item) - {"message_id", "linked_record", "owner"}:
            raise invalid("Emails", path)
        mail = _found(store, "Contacts", contact, message_id or str(item.get("message_id")))
        linked = item.get("linked_record")
        module = linked.get("module") if isinstance(linked, dict) else None
        if not isinstance(linked, dict) or not isinstance(module, dict) or module.get("api_name") != "Deals":
            raise invalid("linked_record", f"{path}.linked_record")
        if "id" in module and str(module["id"]) != modules()["Deals"].id:
            raise invalid("module", f"{path}.linked_record.module")
        if str(linked.get("id")) not in store.records["Deals"]:
            raise ZohoError(400, "INVALID_DATA", "the parent entity id given seems to be invalid")
        pairs.append((mail, str(linked["id"])))
    for mail, deal in pairs:
        mail.linked = ("Deals", deal)
    return _done([mail for mail, _ in pairs], "The record has been linked successfully")


def unlink(store: Store, contact: str, query: Mapping[str, str], message_id: str | None) -> dict[str, Any]:
    """Take the deal away from mails of a contact; `owner_id` says whose mails they are."""
    if "owner_id" not in query:
        raise ZohoError(
            400, "REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", {"param_name": "owner_id"}
        )
    ids = [message_id] if message_id else [id_ for id_ in query.get("message_ids", "").split(",") if id_]
    if not ids:
        raise ZohoError(
            400, "REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", {"param_name": "message_ids"}
        )
    mails = [_found(store, "Contacts", contact, id_) for id_ in ids]
    for mail in mails:
        if mail.owner != query["owner_id"]:
            raise ZohoError(400, "INVALID_DATA", "Provide a Proper owner id", {"param_name": "owner_id"})
        if mail.module != "Contacts" or mail.linked is None or mail.linked[0] != "Deals":
            raise ZohoError(400, "INVALID_DATA", "no deal is linked to the email", {"param_name": "message_ids"})
    for mail in mails:
        mail.linked = None
    return _done(mails, "The record has been unlinked successfully")


def _done(mails: list[Email], message: str) -> dict[str, Any]:
    return {
        "Emails": [
            {"status": "success", "code": "SUCCESS", "message": message, "details": {"message_id": mail.message_id}}
            for mail in mails
        ]
    }


def _found(store: Store, module: str, record_id: str, message_id: str) -> Email:
    for mail in store.emails:
        if mail.message_id == message_id and mail.lies_on(module, record_id):
            return mail
    raise ZohoError(400, "INVALID_DATA", "invalid data", {"api_name": "message_id"})


def _start(query: Mapping[str, str], mails: list[Email]) -> int:
    index = query.get("index", "0")
    if index == "0":
        return 0
    for position, mail in enumerate(mails, start=1):
        if _index(mail) == index:
            return position
    raise ZohoError(400, "INVALID_DATA", "invalid data", {"param_name": "index"})


def _index(mail: Email) -> str:
    """Where a page ended, in a word that means nothing to the caller."""
    return hashlib.sha256(f"index {mail.message_id}".encode()).hexdigest()


def _listed(store: Store, mail: Email) -> dict[str, Any]:
    linked = None
    if mail.linked:
        module, id_ = mail.linked
        row = store.records[module].get(id_, {"id": id_})
        linked = {
            "module": {"api_name": module, "id": modules()[module].id},
            "name": store.name(module, row),
            "id": id_,
        }
    return {
        "cc": mail.given.get("cc"),
        "has_thread_attachment": False,
        "summary": None,
        "owner": {"name": store.users[mail.owner]["full_name"], "id": mail.owner},
        "read": True,
        "subject": mail.given["subject"],
        "message_id": mail.message_id,
        "has_attachment": bool(mail.given.get("attachments")),
        "source": "individual",
        "sent": mail.given["sent"],
        "intent": None,
        "sentiment_info": None,
        "linked_record": linked,
        "related_to_record": None,
        "emotion": None,
        "from": mail.given["from"],
        "to": mail.given["to"],
        "time": mail.given["date_time"],
        "status": [{"type": "sent" if mail.given["sent"] else "received"}],
    }
