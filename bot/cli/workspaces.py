"""Several workspaces, from the command line: which there are, forgetting one, and what one of them needs."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import fail, say, settings, stored
from bot.language import SILENCE, sentence

if TYPE_CHECKING:
    from bot.settings import Settings

workspace_app = typer.Typer(help="Several workspaces that installed the app by OAuth.", no_args_is_help=True)


@workspace_app.command("list")
def workspace_list() -> None:
    """Which workspaces installed the app, and whether their CRM is set up."""
    found = _several()
    with stored(found) as storage:
        rows = storage.installations.all()
        if not rows:
            say(sentence("cli.workspace.none"))
        for row in rows:
            state = sentence("cli.workspace.uninstalled") if row.uninstalled_at else sentence("cli.workspace.installed")
            missing = SILENCE if row.uninstalled_at or _is_set_up(row.team) else sentence("cli.workspace.not_set_up")
            say(sentence("cli.workspace.row", team=row.team, name=row.name, state=state, missing=missing))


@workspace_app.command("remove")
def workspace_remove(
    team: Annotated[str, typer.Argument(help="Its id, as the list has it: T0123ABCD.")],
) -> None:
    """Forget a workspace at once: its token, its settings and all that was kept of it."""
    found = _several()
    with stored(found) as storage:
        if storage.installations.get(team) is None:
            fail(sentence("cli.workspace.unknown", team=team))
        storage.installations.forget(team)
    shutil.rmtree(Path(found.linkbot_workspaces) / team, ignore_errors=True)
    say(sentence("cli.workspace.removed", team=team))


def _several() -> Settings:
    found = settings("key")
    if not found.several_workspaces:
        fail(sentence("cli.workspace.only_one"))
    return found


def _is_set_up(team: str) -> bool:
    from bot.settings import SettingsError, load

    try:
        return not load(workspace=team).missing_for_crm()
    except SettingsError:
        return False


def look_at_access(found: Settings) -> None:
    """See whether the CRMs of this workspace let it in, beside all else, and tell its installer where one does not."""

    def look() -> None:
        with stored(found) as storage:
            checks = [next(iter(crm.checks())) for crm in create_crms(found, storage).values()]
        if not all(check.ok for check in checks):
            tell_of_wrong_access(found.linkbot_workspace)

    from bot.app import tell_of_wrong_access
    from bot.connections import create_crms

    threading.Thread(target=look, name="linkbot-access", daemon=True).start()


def end_with_parent() -> None:
    """End when who started this house ends: its end of our standard input is then closed."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="linkbot-parent", daemon=True).start()
