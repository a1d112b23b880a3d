"""The command line by itself: what it says to wrong arguments, wrong files and wrong settings. No command of these gets
as far as the network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bot.cli.linkbot import app
from bot.cli.terminal import say
from bot.language import plain
from bot.settings import Settings
from tests.bot.test_settings import ALL_OF_THEM
from tests.commands.slack_server import running

# Words of libraries, which say nothing to a person who mistyped.
FOREIGN = ("Traceback", "parse string", "Input should", "errno", "Errno", "pydantic", "sqlalchemy", "Error:")
COMMANDS = {
    "run": (),
    "demo": (),
    "sync": (),
    "doctor": (),
    "parse": (),
    "match": (),
    "link": (),
    "manifest": (),
    "workspace": ("list", "remove"),
    "init": (),
    "db": ("upgrade", "copy"),
    "log": ("list", "why", "export"),
    "stats": (),
    "purge": (),
    "mailbox": ("add", "list", "remove", "check"),
    "alias": ("list", "forget"),
    "zoho": ("connect",),
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In an empty folder, with all settings set that are needed, so that it is the arguments that are wrong."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in {**ALL_OF_THEM, "SLACK_API_URL": "http://127.0.0.1:1/"}.items():
        monkeypatch.setenv(name, value)


def test_without_the_sandboxs_libraries_it_says_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `uv tool install .`, which installs the bot alone."""
    monkeypatch.setattr("bot.cli.linkbot.SANDBOX_NEEDS", ("no_such_library",))
    for command in (["demo", "--once"], ["sandbox"]):
        status, said = linkbot(*command)
        assert status == 1 and "make demo" in said


def linkbot(*arguments: str, given: str = "") -> tuple[int, str]:
    """The exit status, and all that was said, in one line."""
    result = CliRunner().invoke(app, list(arguments), input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    said = " ".join(result.output.replace("│", " ").split())
    assert not any(word in said for word in FOREIGN), said
    return result.exit_code, said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["sync", "--ful"], "No such option: --ful"),
        (["alias", "forget", "abc"], "There is no alias with the number abc"),
        (["alias", "forget", "9" * 30], "There is no alias with the number"),
        (["alias", "forget", "7"], "There is no alias with the number 7. The numbers stand in: linkbot alias list"),
        (["alias", "forget"], "Missing argument"),
        (["mailbox", "remove"], "Missing argument"),
        (["mailbox", "remove", "x@y"], "There is no mailbox x@y. See: linkbot mailbox list"),
        (["mailbox", "add", "foo", "--host", "h"], "foo is not an address"),
        (
            ["mailbox", "add", "a@b.example", "--host", "h", "--port", "abc"],
            "abc is not a whole number from 1 to 65535",
        ),
        (["mailbox", "add", "a@b.example", "--host", "h", "--port", "0"], "0 is not a whole number from 1 to 65535"),
        (["mailbox", "add", "a@b.example", "--host", "h", "--tls", "on"], "--tls takes ssl, starttls or none"),
        (["mailbox", "add", "a@b.example", "--host", "h"], "Give it with --password-stdin"),
        (["demo", "--port", "http"], "http is not a whole number from 1 to 65535"),
        (["demo", "--file", "nowhere.csv"], "nowhere.csv"),
        (["match", "--directory", "d", "--mails", "m", "--limit", "0"], "0 is not a whole number from 1 to 1000"),
        (["match", "--directory", "nix", "--mails", "nix"], "nix cannot be read: No such file or directory"),
        (["match", "--directory", ".", "--mails", "."], ". cannot be read: Is a directory"),
        (["match", "--directory", "d"], "Name mail files, or a file of mails with --mails"),
        (["match", "--directory", "d", "--mails", "m", "a.eml"], "not both"),
        (["match", "--directory", "d", "--region", "QQ", "a.eml"], "QQ is not a country's two letters, like DE"),
        (["parse", "nix.eml"], "nix.eml cannot be read: No such file or directory"),
        (["parse", "[/red]"], "[/red] cannot be read"),
        (["parse", "nix\0.eml"], "this is not the name of a file"),
        (["link", "mail.eml"], "Add --dry-run"),
        (
            ["zoho", "connect", "--dc", "mars"],
            "no Zoho data centre “mars”. There are: com, eu, in, com.au, jp, com.cn, ca",
        ),
        (["zoho", "connect", "--code-stdin"], "No code was given"),
        (["run", "--socket", "--http"], "Choose one of --socket and --http"),
        (["run"], "Slack cannot be reached → Check the network"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(arguments: list[str], said: str) -> None:
    status, told = linkbot(*arguments)
    assert status != 0
    assert said in told


def inner_commands(command: Any) -> dict[str, Any]:
    return getattr(command, "commands", {})


def test_every_command_and_every_argument_is_explained() -> None:
    readme = Path(__file__).parents[3].joinpath("README.md").read_text("utf-8")
    commands = inner_commands(get_command(app))
    assert set(COMMANDS) | {"sandbox"} == set(commands)
    for name, inner in COMMANDS.items():
        assert f"`linkbot {name}" in readme
        assert set(inner) == set(inner_commands(commands[name]))
        for words in [(name,), *((name, each) for each in inner)]:
            assert linkbot(*words, "--help")[0] == 0
        for command in [commands[name], *inner_commands(commands[name]).values()]:
            assert command.help
            assert [param.name for param in command.params if not getattr(param, "help", None)] == []


def test_a_dry_run_without_a_copy_says_what_to_run(tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_text("From: Max <max@example.de>\nSubject: Haus\n\nGuten Tag\n", "utf-8")
    status, told = linkbot("link", str(mail), "--dry-run")
    assert status == 1
    assert told.endswith("Run: linkbot sync")


def test_the_bot_does_not_start_where_slack_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as slack:
        monkeypatch.setenv("SLACK_API_URL", f"{slack.url}/api/")
        slack.api("auth.test", error="invalid_auth")
        status, told = linkbot("run")
        assert (status, "SLACK_BOT_TOKEN" in told) == (1, True)
        slack.api("auth.test", user="linkbot", team="Nordlicht")
        slack.api("apps.connections.open", error="invalid_auth")
        status, told = linkbot("run")
        assert (status, "SLACK_APP_TOKEN" in told) == (1, True)


def test_another_key_is_said_before_the_bot_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    where = ["--host", "imap.example.de", "--no-check", "--password-stdin"]
    assert linkbot("mailbox", "add", "info@agency.example", *where, given="geheim")[0] == 0
    monkeypatch.setenv("LINKBOT_SECRET_KEY", "another key of 16 letters")
    for command in (["run"], ["mailbox", "list"], ["mailbox", "check"]):
        status, told = linkbot(*command)
        assert status == 1
        assert "LINKBOT_SECRET_KEY is not the one" in told


def test_a_wrong_database_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}")
    for command in (["sync"], ["alias", "list"], ["db", "upgrade"], ["run"]):
        status, told = linkbot(*command)
        assert status == 1
        assert "cannot be opened. Check DATABASE_URL" in told


def test_brackets_and_colons_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    say(plain("[inbox]/[/red] :smile: " + "x" * 200))
    assert capsys.readouterr().out == "[inbox]/[/red] :smile: " + "x" * 200 + "\n"


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **changes}
    line = " ".join(command)
    return subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, env=environment)


