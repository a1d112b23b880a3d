"""Immowelt's `objektanfrage`: names begin with o_ for the property (Objekt) and i_ for who asks (Interessent)."""

from __future__ import annotations

from bot.mail.leads.shape import Lead, Person, Property, full_name, place, tidy
from bot.mail.leads.values import first_address
from bot.mail.leads.xml import Node

ROOT = "objektanfrage"


def read(root: Node) -> Lead | None:
    """The enquiry in such a document; None where it names nobody."""
    person = Person(
        name=full_name(root.text("i_vorname"), root.text("i_nachname", "i_name")),
        address=first_address(root.text("i_email", "i_mail")),
        phones=tuple(
            dict.fromkeys(filter(None, (tidy(root.text(one)) for one in ("i_mobil", "i_handy", "i_tel", "i_telefon"))))
        ),
        company=tidy(root.text("i_firma")),
        postal=place(
            root.text("i_strasse"), root.text("i_hausnummer", "i_hausnr"), root.text("i_plz"), root.text("i_ort")
        ),
    )
    asked = Property(
        reference=tidy(root.text("o_refnr", "o_objektnr", "o_anbieternr")),
        address=place(
            root.text("o_strasse"), root.text("o_hausnummer", "o_hausnr"), root.text("o_plz"), root.text("o_ort")
        ),
        title=tidy(root.text("o_titel", "o_bezeichnung", "o_ueberschrift")),
    )  # fmt: skip
    if not (person.name or person.address or person.phones):
        return None
    return Lead(person, (asked,) if asked != Property() else (), root.text("i_info", "i_nachricht", "i_anfrage"))
