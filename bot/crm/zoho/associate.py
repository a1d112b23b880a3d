"""The link call, https://www.zoho.com/crm/developer/docs/api/v7/associate-email.html: one mail onto one record, with
at most one more record beside it, and what its answers mean for each of the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.crm.port import CRMError, Outcome, Receipt
from bot.crm.zoho import errors
from bot.crm.zoho.client import Client
from bot.crm.zoho.compose import Draft, with_pictures
from bot.crm.zoho.directory import Directory
from bot.crm.zoho.errors import Kind, ZohoError
from bot.crm.zoho.plan import Call
from bot.crm.zoho.related_mails import Sight, Trace, look
from bot.records import Record, RecordRef

Entry = Mapping[str, Any]
Receipts = dict[RecordRef, Receipt]


def path(ref: RecordRef) -> str:
    return f"{ref.kind}/{ref.id}/actions/associate_email"


def body(entry: Entry, beside: Record | None, directory: Directory) -> dict[str, Any]:
    """The request for an entry, with the record beside it. A module that isn't listed has no id to name it by."""
    linked: dict[str, Any] = {}
    if beside is not None and (module_id := directory.module_id(beside.ref.kind)):
        module = {"api_name": beside.ref.kind, "id": module_id}
        linked = {"linked_record": {"id": beside.ref.id, "name": beside.name, "module": module}}
    return {"Emails": [{**entry, **linked}]}


def entry_with(draft: Draft, file_ids: Sequence[str | None]) -> Entry:
    """The draft's entry with its uploaded files: pictures in the text, the others attached. None: not uploaded."""
    uploaded = [(upload, id_) for upload, id_ in zip(draft.uploads, file_ids, strict=True) if id_]
    pictures = {upload.content_id: id_ for upload, id_ in uploaded if upload.inline}
    attached = [{"id": id_, "name": upload.filename} for upload, id_ in uploaded if not upload.inline]
    content = with_pictures(draft.entry["content"], pictures)
    return {**draft.entry, "content": content, **({"attachments": attached} if attached else {})}


def with_files(client: Client, draft: Draft) -> tuple[Entry, tuple[str, ...]]:
    """Upload the files of a draft; the entry with them, and the notes for the person. A file that Zoho doesn't want
    is left out and named: the mail matters more."""
    ids: list[str | None] = []
    notes = list(draft.notes)
    for upload in draft.uploads:
        try:
            ids.append(client.upload(upload.filename, upload.content, upload.content_type, inline=upload.inline))
        except ZohoError as error:
            if error.about != "attachment" or not error.permanent:
                raise
            ids.append(None)
            notes.append(f"{upload.filename} was left out. {error.message}")
    return entry_with(draft, ids), tuple(notes)


def send(client: Client, directory: Directory, call: Call, entry: Entry, notes: Sequence[str]) -> Receipts:
    """Make one call and say what became of its records. A record that is at fault doesn't keep the other from being
    linked. Raises CRMError where trying again, or mending the access, can help."""
    record, beside = call.record, call.beside
    request = body(entry, beside, directory)
    if beside is not None and "linked_record" not in request["Emails"][0]:
        return send(client, directory, Call(record), entry, notes) | send(client, directory, Call(beside), entry, notes)
    try:
        message_id = _message_id(client, record.ref, request)
    except ZohoError as error:
        if "owner" in entry and (error.about == "owner" or error.code == errors.NO_PERMISSION):
            # Naming the owner is a courtesy to the CRM's users; without it the mail stands as the bot's user's.
            entry = {key: value for key, value in entry.items() if key != "owner"}
            return send(client, directory, call, entry, notes)
        return _refused(client, directory, call, entry, notes, error)
    made = _receipt(record.ref, Outcome.LINKED, entry, notes, message_id)
    if beside is None:
        return {record.ref: made}
    return {
        record.ref: made,
        beside.ref: _receipt(beside.ref, Outcome.LINKED, entry, notes, message_id, beside=record.ref),
    }


def failed(call: Call, error: CRMError) -> Receipts:
    """The receipts of a call that failed after others of the same mail were made."""
    return {
        record.ref: Receipt(
            record.ref, Outcome.REFUSED, message=error.message, code=error.code, permanent=error.permanent
        )
        for record in (call.record, call.beside)
        if record is not None
    }


def _refused(
    client: Client, directory: Directory, call: Call, entry: Entry, notes: Sequence[str], error: ZohoError
) -> Receipts:
    """What follows from a refusal, record by record."""
    record, beside = call.record, call.beside
    if error.code == errors.DUPLICATE:
        receipts = {record.ref: _receipt(record.ref, Outcome.ALREADY, entry, ())}
        if beside is not None and _stands_beside(client, call, entry):
            return receipts | {beside.ref: _receipt(beside.ref, Outcome.ALREADY, entry, (), beside=record.ref)}
    elif beside is not None and error.about in ("linked_record", "linked_module"):
        receipts = send(client, directory, Call(record), entry, notes)
        if error.about == "linked_record":
            return receipts | failed(Call(beside), error)
    elif error.permanent and error.kind is not Kind.CREDENTIALS:
        receipts = failed(Call(record), error)
    else:
        raise error
    if beside is None:
        return receipts
    try:
        return receipts | send(client, directory, Call(beside), entry, notes)
    except CRMError as fault:
        if all(receipt.outcome is Outcome.REFUSED for receipt in receipts.values()):
            raise
        return receipts | failed(Call(beside), fault)


def _stands_beside(client: Client, call: Call, entry: Entry) -> bool:
    """Whether the earlier call that made this one a duplicate linked the record beside it as well: calling for that
    one again could put a second copy there."""
    if call.beside is None:
        return False
    trace = Trace.of_entry(entry)

    def sight(ref: RecordRef) -> Sight:
        return look(client, ref, "", trace, sent=bool(entry["sent"]))

    return sight(call.beside.ref).item is not None or sight(call.record.ref).shows_beside(call.beside.ref)


def _message_id(client: Client, ref: RecordRef, request: Mapping[str, Any]) -> str:
    """Send, and return Zoho's own id of the mail."""
    for item in client.post(path(ref), request).items("Emails"):
        details = item.get("details")
        if isinstance(details, Mapping) and details.get("message_id"):
            return str(details["message_id"])
    raise CRMError(
        "Zoho CRM sent an answer that Linkbot can't read. Please try again; the mail is not added twice.",
        permanent=False,
        code="no message_id",
        uncertain=True,
    )


def _receipt(
    ref: RecordRef,
    outcome: Outcome,
    entry: Entry,
    notes: Sequence[str],
    message_id: str = "",
    beside: RecordRef | None = None,
) -> Receipt:
    """`before` keeps what `verify` needs: no state, as Zoho can't tell it, and no words of the mail."""
    before = {"original_message_id": entry["original_message_id"], "sent": entry["sent"]}
    if "owner" in entry:
        before["owner"] = entry["owner"]["id"]
    if beside is not None:
        before["beside"] = str(beside)
    return Receipt(ref, outcome, vendor_ref=message_id, before=before, message=" ".join(notes))
