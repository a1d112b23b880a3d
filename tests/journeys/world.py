"""The whole bot from outside: the sandbox and `linkbot run` as processes of their own, driven by `_control` calls."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import sqlalchemy as sa

from bot.connections import add
from bot.settings import load
from storage import migrate
from storage.engine import create_engine
from storage.links import Links
from storage.tables import Link
from tests.journeys.processes import Begin, Process, forked
from tests.ports import free_port

ANNA, BEN, STRANGER = "U0ANNA", "U0BEN", "U0STRANGER"
ANFRAGEN, SALES, BUERO = "C0ANFRAGEN", "C0SALES", "C0PRIVAT"
INFO = "info@nordlicht.example"
SECRET_KEY = "journeys keep nothing secret"
PATIENCE = 30.0
# A start imports a good deal, and the machine may be busy with other tests.
STARTING = 120.0

T = TypeVar("T")
_numbers = itertools.count(1001)  # no number that a test looks for


def wait_for(look: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
    """What `look` gives as soon as it gives something; fails with `what` when it takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")


@dataclass
class Mail:
    """An invented mail that lies in a mailbox, and the forward of it that a colleague sends to a channel."""

    sender: str
    subject: str
    text: str
    message_id: str = field(default_factory=lambda: f"<{uuid.uuid4().hex}@mail.example.com>")
    to: str = INFO
    sent: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=3))

    def raw(self) -> str:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, self.to, self.subject
        message["Date"], message["Message-ID"] = format_datetime(self.sent), self.message_id
        message.set_content(self.text)
        return message.as_string()

    def forward(self, by: str = "Anna Berger <anna.berger@nordlicht.example>") -> dict[str, Any]:
        shown = self.sent.strftime("%d.%m.%Y %H:%M")
        return {
            "from": by,
            "to": "anfragen@nordlicht.slack.example",
            "cc": "",
            "subject": f"WG: {self.subject}",
            "message_id": f"<{uuid.uuid4().hex}@nordlicht.example>",
            "in_reply_to": self.message_id,
            "text": (
                f"Bitte zuordnen.\n\nVon: {self.sender}\nGesendet: {shown}\nAn: {self.to}\nBetreff: {self.subject}\n\n"
                f"{self.text}"
            ),
        }


def german_mail() -> Mail:
    """Max Mustermann about Lindenstraße 12: one person and one property, both certain. Each is another mail."""
    number = next(_numbers)
    return Mail(
        "Max Mustermann <max.mustermann@example.de>",
        f"Besichtigung Lindenstr. 12 (NL-2649), Nachricht {number}",
        f"Guten Tag,\n\nich interessiere mich für die Wohnung in der Lindenstr. 12, 12345 Berlin.\n"
        f"Das Geheimwort lautet Pfefferkuchen-{number}.\n\nMit freundlichen Grüßen\nMax Mustermann\n",
    )


def english_mail() -> Mail:
    """Emily Carter about the Brightwater deal, which is in Zoho."""
    number = next(_numbers)
    return Mail(
        "Emily Carter <emily.carter@brightwater.example>",
        f"Brightwater - office fit-out, message {number}",
        f"Hello Ben,\n\nplease send the revised quote for the Brightwater office fit-out.\nThe secret word is "
        f"Gingerbread-{number}.\n\nKind regards\nEmily Carter\nBrightwater Ltd\n",
        to="Ben Okafor <ben.okafor@nordlicht.example>",
    )


