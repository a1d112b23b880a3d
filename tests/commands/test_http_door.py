"""The door of HTTP mode under attack, over real sockets: what Slack did not sign gets one short answer, takes no worker
and no memory, and never keeps out what Slack did sign."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import resource
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot.durable import Precedence
from bot.intake import Incoming
from bot.logs import quiet_logger
from commands import http_server, refusals
from commands.http_door import MOST_BYTES, WORKERS, Door
from commands.http_server import create_server, listen
from commands.mail_events import MailEvents
from commands.refusals import Refusals
from commands.signature import Refusal
from tests.commands.test_inbox import TEAM, fixture
from tests.journeys.world import wait_for

SECRET = "the app's signing secret"
EVENT = {"type": "event_callback", "team_id": "T1", "event": {"type": "message", "text": "Pfefferkuchen"}}
COMMAND = {"command": "/link", "text": "Grüße", "team_id": "T1", "user_id": "U1", "channel_id": "C1", "trigger_id": "1"}
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MEGABYTE = 1024 * 1024


@dataclass
class House:
    """A bot behind the door."""

    port: int
    refusals: Refusals
    came: list[Any] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    disk_is_full: bool = False

    def write(self, mails: Sequence[tuple[Incoming, Mapping[str, Any]]]) -> None:
        if self.disk_is_full:
            raise OSError("no space left for what Pfefferkuchen wrote")
        self.written += [incoming.key for incoming, _ in mails]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, body: bytes, headers: dict[str, str] | None = None, path: str = "/slack/events") -> httpx.Response:
        return httpx.post(f"{self.url}{path}", content=body, headers=headers or {}, timeout=60)

    def is_well(self) -> bool:
        """Whether Slack and a health check are still answered."""
        before = len(self.came)
        body = json.dumps(EVENT).encode()
        answers = [self.post(body, signed(body)).status_code, httpx.get(f"{self.url}/healthz", timeout=60).status_code]
        wait_for(lambda: len(self.came) > before, "the event")
        return answers == [200, 200]


def signed(body: bytes, secret: str = SECRET, at: float | None = None, kind: str = JSON, **more: str) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "content-type": kind,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
        **more,
    }


@pytest.fixture
def house() -> Iterator[House]:
    app = App(
        signing_secret=SECRET,
        token_verification_enabled=False,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1"),
        logger=quiet_logger("tests.bolt"),
    )
    counted = Refusals()
    listening = listen("127.0.0.1", 0)
    house = House(listening.getsockname()[1], counted)

    def command(ack: Any, body: dict[str, Any]) -> None:
        house.came.append(body["text"])
        ack(f"Hallo {body['text']}")

    app.event("message")(lambda event: house.came.append(event["text"]))
    app.command("/link")(command)
    mail_events = MailEvents(house.write, team=lambda: TEAM, in_use=lambda _: True)
    server = create_server(Door(app, SECRET, counted, Precedence(), mail_events=mail_events), counted)
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield house
        assert house.is_well()
    finally:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


def test_what_slack_signed_reaches_the_bot(house: House) -> None:
    body = json.dumps(EVENT).encode()
    assert house.post(body, signed(body)).status_code == 200
    wait_for(lambda: house.came == ["Pfefferkuchen"], "the event")
    form = urlencode(COMMAND).encode()
    assert house.post(form, signed(form, kind=FORM)).text == "Hallo Grüße"
    assert not house.refusals.counts


def test_a_mail_is_written_down_before_slack_is_answered_and_without_bolt(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    mail = json.dumps({"type": "event_callback", **fixture("mail_to_a_channel")}).encode()
    house.disk_is_full = True
    assert house.post(mail, signed(mail)).status_code == 500, "Slack delivers it again"
    assert "Pfefferkuchen" not in caplog.text
    house.disk_is_full = False
    assert house.post(mail, signed(mail)).status_code == 200
    assert house.written == [f"{TEAM}:C0ANFRAGEN:F0000000001"]
    words = json.dumps({**EVENT, "event": {"type": "message", "text": "no mail", "files": []}}).encode()
    assert house.post(words, signed(words)).status_code == 200
    wait_for(lambda: house.came == ["no mail"], "the event")
    assert house.post(mail, signed(mail, "another secret")).status_code == 401
    assert len(house.written) == 1


def test_a_body_may_come_in_pieces(house: House) -> None:
    body = json.dumps(EVENT).encode()
    pieces = (body[at : at + 7] for at in range(0, len(body), 7))
    answer = httpx.post(f"{house.url}/slack/events", content=pieces, headers=signed(body))
    assert answer.status_code == 200


def test_one_connection_serves_many_requests(house: House) -> None:
    body = json.dumps(EVENT).encode()
    with httpx.Client() as client:
        answers = [
            client.post(f"{house.url}/slack/events", content=body, headers=signed(body)).status_code for _ in range(5)
        ]
    assert answers == [200] * 5


VALID = json.dumps(EVENT).encode()
UNSIGNED = {"content-type": JSON}


def attacks() -> dict[str, tuple[bytes, dict[str, str], int, Refusal]]:
    """Made anew for each test: a signature is good for five minutes only."""
    headers, later = signed(VALID), str(int(time.time()) + 7)
    return {
        "no signature": (VALID, UNSIGNED, 401, Refusal.UNSIGNED),
        "no signature, nothing at all": (b"", {}, 401, Refusal.UNSIGNED),
        "no signature, broken JSON": (b'{"type": ', UNSIGNED, 401, Refusal.UNSIGNED),
        "no signature, deep JSON": (b"[" * 100_000, UNSIGNED, 401, Refusal.UNSIGNED),
        "no signature, no UTF-8": (b"\xff\xfe\x00", UNSIGNED, 401, Refusal.UNSIGNED),
        "no signature, a form that is none": (b"payload=%7B", {"content-type": FORM}, 401, Refusal.UNSIGNED),
        "no signature, ssl_check": (b"ssl_check=1&token=x", {"content-type": FORM}, 401, Refusal.UNSIGNED),
        "no signature, url_verification": (b'{"type":"url_verification"}', UNSIGNED, 401, Refusal.UNSIGNED),
        "an odd kind": (VALID, {"content-type": "multipart/form-data; boundary="}, 401, Refusal.UNSIGNED),
        "junk time": (VALID, {**headers, "x-slack-request-timestamp": "yesterday"}, 401, Refusal.UNSIGNED),
        "empty time": (VALID, {**headers, "x-slack-request-timestamp": ""}, 401, Refusal.UNSIGNED),
        "endless time": (VALID, {**headers, "x-slack-request-timestamp": "9" * 5000}, 401, Refusal.UNSIGNED),
        "time as a fraction": (VALID, {**headers, "x-slack-request-timestamp": "1e9"}, 401, Refusal.UNSIGNED),
        "time far ahead": (
            VALID,
            {**headers, "x-slack-request-timestamp": "253370764800"},
            401,
            Refusal.STALE,
        ),
        "junk signature": (VALID, {**headers, "x-slack-signature": "v0=xyz"}, 401, Refusal.UNSIGNED),
        "empty signature": (VALID, {**headers, "x-slack-signature": ""}, 401, Refusal.UNSIGNED),
        "another version": (VALID, {**headers, "x-slack-signature": "v1=" + "0" * 64}, 401, Refusal.UNSIGNED),
        "another secret": (VALID, signed(VALID, "another"), 401, Refusal.FORGED),
        "another body": (VALID + b" ", headers, 401, Refusal.FORGED),
        "another time": (
            VALID,
            {**headers, "x-slack-request-timestamp": later},
            401,
            Refusal.FORGED,
        ),
        "forged broken JSON": (b"{", signed(b"", "another"), 401, Refusal.FORGED),
        "forged, no UTF-8": (b"\xff", signed(b"\xff", "another"), 401, Refusal.FORGED),
        "replayed after five minutes": (VALID, signed(VALID, at=time.time() - 310), 401, Refusal.STALE),
        "from the future": (VALID, signed(VALID, at=time.time() + 3600), 401, Refusal.STALE),
        "too large": (b" " * (MOST_BYTES + 1), signed(b"", "another"), 413, Refusal.TOO_LARGE),
        "signed, but broken JSON": (b"{", signed(b"{"), 400, Refusal.UNREADABLE),
        "signed, but a list": (b"[1]", signed(b"[1]"), 400, Refusal.UNREADABLE),
        "signed, but no UTF-8": (b"\xff", signed(b"\xff"), 400, Refusal.UNREADABLE),
    }


@pytest.mark.parametrize("attack", attacks())
def test_what_is_not_slacks_is_refused(house: House, attack: str, caplog: pytest.LogCaptureFixture) -> None:
    body, headers, status, reason = attacks()[attack]
    caplog.set_level(logging.INFO)
    answer = house.post(body, headers)
    assert (answer.status_code, answer.text) == (status, reason)
    assert house.refusals.counts == {reason: 1}
    assert house.came == []
    (line,) = [record for record in caplog.records if record.name == "commands.refusals"]
    assert line.getMessage() == f"refused at the door: {reason}, from 127.0.0.1 (1 so far)"
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []
    assert "Pfefferkuchen" not in caplog.text


def test_two_signatures_are_none(house: House) -> None:
    twice = [*signed(VALID).items(), ("x-slack-signature", "v0=" + "0" * 64)]
    assert httpx.post(f"{house.url}/slack/events", content=VALID, headers=twice).status_code == 401


def test_other_addresses_lead_nowhere(house: House) -> None:
    for path in ("/", "/slack", "/slack/events/", "/../etc/passwd", "/%00"):
        assert house.post(b"x", path=path).status_code == 404
    assert httpx.get(f"{house.url}/slack/events").status_code == 401


def raw(house: House, data: bytes) -> bytes:
    """What a client gets that sends these bytes."""
    with closing(socket.create_connection(("127.0.0.1", house.port), timeout=60)) as line:
        line.sendall(data)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
        return answer


def test_huge_headers_are_refused(house: House) -> None:
    for header in (b"x-large: " + b"a" * 100_000, b"\r\n".join(b"x-%d: 1" % n for n in range(20_000))):
        with ExitStack() as stack:
            line = stack.enter_context(closing(socket.create_connection(("127.0.0.1", house.port), timeout=60)))
            line.sendall(b"POST /slack/events HTTP/1.1\r\nhost: x\r\n" + header[:20_000])
            assert line.recv(100).startswith(b"HTTP/1.1 400 ")
    assert house.refusals.counts == {Refusal.UNREADABLE: 2}


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # a client that speaks TLS
        b"GET\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcde",
        b"POST /slack/events HTTP/1.1\r\ncontent-length: 5\r\n\r\nabcde",  # without a host
    ],
)
def test_what_is_no_http_is_refused(house: House, data: bytes) -> None:
    assert raw(house, data).startswith(b"HTTP/1.1 400 ")
    assert house.refusals.counts == {Refusal.UNREADABLE: 1}


def test_who_asks_before_sending_gets_the_answer_instead(house: House) -> None:
    head = b"POST /slack/events HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 99999999\r\n\r\n"
    assert raw(house, head).startswith(b"HTTP/1.1 401 ")


def test_a_hundred_megabytes_are_not_kept(house: House) -> None:
    """Neither with their length announced nor in pieces; whoever sends them may see that nobody wants them."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    forged = signed(b"", "another")
    for announced, headers in ((True, {}), (False, {}), (True, forged), (False, forged)):
        length = {"content-length": str(100 * MEGABYTE)} if announced else {}
        pieces = (bytes(MEGABYTE) for _ in range(100))
        try:
            answer = httpx.post(f"{house.url}/slack/events", content=pieces, headers={**headers, **length}, timeout=60)
            assert answer.status_code in (401, 413)
        except httpx.TransportError:
            pass  # hung up on in the middle of it
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 50, f"{grown:.0f} MB"
    assert house.refusals.counts.total() >= 4


