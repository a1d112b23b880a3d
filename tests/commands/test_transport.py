"""Socket Mode ends without losing what is on the way."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.durable import Precedence
from commands.transport import socket_handler
from tests.commands.slack_server import running
from tests.journeys.world import wait_for

ENVELOPE: dict[str, Any] = {
    "type": "events_api",
    "envelope_id": "E1",
    "payload": {"type": "event_callback", "event": {"type": "message", "text": "Pfefferkuchen " * 500}},
}
PING, PONG, TEXT = 9, 10, 1
FIRST = 500  # bytes; less than the client asks for at once


class Line:
    """The other end of a WebSocket. It sends half of a message, and the rest only once the bot is about to end."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listening.getsockname()[1]}/"
        self.answers: list[str] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        # A client that hangs up with bytes unread ends the line with a reset.
        hung_up = suppress(ConnectionResetError)
        with closing(self._listening), closing(self._listening.accept()[0]) as line, hung_up:
            reader = line.makefile("rb")
            headers = dict(
                text.split(": ", 1) for text in iter(lambda: reader.readline().decode().strip(), "") if ": " in text
            )
            key = {name.casefold(): value for name, value in headers.items()}["sec-websocket-key"]
            accept = base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest())  # noqa: S324
            line.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            message = json.dumps(ENVELOPE).encode()
            frame = bytes([0x80 | TEXT, 126]) + struct.pack("!H", len(message)) + message
            line.sendall(frame[:FIRST])
            rest = frame[FIRST:]
            while (head := reader.read(2)) and len(head) == 2:
                length = head[1] & 0x7F
                if length == 126:
                    (length,) = struct.unpack("!H", reader.read(2))
                mask = reader.read(4) if head[1] & 0x80 else bytes(4)
                data = bytes(byte ^ mask[index % 4] for index, byte in enumerate(reader.read(length)))
                if head[0] & 0x0F == PING:
                    line.sendall(rest + bytes([0x80 | PONG, len(data)]) + data)
                    rest = b""
                elif head[0] & 0x0F == TEXT:
                    self.answers.append(json.loads(data)["envelope_id"])

    def wait(self) -> None:
        self._thread.join(10)


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.wait()


def test_a_message_that_is_half_there_is_received_and_answered(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    came: list[str] = []
    with running() as slack:
        slack.api("apps.connections.open", url=line.url)
        log = logging.getLogger("tests.transport")
        bot = App(
            signing_secret="x",
            token_verification_enabled=False,
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1"),
            logger=log,
        )
        bot.event("message")(lambda event: came.append(event["text"]))
        handler = socket_handler(bot, "xapp-1", f"{slack.url}/api/", Precedence())
        handler.client.all_message_trace_enabled = True  # its log tells of the half
        caplog.set_level(logging.DEBUG, log.name)
        handler.connect()
        wait_for(lambda: "Received bytes" in caplog.text, "the first half")
        handler.close()
        line.wait()
    assert came == [ENVELOPE["payload"]["event"]["text"]]
    assert line.answers == ["E1"]
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_who_waits_is_told_to_stop_whichever_thread_the_signal_reaches() -> None:
    """A signal that comes just before the main thread begins to wait does not wake it either, only more seldom."""
    program = """
import signal, threading, time
from commands.transport import run_socket

class Connected:
    def connect(self):
        threading.Thread(target=self.told, daemon=True).start()

    def told(self):
        time.sleep(0.3)  # until the main thread waits
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

run_socket(Connected())
"""
    ended = subprocess.run([sys.executable, "-c", program], timeout=30, cwd=Path(__file__).parents[2])
    assert ended.returncode == 0
