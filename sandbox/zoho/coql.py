"""COQL: `select … from … where … order by … limit …`, as far as directories need it.

https://www.zoho.com/crm/developer/docs/api/v7/COQL-Overview.html , …/COQL-Limitations.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.zoho.errors import ZohoError
from sandbox.zoho.modules import modules
from sandbox.zoho.store import Row, Store

DEFAULT_ROWS = 200
MAX_TOTAL = 100_000
MAX_COLUMNS = 50

Test = Callable[[Row], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:\\.|[^'\\])*')|(?P<number>-?\d+(?:\.\d+)?)(?![\w:-])|(?P<mark>!=|<>|>=|<=|[(),=<>])"
    r"|(?P<word>[\w.:+-]+))"
)
_WORDS = {"select", "from", "where", "order", "by", "limit", "offset", "and", "or", "in", "not", "like", "is", "null"}
_MARKS = frozenset("(),=<>")
_WORDS |= {"between", "asc", "desc"}


def run(store: Store, query: Any) -> dict[str, Any] | None:
    """Answer a select_query, or None where it finds nothing. Raises ZohoError."""
    if not isinstance(query, str):
        raise ZohoError(400, "MANDATORY_NOT_FOUND", "required field not found", {"api_name": "select_query"})
    return _Query(store, query).run()


class _Query:
    """A parser that goes through the query once; `_peek` and `_take` are all it has of it."""

    def __init__(self, store: Store, text: str) -> None:
        self._store = store
        self._tokens = self._split(text)
        self._module = ""

    def run(self) -> dict[str, Any] | None:
        self._words("select")
        columns = [self._take()]
        while self._next_is(","):
            columns.append(self._take())
        self._words("from")
        self._module = self._take()
        if self._module not in modules():
            raise ZohoError(
                400, "INVALID_QUERY", "invalid query formed", {"reason": "invalid module", "from": self._module}
            )
        for column in columns:
            self._check(column)
        if len(columns) > MAX_COLUMNS:
            raise ZohoError(400, "LIMIT_EXCEEDED", "select columns limit exceeded", {"limit": MAX_COLUMNS})
        self._words("where")
        test = self._condition()
        rows = [row for row in self._store.records[self._module].values() if test(row)]
        rows.sort(key=lambda row: str(row["id"]))
        if self._next_is("order"):
            self._words("by")
            self._order(rows)
        limit, offset = self._window()
        if self._tokens:
            raise self._syntax()
        page = rows[offset : offset + limit]
        if not page:
            return None
        data = [{**{column: self._column(row, column) for column in columns}, "id": row["id"]} for row in page]
        return {"data": data, "info": {"count": len(page), "more_records": offset + limit < len(rows)}}

    def _order(self, rows: list[Row]) -> None:
        keys = []
        while True:
            column = self._take()
            self._check(column)
            descending = self._next_is("desc")
            if not descending:
                self._next_is("asc")
            keys.append((column, descending))
            if not self._next_is(","):
                break
        for column, descending in reversed(keys):
            rows.sort(key=self._sort_key(column), reverse=descending)

    def _sort_key(self, column: str) -> Callable[[Row], tuple[bool, float, str]]:
        return lambda row: _comparable(self._held(row, column))

    def _window(self) -> tuple[int, int]:
        """`limit n`, `limit offset, n` or `limit n offset m`."""
        limit, offset = DEFAULT_ROWS, 0
        if self._next_is("limit"):
            limit = self._whole()
            if self._next_is(","):
                limit, offset = self._whole(), limit
        if self._next_is("offset"):
            offset = self._whole()
        most = self._store.limits.rows
        if not 0 < limit <= most or offset + limit > MAX_TOTAL:
            raise ZohoError(400, "LIMIT_EXCEEDED", "limit exceeded", {"limit": most})
        return limit, offset

    def _condition(self) -> Test:
        """Criteria joined by one word; a third needs brackets of its own."""
        tests, words = [self._term()], []
        while self._peek() in ("and", "or"):
            words.append(self._take())
            tests.append(self._term())
        if len(tests) > 2:
            raise self._syntax()
        combine = any if words == ["or"] else all
        return lambda row: combine(test(row) for test in tests)

    def _term(self) -> Test:
        if self._next_is("("):
            test = self._condition()
            if not self._next_is(")"):
                raise self._syntax()
            return test
        column = self._take()
        self._check(column)
        return self._comparison(column, self._take())

    def _comparison(self, column: str, operator: str) -> Test:
        def held(row: Row) -> tuple[bool, float, str]:
            return _comparable(self._held(row, column))

        if operator == "is":
            negated = self._next_is("not")
            self._words("null")
            return lambda row: (self._held(row, column) is None) != negated
        if operator == "not":
            inner = self._comparison(column, self._take())
            return lambda row: not inner(row)
        if operator == "in":
            self._expect("(")
            among = {_comparable(self._value())}
            while self._next_is(","):
                among.add(_comparable(self._value()))
            self._expect(")")
            return lambda row: held(row) in among
        if operator == "between":
            low = _comparable(self._value())
            self._words("and")
            high = _comparable(self._value())
            return lambda row: low <= held(row) <= high
        value = self._value()
        if operator == "like":
            pattern = re.compile(".*".join(map(re.escape, str(value).casefold().split("%"))), re.DOTALL)
            return lambda row: pattern.fullmatch(str(self._held(row, column) or "").casefold()) is not None
        wanted = _comparable(value)
        tests: dict[str, Test] = {
            "=": lambda row: held(row) == wanted,
            "!=": lambda row: held(row) != wanted,
            "<>": lambda row: held(row) != wanted,
            ">": lambda row: held(row) > wanted,
            ">=": lambda row: held(row) >= wanted,
            "<": lambda row: held(row) < wanted,
            "<=": lambda row: held(row) <= wanted,
        }
        if operator not in tests:
            raise self._syntax()
        return tests[operator]

    def _check(self, column: str) -> None:
        name, _, part = column.partition(".")
        fields = modules()[self._module].fields
        known = name == "id" or (name in fields and self._store.rules.has(name))
        if known and part:
            target = fields[name][2] if name in fields else None
            known = part == "id" or (target is not None and part in modules()[target].fields)
        if not known:
            raise ZohoError(
                400, "INVALID_QUERY", "invalid query formed", {"reason": "invalid column", "column_name": column}
            )

    def _held(self, row: Row, column: str) -> Any:
        """What a column holds for comparing; a lookup by its id, `Lookup.Field` by the other record's field."""
        name, _, part = column.partition(".")
        value = row.get(name)
        if not part or part == "id" or value is None:
            return value
        target = modules()[self._module].fields[name][2] or ""
        return self._store.records[target].get(value, {}).get(part)

    def _column(self, row: Row, column: str) -> Any:
        """A column as it is answered: a lookup is its id only."""
        kind = modules()[self._module].fields.get(column, ("", "", None))[0]
        held = self._held(row, column)
        return {"id": held} if kind in ("lookup", "ownerlookup") and held is not None else held

    def _value(self) -> Any:
        token = self._take()
        if token.startswith("'"):
            return re.sub(r"\\(.)", r"\1", token[1:-1])
        if token in _WORDS or token in _MARKS:
            raise self._syntax()
        return token

    def _whole(self) -> int:
        token = self._take()
        if not token.isdecimal():
            raise self._syntax()
        return int(token)

    def _words(self, *words: str) -> None:
        for word in words:
            self._expect(word)

    def _expect(self, token: str) -> None:
        if not self._next_is(token):
            raise self._syntax()

    def _next_is(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self._tokens.pop(0)
        return True

    def _peek(self) -> str | None:
        return self._tokens[0] if self._tokens else None

    def _take(self) -> str:
        if not self._tokens:
            raise self._syntax()
        return self._tokens.pop(0)

    def _split(self, text: str) -> list[str]:
        tokens, at = [], 0
        text = text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise self._syntax()
            token = found.group().strip()
            tokens.append(token.lower() if token.lower() in _WORDS else token)
            at = found.end()
        return tokens

    @staticmethod
    def _syntax() -> ZohoError:
        return ZohoError(400, "SYNTAX_ERROR", "error occurred while parsing the query", {"near": "", "line": 1})


def _comparable(value: Any) -> tuple[bool, float, str]:
    text = "" if value is None else str(value).casefold()
    try:
        return (False, float(text), text) if len(text) < 15 else (True, 0.0, text)
    except ValueError:
        return (True, 0.0, text)
