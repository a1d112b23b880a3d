"""The modules of the invented org and their fields (modules.json: data type, label, module a lookup leads to)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.zoho.rules import OWN, PICKLISTS, Rules

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


# What people may not fill in.
_READ_ONLY = ("Full_Name", "Created_Time", "Modified_Time")
_JSON = {"lookup": "jsonobject", "ownerlookup": "jsonobject", "boolean": "boolean"}
_LENGTHS = {"phone": 30, "email": 100, "website": 450, "textarea": 32_000}


def described_layout(module: Module, rules: Rules) -> dict[str, Any]:
    """A module's only layout as GET settings/layouts shows it."""
    demanded = {*rules.demanded(module.api_name), *rules.layout.get(module.api_name, ())}
    shown = [
        {"api_name": name, "required": name in demanded, "visible": True} for name in module.fields if rules.has(name)
    ]
    section = {"name": f"{module.singular_label} Information", "fields": shown}
    own = {"id": f"{module.id}91", "name": "Standard", "status": "active", "visible": True}
    return {**own, "profiles": [], "sections": [section]}


def described_fields(module: Module, rules: Rules) -> list[dict[str, Any]]:
    """A module's fields as GET settings/fields shows them."""
    return [
        {
            "api_name": name,
            "data_type": kind,
            "json_type": _JSON.get(kind, "string"),
            "field_label": label,
            "display_label": label,
            "custom_field": name in OWN,
            "visible": True,
            "read_only": name in _READ_ONLY,
            "field_read_only": name in _READ_ONLY,
            "system_mandatory": name in rules.demanded(module.api_name),
            "length": _LENGTHS.get(kind, 255),
            "unique": {"casesensitive": False} if rules.is_unique(module.api_name, name) else {},
            "operation_type": {"api_create": name not in _READ_ONLY, "api_update": name not in _READ_ONLY},
            "view_type": {"create": name not in _READ_ONLY, "view": True},
            "pick_list_values": [
                {"id": str(number), "actual_value": value, "display_value": value}
                for number, value in enumerate(PICKLISTS.get(name, ()), 1)
            ],
            "lookup": {"module": {"api_name": target}} if target else {},
        }
        for name, (kind, label, target) in module.fields.items()
        if rules.has(name)
    ]
