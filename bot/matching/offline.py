"""Matching of files: `linkbot match --directory D.jsonl --mails M.jsonl`."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO, TypeVar

from bot.language import SpokenError, sentence
from bot.matching.matcher import Matcher
from bot.matching.words import MailWords, Match
from bot.records import Category, Record, RecordRef

_TEXTS = frozenset(
    ["title", "given_name", "family_name", "company", "reference", "street", "house_number", "postal_code", "city"]
)
_CATEGORIES = {str(category): category for category in Category}
_MAIL_TEXTS = ("from", "to", "subject", "text")

T = TypeVar("T")


class WrongInputError(SpokenError, ValueError):
    """A file that is not what it should be."""


def run(directory_path: Path, mails_path: Path, limit: int, out: TextIO) -> None:
    """Match every mail of one JSON Lines file against the directory in another; JSON Lines to `out`.

    The first line is `{"build_s", "records"}`, then for each mail `{"id", "ms", "matches": […]}`. Raises
    WrongInputError with file and line for a line that is not what it should be, and OSError for files that cannot be
    read.
    """
    start = time.perf_counter()
    matcher = Matcher(read_directory(directory_path))
    gc.freeze()  # the directory stays: collecting garbage need not look at it for every mail
    _write(out, {"build_s": round(time.perf_counter() - start, 3), "records": len(matcher)})
    for id_, words in _read(mails_path, mail_of):
        start = time.perf_counter()
        matches = matcher.match(words, limit)
        spent = (time.perf_counter() - start) * 1000
        _write(out, {"id": id_, "ms": round(spent, 3), "matches": [found(match) for match in matches]})


def found(match: Match) -> dict[str, Any]:
    """A match, JSON-ready."""
    evidence = [
        {"field": e.field, "mail": e.mail, "record": e.record, "similarity": e.similarity} for e in match.evidence
    ]
    return {
        "id": match.ref.id,
        "probability": match.probability,
        "selected": match.selected,
        "evidence": evidence,
    }


def read_directory(path: Path) -> Iterator[Record]:
    """The records of a file of them, JSON Lines; raises WrongInputError with file and line, and OSError."""
    return _read(path, record_of)


def record_of(row: dict[str, Any]) -> Record:
    """A record from a line of a directory file; raises WrongInputError for what is not one."""
    for key in ("id", "kind", "name"):
        if row.get(key) in (None, ""):
            raise WrongInputError(sentence("input.missing", key=key))
    kind, name = row["kind"], row["name"]
    texts: dict[str, Any] = {
        key: value if type(value) is str else _text(row, key) for key, value in row.items() if value and key in _TEXTS
    }
    for key, value in (("kind", kind), ("name", name)):
        if type(value) is not str:
            raise WrongInputError(sentence("input.text", key=key))
    if kind not in _CATEGORIES:
        raise WrongInputError(sentence("input.kind", kinds=", ".join(_CATEGORIES)))
    return Record(
        RecordRef("file", kind, _text(row, "id")),
        _CATEGORIES[kind],
        name,
        emails=_texts(row, "emails"),
        phones=_texts(row, "phones"),
        **texts,
    )


def mail_of(row: dict[str, Any]) -> tuple[Any, MailWords]:
    """A mail's id and words from a line of a file of mails; raises WrongInputError for what is not one."""
    if row.get("id") in (None, ""):
        raise WrongInputError(sentence("input.missing", key="id"))
    return row["id"], MailWords.from_headers(*(_text(row, key) for key in _MAIL_TEXTS))


def _text(row: dict[str, Any], key: str) -> str:
    """A text, or a number as one; empty where there is none."""
    value = row.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise WrongInputError(sentence("input.text", key=key))
    return str(value)


def _texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    values = row.get(key)
    if not values:
        return ()
    if type(values) is not list or not all(type(value) in (str, int) for value in values):
        raise WrongInputError(sentence("input.texts", key=key))
    return tuple(map(str, values))


def _read(path: Path, make: Callable[[dict[str, Any]], T]) -> Iterator[T]:
    """What each line stands for. Raises WrongInputError for an empty file, and with its number for a wrong line."""
    empty = True
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.isspace():
                continue
            empty = False
            try:
                made = make(_object(line))
            except WrongInputError as error:
                where = sentence("input.line", file=str(path), number=number, why=error.message)
                raise WrongInputError(where) from None
            yield made
    if empty:
        raise WrongInputError(sentence("input.empty", file=str(path)))


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise WrongInputError(sentence("input.no_text")) from None
    except (ValueError, RecursionError):  # also numbers that are too long, and brackets that are too deep
        raise WrongInputError(sentence("input.no_json")) from None
    if not isinstance(row, dict):
        raise WrongInputError(sentence("input.no_object"))
    return row


def _write(out: TextIO, row: dict[str, Any]) -> None:
    out.write(json.dumps(row, ensure_ascii=False) + "\n")
