"""The commands on what Linkbot keeps: `linkbot mailbox …` and `linkbot alias …`."""

from __future__ import annotations

import re
import sys
from typing import Annotated

import typer

from bot.cli.terminal import LARGEST_PORT, database, fail, say, settings, show, stored, typed, whole_number
from bot.language import sentence

mailbox_app = typer.Typer(help="The IMAP mailboxes to look into.", no_args_is_help=True)
SLACK_MEMBER = re.compile("[UW][A-Z0-9]{4,}")
LONGEST_NUMBER = 18  # digits that a database's numbers can have
alias_app = typer.Typer(help="What people taught Linkbot: these words mean this record.", no_args_is_help=True)


@mailbox_app.command("add")
def mailbox_add(
    identity: Annotated[str, typer.Argument(help="The mailbox's address, as the CRM knows it.")],
    host: Annotated[str, typer.Option(help="The IMAP server.")],
    port: Annotated[str, typer.Option(metavar="NUMBER", help="By default 993, or 143 without --tls ssl.")] = "",
    user: Annotated[str, typer.Option(help="By default the address.")] = "",
    slack_user: Annotated[str, typer.Option(help="The Slack member ID of the person whose mailbox it is.")] = "",
    tls: Annotated[str, typer.Option(help="ssl, starttls, or none (this machine only).")] = "ssl",
    folder: Annotated[list[str] | None, typer.Option(help="Look only into these folders.")] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    check: Annotated[bool, typer.Option(help="Log in once before it is stored.")] = True,
) -> None:
    """Add a mailbox or correct it. The password is asked for and stored encrypted."""
    number = whole_number(port, "--port", 1, LARGEST_PORT) if port else None
    if tls not in ("ssl", "starttls", "none"):
        fail(sentence("cli.mailbox.tls"))
    if slack_user and not SLACK_MEMBER.fullmatch(slack_user):
        fail(sentence("cli.mailbox.slack_user"))
    if "@" not in identity:
        fail(sentence("mailbox.no_address", mailbox=identity))
    found = settings("key")
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typed(sentence("cli.mailbox.password"), sentence("cli.mailbox.password_stdin"), hidden=True)
    with database(found):
        from bot.connections import add

        problem = add(
            found,
            identity,
            host=host,
            port=number,
            user=user,
            tls=tls,
            folders=folder or [],
            password=password,
            slack_user=slack_user,
            check=check,
        )
        if problem:
            fail(problem)
    say(sentence("cli.mailbox.stored", mailbox=identity))


@mailbox_app.command("list")
def mailbox_list() -> None:
    """List the mailboxes, without their passwords."""
    found = settings("key")
    with stored(found) as storage:
        boxes = storage.mailboxes.all()
    for box, _ in boxes:
        folders = sentence("cli.mailbox.folders", names=", ".join(box.folders)) if box.folders else ""
        whose = sentence("cli.mailbox.whose", user=box.slack_user) if box.slack_user else ""
        where = sentence("cli.mailbox.where", user=box.username, host=box.host, port=box.port, tls=box.tls)
        say(sentence("cli.mailbox.line", mailbox=box.identity, where=where, whose=whose, folders=folders))
    if not boxes:
        say(sentence("cli.mailbox.none"))


@mailbox_app.command("remove")
def mailbox_remove(
    identity: Annotated[str, typer.Argument(help="Its address, as in: linkbot mailbox list")],
) -> None:
    """Forget a mailbox and its password."""
    with stored(settings("key")) as storage:
        if not storage.mailboxes.remove(identity):
            fail(sentence("cli.mailbox.unknown", mailbox=identity))
    say(sentence("cli.mailbox.forgotten", mailbox=identity))


@mailbox_app.command("check")
def mailbox_check(identity: Annotated[str, typer.Argument(help="By default all of them.")] = "") -> None:
    """Log in to the mailboxes, open their folders, and ask the CRM whether it lets Linkbot link their mails."""
    found = settings("key")
    with stored(found) as storage:
        from bot.connections import check, create_crms

        crms = {} if found.missing_for_crm() else create_crms(found, storage)
        raise typer.Exit(1 if show(check(found, storage, crms.values(), identity)) else 0)


@alias_app.command("list")
def alias_list() -> None:
    """Show what was taught, the newest first."""
    with stored(settings("key")) as storage:
        known = storage.aliases.all()
    for alias, words in known:
        record = f"{alias.record_name} ({alias.vendor} {alias.kind} {alias.record_id})"
        say(sentence("cli.alias.line", number=alias.id or 0, words=words, record=record, count=alias.times))
    if not known:
        say(sentence("cli.alias.none"))


@alias_app.command("forget")
def alias_forget(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Its number in: linkbot alias list")],
) -> None:
    """Forget one of them."""
    with stored(settings("key")) as storage:
        known = number.isdecimal() and len(number) <= LONGEST_NUMBER and storage.aliases.forget(int(number))
    if not known:
        fail(sentence("cli.alias.unknown", number=number))
    say(sentence("cli.alias.forgotten"))