def test_a_reader_that_leaves_early_is_no_failure_of_ours(tmp_path: Path) -> None:
    person = {"id": "p1", "kind": "person", "name": "Anna Müller"}
    (tmp_path / "d.jsonl").write_text(json.dumps(person), "utf-8")
    mails = [json.dumps({"id": n, "text": "Anna Müller " * 50}) for n in range(3_000)]
    (tmp_path / "m.jsonl").write_text("\n".join(mails), "utf-8")
    done = run(f"{sys.executable} -m bot match --directory d.jsonl --mails m.jsonl | head -1")
    assert done.stdout.startswith('{"build_s"')
    assert done.stderr == ""


def test_a_terminal_without_our_letters_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_text("From: a@example.de\nSubject: Grüße 🏠\n\nHallo\n", "utf-8")
    narrow = {"PYTHONIOENCODING": "ascii", "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "40"}
    done = run(f"{sys.executable} -m bot parse mail.eml", **narrow)
    assert done.returncode == 0, done.stderr
    assert "Gr\\xfc" in done.stdout
    assert run(f"{sys.executable} -m bot --help", **narrow).returncode == 0


@pytest.mark.parametrize(
    ("modules", "without"),
    [
        ("bot.cli", ("pydantic", "phonenumbers", "sqlalchemy", "cryptography", "bot.settings", "rich.progress")),
        ("bot.mail", ("sqlalchemy", "bot.settings", "numpy")),
        ("bot.matching.offline", ("sqlalchemy", "bot.settings", "lxml")),
        (
            "bot.connections, bot.cli.database, bot.directory, bot.cli.progress",
            ("numpy", "slack_sdk", "slack_bolt", "dbos", "uvicorn", "bot.app", "bot.matching", "commands"),
        ),
    ],
)
def test_a_command_loads_only_what_it_needs(modules: str, without: tuple[str, ...]) -> None:
    code = f"import {modules}, sys; print(sorted(set({without!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
