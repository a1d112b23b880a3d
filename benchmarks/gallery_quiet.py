"""More states for `benchmarks.gallery`: what waits, what is asked alone, and what counts in a channel."""

from __future__ import annotations

from collections.abc import Mapping

from tests.journeys.world import ANFRAGEN, ANNA, BEN, Mail, World, german_mail, shown, wait_for

Said = Mapping[str, str]
Place = tuple[str, str]


def _unknown(name: str) -> Mail:
    mail = german_mail()
    first, last = name.split(" ")
    mail.sender, mail.subject = f"{name} <{first.casefold()}@{last.casefold()}.example>", f"Frage von {name}"
    mail.text = f"Guten Tag,\n\nbitte rufen Sie mich an.\n\n{name}\n"
    return mail


def never(world: World, say: Said) -> Place:
    mail = german_mail()
    mail.subject = "Kündigung des Mietvertrags"
    ts = world.send(mail)
    wait_for(
        lambda: [one for one in world.state("ephemerals")["ephemerals"] if say["held"] in shown(one)], "the question"
    )
    return ANFRAGEN, ts


def parked(world: World, say: Said) -> Place:
    ts = world.send(_unknown("Tilda Nirgendwer"))
    world.press(world.card(ts, say["nothing"]), say["later"], BEN)
    world.card(ts, say["put_off"])
    return ANFRAGEN, ts


def woken(world: World, say: Said) -> Place:
    mail = _unknown("Runa Morgenrot")
    ts = world.send(mail)
    world.press(world.card(ts, say["nothing"]), say["later"], BEN)
    world.card(ts, say["put_off"])
    fields = {"Vorname": "Runa", "Name": "Morgenrot", "email": ["runa@morgenrot.example"]}
    world.call("onoffice/address", fields=fields)
    world.sync()
    world.reply(ts, say["is_there"])
    return ANFRAGEN, ts


def channel_settings(world: World, say: Said) -> Place:
    ts = world.send(german_mail())
    world.card(ts, say["offered"])
    world.call("command", user=ANNA, channel=ANFRAGEN, text="settings")
    wait_for(lambda: [one for one in world.state("views")["views"] if one["user"] == ANNA], "the window")
    return ANFRAGEN, ts
