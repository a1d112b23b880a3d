"""What README and docs tell people to type can be typed; what is shipped to run Linkbot names things that are there."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest
import typer
import yaml
from prometheus_client import REGISTRY

from bot import telemetry
from bot.cli.linkbot import app
from bot.settings import Settings
from tests.docs.pages import PAGES, ROOT, code
from tests.needs import leave_out

COMMAND = re.compile(r"^(?:\.venv/bin/|/opt/linkbot/bin/)?linkbot (?P<words>[a-z-].*)$")
MODULE = re.compile(r"python -m (benchmarks\.\w+)")
# Said in pieces, to be filled in: what they stand for is in README's table and in each command's help.
OPEN = re.compile(r"[\[\]…|<>]|\\\|")


def commands() -> list[tuple[str, str]]:
    found = ((page, m["words"]) for page, text in code() if (m := COMMAND.match(text)))
    return sorted({(page, words) for page, words in found if not OPEN.search(words)})


@pytest.mark.parametrize(("page", "words"), commands())
def test_each_command_on_the_pages_can_be_typed(page: str, words: str) -> None:
    """Its name, arguments and options are read as the command line reads them; it is not run."""
    command, given = typer.main.get_command(app), shlex.split(words)
    context = command.make_context("linkbot", given[:1], resilient_parsing=True)
    while (known := getattr(command, "commands", None)) is not None:
        assert given, f"{words} names no command"
        if given[0].startswith("-"):
            break
        assert given[0] in known, f"there is no {given[0]} in {words}"
        command = known[given.pop(0)]
        context = command.make_context(command.name, list(given), parent=context, resilient_parsing=True)
    # An argument may be left out where a page only names the command; an option must be there and take what is given.
    options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    wrong = [word for word in given if word.startswith("--") and word.partition("=")[0] not in options]
    assert wrong == [], page
    assert context is not None


def test_there_are_such_commands() -> None:
    assert len(commands()) > 25
    assert {"doctor", "run", "sync"} <= {words for _, words in commands()}


def test_each_target_of_make_and_each_module_on_the_pages_is_there() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {match[1] for _, text in code() if (match := re.match(r"make ([a-z][\w-]*)", text))}
    assert named and named <= targets
    modules = {name for page in PAGES for name in MODULE.findall(page.read_text("utf-8"))}
    assert [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").exists()] == []


def test_each_setting_on_the_pages_is_there() -> None:
    known = {name.upper() for name in Settings.model_fields}
    words = re.compile(r"\b((?:LINKBOT|ONOFFICE|ZOHO|SLACK|CSV)_[A-Z_]*[A-Z])\b")
    theirs = {"LINKBOT_MODE", "LINKBOT_HOST"}  # of compose.yaml
    unknown = {
        (page.name, name)
        for page in (*PAGES, ROOT / "Dockerfile", ROOT / "compose.yaml", ROOT / ".env.example")
        for name in words.findall(page.read_text("utf-8"))
        if not {name, name.removesuffix("_FILE")} & (known | theirs)
    }
    assert unknown == set()


def test_what_readme_says_people_see_is_what_they_see() -> None:
    """The words in quotes in its table of what goes wrong stand in the catalogue."""
    table = (ROOT / "README.md").read_text("utf-8").split("## When something is wrong")[1].split("\n## ")[0]
    quoted = re.findall(r'^\| "([^"]+)" \|', table, re.MULTILINE)
    said = (ROOT / "bot" / "language" / "en.po").read_text("utf-8").replace("’", "'")
    assert len(quoted) >= 3
    assert [words for words in quoted if words not in said] == []


def test_the_alerts_are_about_numbers_that_there_are() -> None:
    assert telemetry.CARDS
    names = {sample for metric in REGISTRY.collect() for sample in (metric.name, *(s.name for s in metric.samples))}
    endings = ("", "_total", "_bucket", "_sum", "_count")
    rules = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"linkbot_\w+", rule["expr"])}
    assert asked
    assert [one for one in asked if not any(one.removesuffix(end) in names or one in names for end in endings)] == []


def test_what_the_image_copies_is_there_and_it_is_no_more_than_that() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    lines = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY ") and "--from" not in line]
    copied = {name for line in lines for name in line}
    assert [name for name in copied if not (ROOT / name).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {name.split("/")[0] for name in copied} == {line[1:] for line in ignored if line.startswith("!")}
    assert "\nUSER linkbot\n" in text and "HEALTHCHECK" in text
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    assert all(services[name]["read_only"] for name in ("linkbot", "upgrade"))


def test_no_committed_file_names_a_package_registry() -> None:
    """Where packages come from is the business of whoever installs them."""
    hosts = ["pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org"]
    found = subprocess.run(
        ["git", "grep", "-l", "-I", *(word for host in hosts for word in ("-e", host))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode > 1:
        leave_out("this is no checkout of git, so that it is not known which files are committed: git clone it")
    assert found.stdout.split() == []
