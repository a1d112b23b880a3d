"""Zoho CRM as the port wants it: the directory, and mails copied onto records one call at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import zip_longest

import httpx

from bot.crm.http import Http
from bot.crm.port import Capabilities, Check, CRMError, LinkState, Outcome, Page, Receipt, VendorRequest
from bot.crm.tokens import MemoryTokenStore, TokenStore
from bot.crm.zoho import associate, deals, errors, mapping
from bot.crm.zoho.associate import Sender
from bot.crm.zoho.checks import checks
from bot.crm.zoho.client import Client
from bot.crm.zoho.compose import MOST_ATTACHED_BYTES, Draft, compose
from bot.crm.zoho.creating import Creator
from bot.crm.zoho.data_centres import data_centre
from bot.crm.zoho.directory import Directory
from bot.crm.zoho.errors import ZohoError
from bot.crm.zoho.metadata import Metadata
from bot.crm.zoho.oauth import Tokens, token_url
from bot.crm.zoho.plan import calls
from bot.crm.zoho.probe import probe
from bot.crm.zoho.users import Team, Users
from bot.crm.zoho.verifying import verified
from bot.language import Sentence, sentence
from bot.mail import Mail, MailPlace, Participant
from bot.records import Category, Record, RecordRef

NOT_LINKABLE = sentence("zoho.not_linkable")
NO_UNDO = sentence("zoho.no_undo")
USERS_UNKNOWN = sentence("zoho.users_unknown")


@dataclass(frozen=True, slots=True)
class ZohoConfig:
    """Access to one organisation of Zoho CRM.

    `data_centre` as in ZOHO_DC ("com", "eu", "in", "com.au", "jp", "com.cn", "ca", "sa"); `accounts_url` and `api_url`
    take its place where set. `modules`, as in ZOHO_MODULES, are those whose records people can pick beside the standard
    ones; one with a minus in front is left out. `timeout` is in seconds. `creates` is the kind in which a new person is
    created unless people choose the other one ("Contacts" or "Leads"); `contact_role` is the role in a deal of somebody
    who is interested; with `automations` the organisation's workflows run for what is created.
    """

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    data_centre: str = "com"
    accounts_url: str | None = None
    api_url: str | None = None
    timeout: float = 30
    api_version: str = "v7"
    modules: tuple[str, ...] = ()
    creates: str = mapping.CONTACTS
    contact_role: str = ""
    automations: bool = False


class Zoho:
    """See `bot.crm.port.CRM`."""

    vendor = mapping.VENDOR
    label = "Zoho CRM"

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
            token_url=token_url(config.accounts_url or centre.accounts),
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
        self._metadata = Metadata(self._client)
        self._directory = Directory(self._client, self._metadata, mapping.chosen(config.modules))
        self._users = Users(self._client)
        self.creator = Creator(
            self._client, self._metadata, self._directory, role=config.contact_role, automations=config.automations
        )
        people = sorted((mapping.CONTACTS, mapping.LEADS), key=lambda kind: kind != config.creates)
        self.capabilities = Capabilities(
            undo=False,
            needs_mailbox=False,
            categories=dict.fromkeys((Category.PERSON, Category.COMPANY, Category.DEAL, Category.OTHER)),
            attachment_bytes=MOST_ATTACHED_BYTES,
            creatable={**dict.fromkeys(people, (Category.PERSON,)), mapping.ACCOUNTS: (Category.COMPANY,)},
            relatable={mapping.CONTACTS: frozenset({Category.DEAL})},  # a lead has no role in a deal
        )

    def changes(self, cursor: str | None) -> Iterator[Page]:
        return self._directory.pages(cursor)

    def staff(self) -> list[Participant]:
        return self._users.team().staff()

    def search(self, text: str, category: Category, limit: int = 20) -> list[Record]:
        modules = mapping.modules_of(category, self._directory.in_use())
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
        picked = self._linkable(records)
        receipts = {r.ref: Receipt(r.ref, Outcome.REFUSED, message=NOT_LINKABLE) for r in records if r not in picked}
        if picked:
            entry, notes = associate.with_files(self._client, self._draft(mail, place, picked))
            sender = Sender(self._client, self._metadata, entry, notes)
            for call in calls(picked):
                try:
                    receipts |= sender.send(call)
                except CRMError as error:
                    if not any(r.outcome is not Outcome.REFUSED for r in receipts.values()):
                        raise
                    receipts |= associate.failed(call, error)
        return [receipts[record.ref] for record in records]

    def in_the_way(self, records: Sequence[Record], state: LinkState) -> list[RecordRef]:
        """Nothing: each record has a list of mails of its own."""
        return []

    def verify(self, mail: Mail, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        return verified(self._client, self._users, mail, receipts)

    def undoable(self, receipt: Receipt) -> bool:
        """A deal can be taken off the contact's mail beside which it was linked, and put there again; nothing else."""
        return deals.contact_of(receipt) is not None

    def write_activity(self, mail: Mail, records: Sequence[Record]) -> list[Receipt]:
        raise CRMError(sentence("zoho.no_activities"), permanent=True)

    def unlink(self, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        """What cannot be taken back stays as its receipt says, with a sentence; where that is everything, it is
        raised."""
        undone: list[Receipt] = []
        faults: list[CRMError] = []
        for receipt in receipts:
            try:
                undone.append(self._unlinked(receipt))
            except CRMError as error:
                faults.append(error)
                undone.append(replace(receipt, message=error.message, code=error.code))
        if faults and len(faults) == len(receipts):
            raise faults[0]
        return undone

    def _unlinked(self, receipt: Receipt) -> Receipt:
        contact = deals.contact_of(receipt)
        if contact is None:
            raise CRMError(NO_UNDO, permanent=True, code="no undo")
        if receipt.outcome is Outcome.UNLINKED:
            return deals.relink(
                self._client, receipt, contact, self._deal_name(receipt.ref), self._metadata.module_id(mapping.DEALS)
            )
        me = self._team()[0].me
        return deals.unlink(self._client, receipt, contact, me.id if me else "")

    def _deal_name(self, ref: RecordRef) -> str:
        """A deal's name, by which version 8 wants it to be called beside its id."""
        rows = self._client.get(f"{ref.kind}/{ref.id}", {"fields": "Deal_Name"}).items("data")
        return str(rows[0].get("Deal_Name") or "") if rows else ""

    def preview(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[VendorRequest]:
        """Ids that uploads bring are shown as "(id of …)". Asks Zoho for its users, to tell sent mail from received."""
        picked = self._linkable(records)
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
                associate.body(entry, call.beside, self._metadata),
            )
            for call in calls(picked)
        ]

    def web_link(self, ref: RecordRef) -> str | None:
        try:
            return f"{self._web}/crm/tab/{self._metadata.tab(ref.kind)}/{ref.id}"
        except CRMError:
            return None

    def checks(self) -> list[Check]:
        return checks(self._client, self._directory, self._users, self.creator)

    def _linkable(self, records: Sequence[Record]) -> list[Record]:
        return [r for r in records if r.ref.vendor == self.vendor and self._metadata.linkable(r.ref.kind)]

    def _team(self) -> tuple[Team, tuple[Sentence, ...]]:
        """The CRM's users, and what to say where they may not be seen."""
        try:
            return self._users.team(), ()
        except ZohoError as error:
            if error.code not in errors.MISSING_RIGHTS:
                raise
            return Team((), None), (USERS_UNKNOWN,)

    def _draft(self, mail: Mail, place: MailPlace | None, records: Sequence[Record]) -> Draft:
        team, notes = self._team()
        draft = compose(mail, place, staff=team.staff(), records=records, now=self._clock())
        draft = replace(draft, notes=(*draft.notes, *notes))
        owner = team.owner(mail, bool(draft.entry["sent"]))
        if owner is None or team.me is None:
            return draft
        if not team.me.admin:
            return replace(draft, notes=(*draft.notes, sentence("zoho.not_owned", owner=owner.name, me=team.me.name)))
        return replace(draft, entry={**draft.entry, "owner": {"id": owner.id}})

    def probe(self) -> list[Check]:
        return probe(self._client)

    def check_identity(self, identity: str) -> Check | None:
        return None


def connect(config: ZohoConfig, tokens: TokenStore) -> Zoho:
    """For `bot.crm.registry`."""
    return Zoho(config, tokens)
