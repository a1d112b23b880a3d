"""Only people who may: signatures, time stamps, workspaces. What is refused writes nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import httpx
import pytest

from tests.journeys.modes import over_http
from tests.journeys.world import ANFRAGEN, BEN, STRANGER, World, buttons, german_mail, shown, wait_for

GUEST, SINGLE_GUEST = "U0GAST", "U0EINGAST"
FORMER, HELPER = "U0EHEMALS", "U0HELFER"
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


REFUSED = {
    GUEST: "Guests cannot use Linkbot",
    SINGLE_GUEST: "Guests cannot use Linkbot",
    FORMER: "deactivated",
    HELPER: "only what people ask",
    STRANGER: "Only people of this workspace",
}


@over_http
@pytest.mark.parametrize("user", list(REFUSED))
def test_who_is_no_member_may_do_nothing_and_is_told_why(world: World, user: str) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    before = world.count("arrival"), world.count("target"), len(world.state("views")["views"])
    ways: list[tuple[str, dict[str, Any]]] = [
        ("press", {"channel": ANFRAGEN, "ts": card["ts"], "text": "Link"}),
        ("press", {"channel": ANFRAGEN, "ts": card["ts"], "text": "Change…"}),
        ("shortcut", {"channel": ANFRAGEN, "ts": ts, "callback_id": "link_mail"}),
        ("command", {"channel": ANFRAGEN, "text": ""}),
    ]
    for way, body in ways:
        heard = len(world.state("ephemerals")["ephemerals"])

        def told(heard: int = heard) -> bool:
            return any(REFUSED[user] in one["text"] for one in world.state("ephemerals")["ephemerals"][heard:])

        assert world.call(way, user=user, **body)["ok"]
        wait_for(told, f"words to {user}")
        assert (world.count("arrival"), world.count("target"), len(world.state("views")["views"])) == before
    assert buttons(world.card(ts, "I would link it to")) == ["Link", "Change…", "Not now", "Why?"]
    assert world.onoffice_link(mail.message_id) == ([], None)


@over_http
@pytest.mark.parametrize("forged", [{"id": STRANGER, "team_id": "T0OTHER"}, {"id": GUEST, "team_id": "T0SANDBOX"}])
def test_nobody_else_searches_in_a_window_or_submits_it(world: World, forged: dict[str, str]) -> None:
    """`block_suggestion` lists customers: to members only, whoever has the window open."""
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "I would link it to"), "Change…", BEN)
    view = wait_for(lambda: [v for v in world.state("views")["views"] if v["user"] == BEN], "a window")[-1]
    asked: dict[str, Any] = {"user": BEN, "action_id": "pick.onoffice.person", "value": "Hausmann"}
    assert world.call("suggest", **asked)["options"]
    before = world.count("target")
    assert world.call("suggest", **asked, forged={"user": forged})["options"] == []
    answer = world.call("submit", user=BEN, view_id=view["id"], forged={"user": forged})
    assert answer["ok"]

    (left,) = [v for v in world.state("views")["views"] if v["user"] == BEN]
    assert "annot use Linkbot" in shown(left) or "Only people of this workspace" in shown(left)
    assert world.count("target") == before
    world.call("close", user=BEN, view_id=left["id"])
    assert world.onoffice_link(mail.message_id) == ([], None)


@over_http
def test_who_is_deactivated_can_do_nothing_any_more(world: World) -> None:
    ts = world.send(german_mail())
    card = world.card(ts, "I would link it to")
    world.call("person", user="U0WEG", real_name="Wanda Weg", deleted=True)
    world.press(card, "Link", "U0WEG")
    world.told("U0WEG", "deactivated")
    assert buttons(world.card(ts, "I would link it to")) == ["Link", "Change…", "Not now", "Why?"]


@over_http
def test_a_guest_learns_nothing_by_bringing_a_mail(world: World) -> None:
    """A guest could otherwise search the CRM by writing a mail with a name in it."""
    mail = german_mail()
    file = {"name": "Anfrage.eml", "content_base64": base64.b64encode(mail.raw().encode()).decode()}
    before = world.count("proposal")
    ts = world.call("message", user=GUEST, channel=ANFRAGEN, text="bitte", files=[file])["ts"]
    world.told(GUEST, "only from full members")
    assert world.replies(ts) == []
    assert world.count("proposal") == before
    # A member may ask for it.
    world.call("shortcut", user="U0ANNA", channel=ANFRAGEN, ts=ts, callback_id="link_mail")
    world.card(ts, "Max Mustermann")


@over_http
def test_what_cannot_be_looked_up_is_refused_and_works_a_moment_later(world: World) -> None:
    ts = world.send(german_mail())
    card = world.card(ts, "I would link it to")
    world.call("person", user="U0NEU", real_name="Nele Neu")
    world.fault("slack.users.info", "status", 503)
    world.press(card, "Not now", "U0NEU")
    world.told("U0NEU", "could not ask Slack", "try again")
    assert buttons(world.card(ts, "I would link it to")) == ["Link", "Change…", "Not now", "Why?"]
    world.press(card, "Not now", "U0NEU")
    world.card(ts, "Put aside by <@U0NEU>")


@over_http
def test_a_payload_of_another_workspace_is_refused(world: World) -> None:
    ts = world.send(german_mail())
    card = world.card(ts, "I would link it to")
    before = world.count("target")
    world.call("press", user="U0ANNA", channel=ANFRAGEN, ts=card["ts"], text="Link", team_id="T0OTHER")
    assert world.count("target") == before
