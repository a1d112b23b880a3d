"""A deal on a contact's mail: linked beside it afterwards, and taken off it again. Only version 8 can, and only this.

https://www.zoho.com/crm/developer/docs/api/v8/link-deals-email.html , …/unlink-deals-email.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.crm.port import CRMError, Outcome, Receipt
from bot.crm.zoho.client import V8, Client
from bot.crm.zoho.mapping import CONTACTS, DEALS
from bot.crm.zoho.related_mails import Sight, look_by_id
from bot.language import SILENCE, sentence
from bot.records import Category, Record, RecordRef

NOT_TAKEN_OFF = sentence("zoho.deal.not_taken_off")

NO_LONGER_THERE = sentence("zoho.deal.mail_gone")
HAS_ANOTHER = sentence("zoho.deal.has_another")
NOT_AGAIN = sentence("zoho.deal.not_again")


def contact_of(receipt: Receipt) -> RecordRef | None:
    """The contact beside which a deal was linked, so that it can be taken off, or linked again after that; None for
    every other outcome."""
    beside = str((receipt.before or {}).get("beside") or "")
    if (
        receipt.outcome not in (Outcome.LINKED, Outcome.UNLINKED)
        or receipt.ref.kind != DEALS
        or not receipt.vendor_ref
        or not beside
    ):
        return None
    contact = RecordRef.parse(beside)
    return contact if contact.kind == CONTACTS else None


def link(client: Client, contact: RecordRef, mail: Mapping[str, Any], deal: Record, module_id: str | None) -> None:
    """Link a deal to a mail that the contact's list shows without one (`mail`, as shown there). Raises CRMError."""
    module = {"api_name": DEALS, **({"id": module_id} if module_id else {})}
    item: dict[str, Any] = {"linked_record": {"module": module, "name": deal.name, "id": deal.ref.id}}
    if owner := owner_of(mail):
        item["owner"] = {"id": owner}
    client.post(_path(contact, str(mail["message_id"])), {"Emails": [item]}, version=V8)


def unlink(client: Client, receipt: Receipt, contact: RecordRef, me: str) -> Receipt:
    """Take the deal off the contact's mail and look whether it is off. `me` is the bot's user, whose mail it is where
    nobody else was named. A mail that names another deal by now is left alone. Raises CRMError."""
    message_id = receipt.vendor_ref
    mail = _seen(client, contact, receipt).item
    if mail is not None and not _names(mail, receipt.ref):
        return _taken_off(client, receipt, mail)
    owner = owner_of(mail or {}) or str((receipt.before or {}).get("owner") or me)
    client.delete(_path(contact, message_id), {"owner_id": owner}, version=V8)
    return _taken_off(client, receipt, _seen(client, contact, receipt).item)


def relink(client: Client, receipt: Receipt, contact: RecordRef, name: str, module_id: str | None) -> Receipt:
    """Link a deal, which is called `name`, to the contact's mail that it was taken off, and look whether it stands
    there. A mail that names another deal by now is left alone. Raises CRMError."""
    sight = _seen(client, contact, receipt)
    if sight.item is None:
        raise CRMError(NO_LONGER_THERE, permanent=True, code="mail gone")
    if not sight.beside:
        link(client, contact, sight.item, Record(receipt.ref, Category.DEAL, name), module_id)
        sight = _seen(client, contact, receipt)
    if sight.shows_beside(receipt.ref):
        return replace(receipt, outcome=Outcome.RESTORED, verified=True, message=SILENCE)
    return replace(receipt, verified=None, message=HAS_ANOTHER if sight.beside else NOT_AGAIN)


def owner_of(mail: Mapping[str, Any]) -> str:
    """Whose mail it is, as a list shows it."""
    owner = mail.get("owner")
    return str(owner.get("id") or "") if isinstance(owner, Mapping) else ""


def _taken_off(client: Client, receipt: Receipt, mail: Mapping[str, Any] | None) -> Receipt:
    """UNLINKED, verified where both lists bear it out. Raises CRMError where one still shows the deal."""
    at_deal = look_by_id(client, receipt.ref, receipt.vendor_ref).item
    if (mail is not None and _names(mail, receipt.ref)) or at_deal is not None:
        raise CRMError(NOT_TAKEN_OFF, permanent=True, code="not taken off")
    return replace(receipt, outcome=Outcome.UNLINKED, verified=True if mail is not None else None, message=SILENCE)


def _seen(client: Client, contact: RecordRef, receipt: Receipt) -> Sight:
    owner = str((receipt.before or {}).get("owner") or "")
    sight = look_by_id(client, contact, receipt.vendor_ref)
    return look_by_id(client, contact, receipt.vendor_ref, owner=owner) if sight.item is None and owner else sight


def _names(mail: Mapping[str, Any], deal: RecordRef) -> bool:
    return Sight(mail).shows_beside(deal)


def _path(contact: RecordRef, message_id: str) -> str:
    return f"{CONTACTS}/{contact.id}/Emails/{message_id}/actions/link_record"
