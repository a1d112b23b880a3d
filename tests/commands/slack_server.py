"""A small Slack on this machine: answers what it is told to, over real HTTP, and keeps what it was sent."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    """What a path answers; `body` may be JSON."""

    body: bytes | dict[str, Any] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    path: str
    authorization: str | None
    body: str


class SlackServer:
    def __init__(self, port: int) -> None:
        self.netloc = f"127.0.0.1:{port}"
        self.url = f"http://{self.netloc}"
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def api(self, method: str, status: int = 200, headers: dict[str, str] | None = None, **body: Any) -> None:
        """What a method of the Web API answers."""
        self.answers[f"/api/{method}"] = Answer({"ok": "error" not in body, **body}, status, headers or {})


@contextmanager
def running() -> Iterator[SlackServer]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode("utf-8", "replace")
            path = self.path.partition("?")[0]
            slack.asked.append(Asked(path, self.headers.get("Authorization"), body))
            answer = slack.answers.get(path, Answer(status=404))
            content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            kind = "text/html" if isinstance(answer.body, bytes) else "application/json"
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any  # noqa: N815 - the names that the base class looks for

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    slack = SlackServer(server.server_address[1])
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield slack
    finally:
        server.shutdown()
        server.server_close()
