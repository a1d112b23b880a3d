"""Matching of files: `linkbot match --directory D.jsonl --mails M.jsonl`."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from bot.matching.matcher import Matcher
from bot.matching.words import MailWords
from bot.records import Category, Record, RecordRef

_TEXTS = frozenset(
    ["title", "given_name", "family_name", "company", "reference", "street", "house_number", "postal_code", "city"]
)
_CATEGORIES = {str(category): category for category in Category}


def run(directory_path: Path, mails_path: Path, limit: int, out: TextIO) -> None:
    """Match every mail of one JSON Lines file against the directory in another; JSON Lines to `out`.

    The first line is `{"build_s", "records"}`, then for each mail `{"id", "ms", "matches": […]}`. Raises ValueError
    with file and line for a line that is not what it should be, and OSError for files that cannot be read.
    """
    start = time.perf_counter()
    matcher = Matcher(_records(directory_path))
    gc.freeze()  # the directory stays: collecting garbage need not look at it for every mail
    _write(out, {"build_s": round(time.perf_counter() - start, 3), "records": len(matcher)})
    for mail in _lines(mails_path):
        words = MailWords.from_headers(*(str(mail.get(key) or "") for key in ("from", "to", "subject", "text")))
        start = time.perf_counter()
        matches = matcher.match(words, limit)
        spent = (time.perf_counter() - start) * 1000
        found = [
            {
                "id": match.ref.id,
                "probability": match.probability,
                "selected": match.selected,
                "evidence": [
                    {"field": e.field, "mail": e.mail, "record": e.record, "similarity": e.similarity}
                    for e in match.evidence
                ],
            }
            for match in matches
        ]
        _write(out, {"id": mail.get("id"), "ms": round(spent, 3), "matches": found})


def _records(path: Path) -> Iterator[Record]:
    for row in _lines(path):
        try:
            yield record_of(row)
        except (KeyError, ValueError) as error:
            raise ValueError(f"{path}: not a directory record: {row.get('id', '?')}: {error}") from None


def record_of(row: dict[str, Any]) -> Record:
    """A record from a line of a directory file; raises KeyError and ValueError for what is not one."""
    kind = row["kind"]
    texts: dict[str, Any] = {
        key: value if type(value) is str else str(value) for key, value in row.items() if value and key in _TEXTS
    }
    return Record(
        RecordRef("file", str(kind), str(row["id"])),
        _CATEGORIES.get(kind) or Category(kind),
        str(row["name"]),
        emails=tuple(map(str, row.get("emails") or ())),
        phones=tuple(map(str, row.get("phones") or ())),
        **texts,
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path}, line {number}: not JSON ({error.msg})") from None
            if not isinstance(row, dict):
                raise ValueError(f"{path}, line {number}: not an object")
            yield row


def _write(out: TextIO, row: dict[str, Any]) -> None:
    out.write(json.dumps(row, ensure_ascii=False) + "\n")
