"""From a clone to the first verified link, as a newcomer goes: `python -m benchmarks.first_hour`.

Clones the repository into an empty folder and runs there what README's "Connect your workspace and your CRM" says, as
it is typed; the sandbox is the newcomer's Slack, onOffice and mailbox. `linkbot init` is answered in a terminal, each
question when it is asked, with five wrong answers on the way. Then the bot is started, a mail is sent, and **Link**
pressed. Prints each command with its time, and how many commands, answers and presses it took. The time is that of the
machine: whoever looks up tokens and types them needs longer.
"""

# ruff: noqa: S101, S603, S606, S607 - it starts programs of its own, and ends with what is wrong; the secrets are the sandbox's

from __future__ import annotations

import os
import pty
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.settings import Settings
from tests.journeys.processes import spawned
from tests.journeys.world import ANFRAGEN, ANNA, german_mail, wait_for
from tests.ports import free_port

ROOT = Path(__file__).parents[1]
SECTION = "## Connect your workspace and your CRM"
PATIENCE = 300.0
WRONG_TOKEN, WRONG_SECRET, WRONG_PASSWORD = "xoxb-of-another-app", "0" * 64, "not the password"


def commands() -> list[str]:
    """What the section of README says to type, in order."""
    text = (ROOT / "README.md").read_text("utf-8").split(SECTION)[1].split("\n## ")[0]
    step = re.split(r"^3\. ", text, flags=re.MULTILINE)[1].split("\n\n   Or ")[0]
    found = re.findall(r"^`([^`]+)`|^ {7}(\S.*)$", step, re.MULTILINE)
    return [re.sub(r"\s+#.*", "", inline or block) for inline, block in found]


