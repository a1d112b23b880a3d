"""What is kept about people: `linkbot purge` takes somebody out, `linkbot log export` shows who linked what when."""

from __future__ import annotations

import csv
import heapq
import json
import sys
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.terminal import fail, say, settings, stored
from bot.language import sentence

if TYPE_CHECKING:
    from storage.tables import Creation, Link

log_app = typer.Typer(help="The log of links: who linked what, and when.", no_args_is_help=True)
FORMATS = ("csv", "jsonl")
COLUMNS = (
    *("linked_at", "linked_by", "team", "channel", "vendor", "kind", "record_id", "record_name", "category"),
    *("message_id", "outcome", "verified", "vendor_ref", "undone_at", "undone_by"),
)


def purge(
    person: Annotated[str, typer.Option("--person", help="An e-mail address or a name, as the CRM has it.")],
) -> None:
    """Remove a person from what Linkbot keeps, and say what was removed."""
    if len(person.strip()) < 2:
        fail(sentence("cli.purge_whom"))
    with stored(settings("key")) as storage:
        from storage.engine import empty_log
        from storage.purge import purge as remove

        gone = remove(storage.engine, person, storage.creations)
        empty_log(storage.engine)
    if not gone:
        say(sentence("cli.purge_nothing", person=person.strip()))
    for message, count in (
        ("cli.purge_mails", gone.mails),
        ("cli.purge_names", gone.names),
        ("cli.purge_log", gone.log_rows),
        ("cli.purge_lessons", gone.lessons),
        ("cli.purge_drafts", gone.drafts),
    ):
        if count:
            say(sentence(message, count=count))
    if gone.busy:
        say(sentence("cli.purge_busy", count=gone.busy))
    say(sentence("cli.purge_rest"))


@log_app.callback()
def log() -> None:
    """The log of links: who linked what, and when."""


@log_app.command("export")
def export(
    form: Annotated[str, typer.Option("--format", help="csv or jsonl.")] = "csv",
) -> None:
    """Write the whole log to standard output, oldest first."""
    if form not in FORMATS:
        fail(sentence("cli.log_format"))
    with stored(settings("key")) as storage:
        links = (_row(link) for link in storage.links.all())
        made = (_created(creation) for creation in storage.creations.all_made())
        rows = heapq.merge(links, made, key=lambda row: str(row["linked_at"]))
        _write(rows, form, sys.stdout)


def _row(link: Link) -> dict[str, Any]:
    row = {name: getattr(link, name) for name in COLUMNS}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}


def _created(creation: Creation) -> dict[str, Any]:
    """A record that was created, as a row of the log; `vendor_ref` is what the person is noted as interested in."""
    vendor, kind, record_id = creation.record.split("|", 2)
    told = {
        "linked_at": creation.asked_at.isoformat(),
        "linked_by": creation.asked_by,
        "vendor": vendor,
        "kind": kind,
        "record_id": record_id,
        "outcome": "found" if creation.existing else "created",
        "vendor_ref": creation.about if creation.interest in ("noted", "taken back") else "",
        "undone_by": creation.undone_by,
    }
    return {name: told.get(name, getattr(creation, name, "")) for name in COLUMNS}


def _write(rows: Iterable[dict[str, Any]], form: str, on: IO[str]) -> None:
    if form == "jsonl":
        for row in rows:
            on.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    table = csv.DictWriter(on, COLUMNS)
    table.writeheader()
    for row in rows:
        table.writerow({name: _harmless(value) for name, value in row.items()})


def _harmless(value: Any) -> Any:
    """A name that a spreadsheet would take for a formula is not one (OWASP: CSV injection)."""
    text = "" if value is None else value
    return f"'{text}" if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
