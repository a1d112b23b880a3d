"""The link call, https://www.zoho.com/crm/developer/docs/api/v7/associate-email.html: one mail onto one record, with
at most one more record beside it, and what its answers mean for each of the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.crm.port import CRMError, Outcome, Receipt
from bot.crm.zoho import deals, errors
from bot.crm.zoho.client import Client
from bot.crm.zoho.compose import Draft, with_pictures
from bot.crm.zoho.errors import Kind, ZohoError
from bot.crm.zoho.mapping import CONTACTS, DEALS
from bot.crm.zoho.metadata import Metadata
from bot.crm.zoho.plan import Call
from bot.crm.zoho.related_mails import Sight, Trace, look
from bot.language import SILENCE, Sentence, sentence, together
from bot.records import Record, RecordRef

Entry = Mapping[str, Any]
Receipts = dict[RecordRef, Receipt]

OWNER_REFUSED = sentence("zoho.owner_refused")


def path(ref: RecordRef) -> str:
    return f"{ref.kind}/{ref.id}/actions/associate_email"


def body(entry: Entry, beside: Record | None, metadata: Metadata) -> dict[str, Any]:
    """The request for an entry, with the record beside it. A module that isn't listed has no id to name it by."""
    linked: dict[str, Any] = {}
    if beside is not None and (module_id := metadata.module_id(beside.ref.kind)):
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


def with_files(client: Client, draft: Draft) -> tuple[Entry, tuple[Sentence, ...]]:
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
            notes.append(sentence("zoho.file_left_out", file=upload.filename, why=error.message))
    return entry_with(draft, ids), tuple(notes)


@dataclass(frozen=True)
class Sender:
    """Makes the calls for one mail: its entry, files uploaded, and the notes that go into the receipts."""

    client: Client
    metadata: Metadata
    entry: Entry
    notes: tuple[Sentence, ...] = ()

    def send(self, call: Call) -> Receipts:
        """Make one call and say what became of its records. A record that is at fault doesn't keep the other from being
        linked. Raises CRMError where trying again, or mending the access, can help."""
        if call.beside is not None and self._sight(call.beside.ref).item is not None:
            # It stands there already; a call with it beside would put a second copy there.
            return self._and({call.beside.ref: self._receipt(call.beside.ref, Outcome.ALREADY)}, call.record)
        request = body(self.entry, call.beside, self.metadata)
        if call.beside is not None and "linked_record" not in request["Emails"][0]:
            return self._apart(call)
        try:
            message_id = _message_id(self.client, call.record.ref, request)
        except ZohoError as error:
            return self._refused(call, error)
        receipts = {call.record.ref: self._receipt(call.record.ref, Outcome.LINKED, message_id)}
        if call.beside is not None:
            receipts[call.beside.ref] = self._receipt(call.beside.ref, Outcome.LINKED, message_id, call.record.ref)
        return receipts

    def _refused(self, call: Call, error: ZohoError) -> Receipts:
        """What follows from a refusal, record by record."""
        if "owner" in self.entry and (error.about == "owner" or error.code == errors.NO_PERMISSION):
            # Naming the owner is a courtesy to the CRM's users; without it the mail stands as the bot's user's.
            entry = {key: value for key, value in self.entry.items() if key != "owner"}
            return replace(self, entry=entry, notes=(*self.notes, OWNER_REFUSED)).send(call)
        if error.code == errors.DUPLICATE:
            return self._duplicate(call)
        if call.beside is not None and error.about == "linked_record":
            return self.send(Call(call.record)) | failed(Call(call.beside), error)
        if call.beside is not None and error.about == "linked_module":
            # Whether a deal may stand beside a contact isn't said; the page's own sample has it the other way round.
            return self.send(Call(call.beside, call.record)) if not call.turned else self._apart(call)
        if not error.permanent or error.kind is Kind.CREDENTIALS:
            raise error
        return self._and(failed(Call(call.record), error), call.beside)

    def _duplicate(self, call: Call) -> Receipts:
        """The record has the mail already. The one beside it may have come with it, else it is linked now."""
        receipts = {call.record.ref: self._receipt(call.record.ref, Outcome.ALREADY)}
        if call.beside is None:
            return receipts
        there, other = self._sight(call.record.ref), call.beside
        if there.shows_beside(other.ref):
            return receipts | {other.ref: self._receipt(other.ref, Outcome.ALREADY, "", call.record.ref)}
        if there.item is not None and (call.record.ref.kind, other.ref.kind) == (CONTACTS, DEALS) and not there.beside:
            try:  # no second copy: the deal goes to the mail that is there
                deals.link(self.client, call.record.ref, there.item, other, self.metadata.module_id(DEALS))
            except ZohoError as error:
                if not error.permanent:
                    raise
            else:
                message_id = str(there.item["message_id"])
                return receipts | {other.ref: self._receipt(other.ref, Outcome.LINKED, message_id, call.record.ref)}
        return self._and(receipts, other)

    def _apart(self, call: Call) -> Receipts:
        return self._and(self.send(Call(call.record)), call.beside)

    def _and(self, receipts: Receipts, other: Record | None) -> Receipts:
        """What is known of one record, and a call of its own for the other."""
        if other is None:
            return receipts
        try:
            return receipts | self.send(Call(other))
        except CRMError as fault:
            if all(receipt.outcome is Outcome.REFUSED for receipt in receipts.values()):
                raise
            return receipts | failed(Call(other), fault)

    def _sight(self, ref: RecordRef) -> Sight:
        return look(self.client, ref, "", Trace.of_entry(self.entry), sent=bool(self.entry["sent"]))

    def _receipt(
        self, ref: RecordRef, outcome: Outcome, message_id: str = "", beside: RecordRef | None = None
    ) -> Receipt:
        """`before` keeps what `verify` and `unlink` need: no state, as Zoho can't tell it, and no words of the mail."""
        before = {"original_message_id": self.entry["original_message_id"], "sent": self.entry["sent"]}
        if "owner" in self.entry:
            before["owner"] = self.entry["owner"]["id"]
        if beside is not None:
            before["beside"] = str(beside)
        notes = together(*self.notes) if outcome is Outcome.LINKED else SILENCE
        return Receipt(ref, outcome, vendor_ref=message_id, before=before, message=notes)


def failed(call: Call, error: CRMError) -> Receipts:
    """The receipts of a call that failed after others of the same mail were made."""
    return {
        record.ref: Receipt(
            record.ref, Outcome.REFUSED, message=error.message, code=error.code, permanent=error.permanent
        )
        for record in (call.record, call.beside)
        if record is not None
    }


def _message_id(client: Client, ref: RecordRef, request: Mapping[str, Any]) -> str:
    """Send, and return Zoho's own id of the mail."""
    for item in client.post(path(ref), request).items("Emails"):
        details = item.get("details")
        if isinstance(details, Mapping) and details.get("message_id"):
            return str(details["message_id"])
    raise CRMError(sentence("zoho.unreadable"), permanent=False, code="no message_id", uncertain=True)
