"""Copying a large directory: `linkbot sync` against the sandbox's onOffice, killed three times with -9 and resumed.

    python -m benchmarks.sync [--addresses 100000] [--estates 20000] [--latency 50] [--changes 500] [--postgres]

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
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psycopg

from tests import postgres
from tests.journeys.copying import Copying, Run, memory_of
from tests.journeys.world import wait_for

PAGE, OVERLAP = 500, 10
# At which share of the records, the last one among the estates, and how many seconds behind the page that reached it:
# in front of the next call, in the middle of it, while its answer is written.
KILL_AT = ((0.25, 0.0), (0.6, 0.03), (0.9, 0.07))
DELETED = 100
PATIENCE = 120.0
Database = Callable[[Path], str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--addresses", type=int, default=100_000)
    parser.add_argument("--estates", type=int, default=20_000)
    parser.add_argument("--latency", type=float, default=50, help="milliseconds that each call takes longer")
    parser.add_argument("--changes", type=int, default=500)
    parser.add_argument("--postgres", action="store_true", help="copy into PostgreSQL instead of SQLite")
    args = parser.parse_args()
    line("step", "seconds", "records", "calls", "MB")
    with databases(args.postgres) as database:
        with copying(database, args.addresses // 10, args.estates // 10, args.latency) as small:
            tenth = small.sync()
            small.check()
            shown("a tenth, in one go", tenth)
        with copying(database, args.addresses, args.estates, args.latency) as large:
            held = Counter(kind for kind, _ in large.held())
            runs = interrupted(large, held.total())
            with bot(large) as pid:
                changed(large, args.changes)
                whole = deleted(large)
                resident, peak = memory_of(pid) or (0.0, 0.0)
    made, needed = sum(map(pages, runs)), sum((n - OVERLAP) // (PAGE - OVERLAP) + 1 for n in held.values())
    peaks = [run.peak for run in (*runs, whole)]
    say("")
    say(f"The whole copy in four runs: {sum(run.seconds for run in runs):.0f} s")
    say(f"Pages read in the four runs: {made}; a run without an interruption reads {needed}: {made - needed} again")
    say(f"Peak memory of a sync: {max(peaks):.0f} MB; of a tenth of the records: {tenth.peak:.0f} MB")
    say(f"In one run, by records copied: {', '.join(f'{n:,}: {mb:.0f} MB' for n, mb in some(runs[0].memory))}")
    say(f"The running bot: {resident:.0f} MB, at its peak {peak:.0f} MB")
    require(made - needed <= len(KILL_AT), "a resumed run repeats one page at most")
    return 0


@contextmanager
def databases(on_postgres: bool) -> Iterator[Database]:
    """Makes fresh databases: a file in a folder, or one in a server of this run's own."""
    if not on_postgres:
        yield lambda folder: f"sqlite:///{folder}/linkbot.db"
        return
    binaries = postgres.find_binaries()
    if binaries is None:
        raise SystemExit(postgres.HOW_TO_GET_IT)
    with postgres.server(binaries) as url:

        def make(folder: Path) -> str:
            name = f"sync_{abs(hash(folder))}"
            with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
            return f"{url}/{name}"

        yield make


@contextmanager
def copying(database: Database, addresses: int, estates: int, latency: float) -> Iterator[Copying]:
    """A sandbox full of records that are a month old, and an empty copy."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkbot-sync-")))
        copying = Copying("onoffice", folder, database(folder))
        stack.callback(copying.stop)
        copying.start()
        copying.call("onoffice/fill", addresses=addresses, estates=estates, days_ago=30)
        copying.slow_down("onoffice", latency / 1000)
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


def changed(copying: Copying, changes: int) -> None:
    """Change addresses and estates, and make new ones; sync; wait until the running bot knows."""
    addresses = [id_ for kind, id_ in copying.held() if kind == "address"][-changes * 4 // 5 :]
    for number, id_ in enumerate(addresses):
        copying.call("onoffice/address", id=int(id_), fields={"Name": f"Verändert-{number}", "Ort": "Görlitz"})
    for number in range(changes - len(addresses)):
        fields = {"objekttitel": f"Neues Objekt {number}", "owners": [601]}
        copying.call("onoffice/estate", fields=fields)
    before = len(copying.said())
    run = copying.sync()
    ended = time.perf_counter()
    shown(f"{changes} changes", run)
    require(f"read changes: {changes} records" in run.said, "only what changed is read")
    seen(copying, before, f"bot.keeper: directory: {changes} changes")
    line("the bot knows them", f"{time.perf_counter() - ended:+.1f}")
    copying.check()


def deleted(copying: Copying) -> Run:
    """Delete addresses, which onOffice does not tell: a full run finds out, and the running bot hears of it."""
    gone = [id_ for kind, id_ in copying.held() if kind == "address"][5::7][:DELETED]
    for id_ in gone:
        copying.call("onoffice/address", id=int(id_), delete=True)
    before = len(copying.said())
    run = copying.sync("--full")
    ended = time.perf_counter()
    shown(f"{len(gone)} deletions, a full run", run)
    require(f"{len(gone)} vanished" in run.said, "what was deleted vanishes, and nothing else")
    # Of estates that were theirs the owner is gone, which is a change as well: the number of records tells.
    seen(copying, before, f" changes, {copying.check()} records")
    line("the bot knows them", f"{time.perf_counter() - ended:+.1f}")
    return run


def seen(copying: Copying, after: int, words: str) -> None:
    """Wait until a process of Linkbot has said this."""
    wait_for(lambda: words in copying.said()[after:], words, PATIENCE)


def pages(run: Run) -> int:
    return run.calls["onoffice.address"] + run.calls["onoffice.estate"]


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
