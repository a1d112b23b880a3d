"""The commands on mail files, without Slack: `linkbot parse`, `linkbot match` and `linkbot link --dry-run`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import (
    cannot_read,
    database,
    fail,
    read_input,
    say,
    settings,
    whole_number,
)
from bot.language import sentence

LARGEST_LIMIT = 1_000


def parse(
    file: Annotated[str, typer.Argument(help="A .eml, .msg or .txt file, or - for standard input.")] = "-",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON Lines in, JSON Lines out.")] = False,
    staff: Annotated[
        list[str] | None, typer.Option(help="Names and addresses of own people, who are never the customer.")
    ] = None,
) -> None:
    """Show a mail as the bot reads it, as JSON: all it understood, and what it was unsure of."""
    from bot.mail import UnreadableMail, jsonl_answer, read_all, to_dict

    if jsonl:
        lines = sys.stdin if file == "-" else read_input(file)[1].decode("utf-8", "replace").splitlines()
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    answer = jsonl_answer(json.loads(line))
                except ValueError:
                    fail(sentence("cli.parse.wrong_line", number=number))
                sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return
    try:
        mails = read_all(*read_input(file))
    except UnreadableMail as error:
        fail(error.message)
    own = [entry for one in staff or [] for entry in one.split(",") if entry.strip()]
    for mail in mails:
        sys.stdout.write(json.dumps(to_dict(mail, own), ensure_ascii=False, indent=2) + "\n")


def match(
    directory: Annotated[Path, typer.Option(help="Records, one JSON object a line.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]…", help="Mails as .eml, .msg or .txt files.", show_default=False),
    ] = None,
    mails: Annotated[Path | None, typer.Option(help="Mails, one JSON object a line, instead of files.")] = None,
    staff: Annotated[
        Path | None, typer.Option(help="A JSON list of names and addresses of own people, who are never the customer.")
    ] = None,
    region: Annotated[str, typer.Option(metavar="XX", help="Country of phone numbers without +49.")] = "DE",
    limit: Annotated[str, typer.Option(metavar="NUMBER", help="At most so many matches a mail.")] = "20",
) -> None:
    """Match mails to a directory, offline."""
    most = whole_number(limit, "--limit", 1, LARGEST_LIMIT)
    if bool(files) == bool(mails):
        fail(sentence("cli.match.files_or_mails"))
    from bot.matching.offline import WrongInputError
    from bot.matching.offline import run as match_offline

    try:
        if mails:
            match_offline(directory, mails, most, sys.stdout)
            return
        from bot.cli.match_files import answers

        unreadable = False
        for answer in answers(directory, files or [], staff=staff, region=region.upper(), limit=most):
            unreadable = unreadable or "error" in answer
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    except OSError as error:
        if error.filename is None:  # standard output was closed
            raise
        cannot_read(str(error.filename), error)
    except WrongInputError as error:
        fail(error.message)
    if unreadable:
        raise typer.Exit(1)


def link(
    file: Annotated[str, typer.Argument(help="A .eml, .msg or .txt file, or - for standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent; send nothing.")] = False,
) -> None:
    """Go the whole way for one mail file without Slack: matches, picks, and the exact vendor request."""
    if not dry_run:
        fail(sentence("cli.link.dry_run"))
    found = settings("crm", "key")
    from bot.mail import UnreadableMail, read_file

    try:
        mail = read_file(*read_input(file))
    except UnreadableMail as error:
        fail(error.message)
    with database(found):
        from bot.cli.dry_run import NothingCopiedError, report

        try:
            for line in report(found, mail):
                say(line)
        except NothingCopiedError as error:
            fail(error.message)
