"""Leads, contacts and companies that are created: looked for first, inserted with one call, and looked for by COQL
where the outcome is unknown.

https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html . Upsert is not used: it overwrites whom it finds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.crm import alike
from bot.crm.creating import Draft, Duplicate, Form, Interest, Made
from bot.crm.port import CRMError
from bot.crm.zoho import mapping, refusals
from bot.crm.zoho.client import Client
from bot.crm.zoho.contact_roles import ContactRoles
from bot.crm.zoho.directory import Directory
from bot.crm.zoho.form import PARTS, REF_FIELD, Described, Descriptions, form, sent
from bot.crm.zoho.lookups import Lookups, quoted
from bot.crm.zoho.metadata import Metadata
from bot.language import sentence
from bot.records import Category, Record, RecordRef

KINDS = (mapping.CONTACTS, mapping.LEADS, mapping.ACCOUNTS)
NOT_CREATABLE = sentence("zoho.create.not_creatable")
NO_ANSWER = sentence("zoho.create.no_answer")
# Addresses at these say nothing about a company.
FREE_MAIL = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "outlook.de",
            "hotmail.com",
            "hotmail.de",
            "live.com",
            "live.de",
        ),
        *("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "arcor.de", "mail.de"),
        *("yahoo.com", "yahoo.de", "yahoo.co.uk", "icloud.com", "me.com", "aol.com", "posteo.de", "mailbox.org"),
        *("proton.me", "protonmail.com", "bluewin.ch", "aon.at", "btinternet.com", "msn.com", "mail.com"),
    }
)


class Creator:
    """See `bot.crm.creating.Creator`."""

    def __init__(
        self, client: Client, metadata: Metadata, directory: Directory, *, role: str, automations: bool
    ) -> None:
        """`role` is that of an interested contact; with `automations` the organisation's workflows run for what is
        created, which may write to the new contact."""
        self._client = client
        self._metadata = metadata
        self._directory = directory
        self._automations = automations
        self._lookups = Lookups(client, metadata)
        self.descriptions = Descriptions(client)
        self.roles = ContactRoles(client, role)

    def form(self, kind: str, demanded: Collection[str] = ()) -> Form:
        return form(kind, self._described(kind), demanded)

    def duplicates(self, draft: Draft) -> list[Duplicate]:
        draft = draft.tidied()
        found = [record for module in self._modules(draft) for record in self._lookups.like(draft, module)]
        return alike.duplicates(draft, found)

    def companies(self, draft: Draft) -> list[Record]:
        if mapping.ACCOUNTS not in self._directory.in_use():
            return []
        found: list[Record] = []
        if words := draft.company.split():
            named = self._lookups.where(mapping.ACCOUNTS, f"Account_Name like {quoted(f'{words[0]}%')}")
            found += [each for each in named if alike.company_name(each.name) == alike.company_name(draft.company)]
        domain = draft.email.rpartition("@")[2].casefold()
        if "." in domain and domain not in FREE_MAIL and "Website" in self.descriptions.of(mapping.ACCOUNTS).fields:
            found += self._by_website(domain)
        return list({record.ref: record for record in found}.values())

    def create(self, draft: Draft, key: str, *, anyway: bool = False) -> Made:
        """`anyway` changes nothing: what an organisation has marked as unique stays so."""
        draft = draft.tidied()
        described = self._described(draft.kind)
        known = form(draft.kind, described, draft.more)
        record: dict[str, Any] = sent(draft, known)
        if draft.kind == mapping.CONTACTS and (company := self._company(draft)):
            record["Account_Name"] = {"id": company.id}
        if described.has_ref:
            record[REF_FIELD] = key
        # Without a word about automations Zoho runs all of them.
        body = {"data": [record], **({} if self._automations else {"trigger": []})}
        try:
            items = self._client.post(draft.kind, body).items("data")
        except CRMError as error:
            labels = {name: str(each.get("display_label") or name) for name, each in described.fields.items()}
            meant = refusals.creating(error, draft.kind, labels)
            if isinstance(meant, refusals.Ours):
                return Made(meant.ref)
            raise meant from error
        details = items[0].get("details") if items else None
        id_ = details.get("id") if isinstance(details, dict) else None
        if not id_:
            raise CRMError(NO_ANSWER, permanent=False, code="no id", uncertain=True)
        return Made(mapping.ref(draft.kind, id_))

    def settle(self, draft: Draft, key: str, known: Collection[RecordRef]) -> list[Record]:
        draft = draft.tidied()
        if self._described(draft.kind).has_ref:
            return self._lookups.where(draft.kind, f"{REF_FIELD} = {quoted(key)}")
        found = self._lookups.like(draft, draft.kind)
        return [r for r in found if r.ref not in known and alike.is_draft(draft, r)]

    def fetch(self, ref: RecordRef) -> Record | None:
        known = self._metadata.fields(ref.kind)
        rows = self._client.get(f"{ref.kind}/{ref.id}", {"fields": ",".join(known.all())}).items("data")
        return mapping.record(ref.kind, rows[0], known) if rows and rows[0].get("id") else None

    def relate(self, person: RecordRef, about: RecordRef) -> Interest:
        return self.roles.relate(person, about)

    def unrelate(self, person: RecordRef, about: RecordRef) -> Interest:
        return self.roles.unrelate(person, about)

    def _described(self, kind: str) -> Described:
        if kind not in PARTS:
            raise CRMError(NOT_CREATABLE, permanent=True, code="kind")
        return self.descriptions.of(kind)

    def _modules(self, draft: Draft) -> Sequence[str]:
        """Where the same person or company may stand: a person as a lead, a contact or both."""
        in_use = self._directory.in_use()
        where = (mapping.ACCOUNTS,) if draft.category is Category.COMPANY else (mapping.CONTACTS, mapping.LEADS)
        return [module for module in where if module in in_use]

    def _company(self, draft: Draft) -> RecordRef | None:
        """The company's record: the chosen one, or the only one of exactly this name. None is made here."""
        if draft.company_ref is not None or not draft.company:
            return draft.company_ref
        same = [each for each in self.companies(draft) if alike.folded(each.name) == alike.folded(draft.company)]
        return same[0].ref if len(same) == 1 else None

    def _by_website(self, domain: str) -> list[Record]:
        condition = f"Website like {quoted(f'%{domain}%')}"
        text = f"select id, Website from {mapping.ACCOUNTS} where {condition} limit 200"  # noqa: S608 - COQL
        rows = self._client.query(text).items("data")
        ids = [str(row["id"]) for row in rows if row.get("id") and _host(row.get("Website")) == domain]
        return [record for id_ in ids[:20] if (record := self.fetch(mapping.ref(mapping.ACCOUNTS, id_)))]


def _host(website: object) -> str:
    text = str(website or "").strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return host.casefold().removeprefix("www.")
