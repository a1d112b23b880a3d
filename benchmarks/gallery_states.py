"""More states for the gallery: what becomes of a press, what is created and learned, and what is said beside cards."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from tests.journeys.world import ANFRAGEN, ANNA, SALES, Mail, World, english_mail, german_mail, wait_for

Said = Mapping[str, str]
Place = tuple[str, str]
HOME, PARTNER = "home", "C0PARTNER"


def _place(card: Mapping[str, Any]) -> Place:
    return str(card["channel"]), str(card["thread_ts"])


def _window(world: World, words: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        views = [view for view in world.state("views")["views"] if view["user"] == ANNA]
        return next((view for view in reversed(views) if words in str(view)), None)

    return wait_for(look, f"a window with {words}")


def partly(world: World, say: Said) -> Place:
    """Another property was set behind the card."""
    mail = german_mail()
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, say["offered"])
    world.looked(ts)
    world.call("onoffice/link", messageid=mail.message_id, addressIds=[], estateid=2651)
    world.press(card, say["link"])
    return _place(world.card(ts, say["partly"]))


def perhaps(world: World, say: Said) -> Place:
    """The connection broke off while Zoho worked."""
    card = world.card(world.send(english_mail(), SALES), say["offered"])
    world.fault("zoho.associate_email", "drop_before", times=3)
    world.press(card, say["link"])
    return _place(world.card(card["thread_ts"], say["perhaps"]))


def expired(world: World, say: Said) -> Place:
    card = world.card(world.send(german_mail()), say["offered"])
    world.write("UPDATE proposal SET created_at = '2020-01-01 00:00:00' WHERE state = 'open'")
    return _place(world.card(card["thread_ts"], say["expired"]))


def portal(world: World, say: Said) -> Place:
    mail = german_mail()
    mail.message_id = f"<{mail.message_id.strip('<>').partition('@')[0]}@immobilienportal.example>"
    world.lay(mail)
    card = world.card(world.send(mail), say["offered"])
    world.press(card, say["link"])
    return _place(world.card(card["thread_ts"], say["portal"]))


def learned(world: World, say: Said) -> Place:
    mail = german_mail()
    mail.sender, mail.subject = "Karl Unbekannt <karl@unbekannt.example>", "Frage zum Hof Wiesengrund"
    mail.text = "Guten Tag,\n\nist der Hof Wiesengrund noch zu haben?\n\nKarl Unbekannt\n"
    world.lay(mail)
    ts = world.send(mail)
    world.card(ts, say["create"])
    world.call("command", user=ANNA, channel=ANFRAGEN, text="Hof Wiesengrund")
    view = _window(world, "pick.onoffice.property")
    world.call("suggest", user=ANNA, action_id="pick.onoffice.property", value="NL-2650")
    world.call("select", user=ANNA, action_id="pick.onoffice.property", values=["onoffice|estate|2650"])
    world.call("submit", user=ANNA, view_id=view["id"])
    return _place(world.card(ts, say["learned"]))


def bare(world: World, say: Said) -> Place:
    """Another company is in the channel."""
    return _place(world.card(world.send(german_mail(), PARTNER), say["bare"]))


def create(world: World, say: Said) -> Place:
    mail = german_mail()
    mail.sender, mail.subject = "Quirin Zwölfaxing <quirin@zwoelfaxing.example>", "Eine Frage"
    mail.text = "Guten Tag,\n\nich habe eine Frage.\n\nQuirin Zwölfaxing\nTel. 030 1234567\n"
    card = world.card(world.send(mail), say["create"])
    elements = [one for block in card["blocks"] for one in block.get("elements", ())]
    label = next(one["text"]["text"] for one in elements if say["create"] in str(one.get("text")))
    world.press(card, label)
    _window(world, "Zwölfaxing")
    return _place(card)


def _dropped(world: World) -> str:
    """Six certain mails and two of which nothing is found, with one message."""
    strange = Mail(
        "Nora Niemand <nora@unbekannt.example>", "Kann ich kommen?", "Guten Tag,\n\nkann ich kommen?\n\nNora\n"
    )
    other = Mail("S. Müller <s.mueller@unbekannt.example>", "Rückruf", "Bitte rufen Sie zurück.\n\nMüller\n")
    mails = [*(german_mail() for _ in range(6)), strange, other]
    for mail in mails:
        world.lay(mail)
    files = [
        {"name": f"Mail {number}.eml", "content_base64": base64.b64encode(mail.raw().encode()).decode()}
        for number, mail in enumerate(mails)
    ]
    return str(world.call("message", user=ANNA, channel=ANFRAGEN, text="", files=files)["ts"])


def summary(world: World, say: Said) -> Place:
    return _place(world.card(_dropped(world), say["together"]))


def summary_linked(world: World, say: Said) -> Place:
    ts = _dropped(world)
    world.press(world.card(ts, say["together"], say["link_sure"]), say["link_sure"])
    return _place(world.card(ts, say["six_linked"]))


def walk(world: World, say: Said) -> Place:
    card = world.card(_dropped(world), say["together"], say["walk_rest"])
    world.press(card, say["walk_rest"])
    _window(world, say["skip"])
    return _place(card)


def _home(world: World) -> dict[str, Any]:
    before = (world.state("homes")["homes"].get(ANNA) or {}).get("hash")
    world.call("home", user=ANNA)

    def look() -> dict[str, Any] | None:
        view = world.state("homes")["homes"].get(ANNA)
        return dict(view) if view and view["hash"] != before else None

    return wait_for(look, "Home")


def home(world: World, _: Said) -> Place:
    _home(world)
    wait_for(lambda: "slack_file" in str(world.state("homes")["homes"][ANNA]), "the picture of the figures")
    return HOME, ""


def find(world: World, say: Said) -> Place:
    view = _home(world)
    world.call("press", user=ANNA, view_id=view["id"], text=say["find"])
    window = _window(world, "find.record")
    offered = world.call("suggest", user=ANNA, view_id=window["id"], action_id="find.record", value="Mustermann")
    record = next(one for one in offered["options"] if one["text"]["text"] == "Max Mustermann")
    world.call("select", user=ANNA, view_id=window["id"], action_id="find.record", values=[record["value"]])
    _window(world, "max.mustermann@example.de")
    return HOME, ""


def digest(world: World, say: Said) -> Place:
    world.call("command", user=ANNA, channel=ANFRAGEN, text="digest on")
    wait_for(lambda: world.count("subscription"), "the subscription")
    world.write("UPDATE proposal SET created_at = datetime('now', '-7 days')")
    world.write("UPDATE subscription SET sent_for = ''")
    wait_for(lambda: say["digest"] in str(world.state("messages")["messages"]), "the digest")
    return ANFRAGEN, ""
