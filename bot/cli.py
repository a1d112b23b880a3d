"""The `linkbot` command. Each command imports what it needs, so that the light ones start at once."""

from __future__ import annotations

import json
import socket as sockets
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot import logs
from bot.cli_stored import alias_app, mailbox_app
from bot.cli_zoho import zoho_app
from bot.settings import Settings
from bot.terminal import err, fail, out, prepare_database, read_input, settings, show

WRONG_KEY = (
    "LINKBOT_SECRET_KEY is not the one with which something was stored. "
    "Put the old key back behind the new one (new,old), or remove and add the mailboxes again."
)

app = typer.Typer(
    name="linkbot",
    help="A Slack bot that files forwarded e-mails to the right CRM records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(mailbox_app, name="mailbox")
app.add_typer(alias_app, name="alias")
app.add_typer(db_app, name="db")
app.add_typer(zoho_app, name="zoho")


@app.command()
def run(
    socket: Annotated[bool, typer.Option("--socket", help="Socket Mode.")] = False,
    http: Annotated[bool, typer.Option("--http", help="HTTP mode, on PORT.")] = False,
) -> None:
    """The bot. Socket Mode when SLACK_APP_TOKEN is set, else HTTP."""
    from bot.app import create_app, run_http, run_socket
    from bot.durable import AlreadyRunningError

    found = settings("run")
    if socket and http:
        fail("Choose one of --socket and --http.")
    if socket and not found.socket_mode:
        fail("Socket Mode needs SLACK_APP_TOKEN.")
    over_http = http or not found.socket_mode
    if over_http and not found.slack_signing_secret.get_secret_value():
        fail("HTTP mode needs SLACK_SIGNING_SECRET.")
    prepare_database(found)
    if over_http and not _is_free(found.port):
        fail(f"Port {found.port} is in use. Set PORT to another one, or stop what uses it.")
    try:
        _check_alone(found)
        run_http(found) if over_http else run_socket(create_app(found))
    except AlreadyRunningError as error:
        fail(str(error))


def _is_free(port: int) -> bool:
    with sockets.socket() as probe:
        probe.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - where the server will listen
        except OSError:
            return False
    return True


def _check_alone(found: Settings) -> None:
    """Said before the server starts: it would bury the sentence in its own."""
    from bot.durable import hold_file_lock
    from storage.engine import normalise_url

    url = normalise_url(found.database_url)
    if url.get_backend_name() == "sqlite":
        hold_file_lock(url).close()


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play two mails through and tell the story.")] = False,
    port: Annotated[int, typer.Option(help="The page's port.", min=1, max=65535)] = 8080,
) -> None:
    """The sandbox and the bot on an embedded database, in the browser."""
    from bot.demo import play, serve

    logs.set_up("WARNING")
    raise typer.Exit(play(port if port != 8080 else 0) if once else serve(port))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sandbox(context: typer.Context) -> None:
    """The stand-in workspace, CRMs and mailbox alone; options are the sandbox's own (--port N, --events-url URL …)."""
    import subprocess

    try:
        raise typer.Exit(subprocess.call([sys.executable, "-m", "sandbox", *context.args]))  # noqa: S603 - our own module
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


