"""A running sandbox with the Slack stand-in alone, and a real Bolt app beside it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.app import Options, Sandbox

MANIFEST = """
features:
  shortcuts:
    - {name: Link to CRM, type: message, callback_id: link_mail, description: d}
  slash_commands:
    - {command: /link, description: d, should_escape: true}
oauth_config:
  scopes:
    bot: [commands, "chat:write", "files:read", "files:write", "channels:history", "channels:read", "im:history",
          "im:write", "users:read", "users:read.email"]
settings:
  event_subscriptions:
    bot_events: [message.channels, message.im, app_home_opened, member_joined_channel]
"""
TEXT = {"type": "section", "text": {"type": "mrkdwn", "text": "Hallo"}}


def button(text: str, action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": text}, "action_id": action_id, **more}


def actions(*elements: dict[str, Any], block_id: str = "buttons") -> dict[str, Any]:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": plain("Link"),
        "submit": plain("Link"),
        "callback_id": "form",
        "blocks": list(blocks),
        **more,
    }


class Box:
    """The sandbox from outside: its control calls, and clients for the bot's side."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.url = sandbox.base_url
        self.http = httpx.Client(base_url=self.url, timeout=20)
        self.api = f"{self.url}/slack/api/"
        self.client = WebClient(token="xoxb-sandbox", base_url=self.api)

    def control(self, name: str, **body: Any) -> dict[str, Any]:
        response = self.http.post(f"/_control/{name}", json=body)
        answer = response.json()
        assert isinstance(answer, dict)
        return {**answer, "status": response.status_code}

    def state(self) -> dict[str, Any]:
        state = self.http.get("/_control/state").json()
        assert isinstance(state, dict)
        return state

    def violations(self) -> list[str]:
        return [one["kind"] for one in self.state()["violations"]]

    def mail(self, **more: Any) -> dict[str, Any]:
        given = {"to_channel": "C0ANFRAGEN", "from": "Anna Berger <anna.berger@nordlicht.example>"}
        return self.control("mail", **{**given, "subject": "WG: Besichtigung", "text": "Guten Tag", **more})

    def app(self) -> App:
        return App(client=WebClient(token="xoxb-sandbox", base_url=self.api), signing_secret="sandbox-signing-secret")

    @contextmanager
    def connected(self, app: App) -> Iterator[SocketModeHandler]:
        web_client = WebClient(token="xapp-1-A0LINKBOT-1-sandbox", base_url=self.api)
        handler = SocketModeHandler(app, "xapp-1-A0LINKBOT-1-sandbox", web_client=web_client)
        handler.connect()
        try:
            eventually(lambda: self.state()["connections"] > 0)
            yield handler
        finally:
            _wake(handler)
            handler.close()


def _wake(handler: SocketModeHandler) -> None:
    """The client's close() waits up to 3 seconds for something to come in; the answer to a ping is enough."""
    handler.client.auto_reconnect_enabled = False
    handler.client.current_session_state.terminated = True
    if handler.client.current_session is not None:
        handler.client.current_session.ping("bye")


def eventually(condition: Callable[[], Any], seconds: float = 6.0) -> Any:
    """Wait until it holds, and answer what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def running(tmp_path: Path, manifest: str = MANIFEST, **options: Any) -> Iterator[Box]:
    """The sandbox in a thread of its own, at any free port, without the vendors."""
    file = tmp_path / "manifest.yml"
    file.write_text(manifest, encoding="utf-8")
    loop = asyncio.new_event_loop()
    sandbox = Sandbox(Options(port=0, manifest=file, **options), lambda *_: [])
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(sandbox.start(), loop).result(10)
    box = Box(sandbox)
    try:
        yield box
    finally:
        box.http.close()
        asyncio.run_coroutine_threadsafe(sandbox.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
