"""How soon mails are acknowledged under load, beside a bare Bolt app behind the same server, and how fast cards follow.

    python -m benchmarks.load [--flood 150] [--rate 20] [--seconds 10] [--floods 2] [--skip-steady]

The sandbox and the bot run as processes of their own, in HTTP mode on SQLite. The sandbox first hands its events to a
recorder; then these very events are sent to the bot, signed anew: all at once (a flood), and so many a second. The
bare app gets the same bytes in the same way and only acknowledges. Times are from opening the connection to the first
byte of the answer, in milliseconds; Slack waits 3,000. An answer other than 200 ends the benchmark with an error, and
so does a mail without a card.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.durable import Precedence
from bot.logs import quiet_logger, set_up
from commands import http_server
from commands.http_door import EVENTS_PATH, Door
from commands.refusals import Refusals
from sandbox.slack.workspace import SIGNING_SECRET
from tests.journeys.processes import spawned
from tests.journeys.world import World, german_mail, wait_for
from tests.ports import free_port

PATIENCE = 180.0
BETWEEN = 2.0  # seconds of rest between two measurements


@dataclass(frozen=True)
class Times:
    """The milliseconds that answers took."""

    values: Sequence[float]

    def at(self, share: float) -> float:
        ordered = sorted(self.values)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    def __str__(self) -> str:
        return f"p50 {self.at(0.5):7.1f}   p99 {self.at(0.99):7.1f}   worst {max(self.values):7.1f} ms"


class Recorder:
    """Takes events in the bot's place, and keeps their bytes."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                recorder.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{EVENTS_PATH}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def recorded(world: World, recorder: Recorder, number: int) -> list[bytes]:
    """Events of so many mails that lie in the sandbox's channel."""
    recorder.bodies.clear()
    world.call("transport", events_url=recorder.url)
    for _ in range(number):
        world.send(german_mail())
    wait_for(lambda: len(recorder.bodies) >= number, "the events", PATIENCE)
    world.call("transport", events_url=f"{world.bot_url}{EVENTS_PATH}")
    return recorder.bodies[:number]


def request(body: bytes) -> bytes:
    """A request as Slack sends it."""
    stamp = str(int(time.time()))
    digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return (
        f"POST {EVENTS_PATH} HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={digest}\r\nConnection: close\r\n\r\n"
    ).encode() + body


async def acknowledged(port: int, sent: bytes, after: float) -> float:
    """Send a request so many seconds from now; gives the milliseconds until its answer began."""
    await asyncio.sleep(after)
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    line = await reader.readline()
    took = (time.perf_counter() - begun) * 1000
    writer.close()
    if b" 200 " not in line:
        raise SystemExit(f"answered with {line!r}")
    return took


def measured(port: int, bodies: Sequence[bytes], rate: float) -> Times:
    """Send the events, `rate` a second, or all at once where that is 0."""

    async def run() -> list[float]:
        waits = [number / rate if rate else 0.0 for number in range(len(bodies))]
        return await asyncio.gather(
            *(acknowledged(port, request(body), wait) for body, wait in zip(bodies, waits, strict=True))
        )

    time.sleep(BETWEEN)
    return Times(asyncio.run(run()))


def cards(world: World) -> int:
    return int(world.state("counters")["counters"].get("slack.chat.postMessage", 0))


def bare(port: int) -> None:
    """A Bolt app behind the same server that only acknowledges."""
    set_up("WARNING")
    app = App(
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-bare"),  # noqa: S106
        signing_secret=SIGNING_SECRET,
        token_verification_enabled=False,
        logger=quiet_logger("bare"),
    )
    app.event("message")(lambda: None)
    refusals = Refusals()
    http_server.serve(
        Door(app, SIGNING_SECRET, refusals, Precedence()), refusals, http_server.listen("127.0.0.1", port)
    )


@contextmanager
def bare_app() -> Iterator[int]:
    port = free_port()
    running = subprocess.Popen([sys.executable, "-m", "benchmarks.load", "--bare", str(port)])  # noqa: S603 - this file

    def there() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    try:
        wait_for(there, "the bare app", PATIENCE)
        yield port
    finally:
        running.terminate()
        running.wait(30)


def drained(world: World, before: int, number: int, begun: float) -> float:
    """Cards a second, from the first event to the last card."""
    wait_for(lambda: cards(world) >= before + number, "the cards", PATIENCE)
    return number / (time.monotonic() - begun)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def processor_ms(world: World) -> float:
    """The processor's time that the bot has taken so far."""
    process = world.bot.running
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def compare(world: World, port: int, recorder: Recorder, arguments: argparse.Namespace) -> None:
    own = int(world.bot_url.rpartition(":")[2])
    for _ in range(arguments.floods):
        events = recorded(world, recorder, arguments.flood)
        alone = measured(port, events, 0)
        before, used = cards(world), processor_ms(world)
        begun = time.monotonic() + BETWEEN
        bot = measured(own, events, 0)
        speed = drained(world, before, arguments.flood, begun)
        used = (processor_ms(world) - used) / arguments.flood
        say(f"                 {speed:.0f} cards a second; {used:.0f} ms of the processor for each")
        say(f"{arguments.flood} at once     bare  {alone}")
        say(f"                 bot   {bot}   p99 {bot.at(0.99) / alone.at(0.99):.1f} times")
    if not arguments.skip_steady:
        events = recorded(world, recorder, int(arguments.rate * arguments.seconds))
        alone = measured(port, events, arguments.rate)
        before = cards(world)
        bot = measured(own, events, arguments.rate)
        drained(world, before, len(events), time.monotonic())
        say(f"{arguments.rate:.0f} a second      bare  {alone}")
        say(f"                 bot   {bot}   p99 {bot.at(0.99) / alone.at(0.99):.1f} times")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flood", type=int, default=150)
    parser.add_argument("--floods", type=int, default=2)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--skip-steady", action="store_true")
    parser.add_argument("--bare", type=int, metavar="PORT", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.bare:
        bare(arguments.bare)
        return
    recorder = Recorder()
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), f"sqlite:///{folder}/linkbot.db", "http", begin=spawned)
        world.start()
        try:
            with bare_app() as port:
                compare(world, port, recorder, arguments)
        except BaseException:
            say(world.bot.output()[-2000:])
            raise
        finally:
            world.stop()
            recorder.close()


if __name__ == "__main__":
    main()
