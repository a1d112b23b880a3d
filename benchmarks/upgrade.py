"""Backup, restore and upgrade with a link under way: from the version before the newest migration to this one.

    python -m benchmarks.upgrade [--from REVISION]

For SQLite and for PostgreSQL: the earlier version runs against the sandbox; one mail has an open card, of another
somebody presses Link, and the bot is killed while the vendor's call hangs. A backup is taken as docs/running.md says,
the database is destroyed, the backup is put back, and this version upgrades it and goes on. In the end the link that
was under way must be verified and there once, and the open card must still be linked with a press. Ends with an error
where anything is missing.
"""

# ruff: noqa: S101 - it ends with what is wrong

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

import psycopg

from storage.engine import create_engine
from storage.migrate import is_current
from tests import needs, postgres
from tests.journeys.processes import spawned
from tests.journeys.world import World, german_mail, shown, wait_for

ROOT = Path(__file__).parents[1]
MIGRATIONS = "storage/migrations/versions"
VACUUM = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('VACUUM INTO ?', sys.argv[2:])"


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S603, S607


def before_the_newest_migration() -> str:
    """The last revision with an older schema."""
    added = git("log", "--diff-filter=A", "--format=%H", "-1", "--", f"{MIGRATIONS}/0*.py").decode().strip()
    return f"{added}^"


def unpack(revision: str, folder: Path) -> Path:
    with tarfile.open(fileobj=BytesIO(git("archive", revision))) as archive:
        archive.extractall(folder, filter="data")
    return folder


class in_tree:  # noqa: N801 - it stands beside `spawned`
    """Starts what lies in a folder, whatever is installed."""

    def __init__(self, tree: Path) -> None:
        self._tree = tree

    def __call__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, given: Path | None = None
    ) -> subprocess.Popen[bytes]:
        with log.open("ab") as output, Path(given or os.devnull).open("rb") as source:
            return subprocess.Popen(  # noqa: S603 - our own
                [sys.executable, "-m", *command],
                stdin=source,
                stdout=output,
                stderr=output,
                env={**os.environ, **environment},
                cwd=self._tree,
            )


class Upgraded(World):
    """A world whose bot is of an earlier version at first."""

    def start(self) -> None:
        self.sandbox.begin = spawned
        self.sandbox.start()
        found = wait_for(self._found, "the sandbox")
        self.environment |= found["env"]
        self.bot.environment = self.environment
        self.linkbot("db", "upgrade")
        for box in found["imap"]["accounts"]:
            place = ("--host", found["imap"]["host"], "--port", str(found["imap"]["port"]), "--user", box["user"])
            given = box["password"] + "\n"
            self.linkbot("mailbox", "add", box["identity"], *place, "--tls", "none", "--password-stdin", given=given)
        self.start_bot()
        wait_for(lambda: self.bot.output().count("bot.keeper: synced ") >= 2, "the first copy of the directory", 120)


def backup_sqlite(folder: Path) -> list[Path]:
    """Both files, as docs/running.md says; gives the copies."""
    copies = []
    for name in ("linkbot.db", "linkbot-workflows.db"):
        copy = folder / f"backup-{name}"
        subprocess.run(  # noqa: S603 - our own
            [sys.executable, "-c", VACUUM, str(folder / name), str(copy)],
            check=True,
        )
        copies.append(copy)
    return copies


def through(world: Upgraded, old: Path, restore: object) -> None:
    """The whole story; `restore` backs up, destroys and puts back, and gives the address to go on with."""
    assert callable(restore)
    world.begin = world.bot.begin = in_tree(old)
    world.start()
    under_way, waiting = german_mail(), german_mail()
    places = {}
    for mail in (under_way, waiting):
        world.lay(mail)
        places[mail.message_id] = world.send(mail)
        world.card(places[mail.message_id], "I would link it to")
    calls = world.counter("onoffice.emailassignments")
    world.fault("onoffice.emailassignments", "timeout")
    world.press(world.card(places[under_way.message_id], "I would link it to"), "Link")
    wait_for(lambda: world.counter("onoffice.emailassignments") > calls, "the call")
    world.bot.stop(signal.SIGKILL)
    say("  killed while the link was under way")
    world.environment["DATABASE_URL"] = url = restore(world.folder)
    world.database_url = url
    assert not is_current(create_engine(url)), "the earlier version has this schema already"
    world.begin = world.bot.begin = in_tree(ROOT)
    begun = time.monotonic()
    world.linkbot("db", "upgrade")
    say(f"  upgraded in {time.monotonic() - begun:.1f} s, the start of the command included")
    world.start_bot()
    done = world.card(places[under_way.message_id], "Linked by")
    assert "linked, verified" in shown(done), shown(done)
    assert world.onoffice_link(under_way.message_id) == ([601], 2649)
    assert len(world.log(under_way.message_id)) == 2
    say("  the link that was under way: there, verified, two rows in the log")
    world.press(world.card(places[waiting.message_id], "I would link it to"), "Link")
    assert "linked, verified" in shown(world.card(places[waiting.message_id], "Linked by"))
    assert len(world.log(waiting.message_id)) == 2
    say("  the open card of the earlier version: linked with a press, verified")
    world.linkbot("mailbox", "check")
    say("  the mailboxes' passwords open")


def sqlite(folder: Path) -> str:
    copies = backup_sqlite(folder)
    for file in folder.glob("linkbot*.db*"):
        if file.is_file():
            file.unlink()
    for copy in copies:
        copy.rename(folder / copy.name.removeprefix("backup-"))
    say("  both files copied, destroyed, put back")
    return f"sqlite:///{folder}/linkbot.db"


def postgresql(server: str, folder: Path) -> str:
    binaries = needs.postgresql()
    assert binaries is not None
    dump = folder / "linkbot.dump"
    run = ("--format=custom", f"--file={dump}", f"{server}/before")
    subprocess.run([binaries / "pg_dump", *run], check=True)  # noqa: S603 - our own
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE before WITH (FORCE)")
        connection.execute("CREATE DATABASE after")
    subprocess.run([binaries / "pg_restore", f"--dbname={server}/after", dump], check=True)  # noqa: S603 - our own
    say("  dumped, dropped, restored")
    return f"{server}/after"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--from", dest="revision", default="", help="by default the one before the newest migration")
    revision = parser.parse_args().revision or before_the_newest_migration()
    with tempfile.TemporaryDirectory(prefix="linkbot-upgrade-") as place:
        old = unpack(revision, Path(place) / "old")
        say(f"from {git('log', '-1', '--format=%h %s', revision).decode().strip()}")
        say("SQLite:")
        folder = Path(place) / "sqlite"
        folder.mkdir()
        world = Upgraded(folder, f"sqlite:///{folder}/linkbot.db", "socket", LINKBOT_VENDOR_TIMEOUT="20")
        try:
            through(world, old, sqlite)
        finally:
            world.stop()
        binaries = needs.postgresql()
        if binaries is None:
            say(needs.how_to_get("postgresql"))
            return
        with postgres.server(binaries) as server:
            say("PostgreSQL:")
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE before")
            folder = Path(place) / "postgresql"
            folder.mkdir()
            world = Upgraded(folder, f"{server}/before", "socket", LINKBOT_VENDOR_TIMEOUT="20")
            try:
                through(world, old, lambda folder: postgresql(server, folder))
            finally:
                world.stop()


if __name__ == "__main__":
    main()
