"""Where the settings say who may link, who may undo, and in which channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.test_ways_in import modal
from tests.journeys.world import ANFRAGEN, ANNA, BEN, BUERO, SALES, World, buttons, german_mail, shown, wait_for

CLARA = "U0CLARA"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Anna and Ben, who are in the user group, may link; Ben alone may undo; in one channel."""
    folder = tmp_path_factory.mktemp("restricted")
    world = World(
        folder,
        f"sqlite:///{folder}/linkbot.db",
        "socket",
        LINKBOT_MAY_LINK="S0MAKLER",
        LINKBOT_MAY_UNDO=BEN,
        LINKBOT_CHANNELS=f"{ANFRAGEN},{BUERO}",
        LINKBOT_PRIVATE_CHANNELS=BUERO,
    )
    world.start()
    yield world
    world.stop()


def test_who_may_link_and_who_may_undo(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "I would link it to")
    world.press(card, "Link", CLARA)
    world.told(CLARA, "nur bestimmte Personen Mails verknüpfen")
    assert world.count("target") == 0
    world.press(card, "Link", ANNA)
    card = world.card(ts, "Linked by <@U0ANNA>")
    world.press(card, "Undo", ANNA)
    world.told(ANNA, "Only some people here may take back")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    # Nor through the window, where what is linked can be taken off.
    world.press(card, "Add…", ANNA)
    view = wait_for(
        lambda: [
            v for v in world.state("views")["views"] if any(b.get("block_id") == "keep.onoffice" for b in v["blocks"])
        ],
        "what is linked now",
    )[0]
    kept: dict[str, Any] = {"keep.onoffice": {"keep.onoffice": {"selected_options": []}}}
    answer = world.call("submit", user=ANNA, view_id=view["id"], values=kept)
    assert "may take back" in str(answer["errors"])
    world.call("close", user=ANNA, view_id=view["id"])
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    world.press(card, "Undo", BEN)
    world.card(ts, "Taken back by <@U0BEN>")


def test_who_may_not_link_finds_nothing_either(world: World) -> None:
    ts = world.send(german_mail())
    world.press(world.card(ts, "I would link it to"), "Change…", ANNA)
    view = modal(world)
    asked = {"user": ANNA, "action_id": "pick.onoffice.person", "value": "Hausmann"}
    assert world.call("suggest", **asked)["options"]
    forged = {"user": {"id": CLARA, "team_id": "T0SANDBOX"}}
    assert world.call("suggest", **asked, forged=forged)["options"] == []
    world.call("close", user=ANNA, view_id=view["id"])
    world.call("command", user=CLARA, channel=ANFRAGEN, text="Hausmann")
    world.told(CLARA, "nur bestimmte Personen Mails verknüpfen")


def test_in_other_channels_nothing_is_read_and_a_person_is_told_where(world: World) -> None:
    before = world.count("arrival")
    ts = world.send(german_mail(), SALES)
    world.call("shortcut", user=ANNA, channel=SALES, ts=ts, callback_id="link_mail")
    world.told(ANNA, f"<#{ANFRAGEN}>")
    world.call("command", user=BEN, channel=SALES, text="")
    world.told(BEN, "not used in this channel")
    assert (world.count("arrival"), world.replies(ts)) == (before, [])
    assert buttons(world.card(world.send(german_mail()), "I would link it to"))


def test_in_a_private_channel_the_card_names_nobody_and_each_sees_the_whole_one_alone(world: World) -> None:
    world.call("invite", channel=BUERO)
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail, BUERO)
    card = world.card(ts, "A mail came in", "cards are private")
    world.press(card, "Show", BEN)

    def alone() -> dict[str, Any] | None:
        mine = [
            one for one in world.state("ephemerals")["ephemerals"] if one["user"] == BEN and one["channel"] == BUERO
        ]
        return next((one for one in mine if "Max Mustermann" in shown(one)), None)

    own = wait_for(alone, "the whole card for Ben alone")
    world.call("press", user=BEN, channel=BUERO, ts=own["ts"], action_id="proposal.link")
    linked = world.card(ts, "Linked by <@U0BEN>")
    assert "Mustermann" not in shown(linked) and mail.subject not in shown(linked) + str(linked["text"])
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
