"""From Zoho's fields to a Record. Which fields an organisation has, its metadata says. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bot.crm.street import split_street
from bot.records import Category, Record, RecordRef

VENDOR = "zoho"
CONTACTS, LEADS, ACCOUNTS, DEALS = "Contacts", "Leads", "Accounts", "Deals"
CATEGORIES: Mapping[str, Category] = MappingProxyType(
    {
        CONTACTS: Category.PERSON,
        LEADS: Category.PERSON,
        ACCOUNTS: Category.COMPANY,
        DEALS: Category.DEAL,
    }
)
# What the page on associate_email lists as supported, beside modules of an organisation's own.
STANDARD = (CONTACTS, LEADS, ACCOUNTS, DEALS, "Quotes", "Invoices", "Sales_Orders", "Purchase_Orders")
# Zoho's own modules that it doesn't list; of any other module the organisation's metadata says whether it is its own.
NOT_LINKABLE = frozenset(
    {
        *("Activities", "Calls", "Campaigns", "Cases", "Events", "Notes", "Price_Books", "Products", "Solutions"),
        *("Tasks", "Vendors", "Visits"),
    }
)

_STREETS = ("Mailing_Street", "Street", "Billing_Street")
_CITIES = ("Mailing_City", "City", "Billing_City")
_CODES = ("Mailing_Zip", "Zip_Code", "Billing_Code")
_NAMES = ("First_Name", "Last_Name", "Full_Name", "Company", "Account_Name", "Deal_Name", "Contact_Name", "Name")
_SUBJECT = "Subject"  # the name of quotes, invoices and orders
_NUMBERS = ("Quote_Number", "Invoice_Number", "SO_Number", "PO_Number")
MOST_FIELDS = 50
# Lookups that say which records belong together, where the metadata doesn't tell what they lead to.
_LOOKUPS = MappingProxyType({"Contact_Name": CONTACTS, "Account_Name": ACCOUNTS})


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one module that a mail can mention."""

    plain: tuple[str, ...]
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    number: str = ""
    lookups: Mapping[str, str] = field(default_factory=lambda: _LOOKUPS)

    def all(self) -> tuple[str, ...]:
        """At most fifty, the number that one call may name; addresses first, as matching lives on them."""
        number = [self.number] if self.number else []
        names = dict.fromkeys([*self.emails, *self.plain, *self.phones, *number, *self.lookups])
        return tuple(names)[:MOST_FIELDS]


def fields(metadata: Iterable[Mapping[str, Any]]) -> Fields:
    """The fields to read, out of a module's metadata (`settings/fields`)."""
    rows = [row for row in metadata if row.get("api_name")]
    types = {str(row["api_name"]): str(row.get("data_type") or "") for row in rows}
    lookups = {str(row["api_name"]): target for row in rows if (target := _target(row)) in CATEGORIES}
    wanted = (*_NAMES, _SUBJECT, *_STREETS, *_CITIES, *_CODES)

    def of_type(*data_types: str) -> tuple[str, ...]:
        return tuple(name for name, data_type in types.items() if data_type in data_types)

    return Fields(
        plain=tuple(name for name in wanted if name in types) or ("id",),
        emails=of_type("email"),
        phones=of_type("phone"),
        number=next(iter([*(name for name in _NUMBERS if name in types), *of_type("autonumber")]), ""),
        lookups=lookups,
    )


def _target(row: Mapping[str, Any]) -> str:
    """The module that a lookup leads to; "" for other fields."""
    if row.get("data_type") != "lookup":
        return ""
    lookup = row.get("lookup")
    module = lookup.get("module") if isinstance(lookup, Mapping) else None
    told = module.get("api_name") if isinstance(module, Mapping) else module
    return str(told or _LOOKUPS.get(str(row["api_name"]), ""))


def chosen(named: Sequence[str]) -> tuple[str, ...]:
    """The modules to read: the standard ones and those `named`; one named with a minus in front is left out."""
    left_out = {name[1:].strip() for name in named if name.startswith("-")}
    added = [name for name in named if not name.startswith("-")]
    return tuple(module for module in dict.fromkeys([*STANDARD, *added]) if module not in left_out)


def ref(module: str, id_: object) -> RecordRef:
    return RecordRef(VENDOR, module, str(id_))


def record(module: str, item: Mapping[str, Any], known: Fields) -> Record:
    """The record of one item of a module's list or search."""
    given, family = _text(item, "First_Name"), _text(item, "Last_Name")
    company = _text(item, "Account_Name", "Company")
    emails = tuple(dict.fromkeys(text for name in known.emails if (text := _text(item, name))))
    person = _text(item, "Full_Name") or f"{given} {family}".strip()
    names = {CONTACTS: person, LEADS: person, ACCOUNTS: company, DEALS: _text(item, "Deal_Name")}
    name = names.get(module) or _text(item, "Name", _SUBJECT) or company or next(iter(emails), "")
    street, number = split_street(_text(item, *_STREETS))
    return Record(
        ref=ref(module, item["id"]),
        category=category_of(module),
        name=name or f"{module} {item['id']}",
        given_name=given,
        family_name=family,
        company=company,
        emails=emails,
        phones=tuple(dict.fromkeys(text for name in known.phones if (text := _text(item, name)))),
        reference=_text(item, known.number) if known.number else "",
        street=street,
        house_number=number,
        postal_code=_text(item, *_CODES),
        city=_text(item, *_CITIES),
        related=tuple(_related(item, known)),
    )


def modules_of(category: Category, modules: Sequence[str]) -> list[str]:
    """Those of the modules that hold records of a category."""
    return [module for module in modules if category_of(module) is category]


def category_of(module: str) -> Category:
    """Quotes, orders and modules of an organisation's own are OTHER."""
    return CATEGORIES.get(module, Category.OTHER)


def _related(item: Mapping[str, Any], known: Fields) -> Iterable[RecordRef]:
    """The records that lookups point to: a deal's contact and account, a contact's account, a project's contact."""
    for name, module in known.lookups.items():
        value = item.get(name)
        if isinstance(value, Mapping) and value.get("id"):
            yield ref(module, value["id"])


def _text(item: Mapping[str, Any], *names: str) -> str:
    """The first of the fields that holds something, as text; of a lookup its name."""
    for name in names:
        value = item.get(name)
        if isinstance(value, Mapping):
            value = value.get("name")
        if isinstance(value, str | int) and not isinstance(value, bool) and (text := str(value).strip()):
            return text
    return ""
