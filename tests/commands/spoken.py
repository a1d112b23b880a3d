"""Which messages the code of `commands` says, and with which values: read from the code, not run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import commands

COMMANDS = Path(commands.__file__).parent
A_MESSAGE = re.compile(r"[a-z_]+(\.[a-z_]+)+")


@dataclass(frozen=True)
class Spoken:
    """One `say(…)`: where, the ids that it may say (of a family a pattern), and the names of the values it gives."""

    where: str
    messages: frozenset[str]
    given: frozenset[str]

    def among(self, known: Iterable[str]) -> set[str]:
        """The messages of the catalogue that are meant."""
        return {one for one in known if any(re.fullmatch(pattern, one) for pattern in self.messages)}


def spoken() -> Iterator[Spoken]:
    for path in sorted(COMMANDS.rglob("*.py")):
        yield from _Module(path).spoken()


class _Module:
    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._tree = ast.parse(path.read_text("utf-8"))
        self._functions = {n.name: n for n in ast.walk(self._tree) if isinstance(n, ast.FunctionDef)}

    def spoken(self) -> Iterator[Spoken]:
        for function in [None, *self._functions.values()]:
            for node in self._own(function):
                if isinstance(node, ast.Call) and node.args and _is_say(node.func):
                    messages = frozenset(self._messages(node.args[0], function))
                    given = frozenset(str(keyword.arg) for keyword in node.keywords)
                    if messages:
                        yield Spoken(f"{self._name}:{node.lineno}", messages, given)
                    elif not _is_sentence(node.args[0]):
                        raise AssertionError(f"{self._name}:{node.lineno} says what cannot be told from the code")

    def _own(self, function: ast.FunctionDef | None) -> Iterator[ast.AST]:
        """The nodes of a function, or of the module, without those of the functions in it."""
        waiting: list[ast.AST] = [function or self._tree]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.FunctionDef)]

    def _messages(self, node: ast.expr, within: ast.FunctionDef | None) -> set[str]:
        """The ids that an expression may be: written in it, given to the name that it is, or handed in by callers."""
        if isinstance(node, ast.Constant):
            return {re.escape(node.value)} if isinstance(node.value, str) and A_MESSAGE.fullmatch(node.value) else set()
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"[a-z_]+" for p in node.values]
            return {"".join(parts)}
        if isinstance(node, ast.IfExp):
            return self._messages(node.body, within) | self._messages(node.orelse, within)
        if isinstance(node, ast.Dict):
            return set().union(*(self._messages(value, within) for value in node.values))
        if isinstance(node, ast.Name) and within is not None:
            return self._of_name(node.id, within)
        if isinstance(node, ast.Call):
            return self._of_call(node, within)
        return set()

    def _of_call(self, node: ast.Call, within: ast.FunctionDef | None) -> set[str]:
        if isinstance(node.func, ast.Name) and (called := self._functions.get(node.func.id)):
            returned = [n.value for n in self._own(called) if isinstance(n, ast.Return) and n.value is not None]
            return set().union(*(self._messages(value, called) for value in returned))
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get":  # of a dictionary, with another one
            return set().union(*(self._messages(one, within) for one in [node.func.value, *node.args[1:]]))
        return set()

    def _of_name(self, name: str, within: ast.FunctionDef) -> set[str]:
        found: set[str] = set()
        for node in self._own(within):
            if isinstance(node, ast.Assign):
                found |= self._assigned(node, name, within)
        parameters = [argument.arg for argument in within.args.args]
        if name in parameters:
            for function in self._functions.values():
                for node in self._own(function):
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == within.name:
                        found |= self._messages(node.args[parameters.index(name)], function)
        return found

    def _assigned(self, node: ast.Assign, name: str, within: ast.FunctionDef) -> set[str]:
        (target,) = node.targets
        if isinstance(target, ast.Name) and target.id == name:
            return self._messages(node.value, within)
        if isinstance(target, ast.Tuple) and name in (names := [getattr(one, "id", "") for one in target.elts]):
            at = names.index(name)
            pairs = [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
            each = [pair.elts[at] for pair in pairs if isinstance(pair, ast.Tuple)]
            return set().union(*(self._messages(value, within) for value in each))
        return set()


def _is_say(called: ast.expr) -> bool:
    """`say(…)`, also as somebody's (`self.say`), and what gives the words of a payload, called at once."""
    if isinstance(called, ast.Call):
        return isinstance(called.func, ast.Attribute) and called.func.attr.startswith("of_")
    return (called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")) == "say"


def _is_sentence(node: ast.expr) -> bool:
    """A sentence that comes from elsewhere has its values with it."""
    return isinstance(node, ast.Attribute) and node.attr == "message"