class World:
    """A sandbox with a bot beside it, in Socket Mode or in HTTP mode."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        mode: str,
        retries: float = 0.01,
        begin: Begin = forked,
        **extra: str,
    ) -> None:
        """`retries` scales how long Slack waits until it delivers an event again; `begin` is how the processes are
        started; `extra` are settings."""
        self.mode = mode
        self.database_url = database_url
        self.port, bot_port = free_port(), free_port()
        self.bot_url = f"http://127.0.0.1:{bot_port}"
        self.control = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)
        self.sandbox = Process(
            ["sandbox", "--port", str(self.port), "--retry-scale", str(retries)], folder / "sandbox.log", {}, begin
        )
        self.environment = {
            "CRM": "onoffice,zoho",
            "DATABASE_URL": database_url,
            "LINKBOT_SECRET_KEY": SECRET_KEY,
            "LINKBOT_RETRY_SECONDS": "0.2,0.4",
            "LINKBOT_LATER_SECONDS": "0.3",
            "LINKBOT_SETTLE_SECONDS": "0.2",
            "LINKBOT_VENDOR_TIMEOUT": "2",
            "LINKBOT_SYNC_MINUTES": "60",
            "LINKBOT_MORNING_HOUR": "0",  # it is always morning
            "LINKBOT_TOGETHER_SECONDS": "0",  # the mails of different journeys do not belong together
            "PORT": str(bot_port),
            **extra,
        }
        self.begin = begin
        self.bot = Process(["bot", "run", f"--{mode}"], folder / "bot.log", self.environment, begin)
        self.folder = folder

    # Starting and stopping

    def start(self) -> None:
        self.sandbox.start()
        found = wait_for(self._found, "the sandbox")
        self.environment |= found["env"]
        if self.mode == "http":
            del self.environment["SLACK_APP_TOKEN"]
        self.bot.environment = self.environment
        migrate.upgrade(create_engine(self.database_url))
        settings, imap = load(self.environment, env_file=None), found["imap"]
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
                check=False,
            )
            assert problem is None
        self.start_bot()
        wait_for(lambda: self.bot.output().count("bot.keeper: synced ") >= 2, "the first copy of the directory")

    def start_bot(self) -> None:
        self.bot.start()
        if self.mode == "socket":
            wait_for(lambda: self.state("connections")["connections"], "the bot's connection", STARTING)
        else:
            wait_for(self._healthy, "the bot's port", STARTING)
            self.call("transport", events_url=f"{self.bot_url}/slack/events")

    def stop(self) -> None:
        self.bot.stop()
        self.sandbox.stop()
        self.control.close()

    def linkbot(self, *arguments: str, given: str = "", status: int = 0) -> str:
        """Run the command and give what it printed."""
        paper, log = self.folder / "given.txt", self.folder / "command.log"
        paper.write_text(given, "utf-8")
        log.write_bytes(b"")
        ended = self.begin(["bot", *arguments], self.environment, log, paper).wait(timeout=120)
        printed = log.read_text("utf-8", "replace")
        for written in (paper, log):
            written.unlink()
        assert ended == status, f"linkbot {' '.join(arguments)}: {printed}"
        return printed

    def sync(self, *arguments: str) -> str:
        """Refresh the copy of the directory after a change at the vendor, and wait until the running bot has seen it.
        Whoever changes a vendor's records leaves through here: news of one test must not be taken for another's."""
        said = self.bot.output().count("bot.keeper: directory: ")
        printed = self.linkbot("sync", *arguments)
        wait_for(lambda: self.bot.output().count("bot.keeper: directory: ") > said, "the bot to see the changes")
        return printed

    def _found(self) -> dict[str, Any] | None:
        try:
            return dict(self.control.get("/_control/environment").json())
        except httpx.HTTPError:
            return None

    def _healthy(self) -> bool:
        try:
            return httpx.get(f"{self.bot_url}/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    # What people do

    def call(self, name: str, **body: Any) -> dict[str, Any]:
        answer = self.control.post(f"/_control/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def fault(self, where: str, kind: str, value: Any = None, times: int = 1) -> None:
        self.call("faults", where=where, kind=kind, value=value, times=times)

    def lay(self, mail: Mail, identity: str = INFO, folder: str = "INBOX") -> dict[str, Any]:
        """Put the original into a mailbox."""
        return self.call("mailbox", identity=identity, folder=folder, raw=mail.raw())

    def send(self, mail: Mail, channel: str = ANFRAGEN, **changes: Any) -> str:
        """A colleague forwards the mail into a channel; gives the message's ts."""
        return str(self.call("mail", to_channel=channel, **{**mail.forward(), **changes})["ts"])

    def press(self, card: Mapping[str, Any], text: str, user: str = ANNA) -> dict[str, Any]:
        answer = self.call("press", user=user, channel=card["channel"], ts=card["ts"], text=text)
        assert answer["ok"], answer
        return answer

    # What can be seen

    def state(self, *only: str) -> dict[str, Any]:
        asked = {"only": ",".join(only)} if only else {}
        return dict(self.control.get("/_control/state", params=asked).json())

    def replies(self, thread_ts: str) -> list[dict[str, Any]]:
        return [
            m for m in self.state("messages")["messages"] if m.get("thread_ts") == thread_ts and m["ts"] != thread_ts
        ]

    def card(self, thread_ts: str, *words: str) -> dict[str, Any]:
        """The card in a mail's thread, as soon as it shows all these words."""

        def look() -> dict[str, Any] | None:
            for message in self.replies(thread_ts):
                if message.get("blocks") and all(word in shown(message) for word in words):
                    return message
            return None

        try:
            return wait_for(look, f"a card with {words}")
        except AssertionError as error:
            there = [shown(message) for message in self.replies(thread_ts)]
            raise AssertionError(f"{error}; there is: {there}\n{self.bot.output()[-3000:]}") from None

    def reply(self, thread_ts: str, words: str) -> dict[str, Any]:
        """A plain answer of the bot in a thread."""
        return wait_for(
            lambda: next((m for m in self.replies(thread_ts) if words in (m["text"] or "")), None), f"“{words}”"
        )

    def told(self, user: str, *words: str) -> str:
        """What only this person sees, as soon as it holds these words."""

        def look() -> str | None:
            texts = [m["text"] for m in self.state("ephemerals")["ephemerals"] if m["user"] == user]
            return next((text for text in texts if all(word in text for word in words)), None)

        return wait_for(look, f"words to {user}: {words}; there is {[m['text'] for m in self.state()['ephemerals']]}")

    def onoffice_link(self, message_id: str) -> tuple[list[int], int | None]:
        """The addresses and the estate that onOffice holds for a mail."""
        for link in self.state("onoffice")["onoffice"]["links"]:
            if link["messageid"] == message_id:
                return sorted(link["addressIds"]), link["estateid"] or None
        return [], None

    def zoho_mails(self, subject: str) -> list[dict[str, Any]]:
        return [mail for mail in self.state("zoho")["zoho"]["emails"] if subject in mail["subject"]]

    def looked(self, thread_ts: str) -> None:
        """Wait until the bot, behind its card about a property, has looked what the mail is linked to."""
        query = sa.text(
            "SELECT 1 FROM link_call JOIN proposal ON proposal.id = proposal_id "
            "WHERE link_call.attempt = 0 AND thread_ts = :ts"
        )
        engine = create_engine(self.database_url)

        def look() -> bool:
            with engine.connect() as connection:
                return connection.execute(query, {"ts": thread_ts}).first() is not None

        try:
            wait_for(look, "the look behind the card")
        finally:
            engine.dispose()

    def counter(self, where: str) -> int:
        return int(self.state("counters")["counters"].get(where, 0))

    def log(self, message_id: str) -> list[Link]:
        """The log's rows about a mail."""
        engine = create_engine(self.database_url)
        try:
            return [link for link in reversed(Links(engine).newest(1000)) if link.message_id == message_id]
        finally:
            engine.dispose()

    def count(self, table: str) -> int:
        engine = create_engine(self.database_url)
        try:
            with engine.connect() as connection:
                return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608
        finally:
            engine.dispose()

    def write(self, statement: str) -> None:
        """Change something in the database that only time would change."""
        engine = create_engine(self.database_url)
        try:
            with engine.begin() as connection:
                connection.execute(sa.text(statement))
        finally:
            engine.dispose()

    def database_dump(self) -> bytes:
        """Everything in the database as bytes: SQLite's files as they are, PostgreSQL's rows as text."""
        if self.database_url.startswith("sqlite"):
            return b"".join(
                path.read_bytes() for path in sorted(self.folder.rglob("*")) if ".db" in str(path) and path.is_file()
            )
        engine = create_engine(self.database_url)
        try:
            with engine.connect() as connection:
                tables = [
                    f'"{schema}"."{table}"'
                    for schema in ("public", "dbos")
                    for table in sa.inspect(connection).get_table_names(schema)
                ]
                rows = [row for name in tables for row in connection.execute(sa.text(f"SELECT * FROM {name}"))]  # noqa: S608
            return "\n".join(map(str, rows)).encode()
        finally:
            engine.dispose()


def shown(message: Mapping[str, Any]) -> str:
    """All words of a message's blocks, buttons included."""
    words: list[str] = []
    waiting: list[Any] = list(message.get("blocks") or [])
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting = item + waiting
        elif isinstance(item, dict):
            text = item.get("text")
            if isinstance(text, str):
                words.append(text)
            waiting = [v for k, v in item.items() if k != "confirm" and isinstance(v, dict | list)] + waiting
    return "\n".join(words)


def buttons(message: Mapping[str, Any]) -> list[str]:
    return [e["text"]["text"] for b in message.get("blocks") or [] if b["type"] == "actions" for e in b["elements"]]
