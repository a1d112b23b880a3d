"""The `linkbot` command. Each command imports what it needs, so that the light ones start at once."""

from __future__ import annotations

import errno
import io
import os
import socket as sockets
import sys
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import logs
from bot.cli.history import listed, stats, why
from bot.cli.init import init
from bot.cli.kept import alias_app, mailbox_app
from bot.cli.mail_files import link, match, parse
from bot.cli.manifest import manifest
from bot.cli.privacy import log_app, purge
from bot.cli.terminal import (
    LARGEST_PORT,
    err,
    fail,
    leave,
    out,
    read_input,
    said,
    say,
    settings,
    show,
    stored,
    whole_number,
)
from bot.cli.workspaces import end_with_parent, look_at_access, workspace_app
from bot.cli.zoho import zoho_app
from bot.language import Sentence, enumerated, sentence

if TYPE_CHECKING:
    from bot.settings import Settings

DEMO_PORT = 8080
SANDBOX_NEEDS = ("aiohttp", "pymap")
DATABASE_LOST = sentence("cli.run.database_lost")
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it

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
app.add_typer(log_app, name="log")
app.add_typer(workspace_app, name="workspace")
app.command()(purge)
app.command()(stats)
log_app.command("list")(listed)
log_app.command("why")(why)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        out.print(version("linkbot"), highlight=False)
        raise typer.Exit


@app.callback()
def linkbot(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")] = False,
    workspace: Annotated[
        str, typer.Option(metavar="TEAM", help="Of several workspaces the one that the command is for: T0123ABCD.")
    ] = "",
) -> None:
    """A Slack bot that files forwarded e-mails to the right CRM records."""
    if workspace:
        from bot.settings import SettingsError, choose_workspace

        try:
            choose_workspace(workspace)
        except SettingsError as error:
            fail(error.message)


@app.command()
def run(
    socket: Annotated[bool, typer.Option("--socket", help="Socket Mode: the bot calls Slack.")] = False,
    http: Annotated[bool, typer.Option("--http", help="HTTP mode: Slack calls the bot, on PORT.")] = False,
    listening: Annotated[int, typer.Option(hidden=True, help="Where the front has it listen.")] = -1,
) -> None:
    """Run the bot: in Socket Mode when SLACK_APP_TOKEN is set, else over HTTP.

    With SLACK_CLIENT_ID it runs for several workspaces, over HTTP.
    """
    found = settings()
    if found.several_workspaces:
        _run_several(found, socket=socket)
        return
    found = settings("run")
    if socket and http:
        fail(sentence("cli.run.socket_or_http"))
    if socket and not found.socket_mode:
        fail(sentence("cli.run.no_app_token"))
    over_http = http or not found.socket_mode
    if over_http and not found.slack_signing_secret.get_secret_value():
        fail(sentence("cli.run.no_signing_secret"))
    with stored(found) as storage:
        from bot.app import create_app, run_http, run_socket
        from bot.durable import AlreadyRunningError

        storage.mailboxes.all()  # with another key than theirs it ends here, and not in the middle of a mail
        storage.engine.dispose()  # the bot opens its own
        if over_http and listening < 0:
            _check_port(found.port, sentence("cli.run.set_port"), found.linkbot_bind)
        _check_slack(found, over_http=over_http)
        try:
            _check_alone(found)
            if listening >= 0:
                end_with_parent()
                look_at_access(found)
            already = sockets.socket(fileno=listening) if listening >= 0 else None
            whole = run_http(found, already) if over_http else run_socket(create_app(found))
        except AlreadyRunningError as error:
            fail(error.message)
        if not whole:
            say(DATABASE_LOST, on=err)
        # Threads that still wait for a vendor must not hold up the end: their work goes on at the next start.
        leave(0 if whole else 1)


def _run_several(found: Settings, *, socket: bool) -> None:
    """The front of several workspaces; each has a process of its own behind it."""
    if socket or found.socket_mode:
        fail(sentence("cli.run.several_over_http"))
    if names := found.missing_for_several():
        fail(sentence("cli.not_set", names=enumerated(names)))
    with stored(found) as storage:
        from bot.app import run_front

        for one in storage.installations.all():
            storage.installations.token(one.team)  # with another key than theirs it ends here
        storage.engine.dispose()
        _check_port(found.port, sentence("cli.run.set_port"), found.linkbot_bind)
        run_front(found)
        leave(0)


def _check_slack(found: Settings, *, over_http: bool) -> None:
    """A bot that Slack does not know would wait for ever. Over HTTP it may be that Slack only is away for now."""
    from bot.app import slack_checks

    needed = {"slack.access"} if over_http else {"slack.access", "slack.socket"}
    with logs.slack_held_back():
        wrong = [check for check in slack_checks(found) if check.name.id in needed and not check.ok]
    if show(wrong, on=err) and not over_http:
        raise typer.Exit(1)


def _check_sandbox() -> None:
    """What only the sandbox needs is not installed with the bot."""
    if any(find_spec(name) is None for name in SANDBOX_NEEDS):
        fail(sentence("cli.sandbox.not_installed", command="make demo"))


