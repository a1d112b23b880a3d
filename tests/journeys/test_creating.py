"""From somebody whom the CRM does not know to a linked record: created once, linked, verified, with their interest."""

from __future__ import annotations

import itertools
from typing import Any

from tests.journeys.world import ANNA, Mail, World, buttons, shown, wait_for

_numbers = itertools.count(1)
PORTAL = "Immobilienportal <anfragen@portal.example>"


def enquiry(number: int, phone: str = "") -> Mail:
    """A portal passes on what somebody wrote whom no CRM knows."""
    phone = phone or f"0151 2345{number:04d}"
    return Mail(
        PORTAL,
        f"Anfrage zu Ihrem Objekt NL-2649, Nachricht {number}",
        f"Neue Anfrage zu Ihrem Objekt\n\nObjekt-Nr: NL-2649\n\nAnrede: Frau\nVorname: Wiebke\n"
        f"Nachname: Tannhof{'abcdefghij'[number % 10]}\nE-Mail: wiebke.{number}@tannhof.example\n"
        f"Telefon: {phone}\nStraße: Am Deich {number}\nPLZ: 20457\nOrt: Hamburg\n\n"
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
        "given_name": "Wiebke",
        "email": f"wiebke.{number}@tannhof.example",
        "street": f"Am Deich {number}",
        "city": "Hamburg",
    }
    assert world.call("submit", user=ANNA, view_id=view["id"])["ok"]
    done = world.card(ts, "was created in onOffice by", "Linked by", "verified", "Noted as interested")
    (row,) = addresses(world, email=f"wiebke.{number}@tannhof.example")
    assert world.onoffice_link(mail.message_id) == ([row["id"]], 2649)
    estate = next(e for e in world.state("onoffice")["onoffice"]["estates"] if e["id"] == 2649)
    assert row["id"] in estate["interested"]
    assert "Create in onOffice…" not in buttons(done)
    world.press(done, "Undo")
    world.card(ts, "interest", "taken back", "the new record stays")
    assert len(addresses(world, email=f"wiebke.{number}@tannhof.example")) == 1
