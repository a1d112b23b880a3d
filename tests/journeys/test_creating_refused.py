"""Refusals that the vendors document, one of each sentence and class: the form comes back with the sentence and with
what was typed, nothing is created, and behind the last one it is. That every documented error has a sentence of its own
is held in `tests/crm/onoffice/test_creating.py` and `tests/crm/zoho/test_creating.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.journeys.enquiries import (
    FORM,
    NAMES,
    addresses,
    email,
    enquiry,
    form,
    letter,
    records,
    unknown,
    value,
    window,
)
from tests.journeys.modes import over_the_socket
from tests.journeys.world import ANFRAGEN, ANNA, SALES, World

pytestmark = [
    over_the_socket,
    pytest.mark.usefixtures("nothing_stays_open"),
]

OF_ONOFFICE = (
    (131, "may not create addresses in onOffice"),
    (156, "may not create addresses in onOffice"),
    (251, "refused to create this address (number 251)"),
    (300, "does not take one of the phone numbers"),
)


def refused(world: World, view: Mapping[str, Any], words: str) -> dict[str, Any]:
    """Submit the form, and give it as it comes back with these words."""
    world.call("submit", user=ANNA, view_id=view["id"])
    return window(world, ANNA, FORM, words=words)


def test_what_onoffice_refuses_is_said_in_the_form(world: World) -> None:
    number = unknown()
    ts, view = form(world, enquiry(number), "onOffice", ANFRAGEN)
    for code, words in OF_ONOFFICE:
        world.fault("onoffice.create_address", "status", {"errorcode": code})
        view = refused(world, view, words)
        assert value(view, "new.part.email") == email(number)
    world.card(ts, "was not created in onOffice", "go on…")
    # Fields that are not, or not any more, as the configuration told an hour ago.
    for rules, words in (
        ({"inactive": ["Ort"]}, "has no field “Ort”"),
        ({"inactive": [], "mandatory": ["Briefanrede"]}, "also wants “Briefanrede” to be filled in"),
    ):
        world.call("onoffice/rules", **rules)
        view = refused(world, view, words)
    world.call("onoffice/rules", mandatory=[], inactive=[])
    assert addresses(world, email=email(number)) == []
    world.fault("onoffice.create_relation", "status", {"errorcode": 173})
    filled = {"new.more.Briefanrede": {"new.more.Briefanrede": "Sehr geehrte Frau"}}
    world.call("submit", user=ANNA, view_id=view["id"], values=filled)
    world.card(ts, "was created in onOffice by", "Linked by", "verified", "was not noted", "Please note it in onOffice")
    assert len(addresses(world, email=email(number))) == 1


def at_item(code: str, **details: Any) -> dict[str, Any]:
    return {"status": 400, "code": code, "details": details, "per_item": "data"}


OF_ZOHO = (
    (
        {"status": 403, "code": "NO_PERMISSION", "details": {"permissions": ["X"]}},
        "may not create records of this kind",
    ),
    ({"status": 401, "code": "OAUTH_SCOPE_MISMATCH"}, "Zoho"),
    (at_item("NOT_ALLOWED", api_name="Mailing_City"), "does not take what stands in “Mailing City”"),
    (at_item("INVALID_DATA", api_name="Phone", maximum_length=3), "does not take what stands in “Phone”"),
    (at_item("SOMETHING_NEW"), "refused to create this record"),
    (at_item("MANDATORY_NOT_FOUND", api_name="Lead_Source"), "also wants “Lead Source” to be filled in"),
)


def test_what_zoho_refuses_is_said_in_the_form(world: World) -> None:
    number = unknown()
    ts, view = form(world, letter(number), "Zoho CRM", SALES)
    for fault, words in OF_ZOHO:
        world.fault("zoho.create_record", "status", fault)
        view = refused(world, view, words)
        assert value(view, "new.part.email") == email(number)
    assert records(world, "Contacts", email(number)) == []
    # The field that turned out to be needed is there to be filled in.
    world.call("select", user=ANNA, action_id="new.more.Lead_Source", values=["Web Download"])
    world.fault("zoho.put_contact_role", "status", {"status": 403, "code": "NO_PERMISSION"})
    world.call("submit", user=ANNA, view_id=view["id"])
    world.card(ts, "was created in Zoho CRM by", "Linked by", "verified", "was not noted", "note it there by hand")
    (row,) = records(world, "Contacts", email(number))
    assert (row["Lead_Source"], row["Last_Name"]) == ("Web Download", NAMES[number])
