"""The Home tab: it shows the mails of the conversations that a person is in; each press on it is looked at again."""

from __future__ import annotations

import base64
from typing import Any

from bot.linking import LostAccess
from storage.engine import create_engine
from storage.outages import Outages
from tests.bot.fakes import FakeSurface
from tests.journeys.modes import over_http, over_the_socket
from tests.journeys.world import ANFRAGEN, ANNA, BEN, World, german_mail, shown, wait_for

OWN = "D0ANNA"  # Anna's conversation with the bot alone


def home(world: World, user: str, *words: str, opened: bool = True) -> dict[str, Any]:
    """A person's Home as soon as it shows these words; where they open it, the one that is shown then."""
    before = (world.state("homes")["homes"].get(user) or {}).get("hash") if opened else None
    if opened:
        world.call("home", user=user)

    def look() -> dict[str, Any] | None:
        view = world.state("homes")["homes"].get(user)
        is_new = view is not None and (not opened or view["hash"] != before)
        return dict(view) if view and is_new and all(word in shown(view) for word in words) else None

    return wait_for(look, f"the Home of {user} with {words}; there is {world.state('homes')['homes'].get(user)}")


def pressed(world: World, user: str, view: dict[str, Any], subject: str, **changes: Any) -> dict[str, Any]:
    """Press the button of the line about a mail."""
    block = next(block for block in view["blocks"] if subject in str(block.get("text")))
    button = block["accessory"]
    press = {"user": user, "view_id": view["id"], "action_id": button["action_id"], "value": button["value"]}
    return world.call("press", **{**press, **changes})


def test_home_shows_what_waits_where_one_is_and_takes_back_what_was_linked(world: World) -> None:
    mail, private = german_mail(), german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.card(ts, "I would link it to")
    file = {"name": "Anfrage.eml", "content_base64": base64.b64encode(private.raw().encode()).decode()}
    own = world.call("message", user=ANNA, channel=OWN, text="", files=[file])["ts"]
    card = world.card(own, "Max Mustermann")

    annas = home(world, ANNA, mail.subject, private.subject, "Mails that wait", f"in <#{ANFRAGEN}>")
    bens = home(world, BEN, mail.subject)
    assert private.subject not in shown(bens), "Ben is not in Anna's conversation"

    # A button that was made for Anna does nothing for Ben.
    row = next(block for block in annas["blocks"] if private.subject in str(block.get("text")))
    forged = [{**row["accessory"], "text": None, "type": "button", "action_ts": "1"}]
    windows = len([view for view in world.state("views")["views"] if view["user"] == BEN])
    pressed(world, BEN, bens, mail.subject, forged={"actions": forged})
    bens = home(world, BEN, "of an older page", opened=False)
    assert private.subject not in shown(bens)
    assert len([view for view in world.state("views")["views"] if view["user"] == BEN]) == windows

    pressed(world, BEN, bens, mail.subject)
    window = wait_for(lambda: [v for v in world.state("views")["views"] if v["user"] == BEN], "the window")[-1]
    assert mail.subject in shown(window)
    world.call("submit", user=BEN, view_id=window["id"])
    world.card(ts, "Linked by <@U0BEN>")

    bens = home(world, BEN, mail.subject, "Linked last", "→")
    pressed(world, BEN, bens, mail.subject)
    home(world, BEN, "It is being taken back", opened=False)
    wait_for(lambda: world.onoffice_link(mail.message_id) == ([], None), "the undo")

    world.press(card, "Not now")
    wait_for(lambda: private.subject not in shown(home(world, ANNA)), "Anna's Home without what she put aside")