def half(house: House, *, body: bool) -> socket.socket:
    """A connection that has sent half of a request, and sends no more."""
    line = socket.create_connection(("127.0.0.1", house.port), timeout=60)
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed(VALID).items())
    end = "\r\nhalf" if body else ""
    line.sendall(f"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n{lines}{end}".encode())
    return line


@pytest.mark.parametrize("body", [False, True], ids=["half the headers", "half the body"])
def test_slow_clients_keep_nobody_waiting(house: House, body: bool) -> None:
    """Each of them held one of as many workers as there are."""
    with ExitStack() as stack:
        for _ in range(4 * WORKERS):
            stack.enter_context(closing(half(house, body=body)))
        assert house.is_well()
        assert not house.refusals.counts


@pytest.mark.parametrize("body", [False, True], ids=["half the headers", "half the body"])
def test_who_takes_too_long_is_hung_up_on(house: House, body: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "REQUEST_SECONDS", 0.3)
    with closing(half(house, body=body)) as line:
        assert line.recv(1000).startswith(b"HTTP/1.1 408 ")
        assert line.recv(1000) == b""
    monkeypatch.setattr(http_server, "REQUEST_SECONDS", 60.0)
    assert house.refusals.counts == {Refusal.TOO_SLOW: 1}


def test_a_byte_now_and_then_does_not_prolong_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "REQUEST_SECONDS", 0.5)
    with closing(half(house, body=True)) as line, pytest.raises(OSError):
        for _ in range(2000):
            line.sendall(b"x")
            time.sleep(0.02)
    monkeypatch.setattr(http_server, "REQUEST_SECONDS", 60.0)
    assert house.refusals.counts == {Refusal.TOO_SLOW: 1}


