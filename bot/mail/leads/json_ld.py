"""schema.org in JSON-LD, which some portals put beside the HTML that a mail shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.mail.leads.shape import Lead, Person, Property, full_name, place, tidy
from bot.mail.leads.values import first_address

_SCRIPT = re.compile(r"<script\b[^>]{0,300}application/ld\+json[^>]{0,300}>", re.IGNORECASE)
_MOST_SCRIPTS = 10
_LONGEST_SCRIPT = 100_000
_MOST_NODES = 2_000
_PEOPLE = frozenset({"person"})
_PROPERTIES = frozenset(
    {"realestatelisting", "accommodation", "apartment", "house", "singlefamilyresidence", "residence", "product"}
)
_PROPERTIES |= {"offer", "place", "lodgingbusiness", "apartmentcomplex", "room", "vehicle", "car"}
_SENDERS = frozenset({"sender", "author", "agent", "customer", "creator", "underName".casefold()})


def read(html: str) -> Lead | None:
    """The enquiry that the page's JSON-LD describes: a person who sent or wrote something, and what it is about."""
    people: list[tuple[bool, Person]] = []
    properties: list[Property] = []
    message = ""
    for script in _scripts(html):
        for role, node in _nodes(script):
            kinds = {kind.rpartition("/")[2].casefold() for kind in _strings(node.get("@type"))}
            if kinds & _PEOPLE:
                people.append((role in _SENDERS, _person(node)))
            elif kinds & _PROPERTIES and (found := _property(node)) != Property():
                properties.append(found)
            message = message or _string(node.get("text") or node.get("messageBody"))
    wrote = next((person for sent, person in people if sent and person != Person()), None)
    others = tuple(person for _, person in people if person not in (wrote, Person()))
    if wrote is None and not properties and not others:
        return None
    return Lead(wrote, tuple(dict.fromkeys(properties)), message, others)


def _scripts(html: str) -> Iterator[Any]:
    for number, opening in enumerate(_SCRIPT.finditer(html)):
        if number >= _MOST_SCRIPTS:
            return
        end = html.find("</", opening.end(), opening.end() + _LONGEST_SCRIPT)
        try:
            yield json.loads(html[opening.end() : end if end >= 0 else opening.end()])
        except (ValueError, RecursionError):
            continue


def _nodes(root: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All objects inside, each with the name under which it stands."""
    waiting: list[tuple[str, Any]] = [("", root)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        role, node = waiting.pop(0)
        if isinstance(node, list):
            waiting += [(role, one) for one in node[:_MOST_NODES]]
        elif isinstance(node, Mapping):
            yield role, node
            waiting += [(str(key).casefold(), value) for key, value in node.items() if isinstance(value, dict | list)]


def _person(node: Mapping[str, Any]) -> Person:
    return Person(
        name=full_name(whole=_string(node.get("name")))
        or full_name(_string(node.get("givenName")), _string(node.get("familyName"))),
        address=first_address(_string(node.get("email"))),
        phones=tuple(filter(None, (tidy(one) for one in _strings(node.get("telephone"))))),
        company=tidy(_string(node.get("worksFor"))),
        postal=_address(node.get("address")),
    )


def _property(node: Mapping[str, Any]) -> Property:
    reference = next(
        (tidy(value) for name in ("identifier", "sku", "productID") if (value := _string(node.get(name)))), ""
    )
    return Property(reference, _address(node.get("address")), tidy(_string(node.get("name"))))


def _address(value: Any) -> str:
    if isinstance(value, str):
        return tidy(value)
    if not isinstance(value, Mapping):
        return ""
    parts = (_string(value.get(name)) for name in ("streetAddress", "postalCode", "addressLocality"))
    street, postcode, town = parts
    return place(street, postcode=postcode, town=town)


def _string(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, Mapping):
        value = value.get("value") or value.get("name") or ""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _strings(value: Any) -> list[str]:
    return [one for part in (value if isinstance(value, list) else [value]) if (one := _string(part))]
