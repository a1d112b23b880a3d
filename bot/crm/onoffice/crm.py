"""onOffice as the port wants it: the directory, and links that are read, merged, written and read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import httpx

from bot.crm.http import Http
from bot.crm.onoffice import errors, mapping, outcome
from bot.crm.onoffice.activities import Activities
from bot.crm.onoffice.checks import check_identity, checks
from bot.crm.onoffice.client import STABLE_URL, Action, Client, identifier
from bot.crm.onoffice.creating import Creator
from bot.crm.onoffice.directory import Directory, kind_of
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.onoffice.links import Links
from bot.crm.onoffice.mails import Mails, assignment
from bot.crm.onoffice.merge import to_write, unwritable, without
from bot.crm.onoffice.probe import Tools, probe
from bot.crm.port import Capabilities, Check, CRMError, LinkState, Outcome, Page, Receipt, VendorRequest
from bot.crm.tokens import TokenStore
from bot.language import sentence
from bot.mail import Mail, MailPlace, Participant
from bot.records import Category, Record, RecordRef

NO_PLACE = sentence("onoffice.no_place")


@dataclass(frozen=True, slots=True)
class OnOfficeConfig:
    """Access to one customer of onOffice. `timeout` is in seconds; with `archived` the directory holds archived
    records too. `inbox_names` are what onOffice may call the IMAP folder INBOX, tried in this order. `single_address`
    is for an older onOffice whose links know one address only; `activity_kind` and `activity_type` are how a mail that
    lies in no mailbox is written down. `mandatory_fields` are names of fields of an address that this customer wants to
    be filled in, which onOffice does not tell."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    api_url: str = STABLE_URL
    timeout: float = 30
    archived: bool = False
    inbox_names: tuple[str, ...] = ("INBOX", "Posteingang")
    single_address: bool = False
    activity_kind: str = "Email"
    activity_type: str = "Eingang"
    mandatory_fields: tuple[str, ...] = ()


class OnOffice:
    """See `bot.crm.port.CRM`."""

    vendor = mapping.VENDOR
    label = "onOffice"

    def __init__(self, config: OnOfficeConfig, transport: httpx.BaseTransport | None = None) -> None:
        http = Http(self.label, config.timeout, transport)
        self._client = Client(http, config.token, config.secret, config.api_url)
        self._directory = Directory(self._client, keep_archived=config.archived)
        self._mails = Mails(self._client, config.inbox_names)
        self._identities: tuple[str, ...] = ()
        self._single = config.single_address
        self._links = Links(self._mails, self._directory, single=config.single_address)
        self._activities = Activities(self._client, config.activity_kind, config.activity_type)
        self.creator = Creator(self._client, self._directory, config.mandatory_fields)

    @property
    def capabilities(self) -> Capabilities:
        people = 1 if self._single else None
        return Capabilities(
            undo=True,
            needs_mailbox=True,
            categories={Category.PERSON: people, Category.COMPANY: people, Category.PROPERTY: 1},
            removes=True,
            activity=True,
            creatable={mapping.ADDRESS: (Category.PERSON, Category.COMPANY)},
            relatable={mapping.ADDRESS: frozenset({Category.PROPERTY})},
        )

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
        now = self._links.linked(place) if place is not None else None
        return None if now is None else outcome.link_state(now)

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
        return self._links.link(place, records, outcome.linked(before.records) if before else None, remove)

    def in_the_way(self, records: Sequence[Record], state: LinkState) -> list[RecordRef]:
        return self._links.in_the_way(records, outcome.linked(state.records))

    def verify(self, mail: Mail, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        place = place or outcome.place(receipts)
        if place is None:
            return list(receipts)
        now = self._links.linked(place)
        return outcome.told_of_losses([outcome.verified(receipt, now) for receipt in receipts], now)

    def undoable(self, receipt: Receipt) -> bool:
        """Links that the bot made, and those that it took off."""
        return receipt.outcome is Outcome.LINKED or outcome.took_off(receipt)

    def unlink(self, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        place = place or outcome.place(receipts)
        if place is None:
            raise CRMError(NO_PLACE, permanent=True, code="no place")
        return self._links.unlink(place, receipts)

    def write_activity(self, mail: Mail, records: Sequence[Record]) -> list[Receipt]:
        return self._activities.write(mail, records)

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
        wanted = outcome.Wanted.of(records, remove, single=self._single)
        now = outcome.linked(before.records if before else ())
        change = without(wanted.change, unwritable(now, wanted.change, single=self._single))
        # What has no place is left out, as `link` does.
        write = to_write(now, change, single=self._single)
        if write is None:
            return []
        known = place or MailPlace("", "", 0, 0, mail.message_ids[0].value if mail.message_ids else "")
        body = assignment(known, next(self._mails.folders(known)), write).body(identifier(0))
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
        return checks(self._client, self._directory, self._activities)

    def probe(self) -> list[Check]:
        return probe(Tools(self._client, self._mails, self._directory, self._activities, self._identities))

    def check_identity(self, identity: str) -> Check | None:
        """Whether a mailbox is assigned to the API user; changes nothing. Never raises. One that is serves `probe`."""
        check = check_identity(self._client, identity, self._mails.inbox_names)
        if check.ok:
            self._identities = tuple(dict.fromkeys((*self._identities, identity)))
        return check


def connect(config: OnOfficeConfig, tokens: TokenStore) -> OnOffice:  # noqa: ARG001 - onOffice signs, it has no tokens
    """For `bot.crm.registry`."""
    return OnOffice(config)
