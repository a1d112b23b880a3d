"""From somebody whom onOffice does not know to a linked record: created once, linked, verified, with their interest."""

from __future__ import annotations

import pytest

from tests.journeys.enquiries import (
    FORM,
    GIVEN,
    NAMES,
    addresses,
    element,
    email,
    enquiry,
    form,
    opened,
    street,
    unknown,
    value,
    window,
)
from tests.journeys.modes import over_http
from tests.journeys.world import ANFRAGEN, ANNA, BEN, World, buttons, shown, wait_for

pytestmark = pytest.mark.usefixtures("nothing_stays_open")


def test_an_unknown_enquirer_of_a_portal_is_created_linked_and_noted_as_interested(world: World) -> None:
    number = unknown()
    mail = enquiry(number, more="Newsletter: ja\nDSGVO: Ich stimme der Speicherung zu\nDSGVOStatus: zugestimmt\n")
    ts, view = form(world, mail, "onOffice", ANFRAGEN)
    told = {part: value(view, f"new.part.{part}") for part in ("salutation", "given_name", "email", "street", "city")}
    assert told == {
        "salutation": "Frau",
        "given_name": GIVEN[number],
        "email": email(number),
        "street": street(number),
        "city": "Hamburg",
    }
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    done = world.card(ts, "was created in onOffice by", "Linked by", "verified", "Noted as interested")
    (row,) = addresses(world, email=email(number))
    assert not row["DSGVOStatus"] and not row["newsletter_aktiv"], "consent is never set from a mail"
    assert world.onoffice_link(mail.message_id) == ([row["id"]], 2649)
    estate = next(e for e in world.state("onoffice")["onoffice"]["estates"] if e["id"] == 2649)
    assert row["id"] in estate["interested"]
    assert "Create in onOffice…" not in buttons(done)
    world.press(done, "Undo")
    world.card(ts, "interest", "taken back", "the new record stays")
    assert len(addresses(world, email=email(number))) == 1


@over_http
def test_a_duplicate_by_phone_only_is_shown_and_linked_instead(world: World) -> None:
    number = unknown()
    known = {"Vorname": "Gesa", "Name": "Altbekannt", "mobile": [f"0151-7{number:02d}8899"]}
    theirs = world.call("onoffice/address", fields=known)["id"]
    mail = enquiry(number, phone=f"+49 151 7{number:02d}8899")
    ts, view = form(world, mail, "onOffice", ANFRAGEN)
    assert "same phone number" in shown(view)
    before = world.state("onoffice")["onoffice"]["created"]
    world.call("press", user=ANNA, view_id=view["id"], action_id="create.use")
    world.card(ts, "Linked by", "Gesa Altbekannt", "verified")
    assert world.onoffice_link(mail.message_id) == ([theirs], 2649)
    assert world.state("onoffice")["onoffice"]["created"] == before


@over_http
def test_a_colleague_at_the_same_moment_makes_two_and_the_card_says_so(world: World) -> None:
    number = unknown()
    ts, view = form(world, enquiry(number), "onOffice", ANFRAGEN)
    theirs = {"Vorname": "W.", "Name": NAMES[number], "email": [email(number)]}
    world.call("onoffice/colleague", after=[{"fields": theirs}])
    world.call("submit", user=ANNA, view_id=view["id"])
    world.card(ts, "was created in onOffice by", "There may be two", NAMES[number])
    assert len(addresses(world, email=email(number))) == 2


@over_http
def test_a_colleague_who_was_quicker_is_shown_and_nothing_is_created(world: World) -> None:
    number = unknown()
    ts, view = form(world, enquiry(number), "onOffice", ANFRAGEN)
    before = world.state("onoffice")["onoffice"]["created"]
    theirs = {"Vorname": GIVEN[number], "Name": NAMES[number], "email": [email(number)]}
    world.call("onoffice/address", fields=theirs)
    world.call("submit", user=ANNA, view_id=view["id"])
    again = window(world, ANNA, FORM, words="same e-mail address")
    assert value(again, "new.part.street") == street(number)
    world.call("press", user=ANNA, view_id=again["id"], action_id="create.use")
    world.card(ts, "Linked by", f"{GIVEN[number]} {NAMES[number]}", "verified")
    assert world.state("onoffice")["onoffice"]["created"] == before


@over_http
def test_two_people_and_a_double_press_create_one(world: World) -> None:
    number = unknown()
    mail = enquiry(number)
    ts, mine = form(world, mail, "onOffice", ANFRAGEN)
    world.press(world.card(ts, "Create in onOffice"), "Create in onOffice…", BEN)
    bens = window(world, BEN, FORM)
    for user, view in ((ANNA, mine), (BEN, bens)):
        world.call("submit", user=user, view_id=view["id"])
    world.card(ts, "was created in onOffice by", "Linked by", "verified")
    told = {"is having the same person created", "same e-mail address"}  # while that is done, or behind it
    wait_for(lambda: any(words in shown(view) for view in opened(world, BEN) for words in told), "what Ben is told")
    assert len(addresses(world, email=email(number))) == 1


@over_http
def test_a_mandatory_field_that_onoffice_did_not_announce_is_asked_for(world: World) -> None:
    number = unknown()
    world.call("onoffice/rules", mandatory=["HerkunftKontakt"])
    try:
        ts, view = form(world, enquiry(number), "onOffice", ANFRAGEN)
        world.call("submit", user=ANNA, view_id=view["id"])
        again = window(world, ANNA, "new.more.HerkunftKontakt")
        assert value(again, "new.part.email") == email(number)
        chosen = [element(again, "new.more.HerkunftKontakt")["options"][0]["value"]]
        world.call("select", user=ANNA, action_id="new.more.HerkunftKontakt", values=chosen)
        world.call("submit", user=ANNA, view_id=again["id"])
        world.card(ts, "was created in onOffice by", "Linked by", "verified")
    finally:
        world.call("onoffice/rules", mandatory=[])
    assert len(addresses(world, email=email(number))) == 1


@over_http
@pytest.mark.parametrize("kind", ["drop_after_commit", "drop_before"])
def test_an_answer_that_is_lost_leaves_one_record(world: World, kind: str) -> None:
    number = unknown()
    ts, view = form(world, enquiry(number), "onOffice", ANFRAGEN)
    world.fault("onoffice.create_address", kind)
    world.call("submit", user=ANNA, view_id=view["id"])
    if kind == "drop_before":
        world.card(ts, "is not known", "go on")
        again = window(world, ANNA, FORM)
        world.call("submit", user=ANNA, view_id=again["id"])
    world.card(ts, "was created in onOffice by", "Linked by", "verified")
    assert len(addresses(world, email=email(number))) == 1


@over_http
def test_a_parked_mail_of_the_same_person_wakes_when_they_are_created(world: World) -> None:
    number = unknown()
    earlier = enquiry(number)
    earlier.subject, earlier.text = "Rückfrage", f"Bitte rufen Sie an.\n\n{GIVEN[number]} {NAMES[number]}\n"
    earlier.sender = f"{GIVEN[number]} {NAMES[number]} <{email(number)}>"
    world.lay(earlier)
    parked = world.send(earlier)
    world.press(world.card(parked, "Create in onOffice"), "Later")
    world.card(parked, "Put off by")
    ts, view = form(world, enquiry(number), "onOffice", ANFRAGEN)
    world.call("submit", user=ANNA, view_id=view["id"])
    world.card(ts, "was created in onOffice by", "Linked by", "verified")
    world.reply(parked, f"<@{ANNA}> *{GIVEN[number]} {NAMES[number]}* is in onOffice now")
    world.card(parked, "I would link it to", NAMES[number])
