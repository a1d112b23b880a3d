"""The matcher beside brute-force rapidfuzz and SQLite's full-text search, in one run on one invented directory.

    python benchmarks/matching.py [--sizes 1000 10000 100000 1000000] [--mails 200] [--seed 1] [--brute 6]

For each size: milliseconds a mail (of processor time), which share of the mentioned records is among the first five,
how much slower the others are, how the cost grows with the directory; and for the matcher search as one types, hostile
texts, how soon a change shows, the time to build and to start from a saved index, and the memory of either.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

sys.path.insert(0, str(Path(__file__).parent))  # run as a script: its neighbours are modules

from invented import World

from bot.matching import MailWords, Matcher
from bot.matching.offline import record_of
from bot.records import Category

Row = dict[str, Any]
Find = Callable[[Row], Sequence[str]]
SHOWN = 5
HOSTILE = {
    "1 MB of words": " ".join(f"Wort{i}" for i in range(120_000)),
    "one token of 1 MB": "a" * 1_000_000,
    "1 MB of digits": "7" * 1_000_000,
    "control characters": "".join(map(chr, range(32))) * 30_000,
    "mixed scripts": "Анна 米勒 Müller שלום Ñandú \u202e\u200b " * 30_000,
    "one street often": "Lindenstr. 12 " * 70_000,
}


def described(row: Row) -> str:
    """A record as one line of text."""
    keys = ("name", "reference", "street", "house_number", "postal_code", "city")
    return " ".join([str(row[key]) for key in keys if row.get(key)] + row.get("emails", [])).casefold()


def by_brute_force(rows: list[Row]) -> Find:
    """Every name and address against the whole mail."""
    lines = [described(row) for row in rows]

    def find(mail: Row) -> list[str]:
        text = f"{mail['subject']}\n{mail['text']}".casefold()
        return [rows[i]["id"] for _, _, i in process.extract(text, lines, scorer=fuzz.partial_ratio, limit=20)]

    return find


def by_full_text(rows: list[Row]) -> Find:
    """SQLite FTS5 for any word of the mail, the best 200 compared by rapidfuzz."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE records USING fts5(line, tokenize='unicode61')")
    lines = [described(row) for row in rows]
    database.executemany("INSERT INTO records(rowid, line) VALUES (?, ?)", enumerate(lines))

    def find(mail: Row) -> list[str]:
        text = f"{mail['subject']}\n{mail['text']}".casefold()
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w{3,}", text)))
        query = "SELECT rowid FROM records WHERE records MATCH ? ORDER BY rank LIMIT 200"
        some = [int(row[0]) for row in database.execute(query, (words,))]
        some.sort(key=lambda i: -fuzz.partial_ratio(lines[i], text))
        return [rows[i]["id"] for i in some[:20]]

    return find


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values is."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measured(find: Find, mails: list[Row]) -> tuple[list[float], float]:
    """Milliseconds of each mail, and the share of mentions with a right record among the first five."""
    times, right, mentions = [], 0, 0
    for mail in mails:
        start = time.process_time()
        found = find(mail)
        times.append((time.process_time() - start) * 1000)
        known = {id_ for ids in mail["gold"] for id_ in ids} | set(mail["soft"])
        wrong_before: dict[str, int] = {}
        wrong = 0
        for id_ in found:
            wrong_before[id_] = wrong
            wrong += id_ not in known
        for ids in mail["gold"]:
            mentions += 1
            right += min((wrong_before[id_] for id_ in ids if id_ in wrong_before), default=SHOWN) < SHOWN
    return times, right / max(1, mentions)


def resident() -> float:
    """This process's memory now, in MB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1]) if sys.platform == "linux" else 0
    return pages * resource.getpagesize() / 1e6


def clocked(action: Callable[[], object]) -> float:
    """Milliseconds of processor time."""
    start = time.process_time()
    action()
    return (time.process_time() - start) * 1000


def matcher_alone(folder: Path, mails: list[Row]) -> dict[str, float]:
    """All figures of the matcher, in a process of its own so that its memory can be told."""
    report: dict[str, float] = {}

    def records() -> Iterator[Any]:
        with (folder / "directory.jsonl").open(encoding="utf-8") as file:
            for line in file:
                yield record_of(json.loads(line))

    made: list[Matcher] = []
    report["build"] = clocked(lambda: made.append(Matcher(records()))) / 1000
    report["resident"] = resident()
    made[0].save(folder / "index")
    made.clear()
    started = time.perf_counter()
    matcher, _ = Matcher.load(folder / "index")
    report["start"] = (time.perf_counter() - started) * 1000

    def find(mail: Row) -> list[str]:
        words = MailWords.from_headers(mail["from"], mail["to"], mail["subject"], mail["text"])
        return [match.ref.id for match in matcher.match(words)]

    times, report["found"] = measured(find, mails)
    report["p50"], report["p99"] = percentile(times, 0.5), percentile(times, 0.99)
    some = [record for record, _ in zip(records(), range(300), strict=False)]
    typed = [record.name[:length] for record in some for length in (1, 2, 3, 5, 8)]
    searches = [clocked(lambda text=text: matcher.search(text, tuple(Category))) for text in typed]  # type: ignore[misc]
    report["search p50"], report["search p99"] = percentile(searches, 0.5), percentile(searches, 0.99)
    changes = [clocked(lambda r=r: matcher.update([replace(r, name=f"{r.name} neu")])) for r in some]  # type: ignore[misc]
    report["change"] = percentile(changes, 0.5)
    for kind, text in HOSTILE.items():
        report[f"hostile: {kind}"] = clocked(lambda text=text: matcher.match(MailWords(text=text)))  # type: ignore[misc]
    return report


def main() -> None:
    """See the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--brute", type=int, default=6, help="mails for the slow ways; 0 leaves them out")
    args = parser.parse_args()
    before: dict[str, float] = {}
    for size in args.sizes:
        world = World(args.seed)
        rows = world.directory(size)
        mails = world.mails(rows, args.mails)
        with tempfile.TemporaryDirectory() as name:
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            Path(name, "directory.jsonl").write_text(lines, "utf-8")
            with ProcessPoolExecutor(1, get_context("spawn")) as alone:
                report = alone.submit(matcher_alone, Path(name), mails).result()
        show(size, "matcher", report["p50"], report["p50"], report["found"], before)
        for kind, value in report.items():
            unit = {"build": "s", "resident": "MB", "found": "of mentions among the first five"}.get(kind, "ms")
            sys.stdout.write(f"{'':19} {kind:30} {value:10.3f} {unit}\n")
        for way, build in (("full text", by_full_text), ("brute force", by_brute_force)) if args.brute else ():
            times, found = measured(build(rows), mails[: args.brute])
            show(size, way, percentile(times, 0.5), report["p50"], found, before)


def show(size: int, way: str, cost: float, own: float, found: float, before: dict[str, float]) -> None:
    """One line of the result."""
    growth = f", {cost / before[way]:.2f} times the size before" if way in before else ""
    before[way] = cost
    sys.stdout.write(
        f"{size:9,} records {way:12} {cost:10.2f} ms a mail, {cost / own:8.1f} times the matcher{growth}; "
        f"among the first five {found:.3f}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
