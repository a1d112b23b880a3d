"""Guests, people who left, bots of other apps and other companies: what Slack says of them, and playing them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk.errors import SlackApiError

from sandbox.slack.world import World
from tests.sandbox.slackbox import MANIFEST, Box, actions, button, eventually, modal, plain, running

WITH_GROUPS = MANIFEST.replace('"users:read",', '"users:read", "usergroups:read",').replace(
    "member_joined_channel", "member_joined_channel, channel_shared"
)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("slack"), WITH_GROUPS) as box:
        yield box


@pytest.fixture
def box(sandbox: Box) -> Box:
    sandbox.control("reset")
    return sandbox


def person(box: Box, user: str) -> dict[str, Any]:
    found = box.client.users_info(user=user)["user"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ("U0ANNA", {"deleted": False, "is_restricted": False, "is_ultra_restricted": False, "is_bot": False}),
        ("U0GAST", {"is_restricted": True, "is_ultra_restricted": False}),
        ("U0EINGAST", {"is_restricted": True, "is_ultra_restricted": True}),
        ("U0EHEMALS", {"deleted": True}),
        ("U0HELFER", {"is_bot": True}),
        ("U0STRANGER", {"team_id": "T0OTHER", "is_stranger": False}),
        ("USLACKBOT", {"is_bot": False}),
    ],
)
def test_what_slack_says_of_people(box: Box, user: str, said: dict[str, Any]) -> None:
    found = person(box, user)
    assert {key: found[key] for key in said} == said
    if user == "U0EHEMALS":
        assert "is_restricted" not in found, "of who is gone Slack says less"
    if user == "U0STRANGER":
        assert "email" not in found["profile"]


def test_who_shares_no_conversation_with_the_bot_is_a_stranger() -> None:
    world = World("http://sandbox.example", lambda: None)
    frida = world.people["U0STRANGER"]
    assert not world.is_stranger(frida)
    world.channels["C0PARTNER"].members.remove("U0STRANGER")
    assert world.is_stranger(frida)
    assert not world.is_stranger(world.people["U0EHEMALS"])


def test_somebody_leaves_and_becomes_a_guest(box: Box) -> None:
    box.control("person", user="U0BEN", deleted=True)
    box.control("person", user="U0CLARA", is_restricted=True)
    assert person(box, "U0BEN")["deleted"] is True
    assert person(box, "U0CLARA")["is_restricted"] is True
    assert box.control("person", user="U0LINKBOT", deleted=True)["status"] == 400
    assert box.control("person", user="U0NEU", deleted=True)["status"] == 400
    box.control("person", user="U0NEU", real_name="Nele Neu")
    assert (person(box, "U0NEU")["real_name"], person(box, "U0NEU")["is_restricted"]) == ("Nele Neu", False)


def test_a_channel_says_whom_it_is_shared_with(box: Box) -> None:
    def channel(name: str) -> dict[str, Any]:
        found = box.client.conversations_info(channel=name)["channel"]
        assert isinstance(found, dict)
        return found

    assert channel("C0PARTNER")["is_ext_shared"] is True
    assert channel("C0PARTNER")["connected_team_ids"] == ["T0OTHER"]
    assert channel("C0SALES")["is_ext_shared"] is False
    box.control("connect", channel="C0SALES", pending=True)
    assert (channel("C0SALES")["is_ext_shared"], channel("C0SALES")["is_pending_ext_shared"]) == (False, True)
    told = box.control("connect", channel="C0SALES")
    assert told["event_id"]
    assert (channel("C0SALES")["is_ext_shared"], channel("C0SALES")["is_pending_ext_shared"]) == (True, False)


def test_events_of_a_shared_channel_say_so_and_where_the_person_is_from(box: Box) -> None:
    app, told = box.app(), []
    app.event("message")(lambda body: told.append(body))
    with box.connected(app):
        box.control("message", user="U0STRANGER", channel="C0PARTNER", text="Moin")
        box.control("message", user="U0HELFER", channel="C0SALES", text="piep")  # is in no channel
        box.control("message", user="U0ANNA", channel="C0SALES", text="Moin")
        eventually(lambda: len(told) == 2)
    stranger, anna = sorted(told, key=lambda one: one["event"]["user"], reverse=True)
    assert (stranger["is_ext_shared_channel"], anna["is_ext_shared_channel"]) == (True, False)
    assert stranger["event"]["team"] == stranger["event"]["user_team"] == "T0OTHER"
    assert "user_team" not in anna["event"]


def test_user_groups(box: Box) -> None:
    assert box.client.usergroups_users_list(usergroup="S0MAKLER")["users"] == ["U0ANNA", "U0BEN"]
    assert [one["handle"] for one in box.client.usergroups_list()["usergroups"]] == ["makler"]
    with pytest.raises(SlackApiError, match="no_such_subteam"):
        box.client.usergroups_users_list(usergroup="S0NOBODY")
    box.control("group", id="S0MAKLER", users=["U0CLARA"])
    assert box.client.usergroups_users_list(usergroup="S0MAKLER")["users"] == ["U0CLARA"]


def test_payloads_can_be_forged(box: Box) -> None:
    field = {
        "type": "input",
        "block_id": "b",
        "label": plain("a"),
        "element": {"type": "plain_text_input", "action_id": "a", "initial_value": "x"},
    }
    app, told = App(client=box.client, signing_secret="s"), []

    def heard(ack: Any, body: dict[str, Any]) -> None:
        ack()
        told.append(body)

    app.action("go")(heard)
    app.view("form")(heard)
    app.command("/link")(
        lambda ack, body, client: (ack(), client.views_open(trigger_id=body["trigger_id"], view=modal(field)))
    )
    with box.connected(app):
        mine = box.client.chat_postMessage(channel="C0SALES", text="a", blocks=[actions(button("Go", "go", value="1"))])
        place = {"container": {"channel_id": "C0OTHER"}, "actions": [{"value": "2"}]}
        for user in ("U0GAST", "U0EHEMALS", "U0HELFER"):
            assert box.control("press", user=user, channel="C0SALES", ts=mine["ts"], text="Go", forged=place)["ok"]
        assert [one["user"]["id"] for one in told] == ["U0GAST", "U0EHEMALS", "U0HELFER"]
        pressed = told[0]
        assert (pressed["container"]["channel_id"], pressed["container"]["message_ts"]) == ("C0OTHER", mine["ts"])
        assert (pressed["actions"][0]["value"], pressed["actions"][0]["action_id"]) == ("2", "go")
        box.control("command", user="U0ANNA", channel="C0SALES", text="")
        (view,) = eventually(lambda: box.state()["views"])
        forged = {"view": {"private_metadata": "mine"}}
        assert box.control("submit", user="U0ANNA", view_id=view["id"], forged=forged)["ok"]
        assert told[-1]["view"]["private_metadata"] == "mine"
