"""`read address`, `read estate` and the quick search.

https://apidoc.onoffice.de/actions/datensatz-lesen/adressen/ , …/objekte/ , …/informationen-abfragen/suche/
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sandbox.onoffice.actions import Action, Office, Record, Result, as_id, is_among, php
from sandbox.onoffice.errors import OnOfficeError
from sandbox.onoffice.fields import CONTACT_DEFAULTS, CONTACT_KINDS, fields
from sandbox.onoffice.store import Row, Table

MIN_SEARCH_LENGTH = 3

_ADDRESS_EXTRAS = {*CONTACT_KINDS, *CONTACT_DEFAULTS, "imageUrl"}
_COMMON = ("data", "filter", "filterid", "listlimit", "listoffset", "sortby", "sortorder", "formatoutput")
_ADDRESS = (*_COMMON, "recordids", "outputlanguage", "countryIsoCodeType", "addMobileUrl", "extendedclaim")
_ESTATE = (
    *_COMMON,
    *("estatelanguage", "outputlanguage", "addestatelanguage", "addMainLangId", "georangesearch", "addMobileUrl"),
)
_SEARCH_FIELDS = ("Vorname", "Name", "Zusatz1", "Email", "KdNr")


def read_address(office: Office, action: Action) -> Result:
    action.only(*_ADDRESS)
    data = action.data({*fields("address"), *_ADDRESS_EXTRAS})
    sortby = action.parameters.get("sortby")
    if sortby is not None and not isinstance(sortby, str):
        raise OnOfficeError(227, "sortby")
    ids = [as_id(each) for each in action.array("recordids")] if "recordids" in action.parameters else None
    hidden = office.store.rules.hidden
    rows = [row for row in _rows(office.store.addresses, action, ids) if row["id"] not in hidden]
    if action.resourceid and not rows:
        raise OnOfficeError(80)
    records = [{"id": row["id"], "type": "address", "elements": _address(row, data)} for row in rows[action.page()]]
    return Result(records, len(rows))


def read_estate(office: Office, action: Action) -> Result:
    action.only(*_ESTATE)
    data = action.data(fields("estate"))
    rows = _rows(office.store.estates, action, None)
    records = [
        {"id": row["id"], "type": "estate", "elements": php({name: row[name] for name in data})}
        for row in rows[action.page()]
    ]
    return Result(records, len(rows))


def search(office: Office, action: Action) -> Result:
    """`get search` over addresses or estates; the shortest input that onOffice takes is not documented."""
    if action.resourceid == "address":
        return _search_address(office, action)
    if action.resourceid == "estate":
        return _search_estate(office, action)
    raise OnOfficeError(24, action.resourceid)


def _search_address(office: Office, action: Action) -> Result:
    action.only(
        *("input", "includecontactdata", "casesensitive", "searchparameter", "listlimit", "listoffset"),
        *("sortby", "sortorder"),
    )
    words = _words(action)
    names = action.array("searchparameter") or list(_SEARCH_FIELDS)
    for name in names:
        if not is_among(name, fields("address")):
            raise OnOfficeError(141, str(name))
    rows = office.store.addresses.select(None, _sort(action, fields("address")), None)
    hidden = office.store.rules.hidden
    hits = [row for row in rows if row["id"] not in hidden and _contains(words, (row[name] for name in names))]
    everything = action.parameters.get("includecontactdata") is True

    def elements(row: Row) -> Record:
        addresses = [entry["value"] for entry in row["email"]]
        found: Record = {
            "customerno": int(row["KdNr"]),
            "surname": row["Name"],
            "firstname": row["Vorname"],
            "company": row["Zusatz1"],
            "addressDescription": ", ".join(filter(None, (row["Strasse"], f"{row['Plz']} {row['Ort']}".strip()))),
            "emailaddress": addresses if everything else addresses[:1],
            "primaryEmail": row["Email"],
        }
        if everything:
            found["phone"] = [entry["value"] for kind in ("phone", "mobile") for entry in row[kind]]
        return found

    records = [{"id": row["id"], "type": "address", "elements": elements(row)} for row in hits[action.page()]]
    return Result(records, len(hits))


def _search_estate(office: Office, action: Action) -> Result:
    action.only("input", "sortby", "sortorder", "includeThumbnail", "filterId", "filter")
    words = _words(action)
    store = office.store
    rows = store.estates.select(action.parameters.get("filter"), _sort(action, fields("estate")), None)
    records = []
    for row in rows:
        owner = store.owners_name(row["id"])
        if _contains(words, (row["objektnr_extern"], row["ort"], row["strasse"], row["hausnummer"], owner)):
            elements = {
                "externalestateno": row["objektnr_extern"],
                "zipcode": row["plz"],
                "city": row["ort"],
                "street": row["strasse"],
                "houseno": row["hausnummer"],
                "owner": owner,
                "type": row["objektart"],
                "thumbnail": "",
            }
            records.append({"id": row["id"], "type": "estate", "elements": elements})
    return Result(records)


def _words(action: Action) -> list[str]:
    text = action.text("input").strip()
    if not text:
        raise OnOfficeError(69)
    if len(text) < MIN_SEARCH_LENGTH:
        raise OnOfficeError(151)
    return text.casefold().split()


def _contains(words: Iterable[str], values: Iterable[Any]) -> bool:
    text = "\n".join(map(str, values)).casefold()
    return all(word in text for word in words)


def _rows(table: Table, action: Action, ids: list[int] | None) -> list[Row]:
    """All rows that the action asks for. With a resourceid that record alone; filters are then ignored."""
    if action.resourceid:
        row = table.rows.get(as_id(action.resourceid))
        if row is None:
            raise OnOfficeError(80)
        return [row]
    return table.select(action.parameters.get("filter"), _sort(action, fields(table.module)), ids)


def _sort(action: Action, known: Collection[str]) -> tuple[tuple[str, bool], ...]:
    """(field, descending) of `sortby` in both its forms: a name beside `sortorder`, or an object."""
    sortby = action.parameters.get("sortby") or {}
    orders = {sortby: action.text("sortorder") or "ASC"} if isinstance(sortby, str) else sortby
    if not isinstance(orders, dict):
        raise OnOfficeError(270, "sortby")
    sort = []
    for name, order in orders.items():
        if name not in known:
            raise OnOfficeError(212)
        if str(order).upper() not in ("ASC", "DESC"):
            raise OnOfficeError(255, "sortorder")
        sort.append((name, str(order).upper() == "DESC"))
    return tuple(sort)


def _address(row: Row, data: Iterable[str]) -> Record:
    """An address's elements; phone-book entries come back under keys made of kind and entry id."""
    elements: Record = {"id": row["id"]}
    for name in data:
        if name in CONTACT_KINDS:
            for entry in row[name]:
                elements[f"{name}__{entry['id']}"] = entry["value"]
                elements[f"{name}__{entry['id']}__Comment"] = entry["comment"]
        elif name in CONTACT_DEFAULTS:
            entries = row[CONTACT_DEFAULTS[name]]
            elements[name] = entries[0]["value"] if entries else ""
        elif name == "imageUrl":
            elements[name] = ""
        else:
            elements[name] = row[name]
    return elements
