"""A place in which the pages' commands are run: a newcomer's folder, and the sandbox as the world outside."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from bot.connections import create_storage
from bot.settings import load
from storage import migrate
from storage.tables import Installation, Lesson
from tests.docs.pages import ROOT
from tests.journeys.processes import Process, forked
from tests.journeys.world import ANFRAGEN, ANNA, INFO, german_mail, wait_for
from tests.ports import free_port

TEAM = "T0123ABCD"
EXAMPLES = ROOT / "bot" / "crm" / "csvfile" / "example"
LIMIT = 120.0


class Place:
    """Commands are run in `folder`, or in `folder / "several"`, which is of an app for several workspaces."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.several = folder / "several"
        self.port, self.bot_port = free_port(), free_port()
        self.control = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/_control/", timeout=30)
        self.sandbox = Process(["sandbox", "--port", str(self.port)], folder / "sandbox.log", {})
        self.env: Mapping[str, str] = {}
        self.imap: Mapping[str, Any] = {}

    # How it is made ready

    def start(self) -> None:
        self.sandbox.start()
        told = wait_for(lambda: self._asked("environment"), "the sandbox")
        self.env, self.imap = told["env"], told["imap"]
        self.several.mkdir()
        places = {name: value for name, value in self.env.items() if name.endswith(("_URL", "_HOSTS"))}
        database = {"DATABASE_URL": "sqlite:///linkbot.db", "PORT": str(self.bot_port)}
        _write(self.folder / ".env", places | database | {"SLACK_SIGNING_SECRET": self.env["SLACK_SIGNING_SECRET"]})
        app = {
            "SLACK_CLIENT_ID": "1234567890.0987654321",
            "SLACK_CLIENT_SECRET": "sandbox-client-secret",
            "SLACK_SIGNING_SECRET": self.env["SLACK_SIGNING_SECRET"],
            "LINKBOT_SECRET_KEY": "the pages keep nothing secret",
            "LINKBOT_WORKSPACES": "workspaces",
        }
        _write(self.several / ".env", places | database | app)
        names = {"contacts.csv": "contacts", "my-contacts.csv": "contacts", "properties.csv": "objekte"}
        for name, given in names.items():
            shutil.copy(EXAMPLES / f"{given}.csv", self.folder / name)
        (self.folder / "mail.eml").write_text(german_mail().raw(), "utf-8")
        (self.folder / "directory.jsonl").write_text(
            '{"id": "p1", "kind": "person", "name": "Max Mustermann", "emails": ["max.mustermann@example.de"]}\n'
        )
        (self.folder / "mails.jsonl").write_text('{"id": "m1", "subject": "x", "text": "Max Mustermann"}\n')
        (self.folder / "staff.json").write_text('["anna.berger@nordlicht.example"]')

    def stop(self) -> None:
        self.sandbox.stop()
        self.control.close()

    # What runs there

    def run(self, line: str, answers: str = "", status: int = 0) -> str:
        """Run a line as it stands, with what a person answers; gives what it printed. It must end with the status."""
        words = shlex.split(line)
        folder = self.several if TEAM in words or words[1] == "workspace" else self.folder
        if Path(words[0]).name != "linkbot":
            path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
            done = subprocess.run(
                ["/bin/sh", "-c", line],
                cwd=folder if words[0] != "make" else ROOT,
                env={**os.environ, "PATH": path, **self.shown},
                input=answers,
                capture_output=True,
                text=True,
                timeout=LIMIT,
            )
            ended, printed = done.returncode, done.stdout + done.stderr
        else:
            paper, log = folder / "given.txt", folder / "printed.txt"
            paper.write_text(answers, "utf-8")
            log.write_bytes(b"")
            ended = forked(["bot", *words[1:]], {}, log, paper, folder).wait(timeout=LIMIT)
            printed = log.read_text("utf-8", "replace")
        assert ended == status and "Traceback" not in printed, f"{line} ended with {ended}: {printed}"
        return printed

    def serve(self, words: list[str], ready: Callable[[], Any], then: Callable[[], None] = lambda: None) -> str:
        """Start what runs until it is told to end, wait until it is ready, do something, and end it; gives what it
        printed."""
        log = self.folder / "served.txt"
        log.write_bytes(b"")
        running = forked(words, {}, log, None, self.folder)
        try:
            wait_for(lambda: running.poll() is not None or ready(), " ".join(words), LIMIT)
            if running.poll() is None:
                then()
        finally:
            if running.poll() is None:
                os.kill(running.pid, signal.SIGTERM)
        ended, printed = running.wait(timeout=LIMIT), log.read_text("utf-8", "replace")
        assert ended == 0, printed
        return printed

    #: What a page leaves to the shell: "$DATABASE_URL".
    shown: Mapping[str, str] = {}

    # What there is to see

    def is_connected(self) -> bool:
        return bool((self._asked("state?only=connections") or {}).get("connections"))

    def is_well(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.bot_port}/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    @staticmethod
    def answers(port: str) -> bool:
        """Whether a sandbox answers there."""
        try:
            return httpx.get(f"http://127.0.0.1:{port}/_control/state?only=version").status_code == 200
        except httpx.HTTPError:
            return False

    def link_a_mail(self) -> None:
        """A mail comes, its card is waited for, **Link** is pressed, and the link is verified."""
        mail = german_mail()
        self.call("mailbox", identity=INFO, folder="INBOX", raw=mail.raw())
        ts = self.call("mail", to_channel=ANFRAGEN, **mail.forward())["ts"]

        def card(words: str) -> Any:
            thread = (self._asked("state?only=messages") or {})["messages"]
            return next((one for one in thread if one["thread_ts"] == ts and words in str(one["blocks"])), None)

        offered = wait_for(lambda: card("I would link it to"), "the card")
        self.call("press", user=ANNA, channel=ANFRAGEN, ts=offered["ts"], text="Link")
        wait_for(lambda: card("Linked by"), "the verified link")

    def teach(self) -> None:
        """Words are taught, as by a press in **Change…**."""
        storage = create_storage(
            load({}, self.folder / ".env", {"DATABASE_URL": f"sqlite:///{self.folder}/linkbot.db"})
        )
        proposal = storage.links.newest(1)[0].proposal_id
        lesson = Lesson(
            proposal_id=proposal,
            vendor="onoffice",
            kind="estate",
            record_id="2649",
            record_name="NL-2649",
            sealed_words="",
        )
        storage.aliases.note(lesson, "Meier Hof")
        storage.aliases.learn(proposal, [("onoffice", "estate", "2649")])
        storage.engine.dispose()

    def install(self) -> None:
        """A workspace has installed the app, and its onOffice is set up."""
        own = self.several / "workspaces" / TEAM
        own.mkdir(parents=True)
        onoffice = {name: value for name, value in self.env.items() if name.startswith("ONOFFICE")}
        _write(own / ".env", {"CRM": "onoffice"} | onoffice)
        storage = create_storage(
            load({}, self.several / ".env", {"DATABASE_URL": f"sqlite:///{self.several}/linkbot.db"})
        )
        migrate.upgrade(storage.engine)
        storage.installations.save(Installation(team=TEAM, name="Nordlicht"), self.env["SLACK_BOT_TOKEN"])
        storage.engine.dispose()

    def call(self, name: str, **body: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.control.post(name, json=body).json()
        assert answer.get("ok", True), answer
        return answer

    def code(self) -> str:
        """One of Zoho's API console."""
        return str(self.call("zoho/code")["code"])

    def _asked(self, what: str) -> Any:
        try:
            return self.control.get(what).json()
        except httpx.HTTPError:
            return None


def _write(file: Path, values: Mapping[str, str]) -> None:
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()), "utf-8")
