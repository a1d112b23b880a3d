"""The README's tables are held against the code, the tests and the vendor's page."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot.crm.zoho.errors import Fault, error
from bot.crm.zoho.probe import QUESTIONS
from bot.settings import Settings
from tests.needs import need
from tests.saying import english

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
README = (ROOT / "bot/crm/zoho/README.md").read_text("utf-8")
MODULES = {path.stem for path in (ROOT / "bot/crm/zoho").glob("*.py")}
CODE = sorted({name for name in re.findall(r"`([a-z_]+(?:\.\w+)+)`", README) if name.split(".")[0] in MODULES})
CODE = [name for name in CODE if not name.endswith((".py", ".json"))]
TESTS = sorted(set(re.findall(r"`(test_\w+)\.(test_\w+)`", README)))


def table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    section = README.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows][1:]


def page() -> str:
    text = (need("shared") / "vendor-pages" / "zoho-associate-email.txt").read_text("utf-8")
    return text.replace("\\_", "_")


@pytest.mark.parametrize("name", CODE)
def test_the_code_is_there(name: str) -> None:
    module, *attributes = name.split(".")
    found: Any = import_module(f"bot.crm.zoho.{module}")
    for attribute in attributes:
        found = getattr(found, attribute)


@pytest.mark.parametrize(("module", "test"), TESTS)
def test_the_test_is_there(module: str, test: str) -> None:
    folders = [HERE, HERE.parent, ROOT / "tests/sandbox", ROOT / "tests/bot/connections"]
    source = next(path for each in folders if (path := each / f"{module}.py").exists()).read_text("utf-8")
    assert re.search(rf"def {test}\(", source)


def test_there_are_tables_to_hold_against_something() -> None:
    assert len(CODE) > 25
    assert len(TESTS) > 40


def test_every_key_of_the_page_has_its_line() -> None:
    keys = set(re.findall(r"^- (\w+?)(?:JSON|string|boolean|DateTime)", page(), re.MULTILINE))
    assert {"from", "linked_record", "original_message_id", "owner", "mail_format"} <= keys
    told = " ".join(row[0] for row in table('"Associate email", line by line'))
    assert {key for key in keys if f"`{key}`" not in told} == set()
    modules = re.search(r"#### Supported modules\s+(.+)", page())
    assert modules
    assert {name for name in re.findall(r"\w+", modules[1]) if name != "and" and name not in told} == set()


def test_every_error_of_the_page_has_its_line() -> None:
    pairs = re.findall(r"^- ([A-Z_ ]+)HTTP \d+\s+(.+?)\s*$", page(), re.MULTILINE)
    assert len(pairs) == 14
    told = {(row[0], row[1]) for row in table("Errors of that page")}
    assert {(code.replace(" ", ""), message) for code, message in pairs} <= told


def test_the_classes_of_errors_are_those_of_the_code() -> None:
    for code, message, kind, *_ in table("Errors of that page"):
        assert error(Fault(code, message)).kind == kind, (code, message)


def test_every_open_question_that_reading_settles_is_asked() -> None:
    told = [row[2] for row in table("What only a real account can settle")]
    asked = {english(name).removeprefix("Zoho CRM probe, ") for name, _ in QUESTIONS}
    assert set(told) - {"first link"} == asked


def test_every_setting_is_there() -> None:
    named = set(re.findall(r"`(ZOHO_\w+)`", README))
    assert named == {name.upper() for name in Settings.model_fields if name.startswith("zoho_")}
