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


def configuration(module: str, label: str) -> dict[str, Any]:
    """A module as `get fields` describes it."""
    described = {
        name: {
            "type": kind,
            "length": length,
            "permittedvalues": None,
            "default": None,
            "filters": [],
            "dependencies": [],
            "compoundFields": [],
            "label": text,
        }
        for name, (kind, length, text) in fields(module).items()
    }
    return {"label": label, **described}
