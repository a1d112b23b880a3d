"""Somebody drops a file with many mails into a channel."""

from __future__ import annotations

import base64

from tests.bot.intake.test_many_mails import mbox
from tests.journeys.modes import over_the_socket
from tests.journeys.world import ANFRAGEN, ANNA, BEN, World, buttons, wait_for

COUNT = 12


@over_the_socket
def test_many_mails_in_a_file_are_asked_about_first(world: World) -> None:
    content = base64.b64encode(mbox(COUNT)).decode()
    files = [{"name": "alles.mbox", "content_base64": content}]
    ts = str(world.call("message", user=ANNA, channel=ANFRAGEN, text="", files=files)["ts"])
    question = world.card(ts, f"Show {COUNT} cards")
    assert f"This file holds {COUNT} mails" in question["text"]
    assert buttons(question) == [f"Show {COUNT} cards", "Not now"]
    assert len(world.replies(ts)) == 1
    world.press(question, f"Show {COUNT} cards", BEN)
    wait_for(lambda: len(world.replies(ts)) == COUNT + 1, "the cards")
    world.reply(ts, f"<@{BEN}> wants all mails of this file")
