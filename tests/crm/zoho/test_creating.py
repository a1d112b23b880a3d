"""Leads, contacts and companies are looked for, created once, and found again; roles are noted and taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.crm import CRMError, Draft, DuplicateError, FieldError, Input, Part, Reason
from bot.crm.zoho import Zoho
from bot.records import Category, Record, RecordRef
from tests.crm.outside import Outside
from tests.crm.zoho.world import config
from tests.saying import english, raises

LENA = Draft(
    kind="Contacts",
    salutation="Frau",
    given_name="Lena",
    family_name="O'Neill",
    email="lena.oneill@example.de",
    phone="0241 5550123",
    mobile="0171 5550123",
    street="Lindenstraße 12",
    postal_code="52062",
    city="Aachen",
)


def row(outside: Outside, ref: RecordRef) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in outside.state()["zoho"]["records"][ref.kind] if each["id"] == ref.id)
    return found


def test_the_form_is_asked_of_fields_and_layout(crm: Zoho, outside: Outside) -> None:
    outside.post("zoho/rules", {"own": ["Enquiry_Channel", "Linkbot_Ref"], "mandatory": {"Leads": ["Enquiry_Channel"]}})
    form = crm.creator.form("Leads")
    required = {one.name for one in form.fields if one.required}
    assert required == {"Last_Name", "Company", "Enquiry_Channel"}
    by_name = {one.name: one for one in form.fields}
    assert [option.value for option in by_name["Enquiry_Channel"].options] == ["Portal", "Website", "Phone"]
    assert (by_name["Phone"].longest, by_name["Email"].input) == (30, Input.EMAIL)
    assert "Linkbot_Ref" not in by_name and by_name["Company"].part is Part.COMPANY
    assert {one.part for one in crm.creator.form("Accounts").fields} >= {Part.COMPANY, Part.PHONE, Part.CITY}


def test_an_old_consent_still_has_a_form(crm: Zoho, outside: Outside) -> None:
    scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.settings.fields.READ", "ZohoCRM.settings.modules.READ"]
    outside.post("zoho/connection", {"scopes": scopes})
    assert [one.name for one in crm.creator.form("Contacts").fields if one.required] == ["Last_Name"]


@pytest.mark.parametrize(("kind", "street"), [("Contacts", "Mailing_Street"), ("Leads", "Street")])
def test_a_person_is_created_with_all_that_is_known(crm: Zoho, outside: Outside, kind: str, street: str) -> None:
    made = crm.creator.create(replace(LENA, kind=kind, company="Nobody knows"), "key")
    there = row(outside, made.ref)
    assert (there["Salutation"], there["Last_Name"], there[street]) == ("Ms.", "O'Neill", "Lindenstraße 12")
    assert there.get("Company", there.get("Account_Name")) == ("Nobody knows" if kind == "Leads" else None)
    assert outside.state()["zoho"]["automated"] == [], "nobody is written to"
    read = crm.creator.fetch(made.ref)
    assert read is not None and (read.name, read.city) == ("Lena O'Neill", "Aachen")


def test_automations_run_where_the_office_wants_them(outside: Outside) -> None:
    made = Zoho(replace(config(outside), automations=True)).creator.create(LENA, "key")
    assert outside.state()["zoho"]["automated"] == [made.ref.id]


def test_the_company_is_found_by_name_or_domain(crm: Zoho, outside: Outside) -> None:
    outside.post(
        "zoho/record",
        {"module": "Accounts", "fields": {"Account_Name": "Nordbau Ltd", "Website": "https://www.nordbau.example"}},
    )
    made = crm.creator.create(replace(LENA, company="Nordbau Ltd"), "key")
    assert row(outside, made.ref)["Account_Name"]["name"] == "Nordbau Ltd"
    (found,) = crm.creator.companies(Draft(kind="Contacts", email="ann@nordbau.example"))
    assert found.name == "Nordbau Ltd"
    assert crm.creator.companies(Draft(kind="Contacts", email="ann@gmail.com")) == []
    chosen = crm.creator.create(replace(LENA, company_ref=found.ref), "other")
    assert row(outside, chosen.ref)["Account_Name"]["id"] == found.ref.id


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (Draft(kind="Contacts", email="Emily.Carter@brightwater.example"), Reason.EMAIL),
        (Draft(kind="Contacts", phone="+44 20 79460151", region="GB"), Reason.PHONE),
        (Draft(kind="Contacts", given_name="Emily", family_name="Carter", city="London"), Reason.NAME_AND_PLACE),
        (Draft(kind="Contacts", email="sophie.langford@tollgatepharmacy.example"), Reason.EMAIL),
        (Draft(Category.COMPANY, "Accounts", company="Brightwater"), Reason.NAME),
    ],
)
def test_duplicates_are_found_among_leads_and_contacts(crm: Zoho, draft: Draft, why: Reason) -> None:
    found = crm.creator.duplicates(draft)
    assert found and found[0].reasons[0] is why


def test_what_was_just_created_is_seen_though_the_search_is_late(crm: Zoho) -> None:
    assert crm.creator.duplicates(LENA) == []
    made = crm.creator.create(LENA, "key")
    (found,) = crm.creator.duplicates(replace(LENA, email="", mobile=""))
    assert found.record.ref == made.ref and found.reasons[0] is Reason.PHONE


@pytest.mark.parametrize("own", [[], ["Linkbot_Ref"]])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after_commit", "timeout", "status"])
def test_an_unknown_outcome_is_settled_by_reading(crm: Zoho, outside: Outside, kind: str, own: list[str]) -> None:
    outside.post("zoho/rules", {"own": own})
    outside.fault("zoho.create_record", kind, 500)
    with pytest.raises(CRMError) as caught:
        crm.creator.create(LENA, "key-1")
    assert caught.value.uncertain and outside.calls("zoho.create_record") == 1
    found = crm.creator.settle(LENA, "key-1", ())
    assert len(found) == outside.state()["zoho"]["created"] == (1 if kind == "drop_after_commit" else 0)
    if own:
        again = crm.creator.create(LENA, "key-1")
        assert outside.state()["zoho"]["created"] == 1 and (not found or again.ref == found[0].ref)
        assert crm.creator.settle(LENA, "key-2", ()) == [], "somebody else's of the same name is not ours"


def test_what_must_be_unique_is_told_by_the_records_that_have_it(crm: Zoho, outside: Outside) -> None:
    outside.post("zoho/rules", {"unique": {"Contacts": ["Email", "Mobile"], "Leads": ["Email"]}, "mapped": True})
    first = crm.creator.create(LENA, "a").ref
    second = crm.creator.create(replace(LENA, email="other@example.de", mobile="0171 9"), "b").ref
    for draft, refs in (
        (LENA, {first}),
        (replace(LENA, mobile="0171 9"), {first, second}),
        (replace(LENA, kind="Leads"), {first}),
    ):
        with pytest.raises(DuplicateError) as caught:
            crm.creator.create(draft, "c")
        assert set(caught.value.refs) == refs
    assert outside.state()["zoho"]["created"] == 2


@pytest.mark.parametrize(
    ("rules", "change", "field", "missing"),
    [
        ({"mandatory": {"Contacts": ["Enquiry_Channel"]}, "own": ["Enquiry_Channel"]}, {}, "Enquiry_Channel", True),
        ({"unannounced": {"Contacts": ["Lead_Source"]}}, {}, "Lead_Source", True),
        ({}, {"family_name": ""}, "Last_Name", True),
        ({}, {"phone": "1" * 31}, "Phone", False),
        ({}, {"email": "no address"}, "Email", False),
        ({}, {"more": {"Lead_Source": "A friend"}}, "Lead_Source", False),
    ],
)
def test_a_field_that_is_missing_or_wrong_is_named(
    crm: Zoho, outside: Outside, rules: dict[str, Any], change: dict[str, Any], field: str, missing: bool
) -> None:
    outside.post("zoho/rules", rules)
    with pytest.raises(FieldError) as caught:
        crm.creator.create(replace(LENA, **change), "key")
    assert (caught.value.field, caught.value.missing) == (field, missing)
    assert outside.state()["zoho"]["created"] == 0
    assert field in {one.name for one in crm.creator.form("Contacts", [field]).fields if one.required}


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 400, "code": "DEPENDENT_FIELD_MISSING", "details": {"api_name": "City"}, "per_item": "data"},
        {
            "status": 400,
            "code": "DEPENDENT_MISMATCH",
            "details": {"api_name": "City", "dependee": {}},
            "per_item": "data",
        },
        {"status": 400, "code": "NOT_ALLOWED", "details": {"api_name": "City"}, "per_item": "data"},
        {"status": 400, "code": "AUTHORIZATION_FAILED", "details": {"resource_path_index": 0}},
        {"status": 400, "code": "DEPENDENT_SERVICE_ERROR", "per_item": "data"},
        {"status": 400, "code": "RECORD_LOCKED", "per_item": "data"},
        {"status": 400, "code": "LIMIT_EXCEEDED", "per_item": "data"},
        {"status": 400, "code": "INVALID_MODULE"},
        {"status": 400, "code": "INVALID_REQUEST_METHOD"},
        {"status": 401, "code": "OAUTH_SCOPE_MISMATCH"},
        {"status": 403, "code": "NO_PERMISSION", "details": {"permissions": ["Crm_Implied_Create_Contacts"]}},
        {"status": 404, "code": "INVALID_URL_PATTERN"},
        {"status": 429, "code": "TOO_MANY_REQUESTS"},
        {"status": 400, "code": "SOMETHING_NEW", "per_item": "data"},
    ],
    ids=lambda fault: fault["code"],
)
def test_every_refusal_is_a_sentence_that_says_what_to_do(crm: Zoho, outside: Outside, fault: dict[str, Any]) -> None:
    outside.fault("zoho.create_record", "status", fault)
    with pytest.raises(CRMError) as caught:
        crm.creator.create(LENA, "key")
    assert "mail" not in english(caught.value.message).replace("e-mail", "") and english(caught.value.message).endswith(
        "."
    )
    assert not caught.value.uncertain and caught.value.permanent is (fault["status"] != 429)


def test_a_role_is_noted_once_and_taken_back(crm: Zoho, outside: Outside, emily: Record, deal: Record) -> None:
    assert crm.creator.relate(emily.ref, deal.ref).verified
    again = crm.creator.relate(emily.ref, deal.ref)
    assert again.already and outside.calls("zoho.put_contact_role") == 1
    assert crm.creator.unrelate(emily.ref, deal.ref).verified
    assert crm.creator.unrelate(emily.ref, deal.ref).already
    lead = RecordRef("zoho", "Leads", "1")
    with raises(CRMError, "a lead can have none"):
        crm.creator.relate(lead, deal.ref)
    with raises(CRMError, "no longer"):
        crm.creator.relate(RecordRef("zoho", "Contacts", "1"), deal.ref)


def test_which_role_is_noted(outside: Outside, emily: Record, deal: Record) -> None:
    crm = Zoho(replace(config(outside), contact_role="purchasing"))
    crm.creator.relate(emily.ref, deal.ref)
    assert outside.state()["zoho"]["contact_roles"][deal.ref.id][emily.ref.id].endswith("873")
    outside.post("zoho/rules", {"roles": ["Decision Maker", "Purchasing"]})
    crm.creator.unrelate(emily.ref, deal.ref)
    with raises(CRMError, "ZOHO_CONTACT_ROLE to one of these: Decision Maker, Purchasing"):
        Zoho(config(outside)).creator.relate(emily.ref, deal.ref)


def test_the_usual_kind_comes_first(crm: Zoho, outside: Outside) -> None:
    assert list(crm.capabilities.creatable) == ["Contacts", "Leads", "Accounts"]
    assert next(iter(Zoho(replace(config(outside), creates="Leads")).capabilities.creatable)) == "Leads"