@over_the_socket
def test_home_finds_a_record_and_the_mails_that_wait_for_it(world: World) -> None:
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    world.card(ts, "I would link it to")
    view = home(world, ANNA, mail.subject, "This week")
    picture = wait_for(lambda: pictured(world), "the picture of the figures")
    assert "linked of those that came" in picture["alt_text"]
    content = world.control.get(f"/_control/picture/{picture['slack_file']['id']}").content
    assert content.startswith(b"\x89PNG")
    assert "Check the connections" not in shown(view), "Anna is no admin"
    world.call("press", user=ANNA, view_id=view["id"], text="Search the CRM…")
    window = wait_for(lambda: opened(world, "Type a name"), "the window")
    offered = world.call("suggest", user=ANNA, view_id=window["id"], action_id="find.record", value="Mustermann")
    assert "Max Mustermann" in str(offered)
    record = next(one for one in offered["options"] if one["text"]["text"] == "Max Mustermann")
    world.call("select", user=ANNA, view_id=window["id"], action_id="find.record", values=[record["value"]])
    window = wait_for(lambda: opened(world, "Max Mustermann", mail.subject, "Open in onOffice"), "the record")

    row = next(block for block in window["blocks"] if mail.subject in str(block.get("text")))
    press = {"view_id": window["id"], "action_id": "find.choose", "value": row["accessory"]["value"]}
    world.call("press", user=ANNA, **press)
    change = wait_for(lambda: changing(world), "the window of the mail")
    world.call("submit", user=ANNA, view_id=change["id"])
    world.card(ts, "Linked by <@U0ANNA>")
    for view in world.state("views")["views"]:
        world.call("close", user=ANNA, view_id=view["id"])


@over_the_socket
def test_keys_that_are_refused_while_the_bot_runs_stand_in_home_until_they_are_right(world: World) -> None:
    """The keeper notes it with its next look at the CRM (tests/bot/test_keeper.py), which is an hour away here."""
    lost = LostAccess(Outages(create_engine(world.database_url)), FakeSurface(), channel="")
    lost.refused("onOffice")
    home(world, ANNA, "onOffice has not let Linkbot in since", "linkbot doctor")
    before = len(world.state("ephemerals")["ephemerals"])
    world.call("command", user=ANNA, channel=ANFRAGEN, text="status")
    heard = wait_for(lambda: world.state("ephemerals")["ephemerals"][before:], "what /link status says")
    assert "onOffice has not let Linkbot in since" in shown(heard[0])
    lost.accepted("onOffice")
    wait_for(lambda: "has not let Linkbot in" not in shown(home(world, ANNA)), "a Home without it")


@over_the_socket
def test_who_looks_after_the_workspace_sees_whether_all_can_be_reached(world: World) -> None:
    admin = "U0CHEF"
    world.call("person", user=admin, real_name="Clara Chefin", is_admin=True)
    view = home(world, admin, "Check the connections")
    world.fault("onoffice", "status", 503, times=50)
    world.call("press", user=admin, view_id=view["id"], text="Check the connections")
    view = home(world, admin, "❌", "onOffice", "✅", opened=False)
    world.control.delete("/_control/faults")


def pictured(world: World) -> dict[str, Any] | None:
    """The picture in Anna's Home."""
    blocks = world.state("homes")["homes"][ANNA]["blocks"]
    return next((block for block in blocks if block["type"] == "image"), None)


def changing(world: World) -> dict[str, Any] | None:
    """The window in which Anna chooses for a mail."""
    views = [view for view in world.state("views")["views"] if view["user"] == ANNA]
    return next((view for view in views if view["callback_id"] == "change"), None)


def opened(world: World, *words: str) -> dict[str, Any] | None:
    """Anna's newest window, where it shows these words."""
    views = [view for view in world.state("views")["views"] if view["user"] == ANNA]
    return next((view for view in reversed(views) if all(word in shown(view) for word in words)), None)


@over_http
def test_a_channel_is_told_each_week_and_a_person_each_morning(world: World) -> None:
    mail = german_mail()
    ts = world.send(mail)
    world.card(ts, "I would link it to")
    world.call("command", user=ANNA, channel=ANFRAGEN, text="digest on")
    world.told(ANNA, "From next Monday on")
    view = home(world, ANNA, "Remind me each morning")
    world.call("press", user=ANNA, view_id=view["id"], text="Remind me each morning")
    home(world, ANNA, "From tomorrow on", "Stop the morning reminder", opened=False)
    world.write("UPDATE subscription SET sent_for = 'the one before'")  # the week and the day go by

    said = wait_for(lambda: posted(world, "Last week in this channel"), "the digest")
    assert said["channel"] == ANFRAGEN and "Waiting now:" in shown(said)
    told = wait_for(lambda: posted(world, "Good morning"), "the reminder")
    assert told["channel"] == OWN and "See the card" in shown(told)
    world.call("command", user=ANNA, channel=ANFRAGEN, text="wochenbericht aus")
    world.told(ANNA, "I do not tell this channel any more")


def posted(world: World, words: str) -> dict[str, Any] | None:
    """The message that shows these words; there is never a second one."""
    found = [one for one in world.state("messages")["messages"] if words in shown(one)]
    assert len(found) < 2
    return found[0] if found else None
