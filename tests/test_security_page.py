"""docs/security.md, held against the tests that it names and the scopes that the app asks for."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def section(title: str) -> str:
    """What stands below a heading of the second level."""
    return PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[list[str]]:
    """The rows of all tables, without their heads."""
    cells = [[c.strip() for c in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("|")]
    return [row for row, below in zip(cells, [*cells[1:], [""]], strict=True) if not (dashes(row) or dashes(below))]


def dashes(row: list[str]) -> bool:
    return set("".join(row)) == set("-|")


THREATS = rows(section("Threats, and what answers each"))


@cache
def names_in(path: Path) -> frozenset[str]:
    found = ast.walk(ast.parse(path.read_text("utf-8")))
    return frozenset(node.name for node in found if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("threat", THREATS, ids=lambda row: row[0][:50])
def test_every_threat_names_tests_that_are_there(threat: list[str]) -> None:
    attack, answer, shown = threat
    assert attack and answer
    named = NAMED.findall(shown)
    assert named
    assert NAMED.sub("", shown).replace(",", "").strip() == "", "something else than tests"
    for file, name in named:
        assert (ROOT / file).exists(), file
        assert name in names_in(ROOT / file), f"{file}::{name}"


def test_all_parts_of_the_page_are_read() -> None:
    assert len(THREATS) > 30
    assert len(re.findall(r"^### ", section("Threats, and what answers each"), re.MULTILINE)) == 9


def test_every_scope_has_its_line_and_no_other_has() -> None:
    wanted = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))["oauth_config"]["scopes"]["bot"]
    explained = [row[0].strip("`") for row in rows(section("What each Slack scope is for"))]
    assert sorted(explained) == sorted(wanted)
