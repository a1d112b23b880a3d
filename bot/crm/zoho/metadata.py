"""What an organisation's CRM is made of: its modules and their fields, asked for once in a while.

https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html , …/field-meta.html
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.crm.zoho import errors, mapping
from bot.crm.zoho.client import Client
from bot.crm.zoho.errors import ZohoError
from bot.crm.zoho.mapping import Fields

KEPT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Module:
    """A module as its organisation has it. `id` differs between organisations; `name` is Zoho's own for it, which its
    pages go by (CustomModule3); `own` is one of its own making; `usable`: the bot's user sees it and the API serves it.
    """

    api_name: str
    id: str
    name: str
    own: bool
    usable: bool


class Metadata:
    """Asks for modules and fields, and keeps them for an hour; safe to use from several threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._fields: dict[str, tuple[float, Fields]] = {}
        self._modules: tuple[float, Mapping[str, Module]] | None = None

    def fields(self, module: str) -> Fields:
        """The fields to read of a module. Raises CRMError."""
        with self._lock:
            kept = self._fields.get(module)
        if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
            answer = self._client.get("settings/fields", {"module": module})
            kept = time.monotonic(), mapping.fields(answer.items("fields"))
            with self._lock:
                self._fields[module] = kept
        return kept[1]

    def modules(self) -> Mapping[str, Module]:
        """All modules by their API names; none where the bot may not ask. Raises CRMError."""
        with self._lock:
            kept = self._modules
        if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
            kept = time.monotonic(), self._ask()
            with self._lock:
                self._modules = kept
        return kept[1]

    def module_id(self, module: str) -> str | None:
        """A module's id; None where it isn't listed. Raises CRMError."""
        found = self.modules().get(module)
        return found.id if found else None

    def tab(self, module: str) -> str:
        """The name of a module in the addresses of Zoho's pages. Raises CRMError."""
        found = self.modules().get(module) if module not in mapping.STANDARD else None
        return (found.name if found and found.own else "") or module

    def linkable(self, module: str) -> bool:
        """Whether associate_email supports the module: the listed ones, and the organisation's own. Raises CRMError."""
        if module in mapping.STANDARD:
            return True
        if module in mapping.NOT_LINKABLE:
            return False
        modules = self.modules()
        return modules[module].own if module in modules else not modules

    def _ask(self) -> Mapping[str, Module]:
        try:
            items = self._client.get("settings/modules").items("modules")
        except ZohoError as error:
            if error.code not in errors.MISSING_RIGHTS:
                raise
            return {}
        modules = [
            Module(
                str(item.get("api_name") or ""),
                str(item["id"]),
                str(item.get("module_name") or ""),
                own=item.get("generated_type") == "custom",
                usable=item.get("api_supported") is not False
                and item.get("viewable") is not False
                and item.get("status", "visible") == "visible",
            )
            for item in items
            if item.get("id")
        ]
        return {module.api_name: module for module in modules}
