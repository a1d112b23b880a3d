"""Socket Mode and HTTP: envelopes, signatures, acknowledgements in time, and what comes again when there is none."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier

from tests.sandbox.slackbox import TEXT, Box, actions, button, eventually, running

FAST = 0.002  # a minute in 0.12 seconds


@contextmanager
def served(handle: Any) -> Iterator[str]:
    """An HTTP server of the bot's: `handle(body, headers)` → (status, headers, body)."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, headers, answer = handle(body, dict(self.headers.items()))
            self.send_response(status)
            for key, values in headers.items():
                for value in values if isinstance(values, list) else [values]:
                    self.send_header(key, value)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/slack/events"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def bolt(app: App) -> Any:
    def handle(body: str, headers: dict[str, str]) -> tuple[int, dict[str, Any], str]:
        response = app.dispatch(BoltRequest(body=body, headers={**headers}))
        return response.status, dict(response.headers), response.body

    return handle


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("slack"), retry_scale=FAST) as box:
        yield box


@pytest.fixture
def box(sandbox: Box) -> Box:
    sandbox.control("transport", events_url=None)
    sandbox.control("reset")
    return sandbox


def open_socket(box: Box) -> str:
    headers = {"Authorization": "Bearer xapp-1-A0LINKBOT-1-sandbox"}
    url = httpx.post(f"{box.api}apps.connections.open", headers=headers).json()["url"]
    assert isinstance(url, str)
    return url


def test_a_socket_address_works_once(box: Box) -> None:
    url = open_socket(box).replace("ws://", "http://")
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    with httpx.stream("GET", url, headers=upgrade) as first:
        assert first.status_code == 101
    assert httpx.get(url, headers=upgrade).status_code == 403


def test_a_slow_listener_of_an_interaction_is_a_violation(box: Box) -> None:
    app = box.app()

    @app.action("slow")
    def slow(ack: Any) -> None:
        time.sleep(3.2)
        ack()

    card = box.client.chat_postMessage(channel="C0SALES", text="a", blocks=[actions(button("Go", "slow"))])
    with box.connected(app):
        answer = box.control("press", user="U0ANNA", channel="C0SALES", ts=card["ts"], text="Go")
    assert not answer["ok"] and "3 seconds" in answer["error"]
    assert "unacknowledged" in box.violations()


def test_without_a_bot_nothing_is_acknowledged(box: Box) -> None:
    answer = box.control("command", user="U0ANNA", channel="C0SALES", text="help")
    assert (answer["ok"], answer["error"]) == (False, "the bot is not connected")
    box.mail()
    eventually(lambda: "event_lost" in box.violations())
    state = box.state()
    assert state["counters"]["slack.events.retried"] == 3
    assert state["pending_events"] == 0


def test_an_event_that_nobody_took_comes_again_with_its_number(box: Box) -> None:
    app = box.app()
    told: list[tuple[str, str]] = []

    @app.event("message")
    def arrived(body: dict[str, Any], request: Any) -> None:
        told.append((body["event_id"], request.headers["x-slack-retry-num"][0]))

    mail = box.mail()
    with box.connected(app):
        eventually(lambda: told)
        (only,) = told
        assert only[0] == mail["event_id"] and int(only[1]) > 0
        assert box.control("redeliver", event_id=mail["event_id"])["ok"]
        eventually(lambda: len(told) == 2)
        assert told[1] == (mail["event_id"], "0")
    assert box.control("redeliver", event_id="Ev0")["ok"] is False


def test_an_event_lost_with_its_connection_comes_again_at_once(box: Box) -> None:
    async def take_one_and_hang_up() -> dict[str, Any]:
        async with aiohttp.ClientSession() as session, session.ws_connect(open_socket(box)) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            ts = box.mail()["ts"]
            envelope = await socket.receive_json()
            assert envelope["payload"]["event"]["ts"] == ts
            assert (envelope["retry_attempt"], envelope["accepts_response_payload"]) == (0, False)
            await socket.send_str("what?")
            assert isinstance(envelope, dict)
            return envelope

    first = asyncio.run(take_one_and_hang_up())
    assert first["type"] == "events_api"
    eventually(lambda: box.state()["counters"].get("slack.events.retried", 0) > 0)
    assert box.violations()[0] == "invalid_ack", "that the bot hung up is no offence, nonsense is"


