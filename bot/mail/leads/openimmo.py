"""OpenImmo feedback: what German portals attach to an enquiry (https://openimmo.de, `openimmo_feedback`)."""

from __future__ import annotations

from bot.mail.leads.shape import Lead, Person, Property, full_name, place, tidy
from bot.mail.leads.values import first_address
from bot.mail.leads.xml import Node

ROOT = "openimmo_feedback"


def read(root: Node) -> Lead | None:
    """The enquiry in a feedback document; None where it names nobody."""
    interested = root.first("interessent")
    if interested is None:
        return None
    person = Person(
        name=full_name(interested.text("vorname"), interested.text("nachname"), interested.text("name")),
        address=first_address(interested.text("email")),
        phones=tuple(dict.fromkeys(filter(None, (tidy(interested.text(one)) for one in ("mobil", "tel"))))),
        company=tidy(interested.text("firma")),
        postal=place(
            interested.text("strasse"), interested.text("hausnummer"), interested.text("plz"), interested.text("ort")
        ),
    )
    objects = tuple(_property(one) for one in root.all("objekt"))
    return Lead(person, tuple(one for one in objects if one != Property()), interested.text("anfrage"))


def _property(one: Node) -> Property:
    own = {child.name: child.value for child in one.children()}
    return Property(
        reference=tidy(own.get("oobj_id") or own.get("objektnr_extern")),
        address=place(own.get("strasse", ""), own.get("hausnummer", ""), own.get("plz", ""), own.get("ort", "")),
        title=tidy(own.get("bezeichnung") or own.get("objekttitel")),
    )
