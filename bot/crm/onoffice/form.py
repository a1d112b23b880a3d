"""Which fields a new address can have: onOffice's own configuration, and what belongs where. No I/O but `Fields`.

https://apidoc.onoffice.de/actions/informationen-abfragen/feldkonfiguration/ ; it does not say which fields must be
filled in: that turns out at the first creation without them (error 254), or is set by hand.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from bot.crm.consent import is_consent
from bot.crm.creating import Draft, Form, FormField, Input, Option, Part
from bot.crm.onoffice import mapping
from bot.crm.onoffice.client import Action, Client

KEPT_SECONDS = 3600.0
# The name of each part for creating. Phone book entries have other names for reading and in the configuration.
PARTS: Mapping[Part, str] = MappingProxyType(
    {
        Part.SALUTATION: "Anrede",
        Part.TITLE: "Titel",
        Part.GIVEN_NAME: "Vorname",
        Part.FAMILY_NAME: "Name",
        Part.COMPANY: "Zusatz1",
        Part.EMAIL: "email",
        Part.PHONE: "phone",
        Part.MOBILE: "mobile",
        Part.STREET: "Strasse",
        Part.POSTAL_CODE: "Plz",
        Part.CITY: "Ort",
    }
)
_CONFIGURED = MappingProxyType({"email": "Email", "phone": "Telefon1"})
_ALWAYS = frozenset({"email", "phone", "mobile"})
_FOR_CREATING = MappingProxyType({"Email": "email", "Telefon1": "phone", "Telefax1": "fax"})
_INPUTS = MappingProxyType(
    {
        "singleselect": Input.CHOICE,
        "multiselect": Input.CHOICES,
        "integer": Input.NUMBER,
        "float": Input.NUMBER,
        "date": Input.DATE,
        "datetime": Input.DATE,
        "boolean": Input.YES_NO,
        "text": Input.LONG_TEXT,
    }
)
_PART_INPUTS = MappingProxyType({Part.EMAIL: Input.EMAIL, Part.PHONE: Input.PHONE, Part.MOBILE: Input.PHONE})


class Fields:
    """Asks for the configuration, which may take onOffice seconds, and keeps it for an hour; safe to use from several
    threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._kept: tuple[float, Mapping[str, Mapping[str, Any]]] | None = None

    def address(self) -> Mapping[str, Mapping[str, Any]]:
        """The active fields of addresses by name. Raises CRMError."""
        with self._lock:
            kept = self._kept
        if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
            asked = {"labels": True, "language": "DEU", "modules": [mapping.ADDRESS]}
            rows = self._client.one(Action("get", "fields", asked)).rows
            found = {name: each for row in rows for name, each in row.elements.items() if isinstance(each, Mapping)}
            kept = time.monotonic(), found
            with self._lock:
                self._kept = kept
        return kept[1]


def form(configured: Mapping[str, Mapping[str, Any]], demanded: Collection[str]) -> Form:
    """The form of an address: what a mail may tell, then what is demanded beside it, which people fill in."""
    wanted = {_FOR_CREATING.get(name, name) for name in demanded}
    rows = [
        _field(name, configured.get(_CONFIGURED.get(name, name), {}), part, required=name in wanted)
        for part, name in PARTS.items()
        if name in _ALWAYS or name in configured
    ]
    own = [name for name in configured if name in wanted and name not in PARTS.values()]
    return Form(mapping.ADDRESS, (*rows, *(_field(name, configured[name], None, required=True) for name in own)))


def _field(name: str, configured: Mapping[str, Any], part: Part | None, *, required: bool) -> FormField:
    options = _options(configured.get("permittedvalues"))
    kind = _INPUTS.get(str(configured.get("type")), Input.TEXT)
    if part is not None and kind is Input.TEXT:
        kind = _PART_INPUTS.get(part, Input.TEXT)
    length = configured.get("length")
    return FormField(
        name,
        str(configured.get("label") or name),
        kind,
        required,
        part,
        options,
        int(length) if isinstance(length, int | str) and str(length).isdecimal() and int(length) else None,
        consent=part is None and is_consent(name, str(configured.get("label") or "")),
    )


def _options(values: object) -> tuple[Option, ...]:
    """onOffice sends an object of keys and labels, or a list of keys."""
    if isinstance(values, Mapping):
        return tuple(Option(str(key), str(label)) for key, label in values.items())
    return tuple(Option(str(value), str(value)) for value in values) if isinstance(values, list) else ()


def parameters(draft: Draft, known: Form) -> dict[str, Any]:
    """What is sent for a draft: flat, empty values left out, a word of a list as its key."""
    sent: dict[str, Any] = {}
    for one in known.fields:
        value = draft.part(one.part) if one.part else draft.more.get(one.name, "")
        if value and one.part and one.options:
            option = one.option(str(value))
            value = option.value if option else ""
        if not value:
            continue
        if one.input is Input.CHOICES:
            sent[one.name] = list(value) if isinstance(value, tuple) else [value]
        elif one.input is Input.NUMBER and isinstance(value, str) and value.isdecimal():
            sent[one.name] = int(value)
        else:
            sent[one.name] = value
    return sent