def test_the_second_request_of_a_connection_has_a_time_limit_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_connection(("127.0.0.1", house.port), timeout=60)) as line:
        head = "".join(f"{name}: {value}\r\n" for name, value in signed(VALID).items())
        request = (
            f"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: {len(VALID)}\r\n{head}\r\n".encode() + VALID
        )
        line.sendall(request)
        assert line.recv(1000).startswith(b"HTTP/1.1 200 ")
        monkeypatch.setattr(http_server, "REQUEST_SECONDS", 0.3)
        line.sendall(request[:-5])
        assert line.recv(1000).startswith(b"HTTP/1.1 408 ")
    monkeypatch.setattr(http_server, "REQUEST_SECONDS", 60.0)


def test_a_crowd_gives_way_from_its_oldest_on(house: House) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(closing(half(house, body=True))) for _ in range(http_server.MOST_CONNECTIONS + 20)]
        wait_for(lambda: house.refusals.counts[Refusal.CROWDED] >= 20, "the oldest to give way")
        assert lines[0].recv(1000).startswith(b"HTTP/1.1 408 ")
        assert house.is_well()


def test_many_half_bodies_are_not_kept(house: House) -> None:
    """Each is as large as it may be, and there are more than may be held."""
    size = MOST_BYTES - 10
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(VALID).items())
    start = f"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: {MOST_BYTES}\r\n{head}\r\n".encode()
    with ExitStack() as stack:
        for _ in range(http_server.MOST_HELD_BYTES // size + 5):
            line = stack.enter_context(closing(socket.create_connection(("127.0.0.1", house.port), timeout=60)))
            line.sendall(start + bytes(size))
        wait_for(lambda: house.refusals.counts[Refusal.CROWDED] >= 1, "the oldest to give way")
        assert house.is_well()


def test_a_flood_of_refusals_does_not_fill_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with httpx.Client() as client:
        for _ in range(refusals.MOST_LINES + 40):
            assert client.post(f"{house.url}/slack/events").status_code == 401
    assert house.refusals.counts == {Refusal.UNSIGNED: refusals.MOST_LINES + 40}
    lines = [record for record in caplog.records if record.name == "commands.refusals"]
    assert len(lines) == refusals.MOST_LINES + 1


def test_an_unforeseen_error_shows_nothing_of_the_mail(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(App):
        def dispatch(self, req: Any) -> BoltResponse:
            raise RuntimeError(req.raw_body)

    broken = Broken(signing_secret=SECRET, token="xoxb-1", token_verification_enabled=False)
    door = Door(broken, SECRET, Refusals(), Precedence())
    answer = door._dispatch(VALID, b"", [(b"content-type", JSON.encode())])
    assert isinstance(answer, BoltResponse)
    assert answer.status == 500
    assert "unforeseen RuntimeError" in caplog.text
    assert "Pfefferkuchen" not in caplog.text


def test_the_numbers_are_shown_to_this_machine_and_not_through_a_proxy(house: House) -> None:
    assert house.post(VALID).status_code == 401
    answer = httpx.get(f"{house.url}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'linkbot_refusals_total{reason="unsigned"}' in answer.text
    assert httpx.get(f"{house.url}/metrics", headers={"x-forwarded-for": "203.0.113.7"}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "seen"), [({}, False), ({"authorization": "Bearer no"}, False), ({"authorization": "Bearer t0ken"}, True)]
)
def test_with_a_token_the_numbers_are_shown_to_who_has_it(sent: dict[str, str], seen: bool) -> None:
    app = App(signing_secret=SECRET, token="xoxb-1", token_verification_enabled=False)
    door = Door(app, SECRET, Refusals(), Precedence(), metrics_token="t0ken")
    headers = [(name.encode(), value.encode()) for name, value in sent.items()]
    assert door._may_see_metrics({"headers": headers, "client": ("203.0.113.7", 1)}) is seen
