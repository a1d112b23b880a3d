"""Which fields a new record can have: the organisation's fields and its layout, and what belongs where.

https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html , …/layouts-meta.html
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bot.crm.consent import is_consent
from bot.crm.creating import Draft, Form, FormField, Input, Option, Part
from bot.crm.zoho import errors, mapping
from bot.crm.zoho.client import Client
from bot.crm.zoho.errors import ZohoError

KEPT_SECONDS = 3600.0
# A single-line field of the organisation's own, marked as unique: what creations are told apart by.
REF_FIELD = "Linkbot_Ref"
_PERSON = {
    Part.SALUTATION: "Salutation",
    Part.GIVEN_NAME: "First_Name",
    Part.FAMILY_NAME: "Last_Name",
    Part.EMAIL: "Email",
    Part.PHONE: "Phone",
    Part.MOBILE: "Mobile",
}
PARTS: Mapping[str, Mapping[Part, str]] = MappingProxyType(
    {
        mapping.CONTACTS: {
            **_PERSON,
            Part.COMPANY: "Account_Name",
            Part.STREET: "Mailing_Street",
            Part.POSTAL_CODE: "Mailing_Zip",
            Part.CITY: "Mailing_City",
        },
        mapping.LEADS: {
            **_PERSON,
            Part.COMPANY: "Company",
            Part.STREET: "Street",
            Part.POSTAL_CODE: "Zip_Code",
            Part.CITY: "City",
        },
        mapping.ACCOUNTS: {
            Part.COMPANY: "Account_Name",
            Part.PHONE: "Phone",
            Part.STREET: "Billing_Street",
            Part.POSTAL_CODE: "Billing_Code",
            Part.CITY: "Billing_City",
        },
    }
)
_INPUTS = MappingProxyType(
    {
        "picklist": Input.CHOICE,
        "multiselectpicklist": Input.CHOICES,
        "email": Input.EMAIL,
        "phone": Input.PHONE,
        "textarea": Input.LONG_TEXT,
        "integer": Input.NUMBER,
        "bigint": Input.NUMBER,
        "double": Input.NUMBER,
        "currency": Input.NUMBER,
        "date": Input.DATE,
        "boolean": Input.YES_NO,
        "lookup": Input.RECORD,
    }
)
# Filled in by Zoho itself where they are left out.
_OWN = frozenset({"ownerlookup", "autonumber", "formula", "profileimage", "subform"})


@dataclass(frozen=True, slots=True)
class Described:
    """A module's fields as Zoho describes them, by name, and the names that its layout demands."""

    fields: Mapping[str, Mapping[str, Any]]
    demanded: frozenset[str]

    @property
    def has_ref(self) -> bool:
        """Whether creations can be told apart by a field of their own. One that isn't unique is no help."""
        return bool(self.fields.get(REF_FIELD, {}).get("unique"))


class Descriptions:
    """Asks for fields and layouts, and keeps them for an hour; safe to use from several threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Described]] = {}

    def of(self, module: str) -> Described:
        """Raises CRMError."""
        with self._lock:
            kept = self._kept.get(module)
        if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
            rows = self._client.get("settings/fields", {"module": module}).items("fields")
            fields = {str(row["api_name"]): row for row in rows if row.get("api_name")}
            kept = time.monotonic(), Described(fields, self._demanded(module))
            with self._lock:
                self._kept[module] = kept
        return kept[1]

    def _demanded(self, module: str) -> frozenset[str]:
        """What the first layout that is in use demands; nothing where the consent is too old to ask."""
        try:
            layouts = self._client.get("settings/layouts", {"module": module}).items("layouts")
        except ZohoError as error:
            if error.code not in errors.MISSING_RIGHTS:
                raise
            return frozenset()
        used = [each for each in layouts if each.get("status", "active") == "active" and each.get("visible", True)]
        return frozenset(
            str(field.get("api_name"))
            for layout in used[:1]
            for section in _items(layout.get("sections"))
            for field in _items(section.get("fields"))
            if field.get("required") is True
        )


def form(module: str, known: Described, demanded: Collection[str]) -> Form:
    """The form of a module: what a mail may tell, then what is demanded beside it, which people fill in."""
    parts = PARTS[module]
    creatable = {name: each for name, each in known.fields.items() if _is_creatable(each)}
    wanted = {
        name
        for name, each in creatable.items()
        if each.get("system_mandatory") is True or name in known.demanded or name in demanded
    }
    rows = [
        _field(name, creatable[name], part, required=name in wanted)
        for part, name in parts.items()
        if name in creatable
    ]
    own = sorted(wanted - set(parts.values()) - {REF_FIELD}, key=list(creatable).index)
    return Form(module, (*rows, *(_field(name, creatable[name], None, required=True) for name in own)))


def _is_creatable(field: Mapping[str, Any]) -> bool:
    operations = field.get("operation_type")
    allowed = operations.get("api_create") if isinstance(operations, Mapping) else True
    closed = field.get("read_only") is True or field.get("field_read_only") is True or field.get("visible") is False
    return allowed is not False and not closed and field.get("data_type") not in _OWN


def _field(name: str, field: Mapping[str, Any], part: Part | None, *, required: bool) -> FormField:
    values = _items(field.get("pick_list_values"))
    length = field.get("length")
    label = str(field.get("display_label") or field.get("field_label") or name)
    return FormField(
        name,
        label,
        _INPUTS.get(str(field.get("data_type")), Input.TEXT),
        required,
        part,
        tuple(
            Option(str(value["actual_value"]), str(value.get("display_value") or value["actual_value"]))
            for value in values
            if value.get("actual_value") not in (None, "", "-None-")
        ),
        length if isinstance(length, int) and length > 0 else None,
        consent=part is None and is_consent(name, label),
    )


def sent(draft: Draft, known: Form) -> dict[str, Any]:
    """What is sent for a draft: empty values left out, a word of a list as its value. Lookups are the caller's."""
    values: dict[str, Any] = {}
    for one in known.fields:
        value: Any = draft.part(one.part) if one.part else draft.more.get(one.name, "")
        if one.input is Input.RECORD:
            value = {"id": value} if value and one.part is None else ""
        elif value and one.part and one.options:
            option = one.option(value)
            value = option.value if option else ""
        elif one.input is Input.CHOICES and value:
            value = list(value) if isinstance(value, tuple) else [value]
        elif one.input is Input.YES_NO and value:
            value = str(value).lower() in ("true", "yes", "1")
        elif one.input is Input.NUMBER and isinstance(value, str) and value.isdecimal():
            value = int(value)
        if value not in ("", None, ()):
            values[one.name] = value
    return values


def _items(value: object) -> Iterable[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