class Terminal:
    """A command in a terminal of its own; what it prints is read, and typed answers are sent."""

    def __init__(self, command: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.printed = ""
        self._read = 0
        self.pid, self._wire = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve("/bin/sh", ["sh", "-c", command], dict(environment))

    def asks(self, words: str) -> None:
        """Wait until these words are printed behind what was answered last, and what is typed is waited for."""
        until = time.monotonic() + PATIENCE
        while words not in self.printed[self._read :] or not self.printed.endswith(": "):
            assert time.monotonic() < until and self._more(), f"{words!r} was not asked:\n{self.printed[-3000:]}"
        self._read = len(self.printed)

    def types(self, answer: str) -> None:
        os.write(self._wire, f"{answer}\n".encode())

    def ended(self) -> int:
        """Read to the end; the exit status."""
        while self._more():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _more(self) -> bool:
        """Read what comes; False at the end."""
        if not select.select([self._wire], [], [], PATIENCE)[0]:
            return False
        try:
            given = os.read(self._wire, 65536)
        except OSError:  # the terminal of a process that is gone
            return False
        self.printed += given.decode("utf-8", "replace").replace("\r", "")
        return bool(given)


@dataclass
class Count:
    """What it took."""

    lines: list[tuple[str, float]] = field(default_factory=list)
    answers: int = 0
    presses: int = 0

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        begun, used = time.monotonic(), _used()
        yield
        self.lines.append((what, time.monotonic() - begun))
        sys.stdout.write(f"{self.lines[-1][1]:7.1f} s, of processor {_used() - used:5.1f} s  {what}\n")
        sys.stdout.flush()


def _used() -> float:
    """Seconds of processor that programs took which were started here and have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def answers(env: Mapping[str, str], imap: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each question, by words of it, and what is typed. Five answers are wrong, and asked for again."""
    box = imap["accounts"][0]
    server = f"{imap['host']}:{imap['port']}"
    mailbox = [("A mailbox", box["identity"]), ("IMAP server", server), ("name to log in", box["user"])]
    return [
        *(("Language", "fr"), ("Language", "en")),
        *(("Bot User OAuth Token", WRONG_TOKEN), ("Bot User OAuth Token", env["SLACK_BOT_TOKEN"])),
        ("App-Level Token", env["SLACK_APP_TOKEN"]),
        *(("Which CRM", "salesforce"), ("Which CRM", "onoffice")),
        *(("user’s token", env["ONOFFICE_TOKEN"]), ("user’s secret", WRONG_SECRET)),
        *(("user’s token", env["ONOFFICE_TOKEN"]), ("user’s secret", env["ONOFFICE_SECRET"])),
        *(*mailbox, ("assword", WRONG_PASSWORD)),
        *(*mailbox, ("assword", box["password"])),
        ("Another mailbox", ""),
    ]


def played(terminal: Terminal, script: Sequence[tuple[str, str]]) -> int:
    """Answer as asked; the exit status."""
    for question, answer in script:
        terminal.asks(question)
        terminal.types(answer)
    return terminal.ended()


def linked(call: Callable[..., Any], state: Callable[..., Any]) -> None:
    """A mail comes, its card is waited for, **Link** is pressed, and the CRM is asked."""
    mail = german_mail()
    call("mailbox", identity=mail.to, folder="INBOX", raw=mail.raw())
    ts = call("mail", to_channel=ANFRAGEN, **mail.forward())["ts"]

    def card(words: str) -> dict[str, Any] | None:
        thread = (one for one in state("messages")["messages"] if one["thread_ts"] == ts and one["ts"] != ts)
        return next((one for one in thread if words in str(one["blocks"])), None)

    offered = wait_for(lambda: card("I would link it to"), "the card", PATIENCE)
    call("press", user=ANNA, channel=ANFRAGEN, ts=offered["ts"], text="Link")
    wait_for(lambda: card("Linked by"), "the verified link", PATIENCE)
    links = state("onoffice")["onoffice"]["links"]
    assert [one["estateid"] for one in links if one["messageid"] == mail.message_id] == [2649], links


def go(place: Path, address: str, count: Count) -> None:
    """The whole way in `place`, with the sandbox at `address`."""
    control = httpx.Client(base_url=f"{address}/_control/", timeout=60)

    def call(name: str, **body: Any) -> Any:
        told = control.post(name, json=body).json()
        assert told.get("ok", True), told
        return told

    def state(only: str) -> Any:
        return control.get("state", params={"only": only}).json()

    told = wait_for(lambda: _asked(control), "the sandbox", PATIENCE)
    env, imap = told["env"], told["imap"]
    names = {name.upper() for name in Settings.model_fields}
    clean = {name: value for name, value in os.environ.items() if name not in names and name != "VIRTUAL_ENV"}
    # Where the invented Slack and onOffice are reached; a newcomer's are where they always are.
    places = {name: value for name, value in env.items() if name.endswith(("_URL", "_HOSTS"))}
    environment = {**clean, **places, "BROWSER": "true"}
    clone = place / "linkbot"
    with count.of("git clone … linkbot && cd linkbot"):
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    wanted = commands()
    assert wanted == ["make setup", ".venv/bin/linkbot init", ".venv/bin/linkbot run"], wanted
    setup, init, run = wanted
    with count.of(setup):
        terminal = Terminal(setup, clone, environment)
        assert terminal.ended() == 0, terminal.printed
    script = answers(env, imap)
    with count.of(init):
        terminal = Terminal(init, clone, environment)
        assert played(terminal, script) == 0 and "All is well" in terminal.printed, terminal.printed
    count.answers = len(script)
    for secret in (env["SLACK_BOT_TOKEN"], env["ONOFFICE_SECRET"], imap["accounts"][0]["password"], WRONG_SECRET):
        assert secret not in terminal.printed, "a secret was printed"
    terminal = Terminal(run, clone, environment)
    try:
        with count.of(f"{run} (until it is connected)"):
            wait_for(lambda: state("connections")["connections"], "the bot", PATIENCE)
        with count.of("a mail comes, its card, Link, verified in onOffice"):
            linked(call, state)
        count.presses = 1
    finally:
        os.kill(terminal.pid, signal.SIGTERM)
        terminal.ended()


def _asked(control: httpx.Client) -> Any:
    try:
        return control.get("environment").json()
    except httpx.HTTPError:
        return None


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="linkbot-first-hour-") as folder:
        outside = spawned(["sandbox", "--port", str(port)], {}, Path(folder) / "sandbox.log")
        count = Count()
        try:
            go(Path(folder), f"http://127.0.0.1:{port}", count)
        finally:
            outside.terminate()
            outside.wait(timeout=30)
    seconds = sum(one for _, one in count.lines)
    typed = len(count.lines) - 1
    sys.stdout.write(
        f"{typed} commands, {count.answers} answers (five of them wrong), {count.presses} press: "
        f"{seconds / 60:.1f} minutes of the machine from the clone to the first verified link\n"
    )


if __name__ == "__main__":
    main()
