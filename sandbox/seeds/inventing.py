"""More people and properties, for measuring with a full directory."""

from __future__ import annotations

from random import Random
from typing import Any

_GIVEN = ("Anja", "Bernd", "Carina", "Dieter", "Elke", "Frank", "Gisela", "Holger", "Ines", "Jürgen", "Käthe", "Lars")
_FAMILY_FRONT = ("Ahr", "Berg", "Brand", "Eich", "Feld", "Grün", "Holz", "Lind", "Möll", "Rost", "Stein", "Wald")
_FAMILY_BACK = ("bauer", "egger", "enbach", "er", "hauser", "horst", "inger", "mann", "meier", "müller", "ner", "stedt")
_STREETS = ("Ahornweg", "Birkenallee", "Gartenstraße", "Hafenstraße", "Marktplatz", "Rosenweg", "Uferstraße", "Waldweg")
_TOWNS = (("12345", "Berlin"), ("20095", "Hamburg"), ("50667", "Köln"), ("80331", "München"), ("14467", "Potsdam"))
_KINDS = ("Wohnung", "Haus", "Loft", "Büroetage", "Grundstück", "Penthouse")


def invent_address(chance: Random, number: int) -> dict[str, Any]:
    """Fields of a person; `number` makes the mail address unique."""
    plz, ort = chance.choice(_TOWNS)
    return {
        "Vorname": chance.choice(_GIVEN),
        "Name": chance.choice(_FAMILY_FRONT) + chance.choice(_FAMILY_BACK),
        "Strasse": f"{chance.choice(_STREETS)} {chance.randrange(1, 200)}",
        "Plz": plz,
        "Ort": ort,
        "email": [f"person{number}@example.org"],
        "phone": [f"030 23125 {number % 1000:03d}"],
    }


def invent_estate(chance: Random, number: int) -> dict[str, Any]:
    """Fields of a property; `number` makes its reference unique."""
    plz, ort = chance.choice(_TOWNS)
    return {
        "objektnr_extern": f"NL-{number}",
        "objekttitel": f"{chance.choice(_KINDS)} in {ort}",
        "strasse": chance.choice(_STREETS),
        "hausnummer": str(chance.randrange(1, 200)),
        "plz": plz,
        "ort": ort,
    }


def invent_contact(number: int) -> dict[str, Any]:
    """Fields of a Zoho contact, the same ones for the same number."""
    chance = Random(number)  # noqa: S311 - invented data
    return {
        "First_Name": chance.choice(_GIVEN),
        "Last_Name": chance.choice(_FAMILY_FRONT) + chance.choice(_FAMILY_BACK),
        "Email": f"contact{number}@example.org",
        "Phone": f"020 7946 0{number % 1000:03d}",
    }
