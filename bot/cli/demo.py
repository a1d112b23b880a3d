"""`linkbot demo`: the sandbox as a process of its own, and the bot in this one, on an embedded database."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

import bot
from bot.app import Linkbot, create_app
from bot.cli.story import tell
from bot.cli.terminal import said
from bot.connections import add, create_storage
from bot.language import sentence
from bot.settings import Settings, load
from storage import migrate

START_SECONDS = 60.0
# The demo's database is made anew at every start and holds invented people only.
BOTH = "onoffice,zoho"
EXAMPLES = sorted((Path(bot.__file__).parent / "crm" / "csvfile" / "example").glob("*.csv"))
DEMO_KEY = "demo: nothing in here is secret"


@dataclass
class Demo:
    """A running sandbox with a running bot beside it."""

    url: str
    control: httpx.Client
    bot: Linkbot


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def play(port: int = 0, crm: str = BOTH, files: Sequence[Path] = ()) -> int:
    """Play one German mail and one English mail into the CRMs, tell the story, give the exit status."""
    with running(port or free_port(), crm, files) as demo:
        german, english = (tell(demo.control, demo.bot, language) for language in ("de", "en"))
        return 0 if german and english else 1


def serve(port: int, crm: str = BOTH, files: Sequence[Path] = ()) -> int:
    """Run until interrupted; gives the exit status."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with running(port, crm, files) as demo:
        sys.stdout.write(said(sentence("demo.open", url=demo.url)) + "\n")
        sys.stdout.flush()
        stopping.wait()
    return 0


@contextmanager
def running(port: int, crm: str = BOTH, files: Sequence[Path] = ()) -> Iterator[Demo]:
    """The sandbox and the bot, connected by Socket Mode, with the directory copied and the mailboxes known."""
    url = f"http://127.0.0.1:{port}"
    folder = Path(tempfile.mkdtemp(prefix="linkbot-demo-"))
    links = (Path() if files else folder).absolute() / "linkbot-links.csv"
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--quiet"]
    # In a session of its own, so that Ctrl-C reaches only this process, which then ends the sandbox.
    world = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own module
    try:
        with httpx.Client(base_url=url, timeout=30) as control:
            environment = _wait_for(control, world)
            settings = load(
                environment["env"]
                | {
                    "CRM": crm,
                    "CSV_FILES": ",".join(map(str, files or EXAMPLES)),
                    "CSV_LINKS": str(links),
                    "DATABASE_URL": f"sqlite:///{folder}/linkbot.db",
                    "LINKBOT_SECRET_KEY": DEMO_KEY,
                    "LINKBOT_SETTLE_SECONDS": "0.2",
                    "LINKBOT_PEOPLE_SECONDS": "0",  # who sets Slack to another language sees it follow
                },
                env_file=None,
            )
            linkbot = _start(settings, environment["imap"])
            handler = linkbot.socket()
            handler.connect()  # type: ignore[no-untyped-call] # Bolt's, without types
            try:
                if not linkbot.directory.ready.wait(START_SECONDS):
                    raise SystemExit(said(sentence("demo.no_directory")))
                yield Demo(url, control, linkbot)
            finally:
                handler.close()
                linkbot.stop()
    finally:
        world.terminate()
        world.wait(timeout=15)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(control: httpx.Client, world: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if world.poll() is not None:
            raise SystemExit(1)  # it has said why
        try:
            answer: dict[str, Any] = control.get("/_control/environment").raise_for_status().json()
            return answer
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit(said(sentence("demo.no_sandbox")))


def _start(settings: Settings, imap: dict[str, Any]) -> Linkbot:
    migrate.upgrade(create_storage(settings).engine)
    for box in imap["accounts"]:
        problem = add(
            settings,
            box["identity"],
            host=imap["host"],
            port=imap["port"],
            user=box["user"],
            tls="none",
            folders=[],
            password=box["password"],
            check=True,
        )
        if problem:
            raise SystemExit(said(problem))
    linkbot = create_app(settings)
    linkbot.start()
    return linkbot
