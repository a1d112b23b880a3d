"""Reads thousands of broken mails and those made to be expensive: none may raise, none may take over a second.

    python -m benchmarks.fuzz_mail [--inputs 20000] [--seed 1]

Prints how long reading took, and what went wrong; an input is made again with `--only SEED:NUMBER`. Ends with 1 where
something went wrong.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import traceback

from tests.mail.mutations import hostile, mutated, read

LONGEST = 1.0  # seconds of processor time for one reading


def fuzzed(inputs: int, seed: int) -> tuple[list[float], list[str]]:
    """Reads that many mutated mails; the times, and the names of those that raised or took too long."""
    times: list[float] = []
    bad: list[str] = []
    for number in range(inputs):
        name = f"{seed}:{number}"
        took = checked(name)
        times.append(took)
        if not took < LONGEST:
            bad.append(name)
        if number and number % 5_000 == 0:
            sys.stdout.write(f"{number:7,} read, {len(bad)} bad\n")
            sys.stdout.flush()
    return times, bad


def checked(name: str) -> float:
    """Seconds that the input of this name took, infinite where it raised."""
    try:
        return read(mutated(name))
    except Exception:  # noqa: BLE001 - whatever it is, it is what this program looks for
        sys.stdout.write(f"{name} raised:\n{traceback.format_exc(limit=-4)}\n")
        return float("inf")


def main() -> int:
    """See the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="SEED:NUMBER")
    args = parser.parse_args()
    if args.only:
        sys.stdout.write(f"{mutated(args.only)}\n{checked(args.only):.3f} s\n")
        return 0
    times, bad = fuzzed(args.inputs, args.seed)
    sys.stdout.write(
        f"{len(times):,} broken mails: median {statistics.median(times) * 1000:.2f} ms, "
        f"p99 {sorted(times)[len(times) * 99 // 100] * 1000:.1f} ms, worst {max(times):.3f} s; {len(bad)} bad\n"
    )
    slow = sorted(((read(sample), name) for name, sample in hostile().items()), reverse=True)
    sys.stdout.write("made to be expensive, the slowest of " + f"{len(slow)}:\n")
    sys.stdout.write("".join(f"  {took:.3f} s  {name}\n" for took, name in slow[:8]))
    bad += [name for took, name in slow if took >= LONGEST]
    sys.stdout.write("bad: " + ", ".join(bad) + "\n" if bad else "all were read\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
