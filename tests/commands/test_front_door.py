"""The door of several workspaces: who gets which request, and what is refused before any of it is passed on."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier

from commands.front_door import FrontDoor, is_farewell, payload_of, teams_of
from commands.refusals import Refusals
from tests.commands.shown import say

SECRET = "signing secret of the app"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class House:
    """What a workspace's own process would get, and its answer."""

    def __init__(self, name: str) -> None:
        heard: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.append(self.rfile.read(int(self.headers["content-length"])))
                assert self.headers["x-slack-signature"] and "cookie" not in self.headers
                self.send_response(200)
                self.end_headers()
                self.wfile.write(name.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.heard = heard
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def houses() -> Iterator[dict[str, House]]:
    there = {"T1": House("first"), "T2": House("second")}
    yield there
    for house in there.values():
        house.server.shutdown()
        house.server.server_close()


def asked(houses: dict[str, House], body: bytes, kind: str, secret: str = SECRET, **more: Any) -> tuple[int, str]:
    """What the door answers to a request."""
    farewells: list[tuple[str, int]] = more.get("farewells", [])
    door = FrontDoor(
        SimpleNamespace(handle_installation=None, handle_callback=None),  # type: ignore[arg-type] # nobody installs here
        SECRET,
        Refusals(),
        say=say,
        is_installed=lambda team: team in houses or team == "T3",
        port=lambda team: houses[team].server.server_address[1] if team in houses else None,
        farewell=lambda team, at: farewells.append((team, at)),
    )
    moment = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=moment, body=body) or ""
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-slack-request-timestamp", moment.encode()),
        (b"x-slack-signature", signature.encode()),
        (b"cookie", b"not for a house"),
    ]
    scope: dict[str, Any] = {"method": "POST", "path": "/slack/events", "query_string": b"", "headers": headers}
    scope |= {"state": {}, "client": ("192.0.2.1", 1)}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(door(scope, receive, send))
    return int(sent[0]["status"]), b"".join(one.get("body", b"") for one in sent[1:]).decode()


def event(team: str, **inner: Any) -> bytes:
    body = {"type": "event_callback", "team_id": team, "event_time": 7, "event": {"type": "message", **inner}}
    return json.dumps({**body, "authorizations": [{"team_id": team}]}).encode()


def test_each_workspace_hears_what_is_its_own_and_nothing_else(houses: dict[str, House]) -> None:
    assert asked(houses, event("T1"), JSON) == (200, "first")
    command = urlencode({"command": "/link", "team_id": "T2", "text": "Müller"}).encode()
    assert asked(houses, command, FORM) == (200, "second")
    press = urlencode({"payload": json.dumps({"type": "block_actions", "team": {"id": "T2"}})}).encode()
    assert asked(houses, press, FORM) == (200, "second")
    assert (houses["T1"].heard, houses["T2"].heard) == ([event("T1")], [command, press])


def test_what_slack_did_not_sign_and_who_installed_nothing_reach_no_house(houses: dict[str, House]) -> None:
    assert asked(houses, event("T1"), JSON, secret="another secret altogether")[0] == 401
    status, said = asked(houses, event("T9"), JSON)
    assert status == 401 and "not installed" in said
    for nonsense in (b"[]", b"{", b"payload=x", b""):
        assert asked(houses, nonsense, JSON)[0] == 401
        assert asked(houses, nonsense, FORM)[0] == 401
    assert houses["T1"].heard == houses["T2"].heard == []


def test_of_a_house_that_does_not_run_a_person_is_told_and_slack_brings_events_again(houses: dict[str, House]) -> None:
    assert asked(houses, event("T3"), JSON)[0] == 503
    status, said = asked(houses, urlencode({"command": "/link", "team_id": "T3"}).encode(), FORM)
    assert status == 200 and "not ready" in json.loads(said)["text"]


def test_a_farewell_is_for_the_door(houses: dict[str, House]) -> None:
    said: list[tuple[str, int]] = []
    assert asked(houses, event("T1", type="app_uninstalled"), JSON, farewells=said)[0] == 200
    assert asked(houses, event("T2", type="tokens_revoked", tokens={"bot": ["U1"]}), JSON, farewells=said)[0] == 200
    assert said == [("T1", 7), ("T2", 7)] and houses["T1"].heard == houses["T2"].heard == []
    assert not is_farewell({"event": {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}})


def test_where_companies_share_a_conversation_the_app_s_own_workspace_is_meant() -> None:
    assert teams_of({"view": {"app_installed_team_id": "T1"}, "team": {"id": "T9"}}) == ["T1", "T9"]
    assert teams_of({"authorizations": [{"team_id": "T1"}], "team_id": "T9"}) == ["T1", "T9"]
    assert teams_of({"team": {"id": "T9"}, "message": {"team": "T1"}}) == ["T9", "T1"]
    assert teams_of({"team": None, "view": None, "authorizations": None}) == []
    assert payload_of(b'{"a":1}', JSON) == {"a": 1} and payload_of(b"a=1", FORM) == {"a": "1"}
    assert payload_of(b"\xff", JSON) == payload_of(b"payload=[]", FORM) == {}
