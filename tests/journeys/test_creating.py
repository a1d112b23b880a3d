"""From somebody whom the CRM does not know to a linked record: created once, linked, verified, with their interest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.world import ANNA, BEN, SALES, Mail, World, buttons, shown, wait_for

_numbers = itertools.cycle(range(10))
# Nobody's name is like another's: who was created in one journey is known in the next of the same world.
NAMES = (
    *("Tannhof", "Quellmoor", "Zippert", "Ostrowski", "Vahrenkamp", "Brüllmeyer", "Kjeldgaard", "Dunkhase"),
    *("Xaverius", "Wobbelin"),
)
GIVEN = ("Wiebke", "Ludmilla", "Hjördis", "Fenja", "Rosalinde", "Ottilie", "Swantje", "Gundula", "Philippa", "Notburga")
STREETS = ("Am Deich", "Kirchgasse", "Mühlenstieg", "Nordring", "Uferpromenade", "Pfarrhof", "Zum Wasserturm")
PORTAL = "Immobilienportal <anfragen@portal.example>"


def email(number: int) -> str:
    return f"{GIVEN[number].casefold().replace('ö', 'oe')}@{NAMES[number].casefold().replace('ü', 'ue')}.example"


def street(number: int) -> str:
    return f"{STREETS[number % len(STREETS)]} {number + 40}"


def enquiry(number: int, phone: str = "") -> Mail:
    """A portal passes on what somebody wrote whom no CRM knows."""
    phone = phone or f"0151 2{number}45{number}67{number}"
    return Mail(
        PORTAL,
        f"Anfrage zu Ihrem Objekt NL-2649, Nachricht {number}",
        f"Neue Anfrage zu Ihrem Objekt\n\nObjekt-Nr: NL-2649\n\nAnrede: Frau\nVorname: {GIVEN[number]}\n"
        f"Nachname: {NAMES[number]}\nE-Mail: {email(number)}\n"
        f"Telefon: {phone}\nStraße: {street(number)}\nPLZ: 20457\nOrt: Hamburg\n\n"
        f"Nachricht: Ich möchte die Wohnung gern ansehen.\nDas Geheimwort lautet Pfefferkuchen-{number}.\n",
    )


def window(world: World, user: str, *blocks: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        views = [view for view in world.state("views")["views"] if view["user"] == user]
        return next((v for v in views[::-1] if set(blocks) <= {b.get("block_id") for b in v["blocks"]}), None)

    try:
        return wait_for(look, f"a window with {blocks}")
    except AssertionError as error:
        views = [shown(view) for view in world.state("views")["views"] if view["user"] == user]
        raise AssertionError(f"{error}; there is {views}\n{world.bot.output()[-3000:]}") from None


@pytest.fixture(autouse=True)
def nothing_stays_open(world: World) -> Iterator[None]:
    """Other journeys look for the window that a person has open."""
    yield
    for view in world.state("views")["views"][::-1]:
        world.call("close", user=view["user"], view_id=view["id"])


def value(view: dict[str, Any], block_id: str) -> Any:
    element = next(block["element"] for block in view["blocks"] if block.get("block_id") == block_id)
    chosen = element.get("initial_option")
    return chosen["value"] if chosen else element.get("initial_value", "")


def button_in(card: dict[str, Any], words: str) -> str:
    return next(text for text in buttons(card) if words in text)


def addresses(world: World, **fields: str) -> list[dict[str, Any]]:
    rows = world.state("onoffice")["onoffice"]["addresses"]
    return [row for row in rows if all(word in str(row.get(name)) for name, word in fields.items())]


def test_an_unknown_enquirer_of_a_portal_is_created_linked_and_noted_as_interested(world: World) -> None:
    number = next(_numbers)
    mail = enquiry(number)
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, "NL-2649", "Create in onOffice")
    world.press(card, "Create in onOffice…")
    view = window(world, ANNA, "new.part.family_name", "new.about")
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
    assert world.onoffice_link(mail.message_id) == ([row["id"]], 2649)
    estate = next(e for e in world.state("onoffice")["onoffice"]["estates"] if e["id"] == 2649)
    assert row["id"] in estate["interested"]
    assert "Create in onOffice…" not in buttons(done)
    world.press(done, "Undo")
    world.card(ts, "interest", "taken back", "the new record stays")
    assert len(addresses(world, email=email(number))) == 1


def test_a_duplicate_by_phone_only_is_shown_and_linked_instead(world: World) -> None:
    number = next(_numbers)
    theirs = world.call(
        "onoffice/address",
        fields={"Vorname": "Gesa", "Name": "Altbekannt", "mobile": [f"0151-7{number}88990"]},
    )["id"]
    mail = enquiry(number, phone=f"+49 151 7{number}88990")
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "Create in onOffice"), "Create in onOffice…")
    view = window(world, ANNA, "new.part.family_name")
    assert "same phone number" in shown(view)
    before = world.state("onoffice")["onoffice"]["created"]
    world.call("press", user=ANNA, view_id=view["id"], action_id="create.use")
    world.card(ts, "Linked by", "Gesa Altbekannt", "verified")
    assert world.onoffice_link(mail.message_id) == ([theirs], 2649)
    assert world.state("onoffice")["onoffice"]["created"] == before


def test_a_colleague_at_the_same_moment_makes_two_and_the_card_says_so(world: World) -> None:
    number = next(_numbers)
    mail = enquiry(number)
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "Create in onOffice"), "Create in onOffice…")
    view = window(world, ANNA, "new.part.family_name")
    world.call(
        "onoffice/colleague",
        after=[{"fields": {"Vorname": "W.", "Name": NAMES[number], "email": [email(number)]}}],
    )
    world.call("submit", user=ANNA, view_id=view["id"])
    world.card(ts, "was created in onOffice by", "There may be two", NAMES[number])
    assert len(addresses(world, email=email(number))) == 2


def test_a_colleague_who_was_quicker_is_shown_and_nothing_is_created(world: World) -> None:
    number = next(_numbers)
    mail = enquiry(number)
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "Create in onOffice"), "Create in onOffice…")
    view = window(world, ANNA, "new.part.family_name")
    before = world.state("onoffice")["onoffice"]["created"]
    world.call(
        "onoffice/address",
        fields={"Vorname": GIVEN[number], "Name": NAMES[number], "email": [email(number)]},
    )
    world.call("submit", user=ANNA, view_id=view["id"])
    again = wait_for(lambda: told(window(world, ANNA, "new.part.family_name"), "same e-mail address"), "the hit")
    assert value(again, "new.part.street") == street(number)
    world.call("press", user=ANNA, view_id=again["id"], action_id="create.use")
    world.card(ts, "Linked by", f"{GIVEN[number]} {NAMES[number]}", "verified")
    assert world.state("onoffice")["onoffice"]["created"] == before


def told(view: dict[str, Any], words: str) -> dict[str, Any] | None:
    return view if words in shown(view) else None


def test_a_mandatory_field_that_onoffice_did_not_announce_is_asked_for(world: World) -> None:
    number = next(_numbers)
    mail = enquiry(number)
    world.lay(mail)
    ts = world.send(mail)
    world.call("onoffice/rules", mandatory=["HerkunftKontakt"])
    try:
        world.press(world.card(ts, "Create in onOffice"), "Create in onOffice…")
        view = window(world, ANNA, "new.part.family_name")
        world.call("submit", user=ANNA, view_id=view["id"])
        again = window(world, ANNA, "new.more.HerkunftKontakt")
        assert value(again, "new.part.email") == email(number)
        element = next(b["element"] for b in again["blocks"] if b.get("block_id") == "new.more.HerkunftKontakt")
        chosen = [element["options"][0]["value"]]
        world.call("select", user=ANNA, action_id="new.more.HerkunftKontakt", values=chosen)
        world.call("submit", user=ANNA, view_id=again["id"])
        world.card(ts, "was created in onOffice by", "Linked by", "verified")
    finally:
        world.call("onoffice/rules", mandatory=[])
    assert len(addresses(world, email=email(number))) == 1


@pytest.mark.parametrize("kind", ["drop_after_commit", "drop_before"])
def test_an_answer_that_is_lost_leaves_one_record(world: World, kind: str) -> None:
    number = next(_numbers)
    mail = enquiry(number)
    world.lay(mail)
    ts = world.send(mail)
    world.press(world.card(ts, "Create in onOffice"), "Create in onOffice…")
    view = window(world, ANNA, "new.part.family_name")
    world.fault("onoffice.create_address", kind)
    world.call("submit", user=ANNA, view_id=view["id"])
    if kind == "drop_before":
        world.card(ts, "is not known", "go on")
        again = window(world, ANNA, "new.part.family_name")
        world.call("submit", user=ANNA, view_id=again["id"])
    world.card(ts, "was created in onOffice by", "Linked by", "verified")
    assert len(addresses(world, email=email(number))) == 1


def test_a_right_that_is_missing_is_said_and_what_was_typed_stays(world: World) -> None:
    number = next(_numbers)
    mail = enquiry(number)
    world.lay(mail)
    ts = world.send(mail)
    world.call("onoffice/rules", may_create=False)
    try:
        world.press(world.card(ts, "Create in onOffice"), "Create in onOffice…")
        view = window(world, ANNA, "new.part.family_name")
        world.call("submit", user=ANNA, view_id=view["id"])
        world.card(ts, "was not created in onOffice", "go on")
    finally:
        world.call("onoffice/rules", may_create=True)
    assert addresses(world, email=email(number)) == []


def zoho_mail(number: int) -> Mail:
    return Mail(
        f"Nora Newman <nora.{number}@newman.example>",
        f"Brightwater - office fit-out, message {number}",
        f"Hello Ben,\n\nI would like to see the Brightwater office fit-out.\n"
        f"The secret word is Gingerbread-{number}.\n\n"
        f"Kind regards\nNora Newman\n7 Mill Lane\nOX1 2JD Oxford\nTel: +44 1865 496{number:03d}\n",
        to="Ben Okafor <ben.okafor@nordlicht.example>",
    )


def contacts(world: World, email: str) -> list[dict[str, Any]]:
    rows = world.state("zoho")["zoho"]["records"]["Contacts"]
    return [row for row in rows if row.get("Email") == email]


def test_a_contact_is_created_in_zoho_with_a_role_in_the_deal(world: World) -> None:
    number = next(_numbers)
    mail = zoho_mail(number)
    ts = world.send(mail, SALES)
    world.press(world.card(ts, "Create in Zoho CRM"), "Change…", BEN)
    choice = window(world, BEN, "pick.zoho.person")
    world.call("press", user=BEN, view_id=choice["id"], action_id="create.open.zoho")
    view = window(world, BEN, "new.part.family_name")
    assert (value(view, "new.part.given_name"), value(view, "new.part.email")) == (
        "Nora",
        f"nora.{number}@newman.example",
    )
    assert world.call("submit", user=BEN, view_id=view["id"])["ok"]
    done = world.card(ts, "was created in Zoho CRM by", "Linked by", "verified", "Noted as interested in")
    (row,) = contacts(world, f"nora.{number}@newman.example")
    assert world.zoho_mails(mail.subject)
    assert row["Last_Name"] == "Newman"
    roles = world.state("zoho")["zoho"]["contact_roles"]
    assert [deal for deal, people in roles.items() if row["id"] in people] == [deal_of(world, "Brightwater")]
    world.press(done, "Undo", BEN)
    world.card(ts, "interest", "was taken back; the new record stays")
    assert not any(row["id"] in people for people in world.state("zoho")["zoho"]["contact_roles"].values())


def deal_of(world: World, words: str) -> str:
    return next(str(d["id"]) for d in world.state("zoho")["zoho"]["records"]["Deals"] if words in d["Deal_Name"])
