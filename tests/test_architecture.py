"""The rules of docs/architecture.md that a reader could overlook: which way imports run, who reads the environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SLACK = ("slack_bolt", "slack_sdk")
PARTS = ("bot.mail", "bot.matching", "bot.crm")


def modules(package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), path


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide which way they run"
            found.add(str(node.module))
    return found


def under(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def offending(package: str, forbidden: tuple[str, ...], except_for: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name} imports {imported}"
        for name, path in modules(package)
        if name not in except_for
        for imported in sorted(imports(path))
        if any(under(imported, banned) for banned in forbidden)
    ]


def test_there_is_something_to_look_at() -> None:
    assert all(list(modules(package)) for package in ("bot", "commands", "storage", "sandbox"))
    assert "bot.surface" in imports(ROOT / "commands" / "cards" / "card.py")


@pytest.mark.parametrize(
    ("package", "forbidden", "except_for"),
    [
        ("bot", ("commands", "sandbox", *SLACK), ("bot.app",)),
        ("bot/app.py", ("sandbox",), ()),
        ("commands", ("storage", "sandbox"), ()),
        ("storage", ("bot", "commands", "sandbox", *SLACK), ()),
        ("sandbox", ("bot", "commands", "storage", *SLACK), ()),
        ("bot/mail", ("storage", "commands", "sqlmodel", "bot.matching", "bot.crm"), ()),
        ("bot/matching", ("storage", "commands", "sqlmodel", "bot.mail", "bot.crm"), ()),
        ("bot/crm", ("storage", "commands", "sqlmodel", "bot.matching"), ()),
    ],
)
def test_imports_run_one_way(package: str, forbidden: tuple[str, ...], except_for: tuple[str, ...]) -> None:
    assert offending(package, forbidden, except_for) == []


def test_parts_know_each_other_by_their_front_door_only() -> None:
    inside = []
    for name, path in modules("bot"):
        for imported in imports(path):
            for part in ("bot.mail", "bot.matching"):
                # `bot.matching.offline` is the command line's own entry, loaded only for `linkbot match`.
                if under(imported, part) and imported not in (part, "bot.matching.offline") and not under(name, part):
                    inside.append(f"{name} imports {imported}")
    assert inside == []


def test_vendors_do_not_know_each_other() -> None:
    assert offending("bot/crm/onoffice", ("bot.crm.zoho",)) == []
    assert offending("bot/crm/zoho", ("bot.crm.onoffice",)) == []


def test_only_settings_read_the_environment() -> None:
    readers = [
        name
        for package in ("bot", "commands", "storage")
        for name, path in modules(package)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert set(readers) == {"bot.settings"}


def test_texts_that_people_see_come_from_the_catalogue() -> None:
    """A sentence in `commands` outside the catalogue would be missed by a translation."""
    strays = []
    for name, path in modules("commands"):
        if name in ("commands.catalogue", "commands.health"):  # doctor's lines are for whoever runs the bot
            continue
        tree = ast.parse(path.read_text("utf-8"))
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        logged = {
            id(argument)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("info", "warning", "error", "debug")
            for argument in node.args
        }
        strays += [
            f"{name}: {node.value!r}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs | logged
            and len(node.value.split()) > 2
        ]
    assert strays == []
