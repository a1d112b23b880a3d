"""onOffice as the port wants it: the directory, and links that are read, merged, written and read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import httpx

from bot.crm.http import Http
from bot.crm.onoffice import errors, mapping, outcome
from bot.crm.onoffice.checks import check_identity, checks
from bot.crm.onoffice.client import STABLE_URL, Action, Client, identifier
from bot.crm.onoffice.directory import Directory, kind_of
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.onoffice.mails import Mails, assignment
from bot.crm.onoffice.merge import Linked, replaced, to_link, to_unlink
from bot.crm.port import Capabilities, Check, CRMError, LinkState, Outcome, Page, Receipt, VendorRequest
from bot.crm.tokens import TokenStore
from bot.mail import Mail, MailPlace, Participant
from bot.records import Category, Record, RecordRef

NO_PLACE = (
    "onOffice links only mails that lie in one of its mailboxes, and this one wasn't found there. "
    "Please check that its mailbox is set up for Linkbot and that the mail wasn't deleted."
)
NOT_OURS = "This link was there before Linkbot, so it stays."


@dataclass(frozen=True, slots=True)
class OnOfficeConfig:
    """Access to one customer of onOffice. `timeout` is in seconds; with `archived` the directory holds archived
    records too. `inbox_names` are what onOffice may call the IMAP folder INBOX, tried in this order. `single_address`
    is for an older onOffice whose links know one address only; `activity_kind` and `activity_type` are how a mail that
    lies in no mailbox is written down."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    api_url: str = STABLE_URL
    timeout: float = 30
    archived: bool = False
    inbox_names: tuple[str, ...] = ("INBOX", "Posteingang")
    single_address: bool = False
    activity_kind: str = "Email"
    activity_type: str = "Eingang"


