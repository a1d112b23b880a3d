"""Whether a mail really stands at its records: what their lists show afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.crm.port import CRMError, Outcome, Receipt
from bot.crm.zoho.client import Client
from bot.crm.zoho.mapping import CONTACTS
from bot.crm.zoho.related_mails import Sight, Trace, look
from bot.crm.zoho.users import Users
from bot.language import SILENCE, sentence, together
from bot.mail import Mail
from bot.records import RecordRef

SHOWN_ELSEWHERE = sentence("zoho.shown_elsewhere")
NOT_SHOWN = sentence("zoho.not_shown")


def verified(client: Client, users: Users, mail: Mail, receipts: Sequence[Receipt]) -> list[Receipt]:
    """The receipts with `verified` filled in. Raises CRMError where the question should be asked again."""
    picked = {receipt.ref.id for receipt in receipts}
    return [
        _one(client, users, mail, receipt, picked)
        if receipt.outcome in (Outcome.LINKED, Outcome.ALREADY, Outcome.NOT_SET)
        else receipt
        for receipt in receipts
    ]


def _one(client: Client, users: Users, mail: Mail, receipt: Receipt, picked: set[str]) -> Receipt:
    before: Mapping[str, Any] = receipt.before or {}
    sight = _look(client, users, mail, receipt.ref, receipt.vendor_ref, before)
    if sight.item is None and before.get("beside"):
        # Linked beside another record: what that one shows settles it, in either list.
        other = RecordRef.parse(str(before["beside"]))
        if _look(client, users, mail, other, receipt.vendor_ref, before).shows_beside(receipt.ref):
            return replace(receipt, verified=True)
        sight = Sight()
    if sight.item is None and receipt.outcome is Outcome.ALREADY:
        # It may stand there with another subject or date, or at another record: no proof, but worth a look.
        return replace(receipt, verified=None, message=SHOWN_ELSEWHERE)
    if sight.verified is False:
        return replace(receipt, outcome=Outcome.NOT_SET, verified=False, message=NOT_SHOWN, permanent=False)
    if sight.item is not None and receipt.outcome is Outcome.NOT_SET:
        receipt = replace(receipt, outcome=Outcome.LINKED, message=SILENCE, permanent=True)
    return replace(_with_chosen_deal(receipt, sight, picked), verified=True if sight.item is not None else None)


def _with_chosen_deal(receipt: Receipt, sight: Sight, picked: set[str]) -> Receipt:
    """Zoho may put a contact's mail to a deal of that contact, which nobody confirmed: said.
    https://www.zoho.com/crm/developer/docs/api/v8/link-deals-email.html"""
    deal = sight.beside
    chosen = receipt.ref.kind == CONTACTS and deal.get("id") and str(deal["id"]) not in picked
    if receipt.outcome is not Outcome.LINKED or not chosen:
        return receipt
    note = sentence("zoho.deal_chosen", name=str(deal.get("name") or deal["id"]))
    return receipt if note in receipt.message else replace(receipt, message=together(receipt.message, note))


def _look(
    client: Client, users: Users, mail: Mail, ref: RecordRef, message_id: str, before: Mapping[str, Any]
) -> Sight:
    """Look a mail up as the bot's user sees the record, and else among the mails of the user whose mail it is: Zoho's
    descriptions differ on whether a list must name one."""
    sent, trace = bool(before.get("sent")), Trace.of(mail)
    sight = look(client, ref, message_id, trace, sent=sent)
    if sight.item is not None or sight.absent:
        return sight
    whose = str(before.get("owner") or "") or _me(users)
    return look(client, ref, message_id, trace, sent=sent, owner=whose) if whose else sight


def _me(users: Users) -> str:
    try:
        me = users.team().me
    except CRMError as error:
        if not error.permanent:
            raise
        return ""
    return me.id if me else ""
