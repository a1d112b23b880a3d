"""The `linkbot` command. Each command imports what it needs, so that the light ones start at once."""

from __future__ import annotations

import json
import secrets
import socket as sockets
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot import logs
from bot.settings import Settings, SettingsError, load

WRONG_KEY = (
    "LINKBOT_SECRET_KEY is not the one with which something was stored. "
    "Put the old key back behind the new one (new,old), or remove and add the mailboxes again."
)

out = Console()
err = Console(stderr=True)

app = typer.Typer(
    name="linkbot",
    help="A Slack bot that files forwarded e-mails to the right CRM records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
mailbox_app = typer.Typer(help="The IMAP mailboxes to look into.", no_args_is_help=True)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(mailbox_app, name="mailbox")
app.add_typer(db_app, name="db")


def fail(sentence: str) -> NoReturn:
    """End with a sentence on standard error and status 1."""
    err.print(f"[red]{sentence}[/red]", highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def settings(*needed: str) -> Settings:
    """The settings, with what is `needed` for this command: `run`, `crm` or `key`."""
    try:
        found = load()
    except SettingsError as error:
        fail(str(error))
    missing = {
        "run": found.missing,
        "crm": found.missing_for_crm,
        "key": found.missing_key,
    }
    names = list(dict.fromkeys(name for need in needed for name in missing[need]()))
    if names:
        hint = f" A fresh LINKBOT_SECRET_KEY: {secrets.token_urlsafe(32)}" if "LINKBOT_SECRET_KEY" in names else ""
        fail(f"Not set: {', '.join(names)}. Put it into the environment or into a .env file (see .env.example).{hint}")
    logs.set_up(found.linkbot_log_level)
    return found


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
    _prepare_database(found)
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


def _prepare_database(found: Settings) -> None:
    """SQLite is brought up to date by itself; PostgreSQL, which other processes use too, by the release step."""
    from bot.stores import create_storage
    from storage import migrate

    try:
        storage = create_storage(found)
        if storage.engine.dialect.name == "sqlite":
            migrate.upgrade(storage.engine)
        elif not migrate.is_current(storage.engine):
            fail("The database is not up to date. Run: linkbot db upgrade")
        storage.engine.dispose()
    except ValueError as error:
        fail(str(error))
    except migrate.DatabaseError as error:
        fail(f"The database cannot be reached ({type(error).__name__}). Check DATABASE_URL and that it is running.")


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play two mails through and tell the story.")] = False,
    port: Annotated[int, typer.Option(help="The page's port.")] = 8080,
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
    _prepare_database(found)
    storage = create_storage(found)
    failed = False
    for vendor, crm in create_crms(found, storage).items():
        columns = (TextColumn(crm.label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=err) as bar, storage.locks.hold(f"sync {vendor}"):
            show = partial(_show_progress, bar, bar.add_task(crm.label, total=None))
            try:
                result = sync_crm(crm, storage.directory, full=full, progress=show)
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
def doctor() -> None:
    """Check Slack, database, CRM and mailboxes, and say how to mend what is wrong."""
    from bot.doctor import checks

    failures = 0
    for check in checks(settings()):
        mark = "[green]✓[/green]" if check.ok else "[red]✗[/red]"
        out.print(f"{mark} {check.name}: {check.detail}", highlight=False, soft_wrap=True)
        if not check.ok:
            failures += 1
            if check.remedy:
                out.print(f"  → {check.remedy}", highlight=False, soft_wrap=True)
    raise typer.Exit(1 if failures else 0)


@app.command()
def parse(
    file: Annotated[str, typer.Argument(help="A .eml, .msg or .txt file, or - for standard input.")] = "-",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON Lines in, JSON Lines out.")] = False,
) -> None:
    """A mail as the bot reads it, as JSON."""
    from bot.mail import UnreadableMail, jsonl_answer, read_file, to_dict

    if jsonl:
        lines = sys.stdin if file == "-" else _read(file)[1].decode("utf-8", "replace").splitlines()
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    answer = jsonl_answer(json.loads(line))
                except (ValueError, TypeError, KeyError, AttributeError):
                    fail(f"Line {number} is not a JSON object with id, subject and text.")
                sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return
    try:
        mail = read_file(*_read(file))
    except UnreadableMail as error:
        fail(str(error))
    sys.stdout.write(json.dumps(to_dict(mail), ensure_ascii=False, indent=2) + "\n")


def _read(file: str) -> tuple[str, bytes]:
    if file == "-":
        return "standard input.eml", sys.stdin.buffer.read()
    try:
        return file, Path(file).read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")


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
    _prepare_database(found)
    try:
        mail = read_file(*_read(file))
    except UnreadableMail as error:
        fail(str(error))
    for line in report(found, mail):
        out.print(line, highlight=False, markup=False, soft_wrap=True)


@mailbox_app.command("add")
def mailbox_add(
    identity: Annotated[str, typer.Argument(help="The mailbox's address, as the CRM knows it.")],
    host: Annotated[str, typer.Option(help="The IMAP server.")],
    port: Annotated[int | None, typer.Option(help="By default 993, or 143 without --tls ssl.")] = None,
    user: Annotated[str, typer.Option(help="By default the address.")] = "",
    tls: Annotated[str, typer.Option(help="ssl, starttls, or none (this machine only).")] = "ssl",
    folder: Annotated[list[str] | None, typer.Option(help="Look only into these folders.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from there.")] = False,
    check: Annotated[bool, typer.Option(help="Log in once before it is stored.")] = True,
) -> None:
    """Add a mailbox or correct it. The password is asked for and stored encrypted."""
    from bot.mailboxes import add

    found = settings("key")
    _prepare_database(found)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else typer.prompt("Password", hide_input=True)
    if tls not in ("ssl", "starttls", "none"):
        fail("--tls takes ssl, starttls or none.")
    problem = add(found, identity, host, port, user, tls, folder or [], password, check=check)
    if problem:
        fail(problem)
    out.print(f"{identity} is stored.", highlight=False)


@mailbox_app.command("list")
def mailbox_list() -> None:
    """The mailboxes, without their passwords."""
    from bot.stores import create_storage

    found = settings("key")
    _prepare_database(found)
    boxes = create_storage(found).mailboxes.all()
    for box, _ in boxes:
        folders = f", folders: {', '.join(box.folders)}" if box.folders else ""
        out.print(f"{box.identity}  {box.username} at {box.host}:{box.port} ({box.tls}){folders}", highlight=False)
    if not boxes:
        out.print("No mailbox yet. Add one with: linkbot mailbox add", highlight=False)


@mailbox_app.command("remove")
def mailbox_remove(identity: str) -> None:
    """Forget a mailbox and its password."""
    from bot.stores import create_storage

    found = settings("key")
    _prepare_database(found)
    if not create_storage(found).mailboxes.remove(identity):
        fail(f"There is no mailbox {identity}. See: linkbot mailbox list")
    out.print(f"{identity} is forgotten.", highlight=False)


@mailbox_app.command("check")
def mailbox_check(identity: Annotated[str, typer.Argument(help="By default all of them.")] = "") -> None:
    """Log in to the mailboxes and list their folders."""
    from bot.mailboxes import check

    found = settings("key")
    _prepare_database(found)
    failed = False
    for result in check(found, identity):
        mark = "[green]✓[/green]" if result.ok else "[red]✗[/red]"
        out.print(f"{mark} {result.name}: {result.detail}", highlight=False, soft_wrap=True)
        failed |= not result.ok
    raise typer.Exit(1 if failed else 0)


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
