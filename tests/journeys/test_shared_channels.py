"""In a channel that another company reads along in, nothing of customers is ever posted: each member sees it alone."""

from __future__ import annotations

import json
from typing import Any

from tests.journeys.modes import over_http
from tests.journeys.test_ways_in import modal
from tests.journeys.world import (
    ANNA,
    BEN,
    SALES,
    STRANGER,
    Mail,
    World,
    buttons,
    english_mail,
    german_mail,
    shown,
    wait_for,
)

pytestmark = over_http

PARTNER, GUEST = "C0PARTNER", "U0GAST"
# Of the people, the properties, the deals and what the vendors say of them; of the subjects, addresses and texts.
SECRETS = (
    *("mustermann", "max", "lindenstr", "nl-2649", "besichtigung", "example.de", "berlin", "pfefferkuchen"),
    *("emily", "carter", "brightwater", "fit-out", "gingerbread"),
)


def whole_card(world: World, user: str, *words: str, beside: str = "") -> dict[str, Any]:
    """The card that one person sees alone, as soon as it shows all these words."""

    def look() -> dict[str, Any] | None:
        for one in reversed(world.state("ephemerals")["ephemerals"]):
            theirs = one["user"] == user and one["channel"] in (PARTNER, SALES) and one["ts"] != beside
            if theirs and buttons(one) and all(word in shown(one) for word in words):
                return dict(one)
        return None

    return wait_for(look, f"a card for {user} alone with {words}")


def everything_said(world: World, *places: str) -> str:
    """All that the bot ever let be read "in" a channel or "to" a person, texts, blocks and what buttons carry."""
    ever = world.control.get("/_control/shown").json()
    return json.dumps([one["payload"] for one in ever if one["where"] in places], ensure_ascii=False)


def assert_bare(world: World, *mails: Mail) -> None:
    said = everything_said(world, f"in {PARTNER}", f"to {STRANGER}", f"to {GUEST}").casefold()
    assert "a mail came in" in said
    secrets = {*SECRETS, *(mail.subject.casefold() for mail in mails), *(mail.message_id for mail in mails)}
    assert [secret for secret in sorted(secrets) if secret in said] == []
    listed = [one for one in world.state("messages")["messages"] if one["channel"] == PARTNER and one["bot_id"]]
    told = json.dumps([one for one in listed if not one["files"]], ensure_ascii=False).casefold()
    assert [secret for secret in sorted(secrets) if secret in told] == []


def show(world: World, ts: str, user: str, *words: str) -> dict[str, Any]:
    before = [one["ts"] for one in world.state("ephemerals")["ephemerals"]]
    world.press(world.card(ts), "Show", user)
    return whole_card(world, user, *words, beside=before[-1] if before else "")


def test_everything_can_be_done_and_nothing_is_told(world: World) -> None:
    if world.mode != "http":
        return
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail, PARTNER)
    assert buttons(world.card(ts, "A mail came in")) == ["Show"]

    # Who is of another company, or a guest, is told nothing.
    for user, words in ((STRANGER, "Only people of this workspace"), (GUEST, "Guests cannot use Linkbot")):
        world.call("press", user=user, channel=PARTNER, ts=world.card(ts)["ts"], text="Show")
        world.told(user, words)

    own = show(world, ts, BEN, "I would link it to", "Max Mustermann", "Lindenstr")
    assert own["thread_ts"] == ts
    assert buttons(own) == ["Link", "Change…", "Not now", "Why?"]
    # What Ben sees is Ben's: said to be pressed by somebody else, or on the card that all see, it counts for nothing.
    before = world.count("target")
    place = {"user": BEN, "channel": PARTNER, "ts": own["ts"], "text": "Link"}
    world.call("press", **place, forged={"user": {"id": ANNA, "team_id": "T0SANDBOX"}})
    world.told(BEN, "out of date")
    world.call("press", **place, forged={"container": {"is_ephemeral": False}})
    world.told(BEN, "not the card of that mail")
    assert world.count("target") == before

    world.press(own, "Link", BEN)
    world.card(ts, "Linked by <@U0BEN>")
    own = whole_card(world, BEN, "Linked by <@U0BEN>", "Max Mustermann", "verified")
    assert world.onoffice_link(mail.message_id) == ([601], 2649)
    world.press(own, "Undo", BEN)
    world.card(ts, "Taken back by <@U0BEN>")
    own = whole_card(world, BEN, "Taken back by <@U0BEN>", "Max Mustermann")
    assert world.onoffice_link(mail.message_id) == ([], None)

    # Chosen by hand, in a window that a person opens from their own card.
    world.press(own, "Choose…", BEN)
    view = modal(world, BEN)
    asked: dict[str, Any] = {"user": BEN, "action_id": "pick.onoffice.person", "value": "Mustermann"}
    (option,) = [one for one in world.call("suggest", **asked)["options"] if one["value"] == "onoffice|address|601"]
    name = "pick.onoffice.person"
    picked = {name: {name: {"selected_options": [option]}}}
    assert world.call("submit", user=BEN, view_id=view["id"], values=picked)["ok"]
    whole_card(world, BEN, "Linked by <@U0BEN>", "Max Mustermann")
    wait_for(lambda: "Linked by" in shown(world.card(ts)), "the outcome for all")

    # Brought once more, by whom it may be: that it is here, and nothing of what.
    again = world.send(mail, PARTNER)
    world.reply(again, "is here already")
    assert_bare(world, mail)


