"""Which fields each module of onOffice has (fields.json: type, length, German label)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

# Kinds of phone-book entries of an address: special names in `data` and in filters, several values each.
CONTACT_KINDS = ("phone", "mobile", "fax", "email")
CONTACT_DEFAULTS = {"defaultphone": "phone", "defaultfax": "fax", "defaultemail": "email"}


@cache
def fields(module: str) -> Mapping[str, Any]:
    """Field name → [type, length, label] of a module (`address`, `estate`, `agentsLog`)."""
    table = json.loads(Path(__file__).with_name("fields.json").read_text(encoding="utf-8"))
    found: Mapping[str, Any] = table[module]
    return found


# What an address's select fields take: key and label. Customers change these lists.
PERMITTED: Mapping[str, Mapping[str, str]] = {
    "Anrede": {name: name for name in ("Herr", "Frau", "Firma", "Familie", "Eheleute")},
    "Land": {"DEU": "Deutschland", "AUT": "Österreich", "CHE": "Schweiz", "FRA": "Frankreich", "GBR": "Großbritannien"},
    "ArtDaten": {
        "Eigentümer": "Eigentümer",
        "Interessent Kauf": "Interessent Kauf",
        "Interessent Miete": "Interessent Miete",
        "Kunde": "Kunde",
        "Makler": "Makler",
        "Tippgeber": "Tippgeber",
    },
    "HerkunftKontakt": {
        "webseite_system": "Webseite",
        "immobilienscout24_system": "ImmobilienScout24",
        "Empfehlung": "Empfehlung",
        "Sonstiges": "Sonstiges",
    },
    "Status": {"0": "archiviert", "1": "aktiv"},
    "SpracheKontakt": {"DEU": "Deutsch", "ENG": "Englisch"},
    "contactCategory": {"privateCustomer": "Privatkunde", "businessCustomer": "Geschäftskunde", "company": "Firma"},
    "newsletter_aktiv": {str(number): str(number) for number in range(5)},
    "DSGVOStatus": {
        "speicherungzugestimmt": "Speicherung zugestimmt",
        "speicherungwiderrufen": "Speicherung widerrufen",
        "ignorieren": "ignorieren",
    },
}


def permitted(name: str) -> Mapping[str, str]:
    """The keys, with their labels, that a select field of addresses takes."""
    return PERMITTED.get(name, {})


def configuration(module: str, label: str, *, labels: bool) -> dict[str, Any]:
    """A module as `get fields` describes it; which fields must be filled in, it does not say. Permitted values are an
    object of keys and labels with `labels`, else a list of keys."""
    described = {
        name: {
            "type": kind,
            "length": length,
            "permittedvalues": _shown(permitted(name) if module == "address" else {}, labels),
            "default": None,
            "filters": [],
            "dependencies": [],
            "compoundFields": [],
            "label": text,
        }
        for name, (kind, length, text) in fields(module).items()
    }
    return {"label": label, **described}


def _shown(values: Mapping[str, str], labels: bool) -> Any:
    if not values:
        return None
    return dict(values) if labels else list(values)
