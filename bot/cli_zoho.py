"""`linkbot zoho …`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.terminal import err, fail, out, settings, show

zoho_app = typer.Typer(help="Connecting Zoho CRM.", no_args_is_help=True)


@zoho_app.callback()
def zoho() -> None:
    """Connecting Zoho CRM."""


@zoho_app.command("connect")
def zoho_connect(
    dc: Annotated[str, typer.Option(help="The data centre, by default ZOHO_DC: com, eu, in, com.au, jp, …")] = "",
    code_stdin: Annotated[bool, typer.Option("--code-stdin", help="Read the code from there.")] = False,
) -> None:
    """Exchange a code of Zoho's API console for the lines of .env that connect Linkbot.

    Client id and secret are asked for where they are not set. Nothing is stored.
    """
    from bot.crm.port import CRMError
    from bot.crm.zoho import CONSENT
    from bot.zoho_connect import connect

    found = settings()
    client_id = found.zoho_client_id or typer.prompt("Client id")
    secret = found.zoho_client_secret.get_secret_value() or typer.prompt("Client secret", hide_input=True)
    if code_stdin:
        code = sys.stdin.readline()
    else:
        err.print(f"Self Client → Generate Code, with these scopes:\n{CONSENT}", highlight=False, soft_wrap=True)
        code = typer.prompt("Code", hide_input=True)
    try:
        connection = connect(found, client_id.strip(), secret.strip(), dc or found.zoho_dc, code)
    except (CRMError, ValueError) as error:
        fail(str(error))
    show(connection.checks)
    for scope in connection.missing:
        err.print(f"[red]Missing: {scope}[/red]", highlight=False, soft_wrap=True)
    if connection.missing:
        err.print("Make a new code with all of the scopes, and run this again.", highlight=False)
    err.print("Put this into .env or the environment, and keep it secret:", highlight=False)
    for line in connection.lines:
        out.print(line, highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(0 if connection.complete else 1)