@app.command()
def sync(full: Annotated[bool, typer.Option("--full", help="Read everything anew.")] = False) -> None:
    """Refresh the copy of the CRM's directory."""
    from bot.app import create_crms
    from bot.crm.port import CRMError
    from bot.stores import create_storage
    from bot.sync import sync as sync_crm

    found = settings("crm", "key")
    prepare_database(found)
    storage = create_storage(found)
    failed = False
    for vendor, crm in create_crms(found, storage).items():
        columns = (TextColumn(crm.label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=err) as bar, storage.locks.hold(f"sync {vendor}"):
            progress = partial(_show_progress, bar, bar.add_task(crm.label, total=None))
            try:
                result = sync_crm(crm, storage.directory, full=full, progress=progress)
            except CRMError as error:
                bar.stop()
                err.print(f"[red]{crm.label}: {error.message}[/red]", highlight=False, soft_wrap=True)
                failed = True
                continue
        kind = "everything" if result.full else "changes"
        out.print(f"{crm.label}: read {kind}: {result.read} records, {result.vanished} vanished", highlight=False)
    raise typer.Exit(1 if failed else 0)


def _show_progress(bar: Progress, task: TaskID, done: int, total: int | None) -> None:
    bar.update(task, completed=done, total=total)


@app.command()
def doctor(
    probe: Annotated[
        bool, typer.Option("--probe", help="Also find out what the CRM's documents leave open; changes nothing.")
    ] = False,
) -> None:
    """Check Slack, database, CRM and mailboxes, and say how to mend what is wrong."""
    from bot.doctor import checks, probes

    found = settings("crm", "key") if probe else settings()
    failures = show(checks(found))
    if probe:
        out.print("\nWhat only this account can tell:", highlight=False)
        show(probes(found))
    raise typer.Exit(1 if failures else 0)


@app.command()
def parse(
    file: Annotated[str, typer.Argument(help="A .eml, .msg or .txt file, or - for standard input.")] = "-",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON Lines in, JSON Lines out.")] = False,
    staff: Annotated[
        list[str] | None, typer.Option(help="Names and addresses of own people, who are never the customer.")
    ] = None,
) -> None:
    """A mail as the bot reads it, as JSON: all it understood, and what it was unsure of."""
    from bot.mail import UnreadableMail, jsonl_answer, read_all, to_dict

    if jsonl:
        lines = sys.stdin if file == "-" else read_input(file)[1].decode("utf-8", "replace").splitlines()
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    answer = jsonl_answer(json.loads(line))
                except ValueError:
                    fail(f"Line {number} is not a JSON object with id, subject and text.")
                sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return
    try:
        mails = read_all(*read_input(file))
    except UnreadableMail as error:
        fail(str(error))
    own = [entry for one in staff or [] for entry in one.split(",") if entry.strip()]
    for mail in mails:
        sys.stdout.write(json.dumps(to_dict(mail, own), ensure_ascii=False, indent=2) + "\n")


@app.command()
def match(
    directory: Annotated[Path, typer.Option(help="Records, one JSON object a line.", exists=True)],
    mails: Annotated[Path, typer.Option(help="Mails, one JSON object a line.", exists=True)],
    limit: Annotated[int, typer.Option(help="At most so many matches a mail.", min=1)] = 20,
) -> None:
    """Match mails to a directory, offline."""
    from bot.matching.offline import run as match_offline

    try:
        match_offline(directory, mails, limit, sys.stdout)
    except (ValueError, OSError) as error:
        fail(f"{error}.")


@app.command()
def link(
    file: Annotated[str, typer.Argument(help="A .eml, .msg or .txt file, or - for standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent; send nothing.")] = False,
) -> None:
    """The whole way for one mail file without Slack: matches, picks, and the exact vendor request."""
    from bot.dryrun import report
    from bot.mail import UnreadableMail, read_file

    if not dry_run:
        fail("A link needs a person's press in Slack. Add --dry-run to see what would be sent.")
    found = settings("crm", "key")
    prepare_database(found)
    try:
        mail = read_file(*read_input(file))
    except UnreadableMail as error:
        fail(str(error))
    for line in report(found, mail):
        out.print(line, highlight=False, markup=False, soft_wrap=True)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Apply the migrations that are missing."""
    from storage import migrate
    from storage.engine import create_engine

    try:
        migrate.upgrade(create_engine(settings().database_url))
    except ValueError as error:
        fail(str(error))
    except migrate.DatabaseError as error:
        fail(f"The database cannot be reached ({type(error).__name__}). Check DATABASE_URL and that it is running.")
    out.print("The database is up to date.")


def main() -> None:
    """The entry point."""
    from storage.vault import BrokenSealError

    try:
        app()
    except BrokenSealError:
        err.print(f"[red]{WRONG_KEY}[/red]", highlight=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
