"""Zoho's data centres. Canada shows that no rule derives one host from another: this is a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.language import SpokenError, sentence


@dataclass(frozen=True, slots=True)
class DataCentre:
    """Base addresses: where tokens come from, where the API is, where people work."""

    accounts: str
    api: str
    web: str


# https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html, and the accounts server's own list for Saudi Arabia.
DATA_CENTRES: Mapping[str, DataCentre] = MappingProxyType(
    {
        "com": DataCentre("https://accounts.zoho.com", "https://www.zohoapis.com", "https://crm.zoho.com"),
        "eu": DataCentre("https://accounts.zoho.eu", "https://www.zohoapis.eu", "https://crm.zoho.eu"),
        "in": DataCentre("https://accounts.zoho.in", "https://www.zohoapis.in", "https://crm.zoho.in"),
        "com.au": DataCentre("https://accounts.zoho.com.au", "https://www.zohoapis.com.au", "https://crm.zoho.com.au"),
        "jp": DataCentre("https://accounts.zoho.jp", "https://www.zohoapis.jp", "https://crm.zoho.jp"),
        "com.cn": DataCentre("https://accounts.zoho.com.cn", "https://www.zohoapis.com.cn", "https://crm.zoho.com.cn"),
        "ca": DataCentre("https://accounts.zohocloud.ca", "https://www.zohoapis.ca", "https://crm.zohocloud.ca"),
        "sa": DataCentre("https://accounts.zoho.sa", "https://www.zohoapis.sa", "https://crm.zoho.sa"),
    }
)
_OTHER_NAMES: Mapping[str, str] = MappingProxyType({"us": "com", "au": "com.au", "cn": "com.cn"})


class UnknownDataCentreError(SpokenError, ValueError):
    """There is no data centre of that name."""


def data_centre(name: str) -> DataCentre:
    """The data centre of a name as in ZOHO_DC ("com", "eu", "com.au" or "au", …). Raises UnknownDataCentreError."""
    key = name.strip().lower().lstrip(".")
    key = _OTHER_NAMES.get(key, key)
    if key not in DATA_CENTRES:
        raise UnknownDataCentreError(sentence("cli.zoho.no_data_centre", name=name, names=", ".join(DATA_CENTRES)))
    return DATA_CENTRES[key]


def _api_urls(api: str) -> Iterable[str]:
    """A data centre's API, and that of its sandbox and developer editions, whose tokens name those."""
    return (api.replace("https://www.", f"https://{kind}.") for kind in ("www", "sandbox", "developer"))


API_URLS = frozenset(url for centre in DATA_CENTRES.values() for url in _api_urls(centre.api))
