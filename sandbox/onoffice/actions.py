"""What an onOffice action is to the code that carries it out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.mailbox import FolderView
from sandbox.onoffice.errors import OnOfficeError
from sandbox.onoffice.store import Store

MAX_LIMIT = 500
DEFAULT_LIMIT = 20

Record = dict[str, Any]


class Mailboxes(Protocol):
    """What onOffice knows of the mailboxes that are assigned to its API user."""

    def identities(self) -> tuple[str, ...]: ...

    def folders(self, identity: str) -> list[FolderView]: ...

    def folder(self, identity: str, folder: str) -> FolderView | None: ...


@dataclass(frozen=True)
class Office:
    """The tenant an action works on. `web` is where its pages are seen in a browser."""

    store: Store
    mailboxes: Mailboxes
    web: str


@dataclass(frozen=True)
class Result:
    """What an action answers: records, and the total number of hits where the call tells one."""

    records: list[Record]
    cntabsolute: int | None = None
    cacheable: bool = False


@dataclass(frozen=True)
class Action:
    """One action of a request, its attributes checked; `verb` is the last word of the actionid."""

    verb: str
    resourcetype: str
    resourceid: str
    parameters: Mapping[str, Any]

    def only(self, *allowed: str) -> None:
        """Raises 144 for a parameter that this call does not know, as onOffice does."""
        for key, value in self.parameters.items():
            if key not in allowed:
                raise OnOfficeError(144, f"({key}, {value})")

    def text(self, key: str, missing: int | None = None) -> str:
        """A text parameter: "" where it may be left out, else the code `missing`; 227 for another type."""
        value = self.parameters.get(key)
        if value is None or value == "":
            if missing is not None:
                raise OnOfficeError(missing)
            return ""
        if not isinstance(value, str):
            raise OnOfficeError(227, key)
        return value

    def integer(self, key: str, default: int) -> int:
        """A whole number; 228 for anything else."""
        value = self.parameters.get(key, default)
        if not is_integer(value):
            raise OnOfficeError(228, key)
        return int(value)

    def array(self, key: str) -> list[Any]:
        """A list, [] where it is left out; 74 for anything else."""
        value = self.parameters.get(key, [])
        if not isinstance(value, list):
            raise OnOfficeError(74)
        return value

    def data(self, known: Collection[str]) -> list[str]:
        """The wanted fields; one that the module does not have fails the whole action with 144."""
        names = self.array("data")
        for index, name in enumerate(names):
            if not is_among(name, known):
                raise OnOfficeError(144, f"({index}, {name})")
        return names

    def page(self) -> slice:
        """listlimit (20 unless given, 500 at most) and listoffset."""
        limit, offset = self.integer("listlimit", DEFAULT_LIMIT), self.integer("listoffset", 0)
        if not 0 < limit <= MAX_LIMIT:
            raise OnOfficeError(255, "listlimit")
        if offset < 0:
            raise OnOfficeError(255, "listoffset")
        return slice(offset, offset + limit)


Carry = Callable[[Office, Action], Result]


def is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_among(name: Any, known: Collection[str]) -> bool:
    return isinstance(name, str) and name in known


def as_id(value: Any) -> int:
    """An id as number or as digits, as most calls take it; anything else is no record (80)."""
    try:
        return int(value)
    except (TypeError, ValueError):
        raise OnOfficeError(80) from None


def php(elements: Mapping[str, Any]) -> Any:
    """PHP writes an empty map as an empty list."""
    return dict(elements) or []
