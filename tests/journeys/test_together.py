"""Mails that come together: one summary, one press for the sure ones, and a window for the rest."""

from __future__ import annotations

import base64
from typing import Any

from tests.journeys.modes import over_http
from tests.journeys.world import ANFRAGEN, ANNA, BEN, Mail, World, buttons, german_mail, shown, wait_for

SURE = 6


def unclear(subject: str) -> Mail:
    """From somebody whom no CRM knows, about nothing that it knows."""
    return Mail("Nora Niemand <nora@unbekannt.example>", subject, "Guten Tag,\n\nkann ich kommen?\n\nNora Niemand\n")


def dropped(world: World, mails: list[Mail], channel: str = ANFRAGEN) -> str:
    """Somebody drops mail files into a channel, all with one message; gives its ts."""
    files = [
        {"name": f"Mail {n}.eml", "content_base64": base64.b64encode(mail.raw().encode()).decode()}
        for n, mail in enumerate(mails)
    ]
    return str(world.call("message", user=ANNA, channel=channel, text="", files=files)["ts"])


def windows(world: World, user: str) -> list[dict[str, Any]]:
    return [view for view in world.state("views")["views"] if view["user"] == user]


def shows(world: World, *words: str) -> dict[str, Any]:
    """Ben's window, as soon as it shows these words."""
    return wait_for(
        lambda: next((v for v in windows(world, BEN) if all(word in shown(v) for word in words)), None),
        f"a window with {words}",
    )


@over_http
def test_of_eight_mails_the_sure_ones_are_linked_at_once_and_the_rest_one_by_one(world: World) -> None:
    mails = [german_mail() for _ in range(SURE)]
    which = Mail("S. Müller <s.mueller@unbekannt.example>", "Rückruf", "Bitte rufen Sie mich zurück.\n\nMüller\n")
    strange = [unclear("Frage eins zur Bulk-Mappe"), which]
    for mail in [*mails, which]:
        world.lay(mail)
    ts = dropped(world, [*mails, *strange])
    summary = world.card(ts, "8 mails came together", "0 of 8 linked", "8 open", "Link all the sure ones")
    assert all(mail.subject in shown(summary) for mail in [*mails, *strange])
    assert shown(summary).count("Max Mustermann") >= SURE
    assert all(world.onoffice_link(mail.message_id) == ([], None) for mail in mails), "nothing before the press"

    # The window, by somebody else: the two that want a look, one of them to be chosen for and linked there.
    world.press(summary, "Go through the rest", BEN)
    window = shows(world, "1 of 2 that wait")
    if "Müller" not in shown(window):
        world.call("press", user=BEN, view_id=window["id"], text="Skip")
    window = shows(world, "of 2 that wait", "S. Müller")
    choice = next(text for text in buttons(window) if "Stefanie" in text)
    world.call("press", user=BEN, view_id=window["id"], text=choice)
    window = shows(world, "I would link it to", "Stefanie")
    world.call("press", user=BEN, view_id=window["id"], text="Link")
    shows(world, "That one is being linked", "1 of 1 that wait", "Frage eins")
    wait_for(lambda: world.onoffice_link(which.message_id)[0], "the mail linked from the window")
    summary = world.card(ts, "8 mails came together", "1 of 8 linked", "7 open")

    world.press(summary, "Link all the sure ones")
    summary = world.card(ts, "8 mails came together", f"{SURE + 1} of 8 linked", "1 open")
    assert "Link all" not in shown(summary)
    people = [world.onoffice_link(mail.message_id)[0] for mail in mails]
    assert all(people), people
    assert all(link.verified for mail in mails for link in world.log(mail.message_id))
    assert {link.linked_by for mail in mails[1:] for link in world.log(mail.message_id)} <= {ANNA, BEN}
