"""The README's tables are held against the code, the tests and the vendor's pages."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot.crm.onoffice.errors import meanings
from bot.crm.onoffice.probe import QUESTIONS
from bot.settings import Settings
from tests.needs import need
from tests.saying import english

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
README = (ROOT / "bot/crm/onoffice/README.md").read_text("utf-8")
MODULES = {path.stem for path in (ROOT / "bot/crm/onoffice").glob("*.py")}
CODE = sorted({name for name in re.findall(r"`([a-z]+(?:\.\w+)+)`", README) if name.split(".")[0] in MODULES})
CODE = [name for name in CODE if not name.endswith((".py", ".json"))]
TESTS = sorted(set(re.findall(r"`(test_\w+)\.(test_\w+)`", README)))


def table(heading: str) -> list[list[str]]:
    """The rows of all tables under a heading."""
    section = README.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows]


@pytest.mark.parametrize("name", CODE)
def test_the_code_is_there(name: str) -> None:
    module, *attributes = name.split(".")
    found: Any = import_module(f"bot.crm.onoffice.{module}")
    for attribute in attributes:
        found = getattr(found, attribute)


@pytest.mark.parametrize(("module", "test"), TESTS)
def test_the_test_is_there(module: str, test: str) -> None:
    paths = [HERE / f"{module}.py", ROOT / "tests/sandbox" / f"{module}.py"]
    source = next(path for path in paths if path.exists()).read_text("utf-8")
    assert re.search(rf"def {test}\(", source)


def test_there_are_tables_to_hold_against_something() -> None:
    assert len(CODE) > 20
    assert len(TESTS) > 35


@pytest.mark.parametrize("page", ["onoffice-do-email-links.txt", "onoffice-do-email-links-older.txt"])
def test_every_parameter_of_the_vendors_page_has_its_line(page: str) -> None:
    text = (need("shared") / "vendor-pages" / page).read_text("utf-8")
    named = set(re.findall(r"^\s*(?:`|• +)(\w+)`?", text, re.MULTILINE)) - {"source", "title"}
    assert {"emailidentity", "messageid", "uid", "folder", "estateid"} <= named
    told = " ".join(row[0] for row in table('"Do email links", line by line'))
    assert {name for name in named if f"`{name}`" not in told} == set()


def test_the_classes_of_errors_are_those_of_the_code() -> None:
    for codes, kind, _ in table("Errors")[1:]:
        for part in codes.split(", "):
            first, _, last = part.partition("–")
            for number in range(int(first), int(last or first) + 1):
                assert meanings()[number].kind == kind, number


def test_every_open_question_that_reading_settles_is_asked() -> None:
    told = {row[2] for row in table("What only a real account can settle")[1:]}
    assert {f"onOffice {subject}" for subject in told} == {english(name) for name, _ in QUESTIONS} - {
        "onOffice links into onOffice"
    }


def test_every_setting_is_there() -> None:
    named = set(re.findall(r"`(ONOFFICE_\w+)`", README))
    assert named <= {name.upper() for name in Settings.model_fields}
    ours = {name.upper() for name in Settings.model_fields if name.startswith("onoffice_")}
    assert ours - named == {"ONOFFICE_TOKEN", "ONOFFICE_SECRET", "ONOFFICE_API_URL"}
