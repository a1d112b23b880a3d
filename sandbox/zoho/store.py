"""What the Zoho stand-in holds: records by module, what was deleted, e-mails, files, users."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.zoho.limits import Limits
from sandbox.zoho.modules import modules
from sandbox.zoho.rules import Colleague, Rules

Row = dict[str, Any]
Clock = Callable[[], float]

ORG_ID = "572576700"


def iso(timestamp: float) -> str:
    """Zoho's way to write a time: ISO 8601 with an offset, whole seconds."""
    return datetime.fromtimestamp(int(timestamp), UTC).isoformat()


@dataclass(frozen=True)
class StoredFile:
    """A file in Zoho's file system."""

    name: str
    content: bytes
    inline: bool


@dataclass
class Email:
    """A mail on a record, with whatever associate_email was given."""

    message_id: str
    module: str
    record_id: str
    original_message_id: str
    owner: str
    given: Mapping[str, Any]
    linked: tuple[str, str] | None = None

    def lies_on(self, module: str, record_id: str) -> bool:
        return (module, record_id) in ((self.module, self.record_id), self.linked)


@dataclass
class Store:
    """All of the invented org. Rows hold lookups as ids; `shown` makes of them what the API shows."""

    clock: Clock = time.time
    users: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    records: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in modules()})
    deleted: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in modules()})
    emails: list[Email] = field(default_factory=list)
    files: dict[str, StoredFile] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(modules(), 0))
    hidden: set[str] = field(default_factory=set)
    limits: Limits = field(default_factory=Limits)
    rules: Rules = field(default_factory=Rules)
    colleague: Colleague = field(default_factory=Colleague)
    roles: dict[str, dict[str, str]] = field(default_factory=dict)  # deal → contact → role
    created: int = 0  # records made over the API
    _last_ids: dict[str, int] = field(default_factory=dict)

    @classmethod
    def seeded(cls, clock: Clock, world: Mapping[str, Any]) -> Store:
        store = cls(clock)
        store.users = {user["id"]: user for user in world["users"]}
        for module in modules():
            for row in world.get(module, []):
                store.put(module, row)
        return store

    def put(self, module: str, given: Mapping[str, Any]) -> Row:
        """Insert or change a record by its id; the full name follows its parts."""
        row = {**self.records[module].get(given["id"], {}), **given}
        if "Last_Name" in row:
            row["Full_Name"] = f"{row.get('First_Name') or ''} {row['Last_Name']}".strip()
        self.records[module][row["id"]] = row
        self.versions[module] += 1
        return row

    def touch(self, module: str, given: Mapping[str, Any], seconds_ago: float = 0.0) -> Row:
        """As `put`, noting the time of the change."""
        now = iso(self.clock() - seconds_ago)
        return self.put(module, {"Created_Time": now, **given, "Modified_Time": now})

    def delete(self, module: str, id_: str, kind: str) -> None:
        """Into the recycle bin (`recycle`) or for good (`permanent`). Raises KeyError where there is no such record."""
        row = self.records[module].pop(id_)
        self.versions[module] += 1
        self.deleted[module].append(
            {
                "deleted_by": None,
                "id": id_,
                "display_name": self.name(module, row),
                "type": kind,
                "created_by": None,
                "deleted_time": iso(self.clock()),
            }
        )

    def convert(self, id_: str) -> None:
        """A lead that became a contact: gone from lists, and not among what was deleted. Raises KeyError."""
        self.touch("Leads", {**self.records["Leads"][id_], "_converted": True})

    def new_id(self, module: str) -> str:
        """The next id; none is given twice."""
        highest = max((int(id_) for id_ in self.records[module]), default=int(modules()[module].id) + 10**6)
        self._last_ids[module] = max(self._last_ids.get(module, 0), highest) + 1
        return str(self._last_ids[module])

    def doings(self, module: str, doings: list[dict[str, Any]]) -> None:
        """What somebody else does at this moment, by hand: make a record, change one, or delete it."""
        while doings:
            doing = doings.pop(0)
            where = doing.get("module", module)
            id_ = doing.get("id") or self.new_id(where)
            if doing.get("delete"):
                self.delete(where, id_, "recycle")
            else:
                self.touch(where, {"Owner": next(iter(self.users)), **doing.get("fields", {}), "id": id_})

    def name(self, module: str, row: Row) -> str:
        return str(row.get(modules()[module].name_field) or "")

    def shown(self, module: str, row: Row, wanted: Iterable[str] | None = None) -> Row:
        """A record as the API shows it: the wanted fields (all if None), lookups as name and id."""
        fields = modules()[module].fields
        asked = wanted if wanted is not None else fields
        names = [name for name in asked if name in fields and self.rules.has(name)]
        return {**{name: self.value(module, row, name) for name in names}, "id": row["id"]}

    def value(self, module: str, row: Row, name: str) -> Any:
        """One field as the API shows it."""
        kind, _, target = modules()[module].fields[name]
        held = row.get(name)
        if held is None:
            return None
        if kind == "ownerlookup":
            user = self.users[held]
            return {"name": user["full_name"], "id": held, "email": user["email"]}
        if kind == "lookup" and target:
            other = self.records[target].get(held)
            return None if other is None else {"name": self.name(target, other), "id": held}
        return held

    def text(self, module: str, row: Row, name: str) -> str:
        """One field as searches compare it: a lookup by its name."""
        value = self.value(module, row, name)
        if isinstance(value, dict):
            value = value["name"]
        return "" if value is None else str(value)
