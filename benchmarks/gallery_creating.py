"""States of creating for the gallery: who is there already, the new record, an outcome that is not known, a refusal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tests.journeys.enquiries import FORM, PORTAL, button_in, opened, window
from tests.journeys.world import ANNA, Mail, World, wait_for

Said = Mapping[str, str]
Place = tuple[str, str]
CREATED, UNKNOWN = "🆕", "❓"
# So long the bot waits before it changes a window that was submitted.
ANSWERED_SECONDS = 2.0


def _enquiry(given: str, family: str, phone: str, street: str) -> Mail:
    return Mail(
        PORTAL,
        f"Anfrage zu Ihrem Objekt NL-2649 von {given} {family}",
        f"Neue Anfrage zu Ihrem Objekt\n\nObjekt-Nr: NL-2649\n\nAnrede: Frau\nVorname: {given}\nNachname: {family}\n"
        f"E-Mail: {given.casefold()}@{family.casefold()}.example\nTelefon: {phone}\nStraße: {street}\nPLZ: 20457\n"
        "Ort: Hamburg\n\nNachricht: Ich möchte die Wohnung gern ansehen.\n",
    )


def _form(world: World, say: Said, mail: Mail) -> tuple[Place, dict[str, Any]]:
    """The form behind the card of a mail."""
    world.lay(mail)
    ts = world.send(mail)
    card = world.card(ts, say["create"])
    world.press(card, button_in(card, say["create"]))
    return (str(card["channel"]), ts), window(world, ANNA, FORM)


def _submitted(world: World, say: Said, mail: Mail) -> Place:
    place, view = _form(world, say, mail)
    world.call("submit", user=ANNA, view_id=view["id"])
    return place


def there_already(world: World, say: Said) -> Place:
    """Somebody has the same number, and somebody else the same name in the same street."""
    known = (
        {"Vorname": "Gesa", "Name": "Altbekannt", "mobile": ["0151-77788990"], "Ort": "Kiel"},
        {"Vorname": "W.", "Name": "Tannhof", "Strasse": "Am Deich 14", "Ort": "Hamburg"},
    )
    for fields in known:
        world.call("onoffice/address", fields=fields)
    place, _ = _form(world, say, _enquiry("Wiebke", "Tannhof", "+49 151 77788990", "Am Deich 14"))
    return place


def created(world: World, say: Said) -> Place:
    place = _submitted(world, say, _enquiry("Ludmilla", "Quellmoor", "0151 23456780", "Nordring 3"))
    world.card(place[1], CREATED, say["linked"])
    _closed(world)
    return place


def unknown(world: World, say: Said) -> Place:
    """The connection broke off before anything was made."""
    world.fault("onoffice.create_address", "drop_before")
    place = _submitted(world, say, _enquiry("Fenja", "Ostrowski", "0151 23456781", "Kirchgasse 27"))
    world.card(place[1], UNKNOWN)
    _closed(world)
    return place


def _closed(world: World) -> None:
    """Close the window once it says what became of it: the card is behind it."""
    wait_for(lambda: all("⏳" not in str(v) and "…" not in str(v["title"]) for v in opened(world, ANNA)), "the window")
    time.sleep(ANSWERED_SECONDS)
    for view in opened(world, ANNA)[::-1]:
        world.call("close", user=ANNA, view_id=view["id"])


def refused(world: World, say: Said) -> Place:
    """The API user has no right to create; the form comes back with what was typed."""
    world.call("onoffice/rules", may_create=False)
    place = _submitted(world, say, _enquiry("Ottilie", "Brandhorst", "0151 23456782", "Pfarrhof 8"))
    wait_for(lambda: "⚠️" in str(world.state("views")["views"]), "the refusal")
    world.call("onoffice/rules", may_create=True)
    return place
