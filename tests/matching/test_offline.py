"""Matching of files: the format that `linkbot match` promises, and the benchmark's own invented directory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.matching.offline import WrongInputError, run
from tests.saying import english, raises

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


PERSON = {"id": "p1", "kind": "person", "name": "Anna Müller"}
MAIL = {"id": "m1", "from": "Anna Mueller <a@example.org>", "subject": "Haus", "text": "Hallo"}


def without(row: dict[str, str], key: str) -> dict[str, str]:
    return {name: value for name, value in row.items() if name != key}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "this is not JSON"),
        (b"[" * 100_000, "this is not JSON"),
        (b"9" * 5_000, "this is not JSON"),
        (b"[]", "this is not a JSON object"),
        (without(PERSON, "id"), '"id" is missing'),
        (PERSON | {"id": None}, '"id" is missing'),
        (without(PERSON, "name"), '"name" is missing'),
        (without(PERSON, "kind"), '"kind" is missing'),
        (PERSON | {"kind": "ship"}, '"kind" must be one of person, company, property, deal, other'),
        (PERSON | {"kind": ["person"]}, '"kind" must be text'),
        (PERSON | {"id": {"a": 1}}, '"id" must be text'),
        (PERSON | {"name": 7}, '"name" must be text'),
        (PERSON | {"city": ["Berlin"]}, '"city" must be text'),
        (PERSON | {"emails": "a@example.org"}, '"emails" must be a list of texts'),
        (PERSON | {"phones": [{"number": 1}]}, '"phones" must be a list of texts'),
        ('{"id": "p1", "name": "Müller"}'.encode("latin-1"), "this is not text in UTF-8"),
    ],
)
def test_a_wrong_record_is_named_with_its_line(tmp_path: Path, line: bytes | dict[str, object], said: str) -> None:
    directory, mails = tmp_path / "directory.jsonl", tmp_path / "mails.jsonl"
    wrong = line if isinstance(line, bytes) else json.dumps(line).encode()
    directory.write_bytes(json.dumps(PERSON).encode() + b"\n\n" + wrong + b"\n")
    mails.write_text(json.dumps(MAIL), "utf-8")
    with raises(WrongInputError, r", line \d: ") as caught:
        run(directory, mails, 5, io.StringIO())
    assert english(caught.value.message).startswith(f"{directory}, line 3: {said}")
    assert "\n" not in english(caught.value.message)


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        (without(MAIL, "id"), '"id" is missing'),
        (MAIL | {"text": ["Hallo"]}, '"text" must be text'),
        (MAIL | {"from": {"address": "a@example.org"}}, '"from" must be text'),
    ],
)
def test_a_wrong_mail_is_named_with_its_line(tmp_path: Path, mail: dict[str, object], said: str) -> None:
    directory, mails = tmp_path / "directory.jsonl", tmp_path / "mails.jsonl"
    directory.write_text(json.dumps(PERSON), "utf-8")
    mails.write_text(json.dumps(MAIL) + "\n" + json.dumps(mail), "utf-8")
    with raises(WrongInputError, r", line \d: ") as caught:
        run(directory, mails, 5, io.StringIO())
    assert english(caught.value.message).startswith(f"{mails}, line 2: {said}")


@pytest.mark.parametrize("content", ["", " \n\n"])
def test_an_empty_file_is_named(tmp_path: Path, content: str) -> None:
    empty, full, mails = (tmp_path / name for name in ("empty.jsonl", "full.jsonl", "mails.jsonl"))
    empty.write_text(content, "utf-8")
    full.write_text(json.dumps(PERSON), "utf-8")
    mails.write_text(json.dumps(MAIL), "utf-8")
    for pair in ((empty, mails), (full, empty)):
        with raises(WrongInputError, r"empty\.jsonl is empty"):
            run(*pair, 5, io.StringIO())


def test_numbers_are_as_good_as_texts_where_files_have_them(tmp_path: Path) -> None:
    directory, mails = tmp_path / "directory.jsonl", tmp_path / "mails.jsonl"
    row = PERSON | {"id": 7, "postal_code": 12345, "house_number": None, "emails": None, "phones": [3012345678]}
    directory.write_text(json.dumps(row), "utf-8")
    mails.write_text(json.dumps(MAIL | {"id": 1}), "utf-8")
    out = io.StringIO()
    run(directory, mails, 5, out)
    assert [match["id"] for match in json.loads(out.getvalue().splitlines()[1])["matches"]] == ["7"]


def test_most_mentions_of_an_invented_directory_are_found_and_ticks_are_right(tmp_path: Path) -> None:
    command: list[str | Path] = [
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
