"""From somebody whom the CRM does not know to a linked record: created once, linked, verified, with their interest."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.world import ANNA, Mail, World, buttons, shown, wait_for

_numbers = itertools.cycle(range(10))
# Nobody's name is like another's: who was created in one journey is known in the next of the same world.
NAMES = ("Tannhof", "Quellmoor", "Zippert", "Ostrowski", "Vahrenkamp", "Brüllmeyer", "Kjeldgaard", "Dunkhase")
NAMES += ("Xaverius", "Wobbelin")
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
