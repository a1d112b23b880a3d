"""Matching of files: the format that `linkbot match` promises, and the benchmark's own invented directory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.matching.offline import run

ROOT = Path(__file__).parents[2]


def test_output_format(tmp_path: Path) -> None:
    directory, mails = tmp_path / "directory.jsonl", tmp_path / "mails.jsonl"
    person = {"id": "p1", "kind": "person", "name": "Anna Müller", "given_name": "Anna", "family_name": "Müller"}
    directory.write_text(
        json.dumps(person) + "\n\n" + json.dumps({"id": 2, "kind": "deal", "name": "Umbau Anger"}) + "\n", "utf-8"
    )
    mails.write_text(
        json.dumps({"id": "m1", "from": "Anna Mueller <a@example.org>", "to": "", "subject": "", "text": "Hallo"}),
        "utf-8",
    )
    out = io.StringIO()
    run(directory, mails, 5, out)
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first["records"] == 2
    assert first["build_s"] >= 0
    assert second["id"] == "m1"
    assert second["ms"] > 0
    (match,) = second["matches"]
    assert (match["id"], match["selected"]) == ("p1", True)
    assert match["evidence"][0]["field"] == "name"


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "x", "name": "n"}', '{"id": "x", "kind": "ship", "name": "n"}'])
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    directory = tmp_path / "directory.jsonl"
    directory.write_text(line + "\n", "utf-8")
    with pytest.raises(ValueError, match=r"directory\.jsonl"):
        run(directory, directory, 5, io.StringIO())


def test_most_mentions_of_an_invented_directory_are_found_and_ticks_are_right(tmp_path: Path) -> None:
    command = [
        sys.executable,
        ROOT / "benchmarks" / "invented.py",
        "--n",
        "1500",
        "--mails",
        "150",
        "--seed",
        "77",
        "--out",
        tmp_path,
    ]
    subprocess.run(command, check=True)
    out = io.StringIO()
    run(tmp_path / "directory.jsonl", tmp_path / "mails.jsonl", 20, out)
    answers = {row["id"]: row["matches"] for row in map(json.loads, out.getvalue().splitlines()) if "matches" in row}
    mentions = found = ticks = wrong = 0
    for line in (tmp_path / "mails.jsonl").read_text("utf-8").splitlines():
        mail = json.loads(line)
        right = {id_ for ids in mail["gold"] for id_ in ids}
        matches = answers[mail["id"]]
        shown = {match["id"] for match in matches[:8]}
        mentions += len(mail["gold"])
        found += sum(bool(shown.intersection(ids)) for ids in mail["gold"])
        ticked = {match["id"] for match in matches if match["selected"]} - set(mail["soft"])
        ticks += len(ticked)
        wrong += len(ticked - right)
    assert found / mentions > 0.97
    assert ticks > mentions / 2
    assert wrong <= ticks / 100
