"""What the commands share: printing, ending with a sentence, the settings, the database made ready."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console

from bot import logs
from bot.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    from bot.crm.port import Check

out = Console()
err = Console(stderr=True)


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
        fail(f"Not set: {', '.join(names)}. Set it in the environment or in a .env file (see .env.example).{hint}")
    logs.set_up(found.linkbot_log_level)
    return found


def read_input(file: str) -> tuple[str, bytes]:
    if file == "-":
        return "standard input.eml", sys.stdin.buffer.read()
    try:
        return file, Path(file).read_bytes()
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}.")


def prepare_database(found: Settings) -> None:
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


def show(checks: Iterable[Check]) -> int:
    """Print each check, with how to mend what is wrong; gives how many are wrong."""
    failures = 0
    for check in checks:
        mark = "[green]✓[/green]" if check.ok else "[red]✗[/red]"
        out.print(f"{mark} {check.name}: {check.detail}", highlight=False, soft_wrap=True)
        if not check.ok:
            failures += 1
            if check.remedy:
                out.print(f"  → {check.remedy}", highlight=False, soft_wrap=True)
    return failures
