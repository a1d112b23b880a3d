"""`linkbot zoho …`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.cli.terminal import err, fail, say, settings, show, typed

zoho_app = typer.Typer(help="Connecting Zoho CRM.", no_args_is_help=True)
IN_ENV = "Set ZOHO_CLIENT_ID and ZOHO_CLIENT_SECRET in the environment or in .env instead."


@zoho_app.callback()
def zoho() -> None:
    """Connecting Zoho CRM."""


@zoho_app.command("connect")
def zoho_connect(
    dc: Annotated[
        str, typer.Option(help="The data centre: com, eu, in, com.au, jp, com.cn, ca or sa. By default ZOHO_DC.")
    ] = "",
    code_stdin: Annotated[bool, typer.Option("--code-stdin", help="Read the code from standard input.")] = False,
) -> None:
    """Exchange a code of Zoho's API console for the lines of .env that connect Linkbot.

    Client id and secret are asked for where they are not set. Nothing is stored.
    """
    found = settings()
    from bot.cli.refresh_token import connect
    from bot.crm import CRMError
    from bot.crm.zoho import CONSENT, data_centre
    from bot.language import words

    centre = dc or found.zoho_dc
    try:
        data_centre(centre)
    except ValueError as error:
        fail(f"{error}.")
    client_id = found.zoho_client_id or typed("Client id", IN_ENV)
    secret = found.zoho_client_secret.get_secret_value() or typed("Client secret", IN_ENV, hidden=True)
    if code_stdin:
        code = sys.stdin.readline()
    else:
        say(f"In Zoho's API console: Self Client → Generate Code, with these scopes:\n{CONSENT}", on=err)
        code = typed("Code", "Give it with --code-stdin.", hidden=True)
    if not code.strip():
        fail("No code was given. Make one in Zoho's API console: Self Client → Generate Code.")
    try:
        connection = connect(found, client_id.strip(), secret.strip(), centre, code)
    except CRMError as error:
        fail(words()(error.message))
    show(connection.checks, on=err)
    if connection.missing:
        say("These scopes are missing:", "red", on=err)
        for scope in connection.missing:
            say(f"  {scope}", "red", on=err)
        say("Make a new code with all of the scopes, and run this again.", on=err)
    say("Put this into .env or the environment, and keep it secret:", on=err)
    for line in connection.lines:
        say(line)
    raise typer.Exit(0 if connection.complete else 1)
