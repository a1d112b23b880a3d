"""What the tests of the page share: a running sandbox, and a card and modals as a bot would post them."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.sandbox.socket_bot import JSON, PATIENCE, Bot


@contextmanager
def running_sandbox() -> Iterator[str]:
    """The address of a sandbox in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sandbox", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 3 * PATIENCE
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/_control/state", timeout=1).close()  # noqa: S310 - own address
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < until, "the sandbox did not start"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def button(text: str, action_id: str, **more: Any) -> JSON:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


CONFIRM = {
    "title": plain("Put it aside?"),
    "text": plain("It stays here."),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
CARD = [
    {"type": "header", "text": plain("Besichtigung Lindenstr. 12")},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Max Mustermann* wrote to <@U0ANNA> &lt;b&gt;now&lt;/b&gt;"},
    },
    {"type": "section", "text": plain("<img src=x onerror=alert(1)>")},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "_mail address_ `max@example.de`"}]},
    {
        "type": "actions",
        "elements": [
            button("Link", "link", style="primary"),
            button("Change…", "change"),
            button("Not now", "dismiss", style="danger", confirm=CONFIRM),
        ],
    },
]
MODAL = {
    "type": "modal",
    "callback_id": "change",
    "title": plain("Change the links"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "blocks": [
        {
            "type": "input",
            "block_id": "person",
            "label": plain("Person"),
            "element": {"type": "external_select", "action_id": "person", "min_query_length": 2},
        },
        {
            "type": "input",
            "block_id": "note",
            "label": plain("Note"),
            "element": {"type": "plain_text_input", "action_id": "note", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "also",
            "optional": True,
            "label": plain("Also"),
            "element": {
                "type": "checkboxes",
                "action_id": "also",
                "options": [{"text": plain("The attachments"), "value": "files"}],
            },
        },
    ],
}


async def post_card(bot: Bot, channel: str = "C0ANFRAGEN", thread_ts: str | None = None) -> None:
    more = {"thread_ts": thread_ts} if thread_ts else {}
    await bot.api("chat.postMessage", channel=channel, text="A mail", blocks=CARD, **more)
