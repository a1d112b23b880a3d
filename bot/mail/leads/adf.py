"""ADF, the Auto-lead Data Format 1.0, which sales portals send as an attachment or as the whole text of a mail."""

from __future__ import annotations

from bot.mail.leads.shape import Lead, Person, Property, full_name, place, tidy
from bot.mail.leads.values import first_address
from bot.mail.leads.xml import Node

ROOT = "adf"
_BEGIN, _END = "<adf", "</adf>"


def read(root: Node) -> Lead | None:
    """The prospect in such a document; None where it names nobody."""
    customer = root.first("customer")
    if customer is None:
        return None
    parts = {one.attribute("part").casefold() or "full": one.value for one in reversed([*customer.all("name")])}
    person = Person(
        name=full_name(parts.get("first", ""), parts.get("last", ""), parts.get("full", "")),
        address=first_address(customer.text("email")),
        phones=tuple(dict.fromkeys(tidy(one.value) for one in customer.all("phone") if one.value)),
        company=tidy(customer.text("company")),
        postal=place(
            customer.text("street"), postcode=customer.text("postalcode"), town=customer.text("city"),
            rest=customer.text("regioncode"),
        ),
    )  # fmt: skip
    vehicle = root.first("vehicle")
    asked = Property()
    if vehicle is not None:
        title = " ".join(filter(None, (vehicle.text(one) for one in ("year", "make", "model", "trim"))))
        asked = Property(reference=tidy(vehicle.text("stock")), title=tidy(title))
    return Lead(person, (asked,) if asked != Property() else (), customer.text("comments"))


def span(text: str) -> tuple[int, int] | None:
    """Where such a document stands in a mail's text, its declarations included."""
    lowered = text.casefold() if text.isascii() else "".join(c.lower() if c.isascii() else c for c in text)
    begin, end = lowered.find(_BEGIN), lowered.rfind(_END)
    if begin < 0 or end < begin or lowered[begin + len(_BEGIN) : begin + len(_BEGIN) + 1] not in (">", " ", "\n", "\t"):
        return None
    while (before := lowered.rfind("<?", 0, begin)) >= 0 and not lowered[before:begin].partition("?>")[2].strip():
        begin = before
    return begin, end + len(_END)
