from typing import Any

from bot.crm.zoho import mapping
from bot.crm.zoho.client import Answer
from bot.crm.zoho.directory import next_position
from bot.records import Category, RecordRef

METADATA: list[dict[str, Any]] = [
    {"api_name": "First_Name", "data_type": "text"},
    {"api_name": "Last_Name", "data_type": "text"},
    {"api_name": "Full_Name", "data_type": "text"},
    {"api_name": "Email", "data_type": "email"},
    {"api_name": "Secondary_Email", "data_type": "email"},
    {"api_name": "Phone", "data_type": "phone"},
    {"api_name": "Account_Name", "data_type": "lookup"},
    {"api_name": "Mailing_Street", "data_type": "text"},
    {"api_name": "Mailing_City", "data_type": "text"},
    {"api_name": "Mailing_Zip", "data_type": "text"},
    {"api_name": "Description", "data_type": "textarea"},
    {"api_name": "Number", "data_type": "autonumber"},
]


def test_the_fields_are_those_that_the_organisation_has() -> None:
    known = mapping.fields(METADATA)
    assert known.emails == ("Email", "Secondary_Email")
    assert "Description" not in known.all()
    assert "Deal_Name" not in known.all()
    assert known.number == "Number"


def test_no_more_fields_are_asked_for_than_one_call_may_name() -> None:
    many = [{"api_name": f"Mail_{n}", "data_type": "email"} for n in range(80)]
    assert len(mapping.fields(METADATA + many).all()) == 50


def test_a_contact() -> None:
    item = {
        "id": 4876876000000333267,
        "First_Name": "Emily",
        "Last_Name": "Carter",
        "Full_Name": "Emily Carter",
        "Email": "emily@brightwater.example",
        "Secondary_Email": None,
        "Phone": "020 1",
        "Number": "C-17",
        "Account_Name": {"name": "Brightwater Ltd", "id": "9"},
        "Mailing_Street": "24 King's Parade",
        "Mailing_City": "London",
        "Mailing_Zip": "EC2A 4NE",
    }
    found = mapping.record("Contacts", item, mapping.fields(METADATA))
    assert found.ref == RecordRef("zoho", "Contacts", "4876876000000333267")
    assert found.category is Category.PERSON
    assert (found.name, found.company, found.emails) == (
        "Emily Carter",
        "Brightwater Ltd",
        ("emily@brightwater.example",),
    )
    assert (found.street, found.house_number, found.city) == ("King's Parade", "24", "London")
    assert found.reference == "C-17"
    assert found.related == (RecordRef("zoho", "Accounts", "9"),)


def test_a_deal_knows_its_contact_and_its_account() -> None:
    item = {
        "id": "1",
        "Deal_Name": "Fit-out",
        "Account_Name": {"name": "B", "id": "2"},
        "Contact_Name": {"name": "E", "id": "3"},
    }
    found = mapping.record("Deals", item, mapping.Fields(()))
    assert (found.name, found.category) == ("Fit-out", Category.DEAL)
    assert found.related == (RecordRef("zoho", "Contacts", "3"), RecordRef("zoho", "Accounts", "2"))


def test_an_account_a_lead_and_a_module_of_the_organisations_own() -> None:
    none = mapping.Fields(())
    account = mapping.record("Accounts", {"id": "1", "Account_Name": "Grüner GmbH"}, none)
    assert (account.name, account.company, account.category) == ("Grüner GmbH", "Grüner GmbH", Category.COMPANY)
    lead = mapping.record("Leads", {"id": "1", "Last_Name": "Özdemir", "Company": "Ö AG"}, none)
    assert (lead.name, lead.company, lead.category) == ("Özdemir", "Ö AG", Category.PERSON)
    own = mapping.record("Projects_X", {"id": "1", "Name": "Roll-out"}, none)
    assert (own.name, own.category) == ("Roll-out", Category.DEAL)
    assert mapping.record("Deals", {"id": "1", "Deal_Name": None}, none).name == "Deals 1"


def answer(more: bool, token: str | None = None) -> Answer:
    return Answer({"info": {"more_records": more, "next_page_token": token}})


def test_pages_go_by_number_then_by_token() -> None:
    assert next_position("", answer(True, "t")) == "page:2"
    assert next_position("page:9", answer(True, "t")) == "page:10"
    assert next_position("page:10", answer(True, "t")) == "page_token:t"
    assert next_position("page_token:t", answer(True, "u:v")) == "page_token:u:v"
    assert next_position("page:10", answer(True)) == "page:11"
    assert next_position("page_token:t", answer(False, "u")) == ""
    assert next_position("", Answer(empty=True)) == ""
