"""What differs between organisations of Zoho CRM, or is not documented and may be one way or the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

# The fields of an organisation's own; there only where `Rules.own` names them.
OWN = ("Enquiry_Channel", "Linkbot_Ref")
SYSTEM_MANDATORY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Leads": ("Last_Name",),
        "Contacts": ("Last_Name",),
        "Accounts": ("Account_Name",),
        "Deals": ("Deal_Name", "Stage"),
    }
)
PICKLISTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Salutation": ("Mr.", "Mrs.", "Ms.", "Dr.", "Prof."),
        "Lead_Source": ("Advertisement", "Cold Call", "External Referral", "Web Download"),
        "Lead_Status": ("Not Contacted", "Contacted", "Lost Lead"),
        "Enquiry_Channel": ("Portal", "Website", "Phone"),
        "Data_Processing_Basis": ("Not Applicable", "Legitimate Interests", "Consent"),
        "Stage": ("Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review", "Closed Won"),
    }
)
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "5725767000000006871": "Decision Maker",
        "5725767000000006873": "Purchasing",
        "5725767000000006875": "Interested",
    }
)
_SWITCHES = {
    "unknown": ("refuse", "ignore"),
    "picklists": ("strict", "lenient"),
    "account_by_name": ("refuse", "create"),
}


@dataclass
class Rules:
    """`own`: the fields of its own that the organisation has. `unique` and `mandatory` by module; nothing is unique
    unless it is said so. `layout`: what the layout demands, which holds only where a record names the layout.
    `unannounced`: demanded and told by no metadata. `mapped`: leads' unique fields are checked against contacts too.
    `indexed_after`: seconds until the search finds what was created."""

    own: list[str] = field(default_factory=list)
    unique: dict[str, list[str]] = field(default_factory=dict)
    mandatory: dict[str, list[str]] = field(default_factory=dict)
    layout: dict[str, list[str]] = field(default_factory=lambda: {"Leads": ["Company"]})
    unannounced: dict[str, list[str]] = field(default_factory=dict)
    mapped: bool = False
    unknown: str = "refuse"
    picklists: str = "strict"
    account_by_name: str = "refuse"
    indexed_after: int = 60
    roles: list[str] = field(default_factory=lambda: list(ROLES.values()))

    def change(self, given: dict[str, Any]) -> None:
        """Raises ValueError for a rule, or a value of one, that there is not."""
        for name, value in given.items():
            if not hasattr(self, name) or not isinstance(value, type(getattr(self, name))):
                raise ValueError(f"no such rule: {name}")
            if name in _SWITCHES and value not in _SWITCHES[name]:
                raise ValueError(f"{name} must be one of {', '.join(_SWITCHES[name])}")
            setattr(self, name, value)

    def has(self, name: str) -> bool:
        """Whether the organisation has a field; Zoho's own it always has."""
        return name not in OWN or name in self.own

    def is_unique(self, module: str, name: str) -> bool:
        return name in self.unique.get(module, ()) or (name == "Linkbot_Ref" and self.has(name))

    def uniques(self, module: str) -> list[str]:
        own = ["Linkbot_Ref"] if self.has("Linkbot_Ref") else []
        return [*self.unique.get(module, ()), *own]

    def demanded(self, module: str) -> list[str]:
        """What the API enforces and the metadata tells."""
        return [*SYSTEM_MANDATORY.get(module, ()), *self.mandatory.get(module, ())]


@dataclass
class Colleague:
    """Somebody who works in the CRM while a program does: what they do right `before` or `after` the next creation."""

    before: list[dict[str, Any]] = field(default_factory=list)
    after: list[dict[str, Any]] = field(default_factory=list)
