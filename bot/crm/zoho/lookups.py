"""Looking for records by COQL, which sees at once what was created. Zoho's search does not, and finds parts as well.

https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.crm import alike
from bot.crm.creating import Draft
from bot.crm.zoho import errors, mapping
from bot.crm.zoho.client import Client
from bot.crm.zoho.errors import ZohoError
from bot.crm.zoho.metadata import Metadata
from bot.crm.zoho.querying import listed
from bot.records import Record

MOST_FOUND = 200
_CITY = {mapping.CONTACTS: "Mailing_City", mapping.LEADS: "City"}


class Lookups:
    """Asks Zoho; what comes back is still to be compared exactly."""

    def __init__(self, client: Client, metadata: Metadata) -> None:
        self._client = client
        self._metadata = metadata

    def like(self, draft: Draft, module: str) -> list[Record]:
        """The module's records that share an e-mail address, a number or a name with the draft. Raises CRMError."""
        known = self._metadata.fields(module)
        conditions = [
            _any(f"{name} in {_list([draft.email, draft.email.lower()])}" for name in known.emails if draft.email),
            _any(
                f"{name} in {_list(alike.phone_spellings(number, draft.region))}"
                for name in known.phones
                for number in dict.fromkeys((draft.phone, draft.mobile))
                if number
            ),
            _named(draft, module),
        ]
        found = [record for where in conditions if where for record in self.where(module, where)]
        found += [
            record
            for number in dict.fromkeys((draft.phone, draft.mobile))
            for record in self._ringing(module, number, draft.region)
        ]
        return list({record.ref: record for record in found}.values())

    def where(self, module: str, condition: str) -> list[Record]:
        """The module's records for which a COQL condition holds. Raises CRMError."""
        known = self._metadata.fields(module)
        names = ["id", *known.all()][: mapping.MOST_FIELDS - 1]
        if known.lookups.get("Account_Name") and module != mapping.ACCOUNTS:
            names.append("Account_Name.Account_Name")
        chosen = ", ".join(dict.fromkeys(names))
        text = f"select {chosen} from {module} where {condition} limit {MOST_FOUND}"  # noqa: S608 - COQL, values quoted
        rows = self._client.query(text).items("data")
        return [mapping.record(module, listed(row), known) for row in rows if row.get("id")]

    def _ringing(self, module: str, number: str, region: str) -> list[Record]:
        """Numbers in spellings that nobody thought of: Zoho's search compares digits. It may be late, so that it only
        adds."""
        digits = alike.phone_key(number, region)
        if not digits:
            return []
        try:
            asked = {"phone": digits[-7:], "per_page": "20"}
            rows = self._client.get(f"{module}/search", asked).items("data")
        except ZohoError as error:
            if error.code in errors.MISSING_RIGHTS or error.permanent:
                return []
            raise
        known = self._metadata.fields(module)
        return [mapping.record(module, row, known) for row in rows if row.get("id")]


def _named(draft: Draft, module: str) -> str:
    if module == mapping.ACCOUNTS:
        words = draft.company.split()
        return f"Account_Name like {quoted(f'{words[0]}%')}" if words else ""
    if not draft.family_name:
        return ""
    family = f"Last_Name in {_list(alike.name_spellings(draft.family_name))}"
    if draft.given_name:
        return f"({family} and First_Name like {quoted(f'{draft.given_name[0]}%')})"
    return f"({family} and {_CITY[module]} = {quoted(draft.city)})" if draft.city else family


def _any(conditions: Iterable[str]) -> str:
    """Joined by "or", two at a time, as COQL wants it; empty where there are none."""
    joined = ""
    for condition in conditions:
        joined = f"({condition} or {joined})" if joined else condition
    return joined


def _list(values: Sequence[str]) -> str:
    return f"({', '.join(quoted(value) for value in dict.fromkeys(values))})"


def quoted(text: str) -> str:
    """A text as COQL takes it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
