"""The matcher beside brute-force rapidfuzz and SQLite's full-text search, in one run on one invented directory.

    python benchmarks/matching.py [--sizes 1000 10000 100000] [--mails 200] [--seed 1]

For each size: milliseconds a mail (median, of processor time), which share of the mentioned records is among the first
five, how much slower the others are, and how the cost grows with the directory.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

sys.path.insert(0, str(Path(__file__).parent))  # run as a script: its neighbours are modules

from invented import World

from bot.matching import MailWords, Matcher
from bot.matching.offline import record_of

Row = dict[str, Any]
Find = Callable[[Row], Sequence[str]]
FEW = 8  # mails for the slow ways
SHOWN = 5


def described(row: Row) -> str:
    """A record as one line of text."""
    keys = ("name", "reference", "street", "house_number", "postal_code", "city")
    return " ".join([str(row[key]) for key in keys if row.get(key)] + row.get("emails", [])).casefold()


def by_matcher(rows: list[Row]) -> Find:
    """The matcher of this project."""
    matcher = Matcher(map(record_of, rows))

    def find(mail: Row) -> list[str]:
        words = MailWords.from_headers(mail["from"], mail["to"], mail["subject"], mail["text"])
        return [match.ref.id for match in matcher.match(words)]

    return find


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


def measured(find: Find, mails: list[Row]) -> tuple[float, float]:
    """Median milliseconds a mail, and the share of mentions with a right record among the first five."""
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
    return statistics.median(times), right / max(1, mentions)


def main() -> None:
    """See the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    ways = {"matcher": by_matcher, "brute force": by_brute_force, "full text": by_full_text}
    before: dict[str, float] = {}
    for size in args.sizes:
        world = World(args.seed)
        rows = world.directory(size)
        mails = world.mails(rows, args.mails)
        own = 1.0
        for name, build in ways.items():
            start = time.process_time()
            find = build(rows)
            built = time.process_time() - start
            cost, found = measured(find, mails if name == "matcher" else mails[:FEW])
            own = cost if name == "matcher" else own
            growth = f", {cost / before[name]:5.1f} times the size before" if name in before else ""
            before[name] = cost
            sys.stdout.write(
                f"{size:9,} records  {name:11}  {cost:9.2f} ms a mail ({cost / own:7.1f} times the matcher{growth})  "
                f"among the first five {found:.3f}  built in {built:.2f} s\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
