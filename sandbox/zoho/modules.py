"""The modules of the invented org and their fields (modules.json: data type, label, module a lookup leads to)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Field = tuple[str, str, str | None]


@dataclass(frozen=True)
class Module:
    """`mail`: associate_email supports it. `scope`: its name in scopes. `name_field`: what a person calls a record."""

    api_name: str
    id: str
    singular_label: str
    plural_label: str
    generated_type: str
    mail: bool
    scope: str
    name_field: str
    fields: Mapping[str, Field]

    def of_type(self, data_type: str) -> tuple[str, ...]:
        return tuple(name for name, (kind, _, _) in self.fields.items() if kind == data_type)


@cache
def modules() -> Mapping[str, Module]:
    table = json.loads(Path(__file__).with_name("modules.json").read_text(encoding="utf-8"))
    return {name: Module(api_name=name, **row) for name, row in table.items()}


def described(module: Module, *, hidden: bool = False) -> dict[str, Any]:
    """A module as GET settings/modules shows it; `hidden` from the token's user."""
    return {
        "api_name": module.api_name,
        "id": module.id,
        "module_name": "CustomModule1" if module.generated_type == "custom" else module.api_name,
        "singular_label": module.singular_label,
        "plural_label": module.plural_label,
        "generated_type": module.generated_type,
        "api_supported": True,
        "viewable": not hidden,
        "creatable": True,
        "editable": True,
        "deletable": True,
        "visibility": 1,
        "status": "user_hidden" if hidden else "visible",
        "profiles": [],
    }


def described_fields(module: Module) -> list[dict[str, Any]]:
    """A module's fields as GET settings/fields shows them."""
    return [
        {
            "api_name": name,
            "data_type": kind,
            "json_type": "jsonobject" if kind in ("lookup", "ownerlookup") else "string",
            "field_label": label,
            "display_label": label,
            "custom_field": False,
            "visible": True,
            "read_only": kind == "datetime",
            "lookup": {"module": {"api_name": target}} if target else {},
        }
        for name, (kind, label, target) in module.fields.items()
    ]
