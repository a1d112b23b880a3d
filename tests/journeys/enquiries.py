"""Mails of people whom no CRM knows, and what is to be seen of those who are created. No name is there twice."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from tests.journeys.world import ANNA, Mail, World, buttons, shown, wait_for

FORM = "new.part.family_name"
PORTAL = "Immobilienportal <anfragen@portal.example>"
# Nobody's name is like another's: who was created in one journey is known in the next of the same world.
NAMES = (
    *("Tannhof", "Quellmoor", "Zippert", "Ostrowski", "Vahrenkamp", "Brüllmeyer", "Kjeldgaard", "Dunkhase"),
    *("Xaverius", "Wobbelin", "Iglhaut", "Ueberschär", "Pfützner", "Csonka", "Jagusch", "Flindt", "Ebbinghaus"),
    *("Lagerquist", "Ruprecht", "Hoogstraten", "Mauersberger", "Nieswandt", "Oelschlegel", "Dombrowsky"),
)
GIVEN = (
    *("Wiebke", "Ludmilla", "Hjördis", "Fenja", "Rosalinde", "Ottilie", "Swantje", "Gundula", "Philippa", "Notburga"),
    *("Adelheid", "Tjorven", "Isolde", "Mechthild", "Kunigunde", "Leokadia", "Undine", "Roswitha", "Brunhilde", "Elke"),
    *("Walburga", "Gesine", "Thekla", "Amanda"),
)
STREETS = ("Am Deich", "Kirchgasse", "Mühlenstieg", "Nordring", "Uferpromenade", "Pfarrhof", "Zum Wasserturm")
PLAIN = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"}
_numbers = itertools.count()


def unknown() -> int:
    """The number of somebody who has not written yet."""
    number = next(_numbers)
    assert number < len(NAMES), "more names are needed"
    return number


def email(number: int) -> str:
    return f"{GIVEN[number]}@{NAMES[number]}.example".casefold().translate(PLAIN)


def street(number: int) -> str:
    return f"{STREETS[number % len(STREETS)]} {number + 40}"


def enquiry(number: int, phone: str = "", more: str = "") -> Mail:
    """A portal passes on what somebody wrote. `more` are further lines of its form."""
    phone = phone or f"0151 2{number:02d}45{number:02d}67"
    return Mail(
        PORTAL,
        f"Anfrage zu Ihrem Objekt NL-2649, Nachricht {number}",
        f"Neue Anfrage zu Ihrem Objekt\n\nObjekt-Nr: NL-2649\n\nAnrede: Frau\nVorname: {GIVEN[number]}\n"
        f"Nachname: {NAMES[number]}\nE-Mail: {email(number)}\n"
        f"Telefon: {phone}\nStraße: {street(number)}\nPLZ: 20457\nOrt: Hamburg\n{more}\n"
        f"Nachricht: Ich möchte die Wohnung gern ansehen.\nDas Geheimwort lautet Pfefferkuchen-{number}.\n",
    )


def letter(number: int, company: str = "", asks: str = "") -> Mail:
    """Somebody writes about a deal in Zoho CRM, and `asks` for something."""
    name = f"{GIVEN[number]} {NAMES[number]}"
    return Mail(
        f"{name} <{email(number)}>",
        f"Brightwater - office fit-out, message {number}",
        f"Hello Ben,\n\nI would like to see the Brightwater office fit-out.\n"
        f"The secret word is Gingerbread-{number}.\n{asks}\n"
        f"Kind regards\n{name}\n{company}\n{number + 1} Mill Lane\nOX1 2JD Oxford\nTel: +44 1865 496{number:03d}\n",
        to="Ben Okafor <ben.okafor@nordlicht.example>",
    )


def opened(world: World, user: str) -> list[dict[str, Any]]:
    """The windows that this person has open."""
    return [view for view in world.state("views")["views"] if view["user"] == user]


def window(world: World, user: str, *blocks: str, words: str = "") -> dict[str, Any]:
    """The window that this person has open, as soon as it has these blocks and says these words."""

    def look() -> dict[str, Any] | None:
        views = opened(world, user)
        fit = [v for v in views if set(blocks) <= {b.get("block_id") for b in v["blocks"]} and words in shown(v)]
        return fit[-1] if fit else None

    try:
        return wait_for(look, f"a window with {blocks} {words}")
    except AssertionError as error:
        views = [shown(view) for view in opened(world, user)]
        raise AssertionError(f"{error}; there is {views}\n{world.bot.output()[-3000:]}") from None


def form(world: World, mail: Mail, vendor: str, channel: str, user: str = ANNA) -> tuple[str, dict[str, Any]]:
    """Send a mail and open the form behind its card; gives the thread and the window."""
    world.lay(mail)
    ts = world.send(mail, channel)
    card = world.card(ts, f"Create in {vendor}")
    world.press(card, f"Create in {vendor}…", user)
    return ts, window(world, user, FORM)


def element(view: Mapping[str, Any], block_id: str) -> dict[str, Any]:
    return dict(next(block["element"] for block in view["blocks"] if block.get("block_id") == block_id))


def value(view: Mapping[str, Any], block_id: str) -> Any:
    chosen = element(view, block_id).get("initial_option")
    return chosen["value"] if chosen else element(view, block_id).get("initial_value", "")


def button_in(card: Mapping[str, Any], words: str) -> str:
    return next(text for text in buttons(card) if words in text)


def addresses(world: World, **fields: str) -> list[dict[str, Any]]:
    """Those in onOffice of which each of the fields holds that word."""
    rows = world.state("onoffice")["onoffice"]["addresses"]
    return [row for row in rows if all(word in str(row.get(name)) for name, word in fields.items())]


def records(world: World, module: str, email: str) -> list[dict[str, Any]]:
    """Those in Zoho CRM with that address."""
    return [row for row in world.state("zoho")["zoho"]["records"][module] if row.get("Email") == email]


def roles(world: World, id_: str) -> list[str]:
    """The deals in which a contact has a role."""
    return [deal for deal, people in world.state("zoho")["zoho"]["contact_roles"].items() if id_ in people]


def deal_of(world: World, words: str) -> str:
    deals = world.state("zoho")["zoho"]["records"]["Deals"]
    return next(str(deal["id"]) for deal in deals if words in deal["Deal_Name"])
