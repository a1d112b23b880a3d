"""What the commands share: printing, asking, ending with a sentence, the settings, the database made ready."""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from bot import logs
from bot.language import SILENCE, Sentence, enumerated, sentence, speak, together, words

if TYPE_CHECKING:
    from bot.connections import Storage
    from bot.crm import Check
    from bot.settings import Settings

LARGEST_PORT = 65_535

out = Console()
err = Console(stderr=True)


def said(sentence: Sentence) -> str:
    """The words of a sentence, as this terminal says them."""
    return words()(sentence)


def say(sentence: Sentence, style: str = "", *, on: Console = out) -> None:
    """Print a sentence as it is, whatever brackets and colons are in it; it is never broken into several lines."""
    on.print(Text(said(sentence), style=style), soft_wrap=True)


def fail(sentence: Sentence) -> NoReturn:
    """End with a sentence on standard error and status 1."""
    say(sentence, "red", on=err)
    raise typer.Exit(1)


def leave(status: int) -> NoReturn:
    """End at once, whatever other threads wait for."""
    sys.stdout.flush()
    sys.stderr.flush()
    logging.shutdown()
    os._exit(status)


def typed(what: Sentence, instead: Sentence, *, hidden: bool = False) -> str:
    """What a person types in, or another program writes; `instead` says how else to give it."""
    if sys.stdin.isatty():
        return str(typer.prompt(said(what), hide_input=hidden))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        fail(sentence("cli.no_terminal", what=what, instead=instead))
    return line


def whole_number(text: str, name: str, least: int, most: int) -> int:
    """The number given with an option. Raises typer.BadParameter, which ends the command naming the option."""
    number = int(text) if text.isdecimal() and len(text) < 10 else None
    if number is None or not least <= number <= most:
        wrong = sentence("cli.no_number", text=text, least=least, most=most)
        raise typer.BadParameter(said(wrong), param_hint=name)
    return number


def settings(*needed: str) -> Settings:
    """The settings, with what is `needed` for this command: `run`, `crm` or `key`."""
    from bot.settings import SettingsError, load

    try:
        found = load()
    except SettingsError as error:
        fail(error.message)
    if found.linkbot_workspace and not found.missing_key():
        found = _with_token(found)
    speak(found.linkbot_language)
    missing = {
        "run": found.missing,
        "crm": found.missing_for_crm,
        "key": found.missing_key,
    }
    names = list(dict.fromkeys(name for need in needed for name in missing[need]()))
    if names:
        no_key = "LINKBOT_SECRET_KEY" in names
        hint = sentence("cli.fresh_key", key=secrets.token_urlsafe(32)) if no_key else SILENCE
        fail(together(sentence("cli.not_set", names=enumerated(names)), hint))
    logs.set_up(found.linkbot_log_level)
    return found


def _with_token(found: Settings) -> Settings:
    """The settings of one of several workspaces, with the token that it gave when it installed the app."""
    from pydantic import SecretStr

    from bot.settings import load

    with stored(load(workspace="")) as storage:
        token = storage.installations.token(found.linkbot_workspace)
    return found.model_copy(update={"slack_bot_token": SecretStr(token)})


def read_input(file: str) -> tuple[str, bytes]:
    if file == "-":
        return "standard input.eml", sys.stdin.buffer.read()
    try:
        return file, Path(file).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: no name of a file
        cannot_read(file, error)


def cannot_read(file: str, error: OSError | ValueError) -> NoReturn:
    """End because a file cannot be read."""
    reason = str(error.strerror) if isinstance(error, OSError) else sentence("cli.no_file_name")
    fail(sentence("settings.cannot_read", file=file, reason=reason))


@contextmanager
def database(found: Settings) -> Iterator[None]:
    """The database is made ready; whatever is wrong with it then or within ends the command with a sentence."""
    from bot.cli.database import DatabaseError, explained, make_ready

    try:
        make_ready(found)
        with explained(found.database_url):
            yield
    except DatabaseError as error:
        fail(error.message)


@contextmanager
def stored(found: Settings) -> Iterator[Storage]:
    """What Linkbot keeps, in a database that is ready; see `database`."""
    from bot.connections import create_storage

    with database(found):
        storage = create_storage(found)
        try:
            yield storage
        finally:
            storage.engine.dispose()


def show(checks: Iterable[Check], *, on: Console = out) -> int:
    """Print each check, with how to mend what is wrong; gives how many are wrong."""
    failures = 0
    for check in checks:
        mark, style = ("✗", "red") if not check.ok else ("✓", "green") if check.told else ("?", "yellow")
        on.print(Text.assemble((mark, style), f" {said(check.name)}: {said(check.detail)}"), soft_wrap=True)
        if not check.ok:
            failures += 1
            if check.remedy:
                say(sentence("cli.remedy", remedy=check.remedy), on=on)
    return failures
