"""Addresses that are created: looked for first, written with one call, and looked for again where that is unknown.

https://apidoc.onoffice.de/actions/datensatz-anlegen/adressen/ . onOffice has no key that would make a repeated call
harmless, and answers "created" and "was there already" alike: with an id.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.crm import alike
from bot.crm.creating import Draft, Duplicate, Form, Interest, Made
from bot.crm.onoffice import mapping, refusals
from bot.crm.onoffice.client import Action, Client
from bot.crm.onoffice.directory import Directory
from bot.crm.onoffice.form import Fields, form, parameters
from bot.crm.onoffice.interest import Interests
from bot.crm.port import CRMError
from bot.language import sentence
from bot.records import Record, RecordRef

MOST_FOUND = 100
# Of a number's digits these many, from its end, are looked for; the prefix may be written in many ways.
DIGITS = 7
# Both or neither: the first alone overwrites the data of whoever has the e-mail address.
GUARD: Mapping[str, bool] = {"checkDuplicate": True, "noOverrideByDuplicate": True}
NOT_AN_ADDRESS = sentence("onoffice.create.not_an_address")
NO_ANSWER = sentence("onoffice.create.no_answer")


class Creator:
    """See `bot.crm.creating.Creator`."""

    def __init__(self, client: Client, directory: Directory, demanded: Sequence[str]) -> None:
        """`demanded` are names of fields that must be filled in at this customer's."""
        self._client = client
        self._directory = directory
        self._fields = Fields(client)
        self._interests = Interests(client)
        self._demanded = tuple(demanded)

    def form(self, kind: str, demanded: Collection[str] = ()) -> Form:
        if kind != mapping.ADDRESS:
            raise CRMError(NOT_AN_ADDRESS, permanent=True, code="kind")
        return form(self._fields.address(), {*self._demanded, *demanded})

    def duplicates(self, draft: Draft) -> list[Duplicate]:
        found = self._directory.filtered(_criteria(draft.tidied()), MOST_FOUND)
        return alike.duplicates(draft, found)

    def companies(self, draft: Draft) -> list[Record]:
        """None: an address names its company in a field."""
        return []

    def create(self, draft: Draft, key: str, *, anyway: bool = False) -> Made:
        """`key` is kept nowhere: onOffice has no field for it."""
        draft = draft.tidied()
        known = self.form(draft.kind, draft.more)
        sent: dict[str, Any] = parameters(draft, known)
        labels = {one.name: one.label for one in known.fields} | {
            name: str(each.get("label") or name) for name, each in self._fields.address().items()
        }
        if draft.email and not anyway:
            sent |= GUARD
        try:
            rows = self._client.one(Action("create", mapping.ADDRESS, sent), writes=True).rows
        except CRMError as error:
            raise refusals.creating(error, labels) from error
        if not rows or not rows[0].id.isdecimal():
            raise CRMError(NO_ANSWER, permanent=False, code="no id", uncertain=True)
        return Made(mapping.ref(mapping.ADDRESS, rows[0].id))

    def settle(self, draft: Draft, key: str, known: Collection[RecordRef]) -> list[Record]:
        draft = draft.tidied()
        found = {record.ref: record for record in self._directory.filtered(_criteria(draft), MOST_FOUND)}
        return [record for ref, record in sorted(found.items()) if ref not in known and alike.is_draft(draft, record)]

    def fetch(self, ref: RecordRef) -> Record | None:
        if not ref.id.isdecimal():
            return None
        return self._directory.existing(ref.kind, [int(ref.id)]).get(int(ref.id))

    def relate(self, person: RecordRef, about: RecordRef) -> Interest:
        return self._interests.relate(person, about)

    def unrelate(self, person: RecordRef, about: RecordRef) -> Interest:
        return self._interests.unrelate(person, about)


def _criteria(draft: Draft) -> list[Mapping[str, Any]]:
    """What to ask for, each by itself: there is no OR. Numbers are stored as they were typed, so that their digits are
    looked for whatever stands between them."""
    asked: list[Mapping[str, Any]] = []
    if draft.email:
        asked.append({"email": [{"op": "=", "val": draft.email}]})
    for number in dict.fromkeys((draft.phone, draft.mobile)):
        digits = "".join(letter for letter in alike.phone_key(number, draft.region) if letter.isdigit())[-DIGITS:]
        if digits:
            pattern = f"%{'%'.join(digits)}%"
            asked += [{kind: [{"op": "like", "val": pattern}]} for kind in ("phone", "mobile")]
    if draft.family_name:
        names: dict[str, Any] = {"Name": [{"op": "in", "val": alike.name_spellings(draft.family_name)}]}
        asked.append(names | _beside(draft))
    elif draft.company:
        asked.append({"Zusatz1": [{"op": "like", "val": f"{draft.company.split()[0]}%"}]})
    return asked


def _beside(draft: Draft) -> dict[str, Any]:
    """What narrows down a frequent surname: the town where it is known, else the first name."""
    if draft.given_name:
        return {"Vorname": [{"op": "like", "val": f"{draft.given_name[0]}%"}]}
    return {"Ort": [{"op": "=", "val": draft.city}]} if draft.city else {}
