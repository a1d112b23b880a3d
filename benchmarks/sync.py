"""Copying a large directory: `linkbot sync` against the sandbox's CRM, killed three times with -9 and resumed.

    python -m benchmarks.sync [--addresses 100000] [--estates 20000] [--latency 50] [--changes 500] [--postgres]
    python -m benchmarks.sync --crm zoho [--contacts 120000] [--latency 50] [--changes 500] [--postgres]

Everything is a process of its own, as people run it: the sandbox, each sync, the bot. First a directory of a tenth of
the size is copied without an interruption, for comparing the memory. Then the whole one, in four runs; then records are
changed and deleted while a bot runs. After each step every record of the copy is compared with the sandbox's: a record
that is missing, wrong or not wanted ends the benchmark with an error. Times are those of processes from start to end.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

import psycopg

from tests import needs, postgres
from tests.journeys.copying import Copying, Run, memory_of
from tests.journeys.processes import spawned
from tests.journeys.world import wait_for

# At which share of the records, and how many seconds behind the page that reached it: in front of the next call, in the
# middle of it, while its answer is written. onOffice's last one is among the estates, Zoho's where COQL reads.
KILL_AT = ((0.25, 0.0), (0.6, 0.03), (0.9, 0.07))
DELETED = 100
PATIENCE = 120.0
Database = Callable[[Path], str]


class Directory(Protocol):
    """A CRM's directory in the sandbox: how many records are made, and what is done to them."""

    @property
    def crm(self) -> str: ...
    @property
    def calls(self) -> tuple[str, ...]: ...
    @property
    def size(self) -> str: ...

    def fill(self, copying: Copying, share: float) -> None: ...
    def change(self, copying: Copying, changes: int) -> None: ...
    def delete(self, copying: Copying, number: int) -> None: ...


