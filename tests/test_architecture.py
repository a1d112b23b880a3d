"""The rules of docs/architecture.md that a reader could overlook: which way imports run, who reads the environment."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
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
    {"bot.front"},
    {"bot.rooms"},
    {"bot.keeper", "bot.houses"},
    {"bot.creation"},
    {"bot.intake", "bot.linking"},
    {"bot.proposals"},
    {"bot.connections", "bot.directory", "bot.durable"},
    {"bot.crm", "bot.matching"},
    {"bot.mail"},
    {"bot.surface"},
    {"bot.settings", "bot.records", "bot.logs", "bot.telemetry"},
    {"bot.setting_values"},
    {"bot.language", "bot.one_workspace"},
)
# Beside the package itself, and each with its reason: what opens a CRM is not loaded by who only talks to one, and
# `bot.matching.offline` is the command line's own entry, loaded only for `linkbot match`.
SIDE_DOORS = {
    "bot.crm.registry",
    "bot.crm.tokens",
    "bot.crm.csvfile",
    "bot.crm.onoffice",
    "bot.crm.zoho",
    "bot.matching.offline",
}


def modules(package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), path


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide which way they run"
            found.add(str(node.module))
    return frozenset(found)


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
        ("bot", ("commands", *SLACK), ("bot.app",)),
        ("bot", ("sandbox",), ()),
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
    assert len(rooms) == 12
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
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert set(readers) == {"bot.settings"}


# Called with words that are looked for and not said, or that are for whoever reads logs and metrics.
UNSAID_CALLS = {
    *("info", "warning", "error", "debug", "exception", "critical"),
    *("Counter", "Gauge", "Histogram"),
    *("compile", "cast"),
}
# Given such words: the help of the command line, which is English as its commands are, and codes.
UNSAID_KEYWORDS = {"help", "metavar", "code"}
# Errors whose text people do see. All others that people are told of hold a sentence, which mypy sees to.
SEEN_ERRORS = {"SystemExit", "BadParameter"}
# What looks like a sentence and is said to nobody, and what stands elsewhere: where, its form, and the reason.
NO_SENTENCES = (
    ("bot.cli.database", "unable to open", "what SQLite says, looked for in its error"),
    ("bot.cli.demo", "demo: nothing .*", "the demo's key"),
    ("bot.crm.zoho.compose", "<p>.*</p>", "stands in Zoho CRM, for all who read the mail there"),
    ("bot.crm.zoho", r".*\b(select|order by|Modified_Time|First_Name)\b.*|/.*", "queries and addresses of calls"),
    ("bot.creation.workflow", "take back interest", "the name of a workflow"),
    ("bot.keeper", "work that ended|the sync with ", "what a thread does, for the log"),
    ("bot.linking.workflow", "link mail at vendor", "the name of a workflow"),
    ("bot.logs", r"%\(asctime\)s .*", "the form of a line of the log"),
    ("bot.mail", r"\(BODY\.PEEK.*|TLS not supported|-----BEGIN PGP MESSAGE-----", "what protocols say"),
    ("commands.installing", "<.*>", "the markup of a page"),
    ("commands.mrkdwn", r"<!date\^.*", "the form of a date, which Slack writes out"),
    ("storage", "(SELECT|UPDATE) .*", "SQL"),
)


def called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def unsaid(tree: ast.Module) -> Iterator[ast.AST]:
    """The parts of a module whose strings are for whoever works on it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node) is not None:
                yield node.body[0]
            if isinstance(node, ast.ClassDef) and any(called(base).endswith("Enum") for base in node.bases):
                yield node
        elif isinstance(node, ast.Call):
            if called(node.func) in UNSAID_CALLS:
                yield node
            yield from (keyword for keyword in node.keywords if keyword.arg in UNSAID_KEYWORDS)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            if called(node.exc.func) not in SEEN_ERRORS:
                yield node.exc
        elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation


def strays(tree: ast.Module) -> Iterator[str]:
    """What looks like a sentence or a part of one: more than two words."""
    skipped = {id(inner) for part in unsaid(tree) for inner in ast.walk(part)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            text = " ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if len(text.split()) > 2 and len(re.findall(r"[^\W\d_]{2,}", text)) > 2:
            yield text


def test_texts_that_people_see_come_from_the_catalogue() -> None:
    """A sentence outside the catalogue would be missed by a translation."""
    used = set()
    found = []
    for package in ("bot", "commands", "storage"):
        for name, path in modules(package):
            for text in strays(tree_of(path)):
                known = [e for e in NO_SENTENCES if under(name, e[0]) and re.fullmatch(e[1], text, re.DOTALL)]
                used |= set(known)
                found += [] if known else [f"{name}: {text!r}"]
    assert found == []
    assert set(NO_SENTENCES) - used == set(), "an exception that nothing needs any more"


def test_sentences_outside_the_catalogue_are_found() -> None:
    tree = ast.parse('''
def fail(name: str, code: int = Option(help="What it is for.")) -> None:
    """Not this one, for it is a docstring."""
    log.info("Nor is this one said.")
    say("This one is said to somebody.")
    say(f"{name} is said {code} too.")
    raise SystemExit("And this one is seen.")
    raise ValueError("But this one is not.")
''')
    assert list(strays(tree)) == [
        "This one is said to somebody.",
        " is said   too.",
        "And this one is seen.",
    ]
