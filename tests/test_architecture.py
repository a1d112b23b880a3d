"""The rules of docs/architecture.md that a reader could overlook: which way imports run, who reads the environment."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SLACK = ("slack_bolt", "slack_sdk")
# The rooms of `bot` and the modules beside them, from the top floor to the ground: who stands on a floor imports only
# from floors below it (docs/architecture.md).
FLOORS = (
    {"bot.__main__"},
    {"bot.cli"},
    {"bot.app"},
    {"bot.keeper"},
    {"bot.intake", "bot.linking"},
    {"bot.proposals"},
    {"bot.connections", "bot.directory", "bot.durable"},
    {"bot.crm", "bot.matching"},
    {"bot.mail"},
    {"bot.surface"},
    {"bot.settings", "bot.records", "bot.logs", "bot.telemetry"},
    {"bot.language"},
)
# Beside the package itself, and each with its reason: what opens a CRM is not loaded by who only talks to one, and
# `bot.matching.offline` is the command line's own entry, loaded only for `linkbot match`.
SIDE_DOORS = {"bot.crm.registry", "bot.crm.tokens", "bot.crm.onoffice", "bot.crm.zoho", "bot.matching.offline"}


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
        ("bot/mail", ("storage", "commands", "sqlmodel"), ()),
        ("bot/matching", ("storage", "commands", "sqlmodel"), ()),
        ("bot/crm", ("storage", "commands", "sqlmodel"), ()),
    ],
)
def test_imports_run_one_way(package: str, forbidden: tuple[str, ...], except_for: tuple[str, ...]) -> None:
    assert offending(package, forbidden, except_for) == []


def room_of(name: str) -> str:
    """The room that a module of `bot` stands in, or the module itself where it stands beside the rooms."""
    return ".".join(name.split(".")[:2])


def bot_imports(package: str) -> Iterator[tuple[str, str]]:
    """Each module of the package, with each module of `bot` that it imports."""
    for name, path in modules(package):
        for imported in sorted(imports(path)):
            if under(imported, "bot") and imported != "bot":
                yield name, imported


def test_each_room_and_module_of_the_bot_has_a_floor() -> None:
    there = {room_of(name) for name, _ in modules("bot")} - {"bot"}
    assert there == set().union(*FLOORS)


def test_the_floors_of_the_bot_run_one_way() -> None:
    level = {room: height for height, floor in enumerate(FLOORS) for room in floor}
    assert [
        f"{name} imports {imported}"
        for name, imported in bot_imports("bot")
        if name != "bot" and room_of(name) != room_of(imported) and level[room_of(name)] >= level[room_of(imported)]
    ] == []


@pytest.mark.parametrize("package", ["bot", "commands"])
def test_a_room_is_imported_by_its_front_door(package: str) -> None:
    doors = set().union(*FLOORS) | SIDE_DOORS
    assert [
        f"{name} imports {imported}"
        for name, imported in bot_imports(package)
        if room_of(name) != room_of(imported) and imported not in doors
    ] == []


def test_each_room_says_what_it_is_for_and_what_it_hands_out() -> None:
    rooms = [room for floor in FLOORS for room in floor if (ROOT / room.replace(".", "/")).is_dir()]
    assert len(rooms) == 11
    for room in rooms:
        tree = ast.parse((ROOT / room.replace(".", "/") / "__init__.py").read_text("utf-8"))
        said, handed_out = ast.get_docstring(tree) or "", "__all__" in ast.dump(tree)
        assert handed_out and "mports" in said, f"{room} says in its __init__ what it is for and what it may import"


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
        if name == "commands.health":  # doctor's lines are for whoever runs the bot
            continue
        tree = ast.parse(path.read_text("utf-8"))
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
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
