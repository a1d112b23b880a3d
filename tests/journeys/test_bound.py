"""Forged presses and submissions: another channel, another message, another person's window, changed contents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.journeys.modes import over_http
from tests.journeys.test_ways_in import modal
from tests.journeys.world import ANFRAGEN, ANNA, BEN, SALES, Mail, World, buttons, german_mail, shown, wait_for

pytestmark = over_http


def waiting_card(world: World, channel: str = ANFRAGEN) -> tuple[Mail, str, dict[str, Any]]:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail, channel)
    return mail, ts, world.card(ts, "I would link it to")


def value_of(card: dict[str, Any], text: str) -> str:
    return next(
        str(e["value"])
        for b in card["blocks"]
        if b["type"] == "actions"
        for e in b["elements"]
        if e["text"]["text"] == text
    )


def heard(world: World, user: str, words: str, before: int) -> str:
    def look() -> str | None:
        new = world.state("ephemerals")["ephemerals"][before:]
        return next((one["text"] for one in new if one["user"] == user and words in one["text"]), None)

    return wait_for(look, f"“{words}” to {user}")


@pytest.mark.parametrize("forgery", ["channel", "message", "proposal"])
def test_a_press_that_is_not_on_the_mails_card_is_answered_with_the_way_there(world: World, forgery: str) -> None:
    mail, ts, card = waiting_card(world)
    _, _, other = waiting_card(world, SALES)
    for text in ("Link", "Not now", "Change…"):
        forged: dict[str, dict[str, Any]] = {
            # the button of one mail, said to be pressed in another channel, on another message, …
            "channel": {"container": {"channel_id": SALES}, "channel": {"id": SALES}},
            "message": {"container": {"message_ts": ts}},
            # … and another mail's value in the button
            "proposal": {"actions": [{"value": value_of(other, text)}]},
        }
        before = len(world.state("ephemerals")["ephemerals"]), world.count("target"), len(world.state("views")["views"])
        answer = world.call("press", user=BEN, channel=ANFRAGEN, ts=card["ts"], text=text, forged=forged[forgery])
        assert answer["ok"], answer
        right = other if forgery == "proposal" else card
        said = heard(world, BEN, "not the card of that mail", before[0])
        assert f"/archives/{right['channel']}/p{right['ts'].replace('.', '')}" in said
        assert (world.count("target"), len(world.state("views")["views"])) == before[1:]
    assert buttons(world.card(ts, "I would link it to")) == ["Link", "Change…", "Not now", "Why?"]
    assert world.onoffice_link(mail.message_id) == ([], None)


def test_what_a_button_says_gives_way_cannot_be_added_to(world: World) -> None:
    mail, ts, card = waiting_card(world)
    words, _, tag = value_of(card, "Link").partition(" #")
    before = len(world.state("ephemerals")["ephemerals"])
    forged = {"actions": [{"value": f"{words} onoffice|estate|2650 #{tag}"}]}
    world.call("press", user=ANNA, channel=ANFRAGEN, ts=card["ts"], text="Link", forged=forged)
    heard(world, ANNA, "out of date", before)
    assert world.onoffice_link(mail.message_id) == ([], None)
    # The same card, pressed as it is, works.
    world.press(world.card(ts, "I would link it to"), "Link")
    world.card(ts, "Linked by <@U0ANNA>")


def test_the_window_of_one_person_is_nothing_for_another(world: World) -> None:
    mail, ts, card = waiting_card(world)
    world.press(card, "Change…", BEN)
    view = modal(world, BEN)
    as_anna = {"user": {"id": ANNA, "team_id": "T0SANDBOX"}}
    asked: dict[str, Any] = {"user": BEN, "action_id": "pick.onoffice.person", "value": "Hausmann"}
    assert world.call("suggest", **asked)["options"]
    assert world.call("suggest", **asked, forged=as_anna)["options"] == []
    world.call("submit", user=BEN, view_id=view["id"], forged=as_anna)
    assert "not opened for you" in shown(modal(world, BEN))
    world.call("close", user=BEN, view_id=view["id"])
    assert world.onoffice_link(mail.message_id) == ([], None)
    assert buttons(world.card(ts, "I would link it to")) == ["Link", "Change…", "Not now", "Why?"]


def test_a_window_cannot_be_turned_to_another_mail(world: World) -> None:
    mail, _, card = waiting_card(world)
    other, ts, _ = waiting_card(world, SALES)
    world.press(card, "Change…", BEN)
    view = modal(world, BEN)
    proposal = value_of(world.card(ts, "I would link it to"), "Not now").split(" ")[0]
    about = {**json.loads(view["private_metadata"]), "proposal": proposal}
    before = world.count("target")
    world.call("submit", user=BEN, view_id=view["id"], forged={"view": {"private_metadata": json.dumps(about)}})
    assert "out of date" in shown(modal(world, BEN))
    world.call("close", user=BEN, view_id=view["id"])
    assert world.count("target") == before
    assert world.onoffice_link(mail.message_id) == world.onoffice_link(other.message_id) == ([], None)


def test_nothing_is_taken_off_that_the_window_did_not_show(world: World) -> None:
    mail, ts, card = waiting_card(world)
    world.press(card, "Link")
    card = world.card(ts, "Linked by <@U0ANNA>")
    world.press(card, "Add…", ANNA)
    view = wait_for(
        lambda: [v for v in world.state("views")["views"] if v["user"] == ANNA and "keep.onoffice" in str(v)],
        "what is linked",
    )[0]
    (at,) = [n for n, block in enumerate(view["blocks"]) if block.get("block_id") == "keep.onoffice"]
    listed = view["blocks"][at]["element"]["options"]
    more = [*listed, {"text": {"type": "plain_text", "text": "x"}, "value": "onoffice|address|602"}]
    blocks: list[dict[str, Any]] = [{} for _ in range(at)] + [{"element": {"options": more}}]
    # `forged` replaces item by item, and what is longer than the payload's list is its own.
    forged = {"view": {"blocks": blocks}}
    before = world.count("target")
    pick: dict[str, Any] = {"pick.onoffice.person": {"pick.onoffice.person": {"selected_options": []}}}
    world.call("submit", user=ANNA, view_id=view["id"], values=pick, forged=forged)
    assert "out of date" in shown(modal(world))
    world.call("close", user=ANNA, view_id=view["id"])
    assert world.count("target") == before
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
