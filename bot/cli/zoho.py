"""`linkbot zoho …`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.cli.terminal import err, fail, say, settings, show, typed
from bot.language import sentence

zoho_app = typer.Typer(help="Connecting Zoho CRM.", no_args_is_help=True)
IN_ENV = sentence("cli.zoho.in_env")


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
    from bot.crm.zoho import CONSENT, UnknownDataCentreError, data_centre

    centre = dc or found.zoho_dc
    try:
        data_centre(centre)
    except UnknownDataCentreError as error:
        fail(error.message)
    client_id = found.zoho_client_id or typed(sentence("cli.zoho.client_id"), IN_ENV)
    secret = found.zoho_client_secret.get_secret_value() or typed(
        sentence("cli.zoho.client_secret"), IN_ENV, hidden=True
    )
    if code_stdin:
        code = sys.stdin.readline()
    else:
        say(sentence("cli.zoho.make_code", scopes=CONSENT), on=err)
        code = typed(sentence("cli.zoho.code"), sentence("cli.zoho.code_stdin"), hidden=True)
    if not code.strip():
        fail(sentence("cli.zoho.no_code"))
    try:
        connection = connect(found, client_id.strip(), secret.strip(), centre, code)
    except CRMError as error:
        fail(error.message)
    show(connection.checks, on=err)
    if connection.missing:
        say(sentence("cli.zoho.scopes_missing"), "red", on=err)
        for scope in connection.missing:
            say(sentence("cli.zoho.missing_scope", scope=scope), "red", on=err)
    if connection.lacks_scopes:
        say(sentence("cli.zoho.code_again"), on=err)
        raise typer.Exit(1)
    say(sentence("cli.zoho.put_into_env"), on=err)
    for line in connection.lines:
        say(line)
    raise typer.Exit(0 if connection.complete else 1)