class OnOffice:
    """Addresses, and estates behind them."""

    crm, calls = "onoffice", ("onoffice.address", "onoffice.estate")

    def __init__(self, addresses: int, estates: int) -> None:
        self._addresses, self._estates = addresses, estates
        self.size = f"{addresses:,} addresses and {estates:,} estates"

    def fill(self, copying: Copying, share: float) -> None:
        numbers = {"addresses": int(self._addresses * share), "estates": int(self._estates * share)}
        copying.call("onoffice/fill", **numbers, days_ago=30)

    def change(self, copying: Copying, changes: int) -> None:
        addresses = [id_ for kind, id_ in copying.held() if kind == "address"][-changes * 4 // 5 :]
        for number, id_ in enumerate(addresses):
            copying.call("onoffice/address", id=int(id_), fields={"Name": f"Verändert-{number}", "Ort": "Görlitz"})
        for number in range(changes - len(addresses)):
            copying.call("onoffice/estate", fields={"objekttitel": f"Neues Objekt {number}", "owners": [601]})

    def delete(self, copying: Copying, number: int) -> None:
        for id_ in [id_ for kind, id_ in copying.held() if kind == "address"][5::7][:number]:
            copying.call("onoffice/address", id=int(id_), delete=True)


class Zoho:
    """Contacts: the first 2,000 by numbered pages, then by page tokens, beyond 100,000 by COQL."""

    crm, calls = "zoho", ("zoho.records", "zoho.coql")

    def __init__(self, contacts: int) -> None:
        self._contacts = contacts
        self.size = f"{contacts:,} contacts"

    def fill(self, copying: Copying, share: float) -> None:
        copying.call("zoho/fill", contacts=int(self._contacts * share), days_ago=30)

    def change(self, copying: Copying, changes: int) -> None:
        contacts = [id_ for module, id_ in copying.held() if module == "Contacts"][-changes * 4 // 5 :]
        for number, id_ in enumerate(contacts):
            copying.call("zoho/record", module="Contacts", id=id_, fields={"Phone": f"020 7946 {number:04}"})
        for number in range(changes - len(contacts)):
            fields = {"Last_Name": f"Newcomer {number}", "Email": f"newcomer-{number}@example.org"}
            copying.call("zoho/record", module="Contacts", fields=fields)

    def delete(self, copying: Copying, number: int) -> None:
        for id_ in [id_ for module, id_ in copying.held() if module == "Contacts"][5::7][:number]:
            copying.call("zoho/record", module="Contacts", id=id_, delete=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crm", choices=("onoffice", "zoho"), default="onoffice")
    parser.add_argument("--addresses", type=int, default=100_000)
    parser.add_argument("--estates", type=int, default=20_000)
    parser.add_argument("--contacts", type=int, default=120_000)
    parser.add_argument("--latency", type=float, default=50, help="milliseconds that each call takes longer")
    parser.add_argument("--changes", type=int, default=500)
    parser.add_argument("--postgres", action="store_true", help="copy into PostgreSQL instead of SQLite")
    args = parser.parse_args()
    directory: Directory = OnOffice(args.addresses, args.estates) if args.crm == "onoffice" else Zoho(args.contacts)
    say(f"{args.crm}, {directory.size}, {args.latency:g} ms a call, {'PostgreSQL' if args.postgres else 'SQLite'}\n")
    line("step", "seconds", "records", "calls", "MB")
    with databases(args.postgres) as database:
        with copying(directory, 0.1, database, args.latency) as small:
            tenth = small.sync()
            small.check()
            shown("a tenth, in one go", tenth)
        with copying(directory, 1.0, database, args.latency) as large:
            runs = interrupted(large, len(large.held()))
            with bot(large) as pid:
                changed(directory, large, args.changes)
                whole = deleted(directory, large)
                resident, peak = memory_of(pid) or (0.0, 0.0)
    made, needed = sum(pages(directory, run) for run in runs), pages(directory, whole)
    peaks = [run.peak for run in (*runs, whole)]
    say("")
    say(f"The whole copy in four runs: {sum(run.seconds for run in runs):.0f} s")
    say(f"Pages read in the four runs: {made}; the full run without an interruption: {needed}")
    say(f"Peak memory of a sync: {max(peaks):.0f} MB; of a tenth of the records: {tenth.peak:.0f} MB")
    say(f"In one run, by records copied: {', '.join(f'{n:,}: {mb:.0f} MB' for n, mb in some(runs[0].memory))}")
    say(f"The running bot: {resident:.0f} MB, at its peak {peak:.0f} MB")
    # What was deleted before the full run may have saved it a page.
    require(made - needed <= len(KILL_AT) + 1, "a resumed run repeats one page at most")
    return 0


@contextmanager
def databases(on_postgres: bool) -> Iterator[Database]:
    """Makes fresh databases: a file in a folder, or one in a server of this run's own."""
    if not on_postgres:
        yield lambda folder: f"sqlite:///{folder}/linkbot.db"
        return
    binaries = needs.postgresql()
    if binaries is None:
        raise SystemExit(needs.how_to_get("postgresql"))
    with postgres.server(binaries) as url:

        def make(folder: Path) -> str:
            name = f"sync_{abs(hash(folder))}"
            with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
            return f"{url}/{name}"

        yield make


@contextmanager
def copying(directory: Directory, share: float, database: Database, latency: float) -> Iterator[Copying]:
    """A sandbox with this share of the records, a month old, and an empty copy."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkbot-sync-")))
        copying = Copying(directory.crm, folder, database(folder), spawned)
        stack.callback(copying.stop)
        copying.start()
        directory.fill(copying, share)
        copying.slow_down(directory.crm, latency / 1000)
        yield copying


def interrupted(copying: Copying, records: int) -> list[Run]:
    """Copy everything, killed three times on the way."""
    runs = []
    for share, later in KILL_AT:
        runs.append(copying.sync(kill_when=partial(has_copied, copying, int(share * records), later)))
        shown(f"killed at {share:.0%}", runs[-1])
    runs.append(copying.sync())
    shown("the rest", runs[-1])
    copying.check()
    return runs


def has_copied(copying: Copying, goal: int, later: float) -> bool:
    reached = copying.copied() >= goal
    if reached:
        time.sleep(later)
    return reached


@contextmanager
def bot(copying: Copying) -> Iterator[int]:
    """A bot that runs on the copy; its process id."""
    start = time.perf_counter()
    running = copying.linkbot("run", "--socket")
    try:
        seen(copying, 0, "bot.keeper: synced")
        line("the bot starts", f"{time.perf_counter() - start:.1f}", "", "", mb(memory_of(running.pid)))
        yield running.pid
    finally:
        os.kill(running.pid, signal.SIGTERM)
        running.wait()


def changed(directory: Directory, copying: Copying, changes: int) -> None:
    """Change records and make new ones; sync; wait until the running bot knows."""
    directory.change(copying, changes)
    before = len(copying.said())
    run = copying.sync()
    ended = time.perf_counter()
    shown(f"{changes} changes", run)
    require(f"read changes: {changes} records" in run.said, "only what changed is read")
    seen(copying, before, f"bot.keeper: directory: {changes} changes")
    line("the bot knows them", f"{time.perf_counter() - ended:+.1f}")
    copying.check()


def deleted(directory: Directory, copying: Copying) -> Run:
    """Delete records; a full run finds out also where the CRM does not tell, and the running bot hears of it."""
    directory.delete(copying, DELETED)
    before = len(copying.said())
    run = copying.sync("--full")
    ended = time.perf_counter()
    shown(f"{DELETED} deletions, a full run", run)
    require(f"{DELETED} vanished" in run.said, "what was deleted vanishes, and nothing else")
    # Of estates that were theirs the owner is gone, which is a change as well: the number of records tells.
    seen(copying, before, f" changes, {copying.check()} records")
    line("the bot knows them", f"{time.perf_counter() - ended:+.1f}")
    return run


def seen(copying: Copying, after: int, words: str) -> None:
    """Wait until a process of Linkbot has said this."""
    wait_for(lambda: words in copying.said()[after:], words, PATIENCE)


def pages(directory: Directory, run: Run) -> int:
    return sum(run.calls[name] for name in directory.calls)


def some(memory: tuple[tuple[int, float], ...]) -> list[tuple[int, float]]:
    """A few points of the curve, without the start."""
    return list(memory[1 :: max(1, len(memory) // 5)])


def shown(what: str, run: Run) -> None:
    line(what, f"{run.seconds:.1f}", f"{run.copied:,}", str(run.calls.total()), f"{run.peak:.0f}")


def mb(memory: tuple[float, float] | None) -> str:
    return f"{memory[1]:.0f}" if memory else ""


def require(true: bool, sentence: str) -> None:
    if not true:
        raise SystemExit(f"Not so: {sentence}.")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def line(what: str, *columns: str) -> None:
    say(f"{what:<32}" + "".join(f"{column:>12}" for column in columns))


if __name__ == "__main__":
    sys.exit(main())
