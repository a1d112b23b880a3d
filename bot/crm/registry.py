"""The CRMs that there are. A new one is a folder beside this file and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.crm import csvfile, onoffice, zoho
from bot.crm.csvfile import CsvConfig
from bot.crm.onoffice import OnOfficeConfig
from bot.crm.port import CRM
from bot.crm.tokens import MemoryTokenStore, TokenStore
from bot.crm.zoho import ZohoConfig

VendorConfig = OnOfficeConfig | ZohoConfig | CsvConfig

# Each vendor's `connect(config, tokens)`; the config is a class of the vendor's own.
REGISTRY: Mapping[str, Callable[[Any, TokenStore], CRM]] = MappingProxyType(
    {
        "onoffice": onoffice.connect,
        "zoho": zoho.connect,
        "csv": csvfile.connect,
    }
)


def build(
    vendors: Sequence[str],
    configs: Mapping[str, VendorConfig],
    tokens: Callable[[str], TokenStore] | None = None,
) -> dict[str, CRM]:
    """The chosen CRMs by vendor. `tokens` gives each vendor the place for its short-lived access token; without it
    each process keeps its own.

    Raises ValueError for a vendor that doesn't exist or has no config.
    """
    built: dict[str, CRM] = {}
    for vendor in vendors:
        if vendor not in REGISTRY:
            raise ValueError(f"there is no CRM {vendor!r}; there are: {', '.join(REGISTRY)}")
        if vendor not in configs:
            raise ValueError(f"the settings for the CRM {vendor!r} are missing")
        built[vendor] = REGISTRY[vendor](configs[vendor], tokens(vendor) if tokens else MemoryTokenStore())
    return built
