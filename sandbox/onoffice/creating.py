"""`create address`: strict about names and values, and answering a duplicate as it answers a creation.

https://apidoc.onoffice.de/actions/datensatz-anlegen/adressen/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.onoffice.actions import Action, Office, Result, is_integer
from sandbox.onoffice.errors import OnOfficeError
from sandbox.onoffice.fields import PERMITTED, fields, permitted
from sandbox.onoffice.store import Row, Store

# The parameters of the phone book, and the kind of entry that each makes.
_ENTRIES: Mapping[str, str] = {
    **dict.fromkeys(("phone", "phone_private", "phone_business"), "phone"),
    "mobile": "mobile",
    **dict.fromkeys(("fax", "fax_private", "fax_business"), "fax"),
    **dict.fromkeys(("email", "email_private", "email_business"), "email"),
}
_DEFAULTS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "default_email": (("email",), 258),
    "default_phone": (("phone", "mobile"), 260),
    "default_fax": (("fax",), 258),
}
_FLAGS = ("checkDuplicate", "noOverrideByDuplicate")
# Names for reading and for the configuration; creation has others for the same.
_FOR_READING = frozenset({"Email", "Telefon1", "Telefax1", "KdNr", "uuid", "Aenderung", "Eintragsdatum"})
_MOBILE = ("015", "016", "017", "+4915", "+4916", "+4917", "004915", "004916", "004917")


def create_address(office: Office, action: Action) -> Result:
    store = office.store
    if not store.rules.may_create:
        raise OnOfficeError(131)
    flags = {flag: _flag(action, flag) for flag in _FLAGS}
    entries = _entries(action)
    given = _fields(store, action)
    for name in store.rules.mandatory:
        if not given.get(name) and not entries.get({"Email": "email", "Telefon1": "phone"}.get(name, "")):
            raise OnOfficeError(254, name)
    _colleague(store, store.colleague.before)
    existing = _duplicate(store, entries["email"]) if flags["checkDuplicate"] else None
    if existing is None:
        store.created += 1
        id_ = store.new_address_id()
        store.addresses.touch(store.address_row({**given, **entries, "id": id_}))
        store.born[id_] = store.clock()
    else:
        id_ = existing
        if not flags["noOverrideByDuplicate"]:
            # What is sent wins over what somebody entered: this is what a forgotten flag destroys.
            changed = {name: value for name, value in {**given, **entries}.items() if value}
            store.addresses.touch(store.address_row({**changed, "id": id_}, store.addresses.rows[id_]))
    _colleague(store, store.colleague.after)
    return Result([{"id": id_, "type": "address", "elements": []}])


def _flag(action: Action, name: str) -> bool:
    value = action.parameters.get(name, False)
    if not isinstance(value, bool):
        raise OnOfficeError(255, name)
    return value


def _entries(action: Action) -> dict[str, list[str]]:
    """The phone book: a mobile number is one, whatever it was sent as; the default stands first."""
    made: dict[str, list[str]] = {kind: [] for kind in ("phone", "mobile", "fax", "email")}
    for name, kind in _ENTRIES.items():
        value = action.text(name).strip()
        if not value:
            continue
        if kind in ("phone", "mobile") and not any(letter.isdigit() for letter in value):
            raise OnOfficeError(300, value)
        compact = "".join(letter for letter in value if letter.isdigit() or letter == "+")
        made["mobile" if kind == "phone" and compact.startswith(_MOBILE) else kind].append(value)
    for name, (kinds, code) in _DEFAULTS.items():
        wanted = action.text(name)
        if not wanted:
            continue
        found = next((each for each in kinds if wanted in made[each]), None)
        if found is None:
            raise OnOfficeError(code)
        made[found] = [wanted, *(value for value in made[found] if value != wanted)]
    return made


def _fields(store: Store, action: Action) -> Row:
    """The fields as they are stored. Names are case-sensitive and lie flat; what has a name of its own for reading, a
    compound or a wrapper is no field."""
    known = fields("address")
    made: Row = {}
    for name, value in action.parameters.items():
        if name in _ENTRIES or name in _DEFAULTS or name in _FLAGS:
            continue
        if name not in known or name in _FOR_READING or name in store.rules.inactive:
            if store.rules.unknown_field == "drop":
                continue
            raise OnOfficeError(75, name)
        kind, length, _ = known[name]
        made[name] = _value(store, name, value, kind, length)
    return made


def _value(store: Store, name: str, value: Any, kind: str, length: int | None) -> Any:
    code = store.rules.select_code
    if name == "Benutzer":
        if not isinstance(value, str) or value not in {user["username"] for user in store.users}:
            raise OnOfficeError(251, str(value))
        return value
    if name == "Status":
        if value not in (0, 1, "0", "1"):
            raise OnOfficeError(code, name)
        return str(value)
    if name == "Land":
        found = [key for key, label in PERMITTED[name].items() if value in (key, label)]
        if not found:
            raise OnOfficeError(code, name)
        return found[0]
    if kind == "multiselect":
        if not isinstance(value, list):
            raise OnOfficeError(74)
        if not all(isinstance(one, str) and one in permitted(name) for one in value):
            raise OnOfficeError(code, name)
        return "".join(f"|{one}|" for one in value)
    if kind == "singleselect":
        if value != "" and value not in permitted(name):
            raise OnOfficeError(code, name)
        return value
    if kind == "integer" and not is_integer(value):
        raise OnOfficeError(228, name)
    if kind not in ("integer", "float") and not isinstance(value, str):
        raise OnOfficeError(227, name)
    if length is not None and isinstance(value, str) and len(value) > length:
        if store.rules.too_long == "refuse":
            raise OnOfficeError(255, name)
        return value[:length]
    return value


def _duplicate(store: Store, addresses: list[str]) -> int | None:
    """The lowest id of those with one of the e-mail addresses; what is quite new is not seen yet."""
    wanted = {address.casefold() for address in addresses}
    now, rules = store.clock(), store.rules
    for id_ in sorted(store.addresses.rows):
        if now - store.born.get(id_, 0.0) < rules.blind_seconds:
            continue
        if id_ in rules.hidden and not rules.check_sees_hidden:
            continue
        if wanted & {entry["value"].casefold() for entry in store.addresses.rows[id_]["email"]}:
            return id_
    return None


def _colleague(store: Store, doings: list[dict[str, Any]]) -> None:
    """What somebody else does at this moment, by hand: make a record, change one, or delete it."""
    while doings:
        doing = doings.pop(0)
        id_ = doing.get("id") or store.new_address_id()
        if doing.get("delete"):
            store.addresses.remove(id_)
        else:
            row = store.address_row({**doing.get("fields", {}), "id": id_}, store.addresses.rows.get(id_))
            store.addresses.touch(row)
            store.born.setdefault(id_, store.clock())
