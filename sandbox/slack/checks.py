"""Small checks of JSON values that compose into rules, and the problems they find.

A check takes a value and the JSON pointer where it stands and yields what is wrong with it. The wording is Slack's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that Slack would refuse, in the vocabulary of `blocks.validate`."""

    code: str
    message: str
    pointer: str
    field: str | None = None
    constraint: Any = None

    def sentence(self, root: str = "") -> str:
        """The form in which `response_metadata.messages` lists it."""
        return f"[ERROR] {self.message} [json-pointer:{root}{self.pointer}]"

    def as_json(self) -> dict[str, Any]:
        found = {"code": self.code, "message": self.message, "field": self.field, "pointer": self.pointer}
        return found if self.constraint is None else {**found, "constraint": self.constraint}


Problems = Iterator[Problem]
Check = Callable[[Any, str], Problems]


def anything(_value: Any, _at: str) -> Problems:
    yield from ()


def string(maximum: int, minimum: int = 1, pattern: str | None = None) -> Check:
    """A string of `minimum` to `maximum` characters that matches `pattern` as a whole."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, str):
            yield Problem("invalid_type", "must be a string", at)
        elif len(value) > maximum:
            yield Problem("too_long", f"must be less than {maximum + 1} characters", at, constraint=maximum)
        elif len(value) < minimum:
            yield Problem("too_short", f"must be more than {minimum - 1} characters", at, constraint=minimum)
        elif pattern is not None and not re.fullmatch(pattern, value):
            yield Problem("invalid_value", "invalid value", at, constraint=pattern)

    return check


def boolean(value: Any, at: str) -> Problems:
    if not isinstance(value, bool):
        yield Problem("invalid_type", "must be a boolean", at)


def number(minimum: float | None = None, maximum: float | None = None, whole: bool = True) -> Check:
    def check(value: Any, at: str) -> Problems:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            yield Problem("invalid_type", "must be an integer" if whole else "must be a number", at)
        elif minimum is not None and value < minimum:
            yield Problem("too_small", f"must be at least {minimum}", at, constraint=minimum)
        elif maximum is not None and value > maximum:
            yield Problem("too_large", f"must be at most {maximum}", at, constraint=maximum)

    return check


def choice(*allowed: Any) -> Check:
    def check(value: Any, at: str) -> Problems:
        # By identity of type too: True is not a 1 in JSON.
        if not any(value == one and type(value) is type(one) for one in allowed):
            names = ", ".join(map(str, allowed))
            yield Problem("invalid_value", f"must be one of: {names}", at, constraint=list(allowed))

    return check


def array(item: Check, minimum: int = 1, maximum: int | None = None) -> Check:
    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, list):
            yield Problem("invalid_type", "must be an array", at)
            return
        if len(value) < minimum:
            yield Problem("too_few_items", f"no fewer than {minimum} items allowed", at, constraint=minimum)
        if maximum is not None and len(value) > maximum:
            yield Problem("too_many_items", f"no more than {maximum} items allowed", at, constraint=maximum)
        for index, one in enumerate(value):
            yield from item(one, f"{at}/{index}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check], *also: Check) -> Check:
    """An object with exactly these keys. `also` are rules over several keys, tried once each key is sound by itself."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem("invalid_type", "must provide an object", at)
            return
        sound = True
        for problem in _fields(value, at, required, optional):
            sound = False
            yield problem
        if sound:
            for rule in also:
                yield from rule(value, at)

    return check


def _fields(value: dict[str, Any], at: str, required: Mapping[str, Check], optional: Mapping[str, Check]) -> Problems:
    for name in required:
        if name not in value:
            yield Problem("missing_field", f"missing required field: {name}", at, name)
    for name, one in value.items():
        rule = required.get(name) or optional.get(name)
        if rule is None:
            yield Problem("unknown_field", f"invalid additional property: {name}", at, name)
        else:
            yield from rule(one, f"{at}/{name}")


def typed(name: str, required: Mapping[str, Check], optional: Mapping[str, Check], *also: Check) -> Check:
    """An object whose `type` is `name`."""
    return shape({"type": choice(name), **required}, optional, *also)


def tagged(table: Mapping[str, Check]) -> Check:
    """An object whose `type` says which rule of `table` it must follow."""

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem("invalid_type", "must provide an object", at)
        elif "type" not in value:
            yield Problem("missing_field", "missing required field: type", at, "type")
        elif not isinstance(value["type"], str) or value["type"] not in table:
            allowed = sorted(table)
            yield Problem("unsupported_type", f"unsupported type: {value['type']}", f"{at}/type", "type", allowed)
        else:
            yield from table[value["type"]](value, at)

    return check


def exactly_one(*names: str) -> Check:
    def check(value: Any, at: str) -> Problems:
        present = [name for name in names if name in value]
        if len(present) != 1:
            yield Problem("conflicting_fields", f"exactly one of {', '.join(names)} is required", at)

    return check


def at_least_one(*names: str) -> Check:
    def check(value: Any, at: str) -> Problems:
        if not any(name in value for name in names):
            yield Problem("missing_field", f"missing required field: {' or '.join(names)}", at, names[0])

    return check
