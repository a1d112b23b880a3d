"""Mails that wait for a record: nothing was found, or somebody put them off; they wake when it comes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.test_home import home
from tests.journeys.test_restricted import whispered
from tests.journeys.world import ANFRAGEN, ANNA, BEN, SALES, Mail, World, buttons, shown


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("waking")
    world = World(folder, f"sqlite:///{folder}/linkbot.db", "socket", LINKBOT_PRIVATE_CHANNELS=SALES)
    world.start()
    yield world
    world.stop()


def holm_mail(name: str = "Runa Holmquist") -> Mail:
    address = f"{name.casefold().replace(' ', '.')}@holmquist.example"
    return Mail(f"{name} <{address}>", f"Frage von {name}", f"Guten Tag,\n\nbitte rufen Sie an.\n\n{name}\n")


def address(mail: Mail) -> dict[str, object]:
    name, _, email = mail.sender.partition(" <")
    first, last = name.split(" ")
    return {"Vorname": first, "Name": last, "email": [email.removesuffix(">")]}


def test_parked_and_not_found_mails_wake_once_when_their_record_comes(world: World) -> None:
    found_nothing, parked, private = holm_mail(), holm_mail("Odin Holmquist"), holm_mail("Saga Holmquist")
    world.lay(found_nothing)
    nothing = world.send(found_nothing)
    assert "Later" in buttons(world.card(nothing, "I found nobody", "I say so here"))
    put_off = world.send(parked)
    world.press(world.card(put_off, "I found nobody"), "Later", BEN)
    card = world.card(put_off, "Put off by <@U0BEN>")
    assert buttons(card) == ["Take up again", "Not now"]
    world.call("command", user=ANNA, channel=ANFRAGEN, text="open")
    whispered(world, ANNA, "nothing was found, or somebody pressed *Later*", found_nothing.subject, parked.subject)
    world.call("command", user=BEN, channel=ANFRAGEN, text="geparkt")
    whispered(world, BEN, "are put off until", found_nothing.subject, parked.subject)
    home(world, ANNA, "No mail waits in your channels", "Put off until", found_nothing.subject, parked.subject)
    world.press(card, "Take up again", BEN)
    world.press(world.card(put_off, "I found nobody"), "Later", BEN)
    world.card(put_off, "Put off by <@U0BEN>")
    bare = world.send(private, SALES)
    world.card(bare, "A mail came in")

    made = [world.call("onoffice/address", fields=address(mail)) for mail in (found_nothing, parked, private)]
    world.sync()
    said = world.reply(nothing, "*Runa Holmquist* is in onOffice now")
    assert "<@" not in said["text"]
    world.reply(put_off, "<@U0BEN> *Odin Holmquist* is in onOffice now")
    assert "Holmquist" not in world.reply(bare, "Something that this mail waited for")["text"]
    world.card(put_off, "I would link it to", "Odin Holmquist")
    card = world.card(nothing, "I would link it to", "Runa Holmquist")
    assert "Holmquist" not in shown(world.replies(bare)[0])
    world.press(card, "Link")
    world.card(nothing, "Linked by <@U0ANNA>")

    # Once: another change of the same record says nothing more.
    again = holm_mail("Tyra Holmquist")
    later = world.send(again)
    world.press(world.card(later, "Tyra Holmquist"), "Later", ANNA)
    world.card(later, "Put off by <@U0ANNA>")
    world.call("onoffice/address", id=made[1]["id"], fields={"Ort": "Kiel"})
    world.call("onoffice/address", fields=address(again))
    world.sync()
    world.reply(later, "<@U0ANNA> *Tyra Holmquist* is in onOffice now")
    assert len([one for one in world.replies(put_off) if "is in onOffice now" in (one["text"] or "")]) == 1
