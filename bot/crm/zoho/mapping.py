"""From Zoho's fields to a Record. Which fields an organisation has, its metadata says. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
        # What hangs on a deal, and modules of an organisation's own, are to people what a deal is: a matter.
        DEALS: Category.DEAL,
    }
)
# Modules that the page on associate_email doesn't list among the supported ones.
NOT_LINKABLE = frozenset({"Cases", "Tasks", "Events", "Calls", "Products", "Vendors", "Campaigns", "Solutions"})

_STREETS = ("Mailing_Street", "Street", "Billing_Street")
_CITIES = ("Mailing_City", "City", "Billing_City")
_CODES = ("Mailing_Zip", "Zip_Code", "Billing_Code")
_NAMES = ("First_Name", "Last_Name", "Full_Name", "Company", "Account_Name", "Deal_Name", "Contact_Name", "Name")
_SUBJECT = "Subject"  # the name of quotes, invoices and orders
_MOST_FIELDS = 50


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one module that a mail can mention."""

    plain: tuple[str, ...]
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    number: str = ""

    def all(self) -> tuple[str, ...]:
        """At most fifty, the number that one call may name."""
        names = dict.fromkeys([*self.plain, *self.emails, *self.phones, *([self.number] if self.number else [])])
        return tuple(names)[:_MOST_FIELDS]


def fields(metadata: Iterable[Mapping[str, Any]]) -> Fields:
    """The fields to read, out of a module's metadata (`settings/fields`)."""
    types = {str(field["api_name"]): str(field.get("data_type") or "") for field in metadata if field.get("api_name")}
    wanted = (*_NAMES, _SUBJECT, *_STREETS, *_CITIES, *_CODES)

    def of_type(*data_types: str) -> tuple[str, ...]:
        return tuple(name for name, data_type in types.items() if data_type in data_types)

    return Fields(
        plain=tuple(name for name in wanted if name in types) or ("id",),
        emails=of_type("email"),
        phones=of_type("phone"),
        number=next(iter(of_type("autonumber")), ""),
    )


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
        category=CATEGORIES.get(module, Category.DEAL),
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
        related=tuple(_related(item)),
    )


def modules_of(category: Category, modules: Sequence[str]) -> list[str]:
    """Those of the modules that hold records of a category."""
    return [module for module in modules if CATEGORIES.get(module, Category.DEAL) is category]


def _related(item: Mapping[str, Any]) -> Iterable[RecordRef]:
    """The records that lookups point to: a deal's contact and account, a contact's account."""
    for field, module in (("Contact_Name", CONTACTS), ("Account_Name", ACCOUNTS)):
        value = item.get(field)
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
