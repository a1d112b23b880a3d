"""Real IMAP servers for the tests: the sandbox's, and Dovecot where it is installed."""

from __future__ import annotations

import asyncio
import getpass
import grp
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from imap_tools import MailBoxUnencrypted

from bot.mail import ImapAccount
from sandbox.faults import Faults
from sandbox.mailbox.server import Account, MailServer
from tests.needs import dovecot

PASSWORD = "geheim-4711"
DOVECOT = dovecot()


@dataclass(frozen=True)
class Server:
    """A running server; each user is a mailbox of their own, with `PASSWORD`."""

    port: int
    users: tuple[str, ...]
    dovecot: Dovecot | None = None

    def account(self, user: str, *, password: str = PASSWORD, folders: tuple[str, ...] = ()) -> ImapAccount:
        return ImapAccount(f"{user}@example.com", "127.0.0.1", self.port, user, password, "none", folders)

    def box(self, user: str) -> MailBoxUnencrypted:
        box = MailBoxUnencrypted("127.0.0.1", self.port, timeout=10)
        box.login(user, PASSWORD, initial_folder=None)
        return box

    def put(self, user: str, raw: bytes, folder: str = "INBOX") -> None:
        with self.box(user) as box:
            if not box.folder.exists(folder):
                box.folder.create(folder)
            box.append(raw, folder)

    def empty(self, user: str) -> None:
        """Removes all mails and all folders but INBOX."""
        with self.box(user) as box:
            for folder in box.folder.list():
                if folder.name != "INBOX" and not any("noselect" in flag.lower() for flag in folder.flags):
                    box.folder.delete(folder.name)
            box.folder.set("INBOX")
            box.delete(box.uids())

    def flags(self, user: str, folder: str = "INBOX") -> list[tuple[str, ...]]:
        with self.box(user) as box:
            box.folder.set(folder, readonly=True)
            return [message.flags for message in box.fetch(mark_seen=False)]


@dataclass
class Dovecot:
    """The program itself; `place` is where it keeps its configuration and the mails."""

    place: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert DOVECOT
        command = [str(DOVECOT), "-F", "-c", str(self.place / "dovecot.conf")]
        # a process group of its own, so that all of the server can be killed at once
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        _wait_for(self.port, self.process)

    def kill(self) -> None:
        """As a crash of the machine would: no process of it says goodbye."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=10)


@contextmanager
def tripwire(port: int, word: bytes, act: Callable[[], None]) -> Iterator[int]:
    """A port that passes everything on to `port`, until a client says `word`: then `act` is called, and the word is
    passed on after it."""
    with socket.create_server(("127.0.0.1", 0)) as front:

        def serve() -> None:
            client, _ = front.accept()
            with client, socket.create_connection(("127.0.0.1", port)) as back, suppress(OSError):
                threading.Thread(target=_pump, args=(back, client), daemon=True).start()
                while data := client.recv(65_536):
                    if word in data:
                        act()
                    back.sendall(data)

        threading.Thread(target=serve, daemon=True).start()
        yield int(front.getsockname()[1])


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def pymap_server(*users: str) -> Iterator[Server]:
    """The sandbox's in-memory server, on an event loop of its own in a thread."""
    server = MailServer(Faults(), [Account(user, PASSWORD) for user in users])
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(timeout=10)
        yield Server(server.port, users)
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(timeout=10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


@contextmanager
def dovecot_server(*users: str, password: str = PASSWORD) -> Iterator[Server]:
    """A Dovecot of this process's own user, in a folder of its own."""
    port = free_port()
    group = grp.getgrgid(os.getgid()).gr_name
    with tempfile.TemporaryDirectory(prefix="imap") as place:
        base = Path(place)
        for name in ("run", "state", "mail"):
            (base / name).mkdir()
        owner = getpass.getuser()
        if os.getuid() == 0:  # Dovecot refuses to open mailboxes as root
            owner, group = "nobody", "nogroup"
            base.chmod(0o755)
            shutil.chown(base / "mail", owner, group)
        (base / "passwd").write_text("".join(f"{user}:{{PLAIN}}{password}\n" for user in users), "utf-8")
        (base / "dovecot.conf").write_text(_dovecot_configuration(base, port, owner, group))
        dovecot = Dovecot(base, port)
        try:
            dovecot.start()
            yield Server(port, users, dovecot)
        finally:
            dovecot.stop()


def _dovecot_configuration(base: Path, port: int, owner: str, group: str) -> str:
    return f"""
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{base}/mail/%u
first_valid_uid = 0
default_login_user = {owner}
default_internal_user = {owner}
default_internal_group = {group}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {base}/passwd
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                if probe.recv(4):
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")
