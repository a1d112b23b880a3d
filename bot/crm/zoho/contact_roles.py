"""Interest: the role of a contact in a deal. Writing it once more changes nothing.

https://www.zoho.com/crm/developer/docs/api/v8/associate-contact-roles-with-deals.html
"""

from __future__ import annotations

from bot.crm.creating import Interest
from bot.crm.port import CRMError
from bot.crm.zoho import refusals
from bot.crm.zoho.client import V8, Client
from bot.crm.zoho.mapping import CONTACTS, DEALS
from bot.language import sentence
from bot.records import RecordRef

# What organisations call somebody who is interested, where the settings name no role.
USUAL = ("interested", "interessent", "interested party", "prospect", "kaufinteressent")
ONLY_CONTACTS = sentence("zoho.create.only_contacts")
NO_ROLE = "zoho.create.no_role"


class ContactRoles:
    """Reads, notes and takes back roles; safe to use from several threads. `role` is the name that is set."""

    def __init__(self, client: Client, role: str) -> None:
        self._client = client
        self._role = role

    def relate(self, person: RecordRef, about: RecordRef) -> Interest:
        """See `Creator.relate`. Raises CRMError."""
        _check(person, about)
        try:
            if self._noted(person, about):
                return Interest(already=True, verified=True)
            role = self.role()
            self._client.put(
                _path(person, about), {"data": [{"Contact_Role": {"id": role[0], "name": role[1]}}]}, version=V8
            )
            return Interest(already=False, verified=self._noted(person, about))
        except CRMError as error:
            raise refusals.relating(error) from error

    def unrelate(self, person: RecordRef, about: RecordRef) -> Interest:
        """See `Creator.unrelate`. Raises CRMError."""
        _check(person, about)
        try:
            if not self._noted(person, about):
                return Interest(already=True, verified=True)
            self._client.delete(_path(person, about), version=V8)
            return Interest(already=False, verified=not self._noted(person, about))
        except CRMError as error:
            raise refusals.relating(error) from error

    def role(self) -> tuple[str, str]:
        """The role's id and name: the one that is set, else one whose name says "interested". Raises CRMError."""
        rows = self._client.get("Contacts/roles", version=V8).items("contact_roles")
        roles = {str(row.get("name") or ""): str(row.get("id") or "") for row in rows if row.get("id")}
        folded = {name.casefold(): name for name in roles}
        for wanted in (self._role,) if self._role else USUAL:
            if name := folded.get(wanted.casefold()):
                return roles[name], name
        raise CRMError(sentence(NO_ROLE, roles=", ".join(roles) or "-"), permanent=True, code="no role")

    def _noted(self, person: RecordRef, about: RecordRef) -> bool:
        page = 1
        while True:
            asked = {"fields": "Last_Name", "page": str(page), "per_page": "200"}
            answer = self._client.get(f"{DEALS}/{about.id}/Contact_Roles", asked, version=V8)
            if any(str(row.get("id")) == person.id for row in answer.items("data")):
                return True
            if answer.empty or answer.info.get("more_records") is not True:
                return False
            page += 1


def _path(person: RecordRef, about: RecordRef) -> str:
    return f"{DEALS}/{about.id}/Contact_Roles/{person.id}"


def _check(person: RecordRef, about: RecordRef) -> None:
    if (person.kind, about.kind) != (CONTACTS, DEALS):
        raise CRMError(ONLY_CONTACTS, permanent=True, code="kind")
