"""The commands on what Linkbot keeps: `linkbot mailbox …` and `linkbot alias …`."""

from __future__ import annotations

import re
import sys
from typing import Annotated

import typer

from bot.terminal import fail, out, prepare_database, settings, show

mailbox_app = typer.Typer(help="The IMAP mailboxes to look into.", no_args_is_help=True)
SLACK_MEMBER = re.compile("[UW][A-Z0-9]{4,}")
alias_app = typer.Typer(help="What people taught Linkbot: these words mean this record.", no_args_is_help=True)


@mailbox_app.command("add")
def mailbox_add(
    identity: Annotated[str, typer.Argument(help="The mailbox's address, as the CRM knows it.")],
    host: Annotated[str, typer.Option(help="The IMAP server.")],
    port: Annotated[
        int | None, typer.Option(help="By default 993, or 143 without --tls ssl.", min=1, max=65535)
    ] = None,
    user: Annotated[str, typer.Option(help="By default the address.")] = "",
    slack_user: Annotated[str, typer.Option(help="The Slack member ID of the person whose mailbox it is.")] = "",
    tls: Annotated[str, typer.Option(help="ssl, starttls, or none (this machine only).")] = "ssl",
    folder: Annotated[list[str] | None, typer.Option(help="Look only into these folders.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from there.")] = False,
    check: Annotated[bool, typer.Option(help="Log in once before it is stored.")] = True,
) -> None:
    """Add a mailbox or correct it. The password is asked for and stored encrypted."""
    from bot.mailboxes import add

    found = settings("key")
    prepare_database(found)
    if slack_user and not SLACK_MEMBER.fullmatch(slack_user):
        fail("--slack-user takes a member ID like U012AB3CD. In Slack: the person's profile → ⋮ → Copy member ID.")
    password = sys.stdin.readline().rstrip("\n") if password_stdin else typer.prompt("Password", hide_input=True)
    if tls not in ("ssl", "starttls", "none"):
        fail("--tls takes ssl, starttls or none.")
    problem = add(found, identity, host, port, user, tls, folder or [], password, slack_user=slack_user, check=check)
    if problem:
        fail(problem)
    out.print(f"{identity} is stored.", highlight=False)


@mailbox_app.command("list")
def mailbox_list() -> None:
    """The mailboxes, without their passwords."""
    from bot.stores import create_storage

    found = settings("key")
    prepare_database(found)
    boxes = create_storage(found).mailboxes.all()
    for box, _ in boxes:
        folders = f", folders: {', '.join(box.folders)}" if box.folders else ""
        whose = f", of {box.slack_user}" if box.slack_user else ""
        where = f"{box.username} at {box.host}:{box.port} ({box.tls})"
        out.print(f"{box.identity}  {where}{whose}{folders}", highlight=False, markup=False, soft_wrap=True)
    if not boxes:
        out.print("No mailbox yet. Add one with: linkbot mailbox add", highlight=False)


@mailbox_app.command("remove")
def mailbox_remove(identity: str) -> None:
    """Forget a mailbox and its password."""
    from bot.stores import create_storage

    found = settings("key")
    prepare_database(found)
    if not create_storage(found).mailboxes.remove(identity):
        fail(f"There is no mailbox {identity}. See: linkbot mailbox list")
    out.print(f"{identity} is forgotten.", highlight=False)


@mailbox_app.command("check")
def mailbox_check(identity: Annotated[str, typer.Argument(help="By default all of them.")] = "") -> None:
    """Log in to the mailboxes, list their folders, and ask the CRM whether it lets Linkbot link their mails."""
    from bot.app import create_crms
    from bot.mailboxes import check
    from bot.stores import create_storage

    found = settings("key")
    prepare_database(found)
    storage = create_storage(found)
    crms = {} if found.missing_for_crm() else create_crms(found, storage)
    raise typer.Exit(1 if show(check(storage, crms.values(), identity)) else 0)


@alias_app.command("list")
def alias_list() -> None:
    """What was taught, the newest first."""
    from bot.stores import create_storage

    found = settings("key")
    prepare_database(found)
    known = create_storage(found).aliases.all()
    for alias, words in known:
        times = "once" if alias.times == 1 else f"{alias.times} times"
        record = f"{alias.record_name} ({alias.vendor} {alias.kind} {alias.record_id})"
        out.print(f"{alias.id:>4}  “{words}” → {record}, {times}", highlight=False, markup=False, soft_wrap=True)
    if not known:
        sentence = "Nothing yet. Linkbot learns when a person chooses a record that it had not found."
        out.print(sentence, highlight=False, soft_wrap=True)


@alias_app.command("forget")
def alias_forget(number: Annotated[int, typer.Argument(help="Its number in: linkbot alias list")]) -> None:
    """Forget one of them."""
    from bot.stores import create_storage

    found = settings("key")
    prepare_database(found)
    if not create_storage(found).aliases.forget(number):
        fail(f"There is no alias {number}. See: linkbot alias list")
    out.print("Forgotten.", highlight=False)
