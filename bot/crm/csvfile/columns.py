"""Which field of a record a column holds, told by its heading as programs write it in German and English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple


class Column(NamedTuple):
    """A column that is read: in which place it stands, the field it holds, and what tells it from others of its kind
    ("business", "2"), so that a street is never put together with another address's town."""

    place: int
    field: str
    group: str


# Headings without their qualifiers, blanks and marks: Outlook, Google, HubSpot, Salesforce, Pipedrive, Zoho, onOffice,
# FlowFact and Propstack, and what people write themselves.
_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": ("id", "recordid", "contactid", "companyid", "dealid", "datensatznummer", "datensatznr", "datensatzid"),
        "reference": (
            *("kundennummer", "kundennr", "kdnr", "customernumber", "customerno", "kundenid", "customerid"),
            *("adressnummer", "adressnr", "reference", "referenz", "nummer", "number"),
        ),
        "given_name": ("vorname", "firstname", "givenname", "forename"),
        "family_name": ("nachname", "lastname", "familyname", "surname", "familienname", "zuname"),
        "name": (
            *("name", "fullname", "personname", "contactname", "kontaktname", "vollstandigername", "displayname"),
            *("anzeigename", "ansprechpartner", "kontakt", "contact", "kunde", "customer"),
        ),
        "title": ("titel", "akademischertitel", "namenszusatz"),
        "company": (
            *("firma", "firmenname", "unternehmen", "company", "companyname", "organization", "organisation"),
            *("organizationname", "organisationname", "account", "accountname", "unternehmensname", "employer"),
        ),
        "emails": (
            *("email", "emailaddress", "emailadresse", "mail", "mailadresse", "mailaddress", "emails"),
            *("personemail", "organizationemail"),
        ),
        "phones": (
            *("telefon", "telefonnummer", "tel", "telnr", "phone", "phonenumber", "telephone", "mobil", "mobilnummer"),
            *("mobiltelefon", "mobile", "mobilephone", "mobilephonenumber", "handy", "handynummer", "personphone"),
            *("cell", "cellphone", "rufnummer", "festnetz"),
        ),
        "street": ("strasse", "str", "street", "streetaddress", "addressline", "anschrift", "strassehausnummer"),
        "house_number": ("hausnummer", "hausnr", "hnr", "housenumber", "houseno"),
        "postal_code": ("plz", "postleitzahl", "zip", "zipcode", "postcode", "postalcode", "zippostalcode"),
        "city": ("ort", "stadt", "wohnort", "city", "town", "locality"),
        "property_number": (
            *("immonr", "immonummer", "immobiliennummer", "objektnummer", "objektnr", "objektid", "objektnrextern"),
            *("objektnummerextern", "propertynumber", "propertyid", "propertyreference", "listingid", "unitid"),
        ),
        "property_name": (
            *("objekt", "objekttitel", "objektbezeichnung", "objektname", "immobilie", "immobilientitel"),
            *("property", "propertyname", "propertytitle", "listing", "listingtitle"),
        ),
        "deal_name": (
            *("deal", "dealname", "dealtitle", "opportunity", "opportunityname", "verkaufschance", "abschluss"),
            *("abschlussname", "dealtitel", "vorgang", "projekt", "projektname", "project", "projectname"),
        ),
    }
)
_FIELD_OF = {heading: field for field, headings in _FIELDS.items() for heading in headings}
# What stands beside a heading's own words and says which of several it is.
_QUALIFIERS = frozenset(
    (
        *(
            "business",
            "work",
            "office",
            "home",
            "private",
            "other",
            "main",
            "primary",
            "secondary",
            "mailing",
            "billing",
        ),
        *("shipping", "direct", "value", "postal", "address", "geschaftlich", "dienstlich", "privat", "arbeit", "buro"),
        *("zentrale", "haupt", "weitere", "erste", "zweite", "wert", "adresse"),
    )
)
ADDRESS = ("street", "house_number", "postal_code", "city")


def column(index: int, heading: str) -> Column | None:
    """The column with this heading; None where Linkbot has no use for it."""
    words = re.findall(r"[^\W\d_]+", _plain(heading))
    numbers = "".join(re.findall(r"\d+", heading))
    # The whole heading first: "address" is a qualifier beside a street and a part of "e-mail address".
    for kept in (words, [word for word in words if word not in _QUALIFIERS]):
        if field := _FIELD_OF.get("".join(kept)):
            told_apart = " ".join([*(word for word in words if word in _QUALIFIERS), numbers]).strip()
            return Column(index, field, told_apart)
    return None


def columns(headings: Sequence[str]) -> list[Column]:
    """The columns that are read, in their order."""
    return [found for index, heading in enumerate(headings) if (found := column(index, heading))]


def _plain(heading: str) -> str:
    folded = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))
