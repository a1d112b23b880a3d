"""The smaller calls: users, fields, links into the web client, and the agents' log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sandbox.onoffice.actions import Action, Office, Result, as_id, is_among, is_integer, php
from sandbox.onoffice.errors import OnOfficeError
from sandbox.onoffice.fields import configuration, fields

# The page on reading the log names these as fields that its filter does not take.
_LOG_UNFILTERED = frozenset({"Benutzer", "Adress_nr", "Objekt_nr", "dauer"})
_MODULES = {"address": "Adressen", "estate": "Immobilien", "agentsLog": "Maklerbuch"}
# The German names are valid for the API whatever the language.
KINDS: Mapping[str, tuple[str, ...]] = {
    "Email": ("Eingang", "Ausgang"),
    "Telefonat": ("Eingang", "Ausgang"),
    "Besichtigung": ("geplant", "durchgeführt"),
    "Brief": ("Eingang", "Ausgang"),
    "Notiz": (),
}


def users(office: Office, action: Action) -> Result:
    action.only()
    return Result([{"id": user["id"], "type": "", "elements": dict(user)} for user in office.store.users])


def read_user(office: Office, action: Action) -> Result:
    """`read user`: the same people under the fields' own names."""
    action.only("data", "filter", "listlimit", "listoffset", "sortby", "sortorder")
    names = {"Nr": "id", "Name": "username", "Vorname": "firstname", "Nachname": "lastname"}
    names |= {"email": "email", "Emailname": "email"}
    data, everybody = action.data(names), office.store.users
    records = [
        {"id": user["id"], "type": "user", "elements": php({name: str(user[names[name]]) for name in data})}
        for user in everybody[action.page()]
    ]
    return Result(records, len(everybody))


def field_configuration(office: Office, action: Action) -> Result:
    """https://apidoc.onoffice.de/actions/informationen-abfragen/feldkonfiguration/"""
    action.only("labels", "language", "modules", "showOnlyInactive", "fieldList", "showfieldfilters")
    modules, wanted = action.array("modules"), action.array("fieldList")
    for module in modules:
        if not is_among(module, _MODULES):
            raise OnOfficeError(163)
    labels, inactive = action.parameters.get("labels") is True, office.store.rules.inactive
    described = [(module, configuration(module, _MODULES[module], labels=labels)) for module in modules]
    return Result(
        [
            {
                "id": module,
                "type": "",
                "elements": {
                    name: each
                    for name, each in elements.items()
                    if name == "label" or (name not in inactive and (not wanted or name in wanted))
                },
            }
            for module, elements in described
        ]
    )


def get_link(office: Office, action: Action) -> Result:
    """https://apidoc.onoffice.de/actions/informationen-abfragen/get-link/ : where a record is seen in the browser."""
    action.only("recordId")
    tables = {"address": office.store.addresses, "estate": office.store.estates, "agentslog": office.store.log}
    if action.resourceid not in tables:
        raise OnOfficeError(24, action.resourceid)
    if "recordId" not in action.parameters:
        raise OnOfficeError(79)
    id_ = as_id(action.parameters["recordId"])
    if id_ not in tables[action.resourceid].rows:
        raise OnOfficeError(80)
    url = f"{office.web}/{action.resourceid}/{id_}"
    return Result([{"id": id_, "type": action.resourceid, "elements": {"url": url}}])


def kinds(office: Office, action: Action) -> Result:
    del office
    action.only("lang", "allowAutomaticTypesForActionKind")
    return Result(
        [
            {"id": kind, "type": "", "elements": {"key": kind, "label": kind, "types": php({t: t for t in types})}}
            for kind, types in KINDS.items()
        ]
    )


def create_log(office: Office, action: Action) -> Result:
    """https://apidoc.onoffice.de/actions/datensatz-anlegen/maklerbuch-aktivitaeten/ : one entry for each address.

    An entry that names addresses and an estate notes the estate as offered to them, too.
    """
    action.only(
        *("datetime", "actionkind", "actiontype", "note", "addressids", "estateid", "projectid", "taskid"),
        *("appointmentid", "fileids", "userid", "origincontact", "features", "cost", "duration", "advisorylevel"),
        "reasoncancellation",
    )
    parameters, store = action.parameters, office.store
    addresses = parameters.get("addressids", [])
    if not isinstance(addresses, list):
        raise OnOfficeError(99)
    estate = parameters.get("estateid") or None
    if not addresses and estate is None:
        raise OnOfficeError(98)
    if estate is not None and not is_integer(estate):
        raise OnOfficeError(228, "estateid")
    ids = [as_id(id_) for id_ in addresses]
    if any(id_ not in store.addresses.rows for id_ in ids) or (estate and estate not in store.estates.rows):
        raise OnOfficeError(80)
    kind, type_ = action.text("actionkind"), action.text("actiontype")
    if kind not in KINDS:
        raise OnOfficeError(100, kind)
    if type_ and type_ not in KINDS[kind]:
        raise OnOfficeError(101, type_)
    when = action.text("datetime")
    try:
        datetime.strptime(when, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - onOffice's times have no zone
    except ValueError:
        raise OnOfficeError(122) from None
    records = []
    people: list[int | None] = [*ids] or [None]
    for address in people:
        nr = store.add_log(
            {
                "Adress_nr": "" if address is None else str(address),
                "Objekt_nr": "" if estate is None else str(estate),
                "Aktionsart": kind,
                "Aktionstyp": type_,
                "Datum": when,
                "Bemerkung": action.text("note"),
            }
        )
        records.append({"id": nr, "type": "agentsLog", "elements": []})
    if estate is not None:
        store.offers |= {(address, estate) for address in ids}
    return Result(records)


def read_log(office: Office, action: Action) -> Result:
    """https://apidoc.onoffice.de/actions/datensatz-lesen/maklerbuch/"""
    action.only("data", "estateid", "addressid", "filter", "listlimit", "listoffset", "sortby", "sortorder", "fullmail")
    data = action.data(fields("agentsLog"))
    given = action.parameters.get("filter")
    for name in _LOG_UNFILTERED.intersection(given if isinstance(given, dict) else ()):
        raise OnOfficeError(141, name)
    rows = office.store.log.select(given, (), None)
    for key, field in (("estateid", "Objekt_nr"), ("addressid", "Adress_nr")):
        if key in action.parameters:
            wanted = {str(id_) for id_ in action.array(key)}
            rows = [row for row in rows if row[field] in wanted]
    records = [
        {"id": row["id"], "type": "agentsLog", "elements": php({name: row[name] for name in data})}
        for row in rows[action.page()]
    ]
    return Result(records, len(rows))
