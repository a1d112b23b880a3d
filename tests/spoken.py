"""Which messages the code says, and with which values: read from the code, not run."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
A_MESSAGE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
# Says what it is given.
NOT_READ = "bot/language"
# Here the ids come from a file of error codes.
BY_CODE = ("bot/crm/onoffice/errors", "bot/crm/zoho/errors")


@dataclass(frozen=True)
class Spoken:
    """One `sentence(…)`, or `say(…)` of a message: where, the ids that it may say (of a family a pattern), and the
    names of the values that it gives; None where they are not written out."""

    where: str
    messages: frozenset[str]
    given: frozenset[str] | None

    def among(self, known: Iterable[str]) -> set[str]:
        """The messages of the catalogue that are meant."""
        whole = re.compile("|".join(f"(?:{pattern})" for pattern in self.messages))
        return {one for one in known if whole.fullmatch(one)}


@cache
def spoken() -> tuple[Spoken, ...]:
    """All that the code says; it is read once."""
    return tuple(_spoken())


def _spoken() -> Iterator[Spoken]:
    for package in ("bot", "commands"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith(NOT_READ):
                continue
            if name.removesuffix(".py") in BY_CODE:
                yield from _of_codes(path.with_suffix(".json"))
            else:
                yield from _Module(path, name).spoken()


def _of_codes(path: Path) -> Iterator[Spoken]:
    data = json.loads(path.read_text("utf-8"))
    yield Spoken(path.name, frozenset({re.escape(data["default"]["say"])}), frozenset({"code"}))
    said = frozenset(re.escape(one["say"]) for one in data.get("groups") or data["rules"])
    yield Spoken(path.name, said, frozenset())


Function = ast.FunctionDef | ast.AsyncFunctionDef


class _Module:
    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        self._speakers = {"sentence", "say"} if name.startswith("commands/") else {"sentence"}
        self._tree = ast.parse(path.read_text("utf-8"))
        self._all = [node for node in ast.walk(self._tree) if isinstance(node, Function)]
        self._functions = {node.name: node for node in self._all}

    def spoken(self) -> Iterator[Spoken]:
        for function in [None, *self._all]:
            for node in self._own(function):
                if isinstance(node, ast.Call) and node.args and self._speaks(node.func):
                    messages = frozenset(self._messages(node.args[0], function))
                    names = [keyword.arg for keyword in node.keywords]
                    given = None if None in names else frozenset(str(name) for name in names)
                    if messages:
                        yield Spoken(f"{self._name}:{node.lineno}", messages, given)
                    elif not _is_sentence(node.args[0]):
                        raise AssertionError(f"{self._name}:{node.lineno} says what cannot be told from the code")

    def _speaks(self, called: ast.expr) -> bool:
        """`sentence(…)`; in `commands` also `say(…)`, as somebody's too (`self.say`), and what gives the words of a
        payload, called at once."""
        if isinstance(called, ast.Call):
            return isinstance(called.func, ast.Attribute) and called.func.attr.startswith("of_")
        return (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")) in self._speakers

    def _own(self, function: Function | None) -> Iterator[ast.AST]:
        """The nodes of a function, or of the module, without those of the functions in it."""
        waiting: list[ast.AST] = [function or self._tree]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, Function)]

    def _messages(self, node: ast.expr, within: Function | None) -> set[str]:
        """The ids that an expression may be: written in it, given to the name that it is, or handed in by callers."""
        if isinstance(node, ast.Constant):
            return {re.escape(node.value)} if isinstance(node.value, str) and A_MESSAGE.fullmatch(node.value) else set()
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[a-z_]+" for p in node.values]
            return {"".join(parts)}
        if isinstance(node, ast.IfExp):
            return self._messages(node.body, within) | self._messages(node.orelse, within)
        if isinstance(node, ast.BoolOp):
            return set().union(*(self._messages(value, within) for value in node.values))
        if isinstance(node, ast.Dict):
            return set().union(*(self._messages(value, within) for value in node.values))
        if isinstance(node, ast.Subscript):
            return self._messages(node.value, within)
        if isinstance(node, ast.Name):
            return (self._of_name(node.id, within) if within is not None else set()) or self._of_constant(node.id)
        if isinstance(node, ast.Call):
            return self._of_call(node, within)
        return set()

    def _of_call(self, node: ast.Call, within: Function | None) -> set[str]:
        if isinstance(node.func, ast.Name) and (called := self._functions.get(node.func.id)):
            returned = [n.value for n in self._own(called) if isinstance(n, ast.Return) and n.value is not None]
            return set().union(*(self._messages(value, called) for value in returned))
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get":  # of a dictionary, with another one
            return set().union(*(self._messages(one, within) for one in [node.func.value, *node.args[1:]]))
        if isinstance(node.func, ast.Name) and node.func.id == "MappingProxyType":
            return self._messages(node.args[0], within)
        return set()

    def _of_constant(self, name: str) -> set[str]:
        found: set[str] = set()
        for node in self._tree.body:
            if isinstance(node, ast.Assign):
                found |= self._assigned(node.targets[0], node.value, name, None)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                found |= self._assigned(node.target, node.value, name, None)
        return found

    def _of_name(self, name: str, within: Function) -> set[str]:
        found: set[str] = set()
        for node in self._own(within):
            if isinstance(node, ast.Assign):
                found |= self._assigned(node.targets[0], node.value, name, within)
            elif isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Tuple | ast.List):
                for value in node.iter.elts:
                    found |= self._assigned(node.target, value, name, within)
        parameters = [argument.arg for argument in within.args.args]
        if name in parameters:
            for function in [None, *self._all]:
                for node in self._own(function):
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == within.name:
                        found |= self._messages(node.args[parameters.index(name)], function)
        return found

    def _assigned(self, target: ast.expr, value: ast.expr, name: str, within: Function | None) -> set[str]:
        if isinstance(target, ast.Name) and target.id == name:
            return self._messages(value, within)
        if isinstance(target, ast.Tuple) and name in (names := [getattr(one, "id", "") for one in target.elts]):
            at = names.index(name)
            pairs = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            each = [pair.elts[at] for pair in pairs if isinstance(pair, ast.Tuple)]
            return set().union(*(self._messages(one, within) for one in each))
        return set()


def _is_sentence(node: ast.expr) -> bool:
    """A sentence that comes from elsewhere has its values with it."""
    return isinstance(node, ast.Attribute) and node.attr == "message"
