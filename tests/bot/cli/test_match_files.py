"""`linkbot match --directory D FILE…`: mail files, read and matched as the bot does it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.linkbot import app

RECORDS = [
    {"id": "p1", "kind": "person", "name": "Erika Muster", "emails": ["erika@example.de"]},
    {"id": "p2", "kind": "person", "name": "Max Makler", "emails": ["max@example.com"]},
]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.jsonl").write_text("\n".join(map(json.dumps, RECORDS)), "utf-8")
    Path("staff.json").write_text(json.dumps(["max@example.com", "Max Makler"]), "utf-8")
    Path("a.eml").write_text("From: Max Makler <max@example.com>\nTo: erika@example.de\nSubject: x\n\nHallo", "utf-8")
    Path("b.eml").write_text("", "utf-8")


def match(*arguments: str) -> tuple[int, list[dict[str, object]]]:
    result = CliRunner().invoke(app, ["match", "--directory", "d.jsonl", *arguments])
    return result.exit_code, [json.loads(line) for line in result.output.splitlines()]


def test_a_line_a_file_with_customer_and_matches() -> None:
    status, (answer,) = match("--staff", "staff.json", "a.eml")
    assert status == 0
    assert answer["file"] == "a.eml"
    assert answer["customer"] == {"name": None, "address": "erika@example.de", "phones": []}
    assert isinstance(answer["matches"], list)
    assert [(one["id"], one["selected"]) for one in answer["matches"]] == [("p1", True)]


def test_a_file_that_holds_no_mail_is_said_and_the_others_are_answered() -> None:
    status, (first, second) = match("b.eml", "./a.eml")
    assert status == 1
    assert first["file"] == "b.eml"
    assert "is empty" in str(first["error"])
    assert second["file"] == "./a.eml", "the path as it was given"


def test_staff_that_is_no_list_is_said() -> None:
    Path("staff.json").write_text('{"a": 1}', "utf-8")
    result = CliRunner().invoke(app, ["match", "--directory", "d.jsonl", "--staff", "staff.json", "a.eml"])
    assert result.exit_code == 1
    assert "staff.json must be a list of addresses and names" in result.output