def test_failures_and_what_is_put_aside(world: World) -> None:
    if world.mode != "http":
        return
    mail, other = german_mail(), english_mail()
    world.lay(mail)
    ts = world.send(mail, PARTNER)
    own = show(world, ts, ANNA, "I would link it to", mail.subject)
    world.fault("onoffice.emailassignments", "status", {"errorcode": 292})
    world.press(own, "Link", ANNA)
    world.card(ts, "Not linked.", "Show")
    own = whole_card(world, ANNA, "no longer", "Try again", "Max Mustermann")
    world.press(own, "Try again", ANNA)
    world.card(ts, "Linked by <@U0ANNA>")
    whole_card(world, ANNA, "Linked by <@U0ANNA>", "Max Mustermann")

    # In such a channel Slack says only that there is a file.
    ts = world.send(other, PARTNER, slack_connect=True)
    own = show(world, ts, ANNA, other.subject)
    world.call("command", user=ANNA, channel=PARTNER, text="Brightwater")
    view = modal(world)
    assert "Brightwater" in shown(view)
    world.call("close", user=ANNA, view_id=view["id"])
    world.press(own, "Not now", ANNA)
    world.card(ts, "Put aside by <@U0ANNA>")
    world.press(whole_card(world, ANNA, "Put aside by", other.subject), "Take up again", ANNA)
    wait_for(lambda: "A mail came in" in shown(world.card(ts)), "the card for all, open again")
    own = whole_card(world, ANNA, other.subject, "Not now")
    heard = len(world.state("ephemerals")["ephemerals"])
    world.press(own, "Why?", ANNA)
    wait_for(
        lambda: "rightwater" in str(world.state("ephemerals")["ephemerals"][heard:]), "the reasons, for Anna alone"
    )
    assert_bare(world, mail, other)


def test_which_of_two_is_meant_is_asked_alone(world: World) -> None:
    if world.mode != "http":
        return
    mail = german_mail()
    mail.sender, mail.subject = "S. Müller <s.mueller@unbekannt.example>", "Rückruf"
    mail.text = "Guten Tag,\n\nbitte rufen Sie mich zurück.\n\nMüller\n"
    ts = world.send(mail, PARTNER)
    own = show(world, ts, BEN, "Müller", "Not sure, so not chosen")
    first = next(label for label in buttons(own) if "Müller" in label)
    world.press(own, first, BEN)
    whole_card(world, BEN, "I would link it to", f"*{first.split(',')[0]}*")
    assert "müller" not in everything_said(world, f"in {PARTNER}").casefold()


def test_cards_become_bare_when_a_channel_is_shared(world: World) -> None:
    if world.mode != "http":
        return
    mail = german_mail()
    ts = world.send(mail, SALES)
    assert "Max Mustermann" in shown(world.card(ts, "I would link it to"))
    world.call("connect", channel=SALES)
    try:
        bare = world.card(ts, "A mail came in")
        assert (buttons(bare), "Mustermann" in json.dumps(bare)) == (["Show"], False)
        show(world, ts, BEN, "I would link it to", "Max Mustermann")
        other = world.send(german_mail(), SALES)
        assert buttons(world.card(other, "A mail came in")) == ["Show"]
    finally:
        world.call("connect", channel=SALES, left=True)
    # A mail that comes when they have left is shown as ever.
    wait_for(lambda: "Mustermann" in shown(world.card(world.send(german_mail(), SALES))), "a whole card")