def test_each_payload_goes_to_one_of_the_connections(box: Box) -> None:
    told: list[int] = []

    def listener(number: int) -> Any:
        return lambda: told.append(number)

    apps = [box.app(), box.app()]
    for number, app in enumerate(apps):
        app.event("message")(listener(number))
    with box.connected(apps[0]), box.connected(apps[1]):
        eventually(lambda: box.state()["connections"] == 2)
        for _ in range(4):
            box.mail()
        eventually(lambda: len(told) == 4)
        assert set(told) == {0, 1}


def test_a_disconnected_bot_comes_back(box: Box) -> None:
    app = box.app()
    told: list[str] = []
    app.event("message")(lambda payload: told.append(payload["ts"]))
    with box.connected(app) as handler:
        before = handler.client.wss_uri
        assert box.control("disconnect", reason="link_disabled")["connections"] == 1
        eventually(lambda: handler.client.wss_uri != before and box.state()["connections"] == 1, 10)
        mail = box.mail()
        eventually(lambda: mail["ts"] in told, 10)
    assert box.control("disconnect", reason="boredom")["status"] == 400


def test_http_mode_with_a_real_bolt_app(box: Box) -> None:
    app = box.app()
    told: list[dict[str, Any]] = []
    app.event("message")(lambda event: told.append(event))

    @app.command("/link")
    def command(ack: Any, command: dict[str, Any]) -> None:
        ack(text=f"{command['text']} in {command['channel_name']}", blocks=[TEXT])

    @app.action("go")
    def go(ack: Any, respond: Any) -> None:
        ack()
        respond(text="done", replace_original=True)

    with served(bolt(app)) as url:
        assert box.control("transport", events_url=url)["events_url"] == url
        mail = box.mail()
        eventually(lambda: told)
        assert told[0]["ts"] == mail["ts"]
        answer = box.control("command", user="U0ANNA", channel="C0PRIVAT", text="hilfe @ben #sales")
        assert answer["ok"], answer
        (shown,) = box.state()["ephemerals"]
        assert shown["text"] == "hilfe <@U0BEN|ben> <#C0SALES|sales> in buero"
        card = box.client.chat_postMessage(channel="C0SALES", text="a", blocks=[actions(button("Go", "go"))])
        assert box.control("press", user="U0ANNA", channel="C0SALES", ts=card["ts"], action_id="go")["ok"]
        assert eventually(lambda: box.state()["messages"][1]["text"] == "done")
        assert box.control("command", user="U0ANNA", channel="C0SALES", command="/other")["ok"] is False
    assert box.violations() == []


def test_http_requests_are_signed_and_failures_come_again(box: Box) -> None:
    verifier = SignatureVerifier("sandbox-signing-secret")
    seen: list[dict[str, str]] = []

    def failing(body: str, headers: dict[str, str]) -> tuple[int, dict[str, Any], str]:
        assert json.loads(body)["type"] == "event_callback"
        assert verifier.is_valid_request(body, headers)
        seen.append(headers)
        return 500, {"X-Slack-No-Retry": "1"} if len(seen) == 3 else {}, "oh"

    with served(failing) as url:
        box.control("transport", events_url=url)
        box.mail()
        eventually(lambda: len(seen) == 3)
        eventually(lambda: box.state()["pending_events"] == 0)
    assert [one.get("X-Slack-Retry-Num") for one in seen] == [None, "1", "2"]
    assert seen[1]["X-Slack-Retry-Reason"] == "http_error"
    assert box.state()["counters"]["slack.http.non_2xx"] == 3
    assert box.violations() == ["unacknowledged"] * 3


def test_addresses_are_checked(box: Box) -> None:
    assert box.control("transport", events_url="ftp://example.com")["status"] == 400


def test_without_retries_nothing_hangs_at_the_end(tmp_path: Path) -> None:
    with running(tmp_path) as box:
        box.mail()
        assert eventually(lambda: box.state()["pending_events"] == 1)
        started = time.monotonic()
    assert time.monotonic() - started < 5
