"""What differs between onOffice's customers, or is not documented and may be one way or the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_SWITCHES = {
    "unknown_field": ("refuse", "drop"),
    "too_long": ("refuse", "cut"),
    "relation_again": ("ok", "refuse"),
}


@dataclass
class Rules:
    """`may_create`: the API user has the right. `mandatory` fields are enforced and announced nowhere; `inactive` ones
    are not there. `hidden` addresses may not be read by the API user, and are found by the duplicate check all the same
    where `check_sees_hidden`. The check does not see what is younger than `blind_seconds`: of two creations at once
    both are made. `select_code` is the error of a value that is not permitted."""

    empty_list_wipes: bool = False  # an empty `addressIds` takes the property off too ("removes all links")
    may_create: bool = True
    mandatory: list[str] = field(default_factory=list)
    inactive: list[str] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    check_sees_hidden: bool = True
    blind_seconds: float = 1.0
    unknown_field: str = "refuse"
    too_long: str = "refuse"
    relation_again: str = "ok"
    select_code: int = 252

    def change(self, given: dict[str, Any]) -> None:
        """Raises ValueError for a rule, or a value of one, that there is not."""
        for name, value in given.items():
            if not hasattr(self, name) or not isinstance(value, type(getattr(self, name)) | int):
                raise ValueError(f"no such rule: {name}")
            if value not in _SWITCHES.get(name, (value,)):
                raise ValueError(f"{name} must be one of {', '.join(_SWITCHES[name])}")
            setattr(self, name, value)


@dataclass
class Colleague:
    """Somebody who works in onOffice while a program does: what they do `before` the next creation of an address is
    carried out (behind its own check of duplicates, as far as a program can tell), or right `after` it."""

    before: list[dict[str, Any]] = field(default_factory=list)
    after: list[dict[str, Any]] = field(default_factory=list)
