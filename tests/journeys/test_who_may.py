"""Only people who may: signatures, time stamps, workspaces. What is refused writes nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import httpx
import pytest

from tests.journeys.world import ANFRAGEN, STRANGER, World, buttons, german_mail

SIGNING_SECRET = "sandbox-signing-secret"
TEXT = "Der Schatz liegt unter der Pfefferkuchen-Treppe."


def event() -> bytes:
    """An event with a mail, as Slack would send it."""
    mail = german_mail().forward()
    file = {
        "id": "F0FORGED",
        "mode": "email",
        "filetype": "email",
        "subject": mail["subject"],
        "plain_text": TEXT,
        "from": [{"address": "a@example.com", "name": "A", "original": "A <a@example.com>"}],
    }
    message = {
        "type": "message",
        "subtype": "file_share",
        "channel": ANFRAGEN,
        "ts": "1795000000.000100",
        "user": "USLACKBOT",
        "text": "",
        "files": [file],
    }
    body = {"type": "event_callback", "team_id": "T0SANDBOX", "event_id": "Ev1", "event": message}
    return json.dumps(body).encode()


def signed(body: bytes, secret: str, at: float) -> dict[str, str]:
    base = f"v0:{int(at)}:".encode() + body
    return {
        "content-type": "application/json",
        "x-slack-request-timestamp": str(int(at)),
        "x-slack-signature": "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest(),
    }


@pytest.mark.parametrize(
    ("secret", "age"),
    [("another secret", 0), (SIGNING_SECRET, 3600), (SIGNING_SECRET, -3600)],
    ids=["secret", "old", "new"],
)
def test_a_forged_or_stale_request_is_refused(world: World, secret: str, age: float) -> None:
    if world.mode != "http":
        # Socket Mode has no open door: nobody can send the bot anything but Slack.
        with pytest.raises(httpx.ConnectError):
            httpx.post(f"{world.bot_url}/slack/events")
        return
    before = world.count("arrival"), world.count("proposal")
    body = event()
    answer = httpx.post(f"{world.bot_url}/slack/events", content=body, headers=signed(body, secret, time.time() - age))
    assert answer.status_code == 401
    assert (world.count("arrival"), world.count("proposal")) == before
    assert "Schatz" not in world.bot.output()


def test_a_request_without_a_signature_is_refused(world: World) -> None:
    if world.mode == "http":
        answer = httpx.post(f"{world.bot_url}/slack/events", content=event())
        assert answer.status_code == 401


@pytest.mark.parametrize("way", ["press", "shortcut", "command"])
def test_a_person_of_another_workspace_is_refused(world: World, way: str) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    before = world.count("arrival"), world.count("target"), len(world.state("views")["views"])
    calls: dict[str, dict[str, Any]] = {
        "press": {"channel": ANFRAGEN, "ts": card["ts"], "text": "Link"},
        "shortcut": {"channel": ANFRAGEN, "ts": ts, "callback_id": "link_mail"},
        "command": {"channel": ANFRAGEN, "text": ""},
    }
    world.call(way, user=STRANGER, **calls[way])
    if way == "command":
        world.told(STRANGER, "Only people of this workspace")
    assert (world.count("arrival"), world.count("target"), len(world.state("views")["views"])) == before
    assert buttons(world.card(ts, "I would link it to")) == ["Link", "Change…", "Not now"]
    assert world.onoffice_link(mail.message_id) == ([], None)


def test_a_payload_of_another_workspace_is_refused(world: World) -> None:
    ts = world.send(german_mail())
    card = world.card(ts, "I would link it to")
    before = world.count("target")
    world.call("press", user="U0ANNA", channel=ANFRAGEN, ts=card["ts"], text="Link", team_id="T0OTHER")
    assert world.count("target") == before
