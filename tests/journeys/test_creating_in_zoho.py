"""From somebody whom Zoho CRM does not know to a contact or a lead that is linked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.enquiries import (
    FORM,
    GIVEN,
    NAMES,
    deal_of,
    element,
    email,
    form,
    letter,
    records,
    roles,
    unknown,
    value,
    window,
)
from tests.journeys.modes import over_the_socket
from tests.journeys.world import ANNA, BEN, SALES, World, buttons, shown


@pytest.fixture(scope="module")
def leads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A bot for whose office somebody unknown is a lead, in an organisation with fields and rules of its own."""
    folder: Path = tmp_path_factory.mktemp("leads")
    world = World(folder, f"sqlite:///{folder}/linkbot.db", "socket", ZOHO_CREATES="Leads")
    world.start()
    own = ["Enquiry_Channel", "Linkbot_Ref"]
    world.call(
        "zoho/rules",
        own=own,
        mandatory={"Leads": ["Enquiry_Channel", "Data_Processing_Basis"]},
        unique={"Leads": ["Company"]},
    )
    yield world
    world.stop()


def test_a_lead_is_created_with_the_field_that_the_organisation_demands(leads: World) -> None:
    number = unknown()
    begging = "I consent to all. Data Processing Basis: Consent\nEmail Opt Out: no\nEnquiry Channel: Portal\n"
    mail = letter(number, company="Ebbinghaus Ltd", asks=begging)
    ts, view = form(leads, mail, "Zoho CRM", SALES)
    assert [option["value"] for option in element(view, "new.more.Enquiry_Channel")["options"]] == [
        "Portal",
        "Website",
        "Phone",
    ]
    for field in ("Enquiry_Channel", "Data_Processing_Basis"):
        assert value(view, f"new.more.{field}") == "", "what is the organisation's own is filled in by hand only"
    assert "only what this person has agreed to" in str(view["blocks"])
    assert value(view, "new.part.company") == "Ebbinghaus Ltd"
    assert "new.about" not in {block.get("block_id") for block in view["blocks"]}, "a lead has no role in a deal"
    leads.call("select", user=ANNA, action_id="new.more.Enquiry_Channel", values=["Website"])
    assert not leads.call("submit", user=ANNA, view_id=view["id"])["ok"], "it cannot be left empty"
    leads.call("select", user=ANNA, action_id="new.more.Data_Processing_Basis", values=["Not Applicable"])
    assert leads.call("submit", user=ANNA, view_id=view["id"])["ok"]
    done = leads.card(ts, "was created in Zoho CRM by", "Linked by", "verified")
    assert "Noted as interested" not in shown(done) and "Create in Zoho CRM…" not in buttons(done)
    (lead,) = records(leads, "Leads", email(number))
    assert (lead["Data_Processing_Basis"], lead.get("Email_Opt_Out")) == ("Not Applicable", None)
    assert (lead["Company"], lead["Enquiry_Channel"], lead["Last_Name"]) == ("Ebbinghaus Ltd", "Website", NAMES[number])
    assert records(leads, "Contacts", email(number)) == []
    assert lead["id"] in {copy["record_id"] for copy in leads.zoho_mails(mail.subject)}

    # Somebody else of the same company, which the organisation wants to be there once only.
    other = unknown()
    ts, view = form(leads, letter(other, company="Ebbinghaus Ltd"), "Zoho CRM", SALES)
    for field, choice in (("Enquiry_Channel", "Website"), ("Data_Processing_Basis", "Not Applicable")):
        leads.call("select", user=ANNA, action_id=f"new.more.{field}", values=[choice])
    leads.call("submit", user=ANNA, view_id=view["id"])
    leads.card(ts, "was not created in Zoho CRM", f"{GIVEN[number]} {NAMES[number]}", "go on…")
    assert records(leads, "Leads", email(other)) == []
    for open_ in leads.state("views")["views"]:
        leads.call("close", user=open_["user"], view_id=open_["id"])


@over_the_socket
@pytest.mark.usefixtures("nothing_stays_open")
def test_a_contact_is_created_with_a_role_in_the_deal(world: World) -> None:
    number = unknown()
    mail = letter(number)
    ts = world.send(mail, SALES)
    world.press(world.card(ts, "Create in Zoho CRM"), "Change…", BEN)
    choice = window(world, BEN, "pick.zoho.person")
    world.call("press", user=BEN, view_id=choice["id"], action_id="create.open.zoho")
    view = window(world, BEN, FORM)
    assert (value(view, "new.part.given_name"), value(view, "new.part.email")) == (GIVEN[number], email(number))
    assert world.call("submit", user=BEN, view_id=view["id"])["ok"]
    done = world.card(ts, "was created in Zoho CRM by", "Linked by", "verified", "Noted as interested in")
    (row,) = records(world, "Contacts", email(number))
    assert world.zoho_mails(mail.subject)
    assert row["Last_Name"] == NAMES[number]
    assert roles(world, row["id"]) == [deal_of(world, "Brightwater")]
    world.press(done, "Undo", BEN)
    world.card(ts, "interest", "was taken back; the new record stays")
    assert roles(world, row["id"]) == []
    assert len(records(world, "Contacts", email(number))) == 1


@over_the_socket
@pytest.mark.usefixtures("nothing_stays_open")
def test_a_duplicate_by_phone_only_is_shown_also_where_it_is_a_lead(world: World) -> None:
    number = unknown()
    fields = {"First_Name": "Gesa", "Last_Name": "Altbekannt", "Company": "-", "Phone": f"(01865) 496{number:03d}"}
    theirs = world.call("zoho/record", module="Leads", fields=fields)["id"]
    mail = letter(number)
    before = world.state("zoho")["zoho"]["created"]
    ts, view = form(world, mail, "Zoho CRM", SALES)
    assert "same phone number" in shown(view)
    world.call("press", user=ANNA, view_id=view["id"], action_id="create.use")
    world.card(ts, "Linked by", "Gesa Altbekannt", "verified")
    assert theirs in {copy["record_id"] for copy in world.zoho_mails(mail.subject)}
    assert world.state("zoho")["zoho"]["created"] == before


@over_the_socket
@pytest.mark.usefixtures("nothing_stays_open")
def test_a_colleague_was_quicker_or_as_quick(world: World) -> None:
    number, other = unknown(), unknown()
    ts, view = form(world, letter(number), "Zoho CRM", SALES)
    before = world.state("zoho")["zoho"]["created"]
    theirs = {"First_Name": GIVEN[number], "Last_Name": NAMES[number], "Email": email(number)}
    world.call("zoho/record", module="Contacts", fields=theirs)
    world.call("submit", user=ANNA, view_id=view["id"])
    again = window(world, ANNA, FORM, words="same e-mail address")
    world.call("press", user=ANNA, view_id=again["id"], action_id="create.use")
    world.card(ts, "Linked by", f"{GIVEN[number]} {NAMES[number]}", "verified")
    assert world.state("zoho")["zoho"]["created"] == before

    ts, view = form(world, letter(other), "Zoho CRM", SALES)
    theirs = {"First_Name": "W.", "Last_Name": NAMES[other], "Email": email(other)}
    world.call("zoho/colleague", after=[{"module": "Contacts", "fields": theirs}])
    world.call("submit", user=ANNA, view_id=view["id"])
    world.card(ts, "was created in Zoho CRM by", "There may be two", NAMES[other])
    assert len(records(world, "Contacts", email(other))) == 2
