"""Mails that come together: one summary, one press for the sure ones, and a window for the rest."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.journeys.world import ANFRAGEN, ANNA, BEN, Mail, World, german_mail, shown, wait_for

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


@pytest.mark.parametrize("world", ["http-postgresql"], indirect=True)
def test_of_eight_mails_the_sure_ones_are_linked_at_once_and_the_rest_one_by_one(world: World) -> None:
    mails = [german_mail() for _ in range(SURE)]
    strange = [unclear(f"Frage {n} zur Bulk-Mappe") for n in ("eins", "zwei")]
    for mail in mails:
        world.lay(mail)
    ts = dropped(world, [*mails, *strange])
    summary = world.card(ts, "8 mails came together", "0 of 8 linked", "8 open", "Link all the sure ones")
    assert all(mail.subject in shown(summary) for mail in [*mails, *strange])
    assert shown(summary).count("Max Mustermann") >= SURE
    assert all(world.onoffice_link(mail.message_id) == ([], None) for mail in mails), "nothing before the press"

    # The window, by somebody else: the two of which nothing was found come first.
    world.press(summary, "Go through the rest", BEN)
    window = wait_for(lambda: windows(world, BEN), "the window")[-1]
    assert "1 of 8 that wait" in shown(window) and "Frage" in shown(window)
    world.call("press", user=BEN, view_id=window["id"], text="Skip")
    window = wait_for(lambda: next((v for v in windows(world, BEN) if "2 of 8" in shown(v)), None), "the next mail")
    world.call("press", user=BEN, view_id=window["id"], text="Skip")
    window = wait_for(lambda: next((v for v in windows(world, BEN) if "3 of 8" in shown(v)), None), "the third")
    first = next(mail for mail in mails if mail.subject in shown(window))
    world.call("press", user=BEN, view_id=window["id"], text="Link")
    wait_for(lambda: world.onoffice_link(first.message_id)[0], "the mail linked from the window")
    summary = world.card(ts, "8 mails came together", "1 of 8 linked", "7 open")

    world.press(summary, "Link all the sure ones")
    summary = world.card(ts, "8 mails came together", f"{SURE} of 8 linked", "2 open")
    assert "Link all" not in shown(summary)
    people = [world.onoffice_link(mail.message_id)[0] for mail in mails]
    assert all(people), people
    assert all(link.verified for mail in mails for link in world.log(mail.message_id))
    assert {link.linked_by for mail in mails[1:] for link in world.log(mail.message_id)} <= {ANNA, BEN}