class OnOffice:
    """See `bot.crm.port.CRM`."""

    vendor = mapping.VENDOR
    label = "onOffice"
    capabilities = Capabilities(
        undo=True,
        needs_mailbox=True,
        categories={Category.PERSON: None, Category.COMPANY: None, Category.PROPERTY: 1},
    )

    def __init__(self, config: OnOfficeConfig, transport: httpx.BaseTransport | None = None) -> None:
        http = Http(self.label, config.timeout, transport)
        self._client = Client(http, config.token, config.secret, config.api_url)
        self._directory = Directory(self._client, keep_archived=config.archived)
        self._mails = Mails(self._client, config.inbox_names)

    def changes(self, cursor: str | None) -> Iterator[Page]:
        return self._directory.pages(cursor)

    def staff(self) -> list[Participant]:
        """The users with an address. Two calls tell them, and either may be closed to the API user or leave the
        address out: both are asked at once, and what one of them knows is enough."""
        answers = self._client.call(
            [
                Action("get", "users"),
                Action("read", "user", {"data": ["Vorname", "Nachname", "Name", "email"], "listlimit": 500}),
            ]
        )
        failed = [answer.error for answer in answers if answer.error is not None]
        if len(failed) == len(answers):
            raise failed[0]
        people = [mapping.participant(row) for answer in answers for row in answer.rows]
        return list({person.address: person for person in reversed(people) if person}.values())

    def search(self, text: str, category: Category, limit: int = 20) -> list[Record]:
        kind = kind_of(category)
        if kind is None or not text.strip():
            return []
        found = self._directory.search(text.strip(), kind, limit)
        return sorted(found, key=lambda record: record.category is not category)

    def linked(self, mail: Mail, place: MailPlace | None) -> LinkState | None:
        if place is None:
            return None
        now = self._mails.linked(place)
        return LinkState(
            frozenset(mapping.ref(mapping.ADDRESS, id_) for id_ in now.addresses)
            | frozenset(mapping.ref(mapping.ESTATE, id_) for id_ in now.estates)
        )

    def link(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[Receipt]:
        if place is None:
            raise CRMError(NO_PLACE, permanent=True, code="no place")
        # Read again even where the caller did: another's link set meanwhile must survive, and one taken away stay away.
        now = self._mails.linked(place)
        first = outcome.linked(before.records) if before else now
        wanted = outcome.Wanted.of(records)
        gone = self._write(place, now, wanted)
        message = self._replacement(replaced(first, wanted.without(gone).estate))
        state = outcome.state(place, first)
        receipts = []
        for ref in (record.ref for record in records):
            if ref in gone:
                error = errors.error(gone[ref])
                receipts.append(Receipt(ref, Outcome.REFUSED, before=state, message=error.message, code=error.code))
            elif ref in wanted.refused:
                receipts.append(Receipt(ref, Outcome.REFUSED, before=state, message=wanted.refused[ref]))
            elif outcome.holds(first, ref):
                receipts.append(Receipt(ref, Outcome.ALREADY, before=state))
            else:
                say = message if ref.kind == mapping.ESTATE else ""
                receipts.append(Receipt(ref, Outcome.LINKED, before=state, message=say))
        return receipts

    def verify(self, mail: Mail, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        place = place or outcome.place(receipts)
        if place is None:
            return list(receipts)
        now = self._mails.linked(place)
        return [outcome.verified(receipt, now) for receipt in receipts]

    def undoable(self, receipt: Receipt) -> bool:
        return receipt.outcome is Outcome.LINKED

    def write_activity(self, mail: Mail, records: Sequence[Record]) -> list[Receipt]:
        raise NotImplementedError

    def unlink(self, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        place = place or outcome.place(receipts)
        if place is None:
            raise CRMError(NO_PLACE, permanent=True, code="no place")
        ours = [receipt for receipt in receipts if outcome.added(receipt)]
        addresses = [int(receipt.ref.id) for receipt in ours if receipt.ref.kind == mapping.ADDRESS]
        estates = [receipt for receipt in ours if receipt.ref.kind == mapping.ESTATE]
        now = self._mails.linked(place)
        # Of several links to an estate the one that is still set counts, with what it replaced.
        estate = next((r for r in reversed(estates) if int(r.ref.id) in now.estates), None)
        write = to_unlink(
            now,
            addresses,
            int(estate.ref.id) if estate else None,
            (estate.before or {}).get("estate") if estate else None,
        )
        if write is not None:
            self._mails.assign(place, write)
            now = self._mails.linked(place)
        return [
            outcome.unlinked(receipt, now) if receipt in ours else replace(receipt, message=receipt.message or NOT_OURS)
            for receipt in receipts
        ]

    def preview(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[VendorRequest]:
        """Token, time stamp and signature are left out. What only the mailbox can tell is None while the mail hasn't
        been found in one."""
        wanted = outcome.Wanted.of(records)
        write = to_link(outcome.linked(before.records if before else ()), wanted.addresses, wanted.estate)
        if write is None:
            return []
        known = place or MailPlace("", "", 0, 0, mail.message_ids[0].value if mail.message_ids else "")
        folder = next(self._mails.folders(known))
        body = assignment(known, folder, write).body(identifier(0))
        if place is None:
            unknown = dict.fromkeys(("emailidentity", "folder", "uid"))
            body["parameters"] |= unknown | ({} if mail.message_ids else {"messageid": None})
        return [VendorRequest("POST", self._client.url, {"request": {"actions": [body | {"hmac_version": "2"}]}})]

    def web_link(self, ref: RecordRef) -> str | None:
        action = Action("get", "getlink", {"recordId": int(ref.id) if ref.id.isdecimal() else ref.id}, ref.kind)
        try:
            rows = self._client.one(action).rows
        except OnOfficeError as error:
            if error.permanent and error.kind is not errors.Kind.CREDENTIALS:
                return None
            raise
        values = (value for row in rows for value in row.elements.values())
        return next((v for v in values if isinstance(v, str) and v.startswith(("https://", "http://"))), None)

    def checks(self) -> list[Check]:
        return checks(self._directory)

    def probe(self) -> list[Check]:
        return []

    def check_identity(self, identity: str) -> Check | None:
        """Whether a mailbox is assigned to the API user; changes nothing. Never raises."""
        return check_identity(self._client, identity)

    def _write(self, place: MailPlace, now: Linked, wanted: outcome.Wanted) -> dict[RecordRef, int]:
        """Make the link call. A record that vanished must not keep the others from being linked: it is left out, and
        its error number told."""
        write = to_link(now, wanted.addresses, wanted.estate)
        if write is None:
            return {}
        try:
            self._mails.assign(place, write)
        except OnOfficeError as error:
            if error.number not in errors.UNKNOWN_RECORD:
                raise
            gone = dict.fromkeys(self._missing(now, wanted), error.number)
            if not gone:
                raise
            rest = to_link(now, (kept := wanted.without(gone)).addresses, kept.estate)
            if rest is not None:
                self._mails.assign(place, rest)
            return gone
        return {}

    def _missing(self, now: Linked, wanted: outcome.Wanted) -> list[RecordRef]:
        """Which of the records to be added onOffice doesn't have or doesn't show."""
        addresses = set(wanted.addresses) - now.addresses
        missing = [
            mapping.ref(mapping.ADDRESS, id_)
            for id_ in addresses - self._directory.existing(mapping.ADDRESS, addresses).keys()
        ]
        if wanted.estate is not None and not self._directory.existing(mapping.ESTATE, [wanted.estate]):
            missing.append(mapping.ref(mapping.ESTATE, wanted.estate))
        return missing

    def _replacement(self, estates: Sequence[int]) -> str:
        """The sentence that says which property gave way."""
        if not estates:
            return ""
        try:
            known = self._directory.existing(mapping.ESTATE, estates)
        except CRMError:
            known = {}  # the link is made; its sentence then names the number
        names = [f"{r.name} ({r.reference or id_})" if (r := known.get(id_)) else f"number {id_}" for id_ in estates]
        return f"This took the place of the property {', '.join(names)}: onOffice links a mail to one property only."


def connect(config: OnOfficeConfig, tokens: TokenStore) -> OnOffice:  # noqa: ARG001 - onOffice signs, it has no tokens
    """For `bot.crm.registry`."""
    return OnOffice(config)
