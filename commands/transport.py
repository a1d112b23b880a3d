"""How the bot reaches Slack by itself: Socket Mode. The other way is `commands/http_server.py`."""

from __future__ import annotations

import logging
import os
import signal
from contextlib import suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.durable import Precedence

RECEIVED_SECONDS = 0.2

log = logging.getLogger(__name__)


class Socket(SocketModeHandler):
    """Bolt's Socket Mode, ended in an order that loses nothing on the way.

    Its own `close` closes the line first: a message of which the half has come is then taken for whole, and answers to
    messages that are still being handled have no way back, so that Slack delivers them again.
    """

    def __init__(self, app: App, app_token: str, *, web_client: WebClient, precedence: Precedence) -> None:
        super().__init__(app, app_token, web_client=web_client)
        self._precedence = precedence

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # as its parent
        with self._precedence.answering():
            super().handle(client, req)

    def close(self) -> None:
        client = self.client
        client.closed = True
        client.auto_reconnect_enabled = False
        receiver = client.current_session_runner
        receiver.event.set()
        while receiver.is_alive():
            client.current_session_state.terminated = True  # each time: beginning to receive takes it back
            if client.current_session is not None:
                with suppress(OSError):  # a line that is gone already
                    # Its answer ends the waiting for the next message; one without a word would itself be waited for.
                    client.current_session.ping("end")
            receiver.thread.join(RECEIVED_SECONDS)
        client.message_processor.shutdown()  # type: ignore[no-untyped-call] # waits for what it has begun
        while not client.message_queue.empty():
            client.process_message()  # type: ignore[no-untyped-call]
        client.message_workers.shutdown()
        super().close()  # type: ignore[no-untyped-call] # Bolt's, without types


def socket_handler(app: App, app_token: str, base_url: str, precedence: Precedence) -> Socket:
    """Socket Mode with Bolt's built-in client. The connection itself is opened with the app-level token."""
    client = WebClient(token=app_token, base_url=base_url)
    return Socket(app, app_token, web_client=client, precedence=precedence)


def run_socket(handler: Socket) -> None:
    """Connect, and return when the process is asked to stop. The caller closes the connection."""
    # Into a pipe, and by the interpreter itself at the moment the signal comes: a handler in Python runs only when the
    # main thread is back in Python, which one that is just about to wait is not before it is told.
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    handler.connect()  # type: ignore[no-untyped-call] # Bolt's, without types
    log.info("connected to Slack (Socket Mode)")
    os.read(told, 1)
