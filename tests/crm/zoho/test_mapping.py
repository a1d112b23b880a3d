from datetime import UTC, datetime
from typing import Any

import pytest

from bot.crm.zoho import mapping
from bot.crm.zoho.client import Answer
from bot.crm.zoho.directory import Position, next_position
from bot.crm.zoho.querying import listed, select
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
    assert (own.name, own.category) == ("Roll-out", Category.OTHER)
    assert mapping.record("Deals", {"id": "1", "Deal_Name": None}, none).name == "Deals 1"


def test_what_hangs_on_a_deal_is_of_no_sort_of_its_own() -> None:
    known = mapping.fields(
        [{"api_name": "Subject", "data_type": "text"}, {"api_name": "SO_Number", "data_type": "text"}]
    )
    order = mapping.record("Sales_Orders", {"id": "1", "Subject": "Fit-out", "SO_Number": "SO-7"}, known)
    assert (order.name, order.reference, order.category) == ("Fit-out", "SO-7", Category.OTHER)


def test_lookups_of_own_modules_are_followed_and_all_their_addresses_read() -> None:
    known = mapping.fields(
        [
            {"api_name": "Name", "data_type": "text"},
            {"api_name": "Mail_1", "data_type": "email"},
            {"api_name": "Mail_2", "data_type": "email"},
            {"api_name": "Client", "data_type": "lookup", "lookup": {"module": {"api_name": "Contacts", "id": "7"}}},
            {"api_name": "Site", "data_type": "lookup", "lookup": {"module": {"api_name": "Sites", "id": "8"}}},
        ]
    )
    assert set(known.all()) == {"Name", "Mail_1", "Mail_2", "Client"}
    item = {"id": "1", "Name": "Roll-out", "Mail_2": "b@example.com", "Client": {"id": "3", "name": "E"}}
    found = mapping.record("Projects_X", item, known)
    assert (found.emails, found.related) == (("b@example.com",), (RecordRef("zoho", "Contacts", "3"),))


def test_which_modules_are_read() -> None:
    assert mapping.chosen(()) == mapping.STANDARD
    assert mapping.chosen(("Projects_X", "Contacts")) == (*mapping.STANDARD, "Projects_X")
    assert mapping.chosen(("-Invoices", "- Leads")) == tuple(
        module for module in mapping.STANDARD if module not in ("Invoices", "Leads")
    )


def answer(more: bool, token: str | None = None, *ids: str) -> Answer:
    return Answer({"info": {"more_records": more, "next_page_token": token}, "data": [{"id": id_} for id_ in ids]})


def test_pages_go_by_number_then_by_token() -> None:
    assert next_position(Position(), answer(True, "t", "1", "2")) == Position("page", "2", 2)
    assert next_position(Position("page", "9"), answer(True, "t")) == Position("page", "10")
    assert next_position(Position("page", "10"), answer(True, "t")) == Position("page_token", "t")
    assert next_position(Position("page_token", "t", 2200), answer(True, "u:v", "1")) == Position(
        "page_token", "u:v", 2201
    )
    assert next_position(Position("page", "10"), answer(True)) == Position("page", "11")
    assert next_position(Position("page_token", "t"), answer(False, "u")) is None
    assert next_position(Position(), Answer(empty=True)) is None


def test_a_list_that_ends_at_the_most_that_is_listed_is_read_on_by_query() -> None:
    end = Position("page_token", "t", 99_999)
    assert next_position(end, answer(False, None, "1"), beyond="coql") == Position("coql")
    assert next_position(end, answer(False, None, "1")) is None
    assert next_position(end, answer(False, None), beyond="coql") is None
    assert next_position(Position("coql"), answer(True, None, "5", "7")) == Position("coql", "7", 2)
    assert next_position(Position("coql", "7"), answer(False, None, "9"), beyond="coql") is None


@pytest.mark.parametrize("position", [Position(), Position("page_token", "u:v", 2201), Position("coql", "17", 5)])
def test_positions_are_kept_as_text(position: Position) -> None:
    assert Position.load(position.dump()) == position
    assert Position.load("") == Position()
    assert Position.load("page_token:t") == Position("page_token", "t")


def test_a_query_asks_for_the_names_of_companies_and_for_no_more_columns_than_it_may() -> None:
    known = mapping.fields(METADATA)
    text = select("Contacts", known, "41", None, 2000)
    assert text.startswith("select id, Email, Secondary_Email, ")
    assert text.endswith(" from Contacts where id > '41' order by id asc limit 2000")
    assert "Account_Name.Account_Name" in text
    since = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert "where (id > '41' and Modified_Time >= '2026-11-20T08:00:00+00:00')" in select(
        "Deals", known, "41", since, 200
    )
    many = mapping.fields(METADATA + [{"api_name": f"Mail_{n}", "data_type": "email"} for n in range(80)])
    assert select("Contacts", many, "1", None, 200).partition(" from ")[0].count(",") < 50
    row = {"id": "1", "Account_Name": {"id": "9"}, "Account_Name.Account_Name": "Grüner GmbH"}
    assert mapping.record("Contacts", listed(row), known).company == "Grüner GmbH"