def _check_port(port: int, instead: Sentence, host: str = "0.0.0.0") -> None:  # noqa: S104 - the sandbox's
    """Said before anything is started that would have to be stopped again."""
    with sockets.socket(sockets.AF_INET6 if ":" in host else sockets.AF_INET) as probe:
        probe.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            fail(sentence("cli.run.port_forbidden", port=port, instead=instead))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                fail(sentence("cli.run.no_such_host", host=host))
            fail(sentence("cli.run.port_in_use", port=port, instead=instead))


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
    port: Annotated[str, typer.Option(metavar="NUMBER", help="The page's port; 8080 unless said.")] = "",
    crm: Annotated[str, typer.Option(help="onoffice, zoho or csv, or several with commas.")] = "",
    file: Annotated[
        list[Path] | None, typer.Option(help="With --crm csv: an export of your own; may be said several times.")
    ] = None,
) -> None:
    """Run the sandbox and the bot on a database of their own, to be tried in the browser."""
    _check_sandbox()
    number = whole_number(port, "--port", 1, LARGEST_PORT) if port else (0 if once else DEMO_PORT)
    if number:
        _check_port(number, sentence("cli.run.other_port"))
    from bot.cli.demo import BOTH, play, serve

    logs.set_up("WARNING")
    chosen = [path.absolute() for path in file or ()]
    for path in chosen:
        read_input(str(path))
    crm = crm or ("csv" if chosen else BOTH)
    from bot.settings import SettingsError

    try:
        raise typer.Exit(play(number, crm, chosen) if once else serve(number, crm, chosen))
    except SettingsError as error:
        fail(error.message)


@app.command(add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sandbox(context: typer.Context) -> None:
    """Run the stand-in workspace, CRMs and mailbox alone. Its options: linkbot sandbox --help"""
    _check_sandbox()
    # In the place of this process: a child would go on when this one is ended.
    os.execv(sys.executable, [sys.executable, "-m", "sandbox", *context.args])  # noqa: S606 - our own module


@app.command()
def sync(full: Annotated[bool, typer.Option("--full", help="Read everything anew.")] = False) -> None:
    """Refresh the copy of the CRM's directory."""
    found = settings("crm", "key")
    with stored(found) as storage:
        from bot.cli.progress import progress_bar
        from bot.connections import create_crms
        from bot.crm import CRMError
        from bot.directory import sync as sync_crm

        failed = False
        for vendor, crm in create_crms(found, storage).items():
            try:
                with storage.locks.hold(f"sync {vendor}"), progress_bar(crm.label, err) as progress:
                    result = sync_crm(crm, storage.directory, full=full, progress=progress)
            except CRMError as error:
                failed = True
                # The error speaks to whoever uses the bot in Slack; the checks to whoever set it up.
                wrong = [check for check in crm.checks() if not check.ok] if error.permanent else []
                named = error.message
                if wrong:
                    named = sentence("cli.sync.unread", crm=crm.label)
                elif crm.label not in said(error.message):
                    named = sentence("cli.sync.failed", crm=crm.label, why=error.message)
                say(named, "red", on=err)
                show(wrong, on=err)
            except KeyboardInterrupt:
                say(sentence("cli.sync.stopped"), on=err)
                raise typer.Exit(INTERRUPTED) from None
            else:
                message = "cli.sync.everything" if result.full else "cli.sync.changes"
                say(sentence(message, crm=crm.label, read=result.read, vanished=result.vanished))
        raise typer.Exit(1 if failed else 0)


@app.command()
def doctor(
    probe: Annotated[
        bool, typer.Option("--probe", help="Also find out what the CRM's documents leave open; changes nothing.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Also say the codes and names of errors, for whoever looks deeper.")
    ] = False,
) -> None:
    """Check Slack, database, CRM and mailboxes, and say how to mend what is wrong."""
    found = settings("crm", "key") if probe else settings()
    from bot.cli.doctor import checks, probes

    if verbose:
        logs.tell_everything()
    with nullcontext() if verbose else logs.slack_held_back():
        failures = show(checks(found))
    if probe:
        out.print()
        say(sentence("doctor.probe"))
        show(probes(found))
    raise typer.Exit(1 if failures else 0)


app.command()(parse)
app.command()(match)
app.command()(link)
app.command()(manifest)
app.command()(init)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Apply the migrations that are missing."""
    found = settings()
    from bot.cli.database import DatabaseError, upgrade

    try:
        upgrade(found)
    except DatabaseError as error:
        fail(error.message)
    say(sentence("cli.database.current"))


@db_app.command("copy")
def db_copy(
    url: Annotated[str, typer.Argument(metavar="URL", help="The database to copy into, as DATABASE_URL has it.")],
) -> None:
    """Copy this installation's database into another, empty one: from SQLite to PostgreSQL."""
    found = settings()
    from bot.cli.database import DatabaseError, copy_into
    from bot.durable import AlreadyRunningError

    try:
        _check_alone(found)
        rows = copy_into(found, url, lambda table, count: say(sentence("cli.copy_rows", table=table, rows=count)))
    except (DatabaseError, AlreadyRunningError) as error:
        fail(error.message)
    say(sentence("cli.copy_done", rows=rows))


def main() -> None:
    """The entry point."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115 - None where it is closed from the start
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a letter must not end a command
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
