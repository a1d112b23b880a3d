"""onOffice's filters: `{"Ort": [{"op": "LIKE", "val": "Ber%"}], …}`, all expressions joined by AND."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sandbox.onoffice.errors import OnOfficeError

Row = Mapping[str, Any]
Test = Callable[[Row], bool]
Comparable = tuple[int, float, str]

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
_ALIASES = {"is": "=", "<>": "!="}
_ORDERED: Mapping[str, Callable[[Comparable, Comparable], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
}


def compile_filter(given: Any, known: Collection[str]) -> Test:
    """A test for rows. Raises 257 for a malformed filter, 141 for an unknown field, 142 for an unknown operator."""
    if given in (None, [], {}):
        return _anything
    if not isinstance(given, dict):
        raise OnOfficeError(257, "object expected")
    tests: list[Test] = []
    for field, expressions in given.items():
        if field not in known:
            raise OnOfficeError(141, str(field))
        if not isinstance(expressions, list):
            raise OnOfficeError(257, str(field))
        tests.extend(_expression(field, expression) for expression in expressions)
    return lambda row: all(test(row) for test in tests)


def _anything(row: Row) -> bool:
    del row
    return True


def comparable(value: Any) -> Comparable:
    """Numbers compare as numbers, everything else as text whatever the case, as MySQL does."""
    text = str(value).strip().casefold()
    # Not all that Python takes for a number: "nan" would be neither equal nor unequal to anything.
    return (0, float(text), "") if _NUMBER.fullmatch(text) else (1, 0.0, text)


def _expression(field: str, expression: Any) -> Test:
    if not isinstance(expression, dict) or "op" not in expression:
        raise OnOfficeError(257, field)
    op = str(expression["op"]).lower()
    op = _ALIASES.get(op, op)
    value = expression.get("val")
    negated = op.startswith("not ")
    matches = _comparison(field, op.removeprefix("not ") if negated else op, value)

    def test(row: Row) -> bool:
        held = row.get(field, "")
        values = [entry["value"] for entry in held] if isinstance(held, list) else [held]
        return any(map(matches, values)) != negated

    return test


def _comparison(field: str, op: str, value: Any) -> Callable[[Any], bool]:
    if op in _ORDERED:
        if isinstance(value, (list, dict)):
            raise OnOfficeError(257, field)
        compare, wanted = _ORDERED[op], comparable(value)
        return lambda held: compare(comparable(held), wanted)
    if op == "between":
        if not isinstance(value, list) or len(value) != 2:
            raise OnOfficeError(257, field)
        low, high = map(comparable, value)
        return lambda held: low <= comparable(held) <= high
    if op == "like":
        pattern = re.compile(".*".join(map(re.escape, str(value).casefold().split("%"))), re.DOTALL)
        return lambda held: pattern.fullmatch(str(held).casefold()) is not None
    if op == "in":
        if not isinstance(value, list):
            raise OnOfficeError(257, field)
        among = {comparable(each) for each in value}
        return lambda held: comparable(held) in among
    raise OnOfficeError(142, op)
