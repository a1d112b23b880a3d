"""GET {module}/search: by criteria, e-mail, phone or word.

https://www.zoho.com/crm/developer/docs/api/v7/search-records.html ; as there, `equals` finds whatever contains the
value, so that who needs the exact address has to look again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.zoho.errors import ZohoError, missing_parameter
from sandbox.zoho.modules import modules
from sandbox.zoho.records import names, sliced
from sandbox.zoho.store import Row, Store

MAX_FOUND = 2000
MAX_CRITERIA = 10
MAX_IN = 100
MIN_WORD = 2

Test = Callable[[Row], bool]

_TOKEN = re.compile(r"\s*(\(|\)|and\b|or\b)|((?:\\.|[^()\\])+)", re.IGNORECASE)
_DIGITS = re.compile(r"\D+")


def search(store: Store, module: str, query: Mapping[str, str]) -> dict[str, Any] | None:
    """One page of what is found, or None. The first of the four ways that is given counts."""
    test = _test(store, module, query)
    rows = [row for row in store.records[module].values() if not row.get("_converted")]
    found = [row for row in rows if row.get("_indexed_at", 0) <= store.clock() and test(row)]
    found.sort(key=lambda row: str(row["id"]), reverse=True)
    answer = sliced(found, query, MAX_FOUND)
    if answer is not None:
        wanted = names(query) or None
        answer["data"] = [store.shown(module, row, wanted) for row in answer["data"]]
    return answer


def _test(store: Store, module: str, query: Mapping[str, str]) -> Test:
    fields = modules()[module]
    if "criteria" in query:
        return _Criteria(store, module, query["criteria"]).test()
    if "email" in query:
        wanted = query["email"].casefold()
        return lambda row: any(wanted in str(row.get(name) or "").casefold() for name in fields.of_type("email"))
    if "phone" in query:
        digits = _DIGITS.sub("", query["phone"])
        return lambda row: any(
            bool(digits) and digits in _DIGITS.sub("", str(row.get(name) or "")) for name in fields.of_type("phone")
        )
    if "word" in query:
        word = query["word"].casefold()
        if len(word) < MIN_WORD:
            raise ZohoError(400, "INVALID_QUERY", "the word is too short", {"param_name": "word"})
        return lambda row: any(word in store.text(module, row, name).casefold() for name in fields.fields)
    raise missing_parameter("criteria")


class _Criteria:
    """`((Email:equals:x)and(Last_Name:starts_with:y))`; brackets and commas in values are written `\\(`, `\\,`."""

    def __init__(self, store: Store, module: str, text: str) -> None:
        self._store, self._module = store, module
        self._tokens = [(mark or "").lower() or value.strip() for mark, value in _TOKEN.findall(text)]
        self._tokens = [token for token in self._tokens if token]
        self._count = 0

    def test(self) -> Test:
        result = self._either()
        if self._tokens or not self._count:
            raise self._wrong()
        return result

    def _either(self) -> Test:
        tests, words = [self._one()], set()
        while self._tokens and self._tokens[0] in ("and", "or"):
            words.add(self._tokens.pop(0))
            tests.append(self._one())
        if len(words) > 1:
            raise self._wrong()
        combine = any if words == {"or"} else all
        return lambda row: combine(test(row) for test in tests)

    def _one(self) -> Test:
        self._expect("(")
        if self._tokens and self._tokens[0] == "(":
            test = self._either()
        else:
            test = self._criterion(self._tokens.pop(0) if self._tokens else "")
        self._expect(")")
        return test

    def _criterion(self, text: str) -> Test:
        self._count += 1
        if self._count > MAX_CRITERIA:
            raise ZohoError(400, "LIMIT_EXCEEDED", "criteria limit exceeded", {"limit": MAX_CRITERIA})
        field, _, rest = text.partition(":")
        operator, _, raw = rest.partition(":")
        there = field in modules()[self._module].fields and self._store.rules.has(field)
        if field != "id" and not there:
            raise self._wrong()
        parts = re.split(r"(?<!\\),", raw) if operator == "in" else [raw]
        values = [re.sub(r"\\(.)", r"\1", part).casefold() for part in parts]
        if len(values) > MAX_IN or not all(values):
            raise self._wrong()

        def held(row: Row) -> str:
            text = str(row["id"]) if field == "id" else self._store.text(self._module, row, field)
            return text.casefold()

        match operator:
            case "equals" | "contains" | "in":
                return lambda row: any(value in held(row) for value in values)
            case "starts_with":
                return lambda row: held(row).startswith(values[0])
            case "not_equal":
                return lambda row: held(row) != values[0]
            case "greater_equal" | "greater_than":
                return lambda row: held(row) >= values[0] if operator == "greater_equal" else held(row) > values[0]
            case "less_equal" | "less_than":
                return lambda row: held(row) <= values[0] if operator == "less_equal" else held(row) < values[0]
        raise self._wrong()

    def _expect(self, token: str) -> None:
        if not self._tokens or self._tokens.pop(0) != token:
            raise self._wrong()

    @staticmethod
    def _wrong() -> ZohoError:
        return ZohoError(400, "INVALID_QUERY", "Invalid query formed", {"param_name": "criteria"})
