"""What the onOffice stand-in holds: addresses, estates, their relations, mail links and the agents' log."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.onoffice.fields import CONTACT_KINDS, fields
from sandbox.onoffice.filters import Comparable, comparable, compile_filter
from sandbox.onoffice.rules import Colleague, Rules

Row = dict[str, Any]
Clock = Callable[[], float]

_CACHED_SELECTIONS = 8


def german_time(timestamp: float) -> str:
    """onOffice's way to write a time: German wall clock, no zone."""
    return datetime.fromtimestamp(timestamp, ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M:%S")


class Table:
    """One module's rows by id. `select` answers a filtered and sorted list; asked again with another offset, it does
    not filter and sort anew, so that paging through 100,000 rows stays linear."""

    def __init__(self, module: str, changed_field: str, clock: Clock) -> None:
        self.module = module
        self.rows: dict[int, Row] = {}
        self._changed_field = changed_field
        self._clock = clock
        self._selections: OrderedDict[str, list[Row]] = OrderedDict()
        self._searchable = {*fields(module), *(CONTACT_KINDS if module == "address" else ())}
        self.writable = self._searchable | ({"owners", "interested"} if module == "estate" else set())

    def put(self, row: Row) -> None:
        """Insert or replace, as it is."""
        self.rows[row["id"]] = row
        self._selections.clear()

    def touch(self, row: Row, seconds_ago: float = 0.0) -> None:
        """Insert or replace, and note the time of the change."""
        row[self._changed_field] = german_time(self._clock() - seconds_ago)
        self.put(row)

    def remove(self, id_: int) -> None:
        """Raises KeyError where there is no such row."""
        del self.rows[id_]
        self._selections.clear()

    def forget_selections(self) -> None:
        self._selections.clear()

    def select(self, given_filter: Any, sort: tuple[tuple[str, bool], ...], ids: Iterable[int] | None) -> list[Row]:
        """Rows that pass the filter, in the wanted order (field, descending), else by id."""
        wanted = None if ids is None else tuple(ids)
        key = repr((given_filter, sort, wanted))
        if key in self._selections:
            self._selections.move_to_end(key)
            return self._selections[key]
        test = compile_filter(given_filter, self._searchable)
        found: Iterable[Row]
        if wanted is None:
            found = (self.rows[id_] for id_ in sorted(self.rows))
        else:
            found = (self.rows[id_] for id_ in dict.fromkeys(wanted) if id_ in self.rows)
        selection = [row for row in found if test(row)]
        for name, descending in reversed(sort):
            selection.sort(key=_by(name), reverse=descending)
        self._selections[key] = selection
        if len(self._selections) > _CACHED_SELECTIONS:
            self._selections.popitem(last=False)
        return selection


def _by(name: str) -> Callable[[Row], Comparable]:
    return lambda row: comparable(row.get(name, ""))


@dataclass
class Link:
    """What one mail is linked to: any number of addresses, one estate."""

    identity: str
    messageid: str
    addresses: list[int] = field(default_factory=list)
    estate: int | None = None


class Store:
    """All of the invented tenant."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.addresses = Table("address", "Aenderung", clock)
        self.estates = Table("estate", "geaendert_am", clock)
        self.log = Table("agentsLog", "created", clock)
        self.users: list[Mapping[str, Any]] = []
        self.relations: dict[str, dict[int, list[int]]] = {}
        self.links: dict[tuple[str, str], Link] = {}
        self.offers: set[tuple[int, int]] = set()  # (address, estate): noted as offered by an entry of the log
        self.rules = Rules()
        self.colleague = Colleague()
        self.created = 0  # addresses made over the API
        self.born: dict[int, float] = {}  # when addresses were made, of those that are not seeds
        self._last_address = 0
        self._entry_id = 13000

    @classmethod
    def seeded(cls, clock: Clock, world: Mapping[str, Any]) -> Store:
        """A tenant with the seeds' `users`, `addresses` and `estates` (owners and interested people within)."""
        store = cls(clock)
        store.users = list(world["users"])
        for address in world["addresses"]:
            store.addresses.put(store.address_row(address))
        for estate in world["estates"]:
            store.estates.put(store.estate_row(estate))
        return store

    def address_row(self, given: Mapping[str, Any], base: Row | None = None) -> Row:
        """A whole address row of some fields; `phone`, `mobile`, `fax` and `email` are lists of texts in `given`."""
        row: Row = dict.fromkeys(fields("address"), "") | {kind: [] for kind in CONTACT_KINDS}
        row |= {"Land": "DEU", "Status": "1", "SpracheKontakt": "DEU", "uuid": str(uuid.UUID(int=given["id"]))}
        row |= {"KdNr": str(given["id"] + 1000)}
        row |= base or {}
        row |= {name: value for name, value in given.items() if name not in CONTACT_KINDS}
        for kind in CONTACT_KINDS:
            if kind in given:
                row[kind] = [{"id": self._next_entry_id(), "value": value, "comment": ""} for value in given[kind]]
        for main, kind in (("Email", "email"), ("Telefon1", "phone"), ("Telefax1", "fax")):
            row[main] = row[kind][0]["value"] if row[kind] else ""
        return row

    def estate_row(self, given: Mapping[str, Any], base: Row | None = None) -> Row:
        """A whole estate row; `owners` and `interested` in `given` are ids of addresses."""
        row: Row = dict.fromkeys(fields("estate"), "")
        row |= {"land": "DEU", "status": "1", "verkauft": "0", "reserviert": "0", "stammobjekt": str(given["id"])}
        row |= {"uuid": str(uuid.UUID(int=given["id"] << 32)), "objektnr_intern": str(given["id"])}
        row |= base or {}
        row |= {name: value for name, value in given.items() if name not in ("owners", "interested")}
        row["Id"] = str(row["id"])
        for key, relation in (("owners", "owner"), ("interested", "interested")):
            if key in given:
                self.relations.setdefault(relation, {})[row["id"]] = list(given[key])
        return row

    def related(self, relation: str, estate: int) -> list[int]:
        return [id_ for id_ in self.relations.get(relation, {}).get(estate, []) if id_ in self.addresses.rows]

    def estates_of(self, relation: str, address: int) -> list[int]:
        related = self.relations.get(relation, {})
        return [estate for estate, people in related.items() if address in people and estate in self.estates.rows]

    def owners_name(self, estate: int) -> str:
        people = (self.addresses.rows[id_] for id_ in self.related("owner", estate))
        return ", ".join(f"{person['Vorname']} {person['Name']}".strip() or person["Zusatz1"] for person in people)

    def link_of(self, identity: str, messageid: str) -> Link:
        """The mail's links; an empty one, not stored, where it has none."""
        return self.links.get((identity, messageid), Link(identity, messageid))

    def set_link(self, link: Link) -> None:
        if link.addresses or link.estate is not None:
            self.links[link.identity, link.messageid] = link
        else:
            self.links.pop((link.identity, link.messageid), None)

    def add_log(self, entry: Mapping[str, Any]) -> int:
        """A new entry of the agents' log: its id."""
        nr = max(self.log.rows, default=6000) + 1
        self.log.touch({**dict.fromkeys(fields("agentsLog"), ""), **entry, "id": nr, "Nr": str(nr)})
        return nr

    def new_address_id(self) -> int:
        """The next number; none is given twice."""
        self._last_address = max(self._last_address, max(self.addresses.rows, default=0)) + 1
        return self._last_address

    def _next_entry_id(self) -> int:
        self._entry_id += 1
        return self._entry_id
