"""Lets libFuzzer look for mails that reading fails on, guided by which lines of the reader an input reaches.

    make fuzz-guided ARGS="--inputs 20000 --seed 1"

Starts from the mails that
`make fuzz` breaks. Ends with an error at the first input that raises or takes over a second, and keeps it as a file.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONGEST = 1.0  # seconds of processor time for one reading
_LARGEST = 16_384  # bytes of an input


class TooSlowError(Exception):
    """An input that took longer than `LONGEST`."""


def reader() -> Callable[[bytes], None]:
    """What is fuzzed: the first byte says what the others are."""
    mutations = importlib.import_module("tests.mail.mutations")

    def read(data: bytes) -> None:
        kind, rest = data[:1], data[1:]
        if kind == b"f":
            sample = mutations.Sample("file", rest)
        elif kind == b"s":
            sample = mutations.Sample("slack", _mapping(rest))
        else:
            sample = mutations.Sample("html" if kind == b"h" else "text", rest.decode("utf-8", "replace"))
        took = mutations.read(sample)
        if took > LONGEST:
            raise TooSlowError(f"{took:.1f} s")

    return read


def _mapping(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return {"mode": "email", "plain_text": raw.decode("utf-8", "replace")}
    return value if isinstance(value, dict) else {"mode": "email", "from": value}


def write_seeds(folder: Path) -> int:
    """Puts whole mails into the folder; how many."""
    seeds = importlib.import_module("tests.mail.mutations").seeds()
    for number, seed in enumerate(seeds):
        value = seed.value
        if isinstance(value, dict):
            value = json.dumps(value)
        content = value if isinstance(value, bytes) else value.encode("utf-8", "replace")
        (folder / str(number)).write_bytes(seed.kind[:1].encode() + content[:_LARGEST])
    return len(seeds)


def main() -> None:
    """See the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        sys.exit("atheris is not installed: pip install atheris")
    with atheris.instrument_imports(include=["bot.mail"]):
        importlib.import_module("bot.mail")
    read = reader()
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(f"{write_seeds(Path(name))} mails to begin with\n")
        sys.stdout.flush()
        limits = [f"-runs={args.inputs}", f"-max_len={_LARGEST}", f"-seed={args.seed}", "-timeout=20"]
        start = time.monotonic()
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={tempfile.gettempdir()}/mail-", name], read)
        atheris.Fuzz()  # does not come back: libFuzzer ends the process
        sys.stdout.write(f"{time.monotonic() - start:.0f} s\n")


if __name__ == "__main__":
    main()
