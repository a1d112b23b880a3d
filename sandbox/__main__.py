"""`python -m sandbox`: start the stand-in workspace, CRMs and mailboxes, and say how a bot reaches them."""

from __future__ import annotations

import argparse
import asyncio
import errno
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox.app import DEFAULT_MANIFEST, Options, Sandbox
from sandbox.slack import ManifestError
from sandbox.vendors import parts


def options(arguments: Sequence[str]) -> tuple[Options, bool]:
    """The options of the command line, and whether to be quiet."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="of everything but the mailboxes; 0 takes a free one")
    parser.add_argument("--imap-port", type=int, default=0, help="of the mailboxes; 0 takes a free one")
    parser.add_argument("--events-url", help="the bot's address in HTTP mode; without it Socket Mode is used")
    parser.add_argument("--manifest", type=Path, default=DEFAULT_MANIFEST, help="the app's manifest")
    parser.add_argument(
        "--retry-scale", type=float, default=1.0, help="how long a minute is until unacknowledged events come again"
    )
    parser.add_argument("--quiet", action="store_true", help="print only what goes wrong")
    chosen = parser.parse_args(arguments)
    url = None if chosen.events_url in (None, "", "none") else chosen.events_url
    return Options(chosen.port, chosen.imap_port, url, chosen.manifest, chosen.retry_scale), chosen.quiet


async def run(chosen: Options, quiet: bool) -> None:
    """Serve until SIGTERM or SIGINT."""
    sandbox = Sandbox(chosen, parts)
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    try:
        await sandbox.start()
        if not quiet:
            _announce(sandbox)
        await over.wait()
    finally:
        await sandbox.stop()


def _announce(sandbox: Sandbox) -> None:
    found = sandbox.environment()
    lines = [f"The sandbox is ready: {sandbox.base_url}", "", *(f"{k}={v}" for k, v in found["env"].items())]
    if found["imap"]:
        lines += ["", f"IMAP (no TLS): {found['imap']['host']}:{found['imap']['port']}"]
        lines += [f"  {one['user']} / {one['password']}" for one in found["imap"]["accounts"]]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main() -> int:
    try:
        asyncio.run(run(*options(sys.argv[1:])))
    except (ManifestError, OSError) as error:
        in_use = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        reason = "its port is in use. Choose another with --port or --imap-port." if in_use else error
        sys.stderr.write(f"The sandbox cannot start: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
