"""Zoho CRM as the port wants it: the directory, and mails copied onto records one call at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

import httpx

from bot.crm.http import Http
from bot.crm.port import Capabilities, Check, CRMError, LinkState, Outcome, Page, Receipt, VendorRequest
from bot.crm.tokens import MemoryTokenStore, TokenStore
from bot.crm.zoho import associate, errors, mapping
from bot.crm.zoho.checks import checks
from bot.crm.zoho.client import Client
from bot.crm.zoho.compose import Draft, compose
from bot.crm.zoho.data_centres import data_centre
from bot.crm.zoho.directory import Directory
from bot.crm.zoho.errors import ZohoError
from bot.crm.zoho.oauth import Tokens
from bot.crm.zoho.plan import calls, linkable
from bot.crm.zoho.related_mails import Sight, Trace, look
from bot.crm.zoho.users import Team, Users
from bot.mail import Mail, MailPlace, Participant
from bot.records import Category, Record, RecordRef

NOT_LINKABLE = "Zoho CRM can't link mails to this kind of record. Please pick a contact, a company, a lead or a deal."
NO_UNDO = (
    "Zoho CRM offers no way to take a mail off a record from outside. "
    "Please open the record in Zoho CRM and remove the mail there by hand."
)
USERS_UNKNOWN = "Linkbot may not see the users of Zoho CRM, so the mail stands there as a received one."
NOT_SHOWN = "Zoho CRM said yes but doesn't show the mail. Please look at the record in Zoho CRM, then try again."


@dataclass(frozen=True, slots=True)
class ZohoConfig:
    """Access to one organisation of Zoho CRM.

    `data_centre` as in ZOHO_DC ("com", "eu", "in", "com.au", "jp", "com.cn", "ca", "sa"); `accounts_url` and `api_url`
    take its place where set. `modules` are those whose records people can pick. `timeout` is in seconds.
    """

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    data_centre: str = "com"
    accounts_url: str | None = None
    api_url: str | None = None
    timeout: float = 30
    api_version: str = "v7"
    modules: tuple[str, ...] = (mapping.CONTACTS, mapping.LEADS, mapping.ACCOUNTS, mapping.DEALS)


class Zoho:
    """See `bot.crm.port.CRM`."""

    vendor = mapping.VENDOR
    label = "Zoho CRM"
    capabilities = Capabilities(
        undo=False,
        needs_mailbox=False,
        categories={Category.PERSON: None, Category.COMPANY: None, Category.DEAL: None},
    )

    def __init__(
        self,
        config: ZohoConfig,
        tokens: TokenStore | None = None,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Raises ValueError for a data centre that doesn't exist."""
        centre = data_centre(config.data_centre)
        http = Http(self.label, config.timeout, transport)
        signed_in = Tokens(
            http,
            tokens or MemoryTokenStore(),
            token_url=f"{(config.accounts_url or centre.accounts).rstrip('/')}/oauth/v2/token",
            credentials={
                "client_id": config.client_id,
                "client_secret": config.client_secret,
                "refresh_token": config.refresh_token,
            },
            api_url=(config.api_url or centre.api).rstrip("/"),
            fixed=config.api_url is not None,
        )
        self._web = centre.web
        self._clock = clock
        self._client = Client(http, signed_in, config.api_version)
        self._directory = Directory(self._client, config.modules)
        self._users = Users(self._client)

    def changes(self, cursor: str | None) -> Iterator[Page]:
        return self._directory.pages(cursor)

    def staff(self) -> list[Participant]:
        return self._users.team().staff()

    def search(self, text: str, category: Category, limit: int = 20) -> list[Record]:
        modules = mapping.modules_of(category, self._directory.modules)
        found = [self._directory.search(text, module, limit) for module in modules]
        # By turns, so that many contacts leave room for the leads.
        return [record for turn in zip_longest(*found) for record in turn if record is not None][:limit]

    def linked(self, mail: Mail, place: MailPlace | None) -> LinkState | None:
        """None: Zoho can't be asked by Message-ID. A repeated call is answered as a duplicate instead."""
        return None

    def link(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[Receipt]:
        """Each record gets its own outcome. Once one is linked, the failure of a later one is told in its receipt,
        `permanent` or not, instead of being raised; the repeated call is safe, as Zoho tells duplicates."""
        picked = [record for record in records if linkable(record)]
        receipts = {r.ref: Receipt(r.ref, Outcome.REFUSED, message=NOT_LINKABLE) for r in records if not linkable(r)}
        if picked:
            draft = self._draft(mail, place, picked)
            entry, notes = associate.with_files(self._client, draft)
            for call in calls(picked):
                try:
                    receipts |= associate.send(self._client, self._directory, call, entry, notes)
                except CRMError as error:
                    if not any(r.outcome is not Outcome.REFUSED for r in receipts.values()):
                        raise
                    receipts |= associate.failed(call, error)
        return [receipts[record.ref] for record in records]

    def verify(self, mail: Mail, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        return [self._verified(mail, receipt) for receipt in receipts]

    def undoable(self, receipt: Receipt) -> bool:
        return False

    def write_activity(self, mail: Mail, records: Sequence[Record]) -> list[Receipt]:
        raise NotImplementedError

    def unlink(self, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        raise CRMError(NO_UNDO, permanent=True, code="no undo")

    def preview(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[VendorRequest]:
        """Ids that uploads bring are shown as "(id of …)". Asks Zoho for its users, to tell sent mail from received."""
        picked = [record for record in records if linkable(record)]
        if not picked:
            return []
        draft = self._draft(mail, place, picked)
        uploads = [
            VendorRequest("POST", self._client.url("files"), {"file": u.filename, "size": len(u.content)})
            for u in draft.uploads
        ]
        entry = associate.entry_with(draft, [f"(id of {upload.filename})" for upload in draft.uploads])
        return uploads + [
            VendorRequest(
                "POST",
                self._client.url(associate.path(call.record.ref)),
                associate.body(entry, call.beside, self._directory),
            )
            for call in calls(picked)
        ]

    def web_link(self, ref: RecordRef) -> str | None:
        return f"{self._web}/crm/tab/{ref.kind}/{ref.id}"

    def checks(self) -> list[Check]:
        return checks(self._client, self._directory)

    def _draft(self, mail: Mail, place: MailPlace | None, records: Sequence[Record]) -> Draft:
        notes: tuple[str, ...] = ()
        try:
            team = self._users.team()
        except ZohoError as error:
            if error.code not in errors.MISSING_RIGHTS:
                raise
            team, notes = Team((), None), (USERS_UNKNOWN,)
        draft = compose(mail, place, staff=team.staff(), records=records, now=self._clock())
        draft = replace(draft, notes=(*draft.notes, *notes))
        owner = team.owner(mail, bool(draft.entry["sent"]))
        return replace(draft, entry={**draft.entry, "owner": {"id": owner.id}}) if owner else draft

    def _verified(self, mail: Mail, receipt: Receipt) -> Receipt:
        if receipt.outcome not in (Outcome.LINKED, Outcome.ALREADY, Outcome.NOT_SET):
            return receipt
        before: Mapping[str, Any] = receipt.before or {}
        sight = self._look(mail, receipt.ref, receipt.vendor_ref, before)
        if sight.item is None and before.get("beside"):
            # Linked beside another record: what that one shows settles it, in either list.
            other = RecordRef.parse(str(before["beside"]))
            if self._look(mail, other, receipt.vendor_ref, before).shows_beside(receipt.ref):
                return replace(receipt, verified=True)
            sight = Sight()
        if sight.verified is False and receipt.outcome is not Outcome.ALREADY:
            return replace(receipt, outcome=Outcome.NOT_SET, verified=False, message=NOT_SHOWN, permanent=False)
        if sight.item is not None and receipt.outcome is Outcome.NOT_SET:
            receipt = replace(receipt, outcome=Outcome.LINKED, message="", permanent=True)
        # A duplicate that isn't found by its looks may stand there with another subject or date: no proof of absence.
        return replace(receipt, verified=True if sight.item is not None else None)

    def _look(self, mail: Mail, ref: RecordRef, message_id: str, before: Mapping[str, Any]) -> Sight:
        sent, trace = bool(before.get("sent")), Trace.of(mail)
        sight = look(self._client, ref, message_id, trace, sent=sent)
        owner = str(before.get("owner") or "")
        if sight.item is None and owner:
            return look(self._client, ref, message_id, trace, sent=sent, owner=owner)
        return sight

    def probe(self) -> list[Check]:
        return []

    def check_identity(self, identity: str) -> Check | None:
        return None


def connect(config: ZohoConfig, tokens: TokenStore) -> Zoho:
    """For `bot.crm.registry`."""
    return Zoho(config, tokens)
