"""Addresses are looked for, created once, and found again; interest is noted and taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.crm import CRMError, Draft, FieldError, Input, Part, Reason
from bot.crm.onoffice import OnOffice
from bot.records import Category, RecordRef
from tests.crm.outside import Outside
from tests.saying import english, raises

LENA = Draft(
    kind="address",
    salutation="Mrs.",
    title="Dr.",
    given_name="Lena",
    family_name="Neumann",
    company="Neumann GmbH",
    email="lena.neumann@example.de",
    phone="0241 5550123",
    mobile="0171 5550123",
    street="Lindenstraße 12",
    postal_code="52062",
    city="Aachen",
)
HOUSE = RecordRef("onoffice", "estate", "2649")


def row(outside: Outside, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in outside.state()["onoffice"]["addresses"] if str(each["id"]) == id_)
    return found


def colleague(outside: Outside, when: str, **fields: Any) -> None:
    outside.post("onoffice/colleague", {when: [{"fields": fields}]})


def test_the_form_is_asked_of_the_configuration(crm: OnOffice) -> None:
    form = crm.creator.form("address")
    assert [one.part for one in form.fields] == list(Part)
    by_part = {one.part: one for one in form.fields}
    assert [option.value for option in by_part[Part.SALUTATION].options][:2] == ["Herr", "Frau"]
    assert (by_part[Part.FAMILY_NAME].longest, by_part[Part.COMPANY].label) == (80, "Firma")
    assert by_part[Part.MOBILE].input is Input.PHONE
    assert not any(one.required for one in form.fields), "onOffice does not tell"
    demanded = crm.creator.form("address", ["HerkunftKontakt", "Telefon1", "DSGVOStatus"])
    required = [one for one in demanded.fields if one.required]
    assert [(one.name, one.consent) for one in required] == [
        ("phone", False),
        ("HerkunftKontakt", False),
        ("DSGVOStatus", True),
    ]
    assert required[1].input is Input.CHOICES


def test_an_address_is_created_with_all_that_is_known(crm: OnOffice, outside: Outside) -> None:
    made = crm.creator.create(replace(LENA, more={"HerkunftKontakt": ("Empfehlung",)}), "key")
    there = row(outside, made.ref.id)
    assert not made.existing
    assert (there["Anrede"], there["Titel"], there["Zusatz1"]) == ("Frau", "Dr.", "Neumann GmbH")
    assert (there["Strasse"], there["Plz"], there["Ort"]) == ("Lindenstraße 12", "52062", "Aachen")
    assert [each["value"] for each in there["mobile"]] == ["0171 5550123"]
    assert there["HerkunftKontakt"] == "|Empfehlung|"
    assert not there["DSGVOStatus"] and not there["newsletter_aktiv"]
    read = crm.creator.fetch(made.ref)
    assert read is not None and read.emails == ("lena.neumann@example.de",)
    assert crm.creator.fetch(RecordRef("onoffice", "address", "99999")) is None


def test_nobody_is_overwritten(crm: OnOffice, outside: Outside) -> None:
    before = row(outside, "601")
    made = crm.creator.create(Draft(kind="address", family_name="X", email="max.mustermann@example.de"), "key")
    assert (made.ref.id, row(outside, "601")) == ("601", before), "the one who is there is answered"
    both = crm.creator.create(
        Draft(kind="address", family_name="X", email="max.mustermann@example.de"), "k", anyway=True
    )
    assert both.ref.id != "601", "people know that the address is shared"


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (Draft(kind="address", email="M.MUSTERMANN@example.com"), Reason.EMAIL),
        (Draft(kind="address", phone="+49 171 3920054"), Reason.PHONE),
        (
            Draft(kind="address", given_name="Holger", family_name="Baumgaertner", street="Hafenstr. 58"),
            Reason.NAME_AND_PLACE,
        ),
        (Draft(kind="address", given_name="Holger", family_name="Baumgärtner"), Reason.NAME),
    ],
)
def test_duplicates_are_found_in_any_spelling(crm: OnOffice, draft: Draft, why: Reason) -> None:
    found = crm.creator.duplicates(draft)
    assert found and found[0].reasons[0] is why


def test_a_stranger_has_no_duplicates(crm: OnOffice) -> None:
    assert crm.creator.duplicates(LENA) == []


def test_a_company_is_found_by_its_name(crm: OnOffice, outside: Outside) -> None:
    outside.post("onoffice/address", {"fields": {"Zusatz1": "Nordbau GmbH & Co. KG", "Ort": "Kiel"}})
    (found,) = crm.creator.duplicates(Draft(Category.COMPANY, "address", company="Nordbau GmbH", city="Kiel"))
    assert found.reasons == (Reason.NAME_AND_PLACE,)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after_commit", "timeout"])
def test_an_unknown_outcome_is_settled_by_reading(crm: OnOffice, outside: Outside, kind: str) -> None:
    outside.fault("onoffice.create_address", kind)
    with pytest.raises(CRMError) as caught:
        crm.creator.create(LENA, "key")
    assert caught.value.uncertain and outside.calls("onoffice.create_address") == 1
    found = crm.creator.settle(LENA, "key", ())
    assert len(found) == outside.state()["onoffice"]["created"] == (1 if kind == "drop_after_commit" else 0)
    assert crm.creator.settle(LENA, "key", [record.ref for record in found]) == []


def test_a_colleagues_record_of_somebody_else_settles_nothing(crm: OnOffice, outside: Outside) -> None:
    outside.post(
        "onoffice/address", {"fields": {"Name": "Neumann", "Vorname": "Max", "email": ["lena.neumann@example.de"]}}
    )
    assert crm.creator.settle(LENA, "key", ()) == []


@pytest.mark.parametrize(
    ("rules", "field", "said"),
    [
        ({"mandatory": ["HerkunftKontakt"]}, "HerkunftKontakt", "“Herkunft Kontakt”"),
        ({"mandatory": ["Briefanrede"]}, "Briefanrede", "“Briefanrede”"),
    ],
)
def test_a_field_that_turns_out_to_be_mandatory_is_asked_for(
    crm: OnOffice, outside: Outside, rules: dict[str, Any], field: str, said: str
) -> None:
    outside.post("onoffice/rules", rules)
    with pytest.raises(FieldError) as caught:
        crm.creator.create(LENA, "key")
    assert (caught.value.field, caught.value.missing) == (field, True)
    assert said in english(caught.value.message)
    assert [one.name for one in crm.creator.form("address", [caught.value.field]).fields if one.required] == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"family_name": "N" * 81}, "Name"),
        ({"phone": "please ring"}, "phone"),
        ({"more": {"ArtDaten": "Freund"}}, "ArtDaten"),
    ],
)
def test_a_value_that_is_not_taken_is_named(
    crm: OnOffice, outside: Outside, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldError) as caught:
        crm.creator.create(replace(LENA, **change), "key")
    assert (caught.value.field, caught.value.missing, caught.value.permanent) == (field, False, True)
    assert outside.state()["onoffice"]["created"] == 0


@pytest.mark.parametrize(
    "code", [131, 75, 76, 77, 78, 84, 156, 227, 251, 252, 254, 255, 258, 260, 261, 286, 300, 1, 88, 136]
)
def test_every_refusal_is_a_sentence_that_says_what_to_do(crm: OnOffice, outside: Outside, code: int) -> None:
    outside.fault("onoffice.create_address", "status", {"errorcode": code})
    with pytest.raises(CRMError) as caught:
        crm.creator.create(LENA, "key")
    said = english(caught.value.message)
    assert "link the mail" not in said and said.endswith((".", "else.")) and len(said) > 40
    # An error that passes is no proof that nothing was made.
    assert caught.value.uncertain is not caught.value.permanent


def test_interest_is_noted_once_and_taken_back(crm: OnOffice, outside: Outside) -> None:
    person = crm.creator.create(LENA, "key").ref
    assert crm.creator.relate(person, HOUSE).verified
    again = crm.creator.relate(person, HOUSE)
    assert again.already and outside.calls("onoffice.create_relation") == 1
    assert crm.creator.unrelate(person, HOUSE).verified
    assert crm.creator.unrelate(person, HOUSE).already
    houses = {each["id"]: each["interested"] for each in outside.state()["onoffice"]["estates"]}
    assert int(person.id) not in houses[2649]


@pytest.mark.parametrize("code", [132, 173, 174, 179, 219, 261, 262, 263, 292, 293])
def test_interest_that_is_refused(crm: OnOffice, outside: Outside, code: int) -> None:
    outside.fault("onoffice.create_relation", "status", {"errorcode": code})
    with pytest.raises(CRMError) as caught:
        crm.creator.relate(RecordRef("onoffice", "address", "601"), HOUSE)
    assert "by hand" in english(caught.value.message) and "link the mail" not in english(caught.value.message)
    with raises(CRMError, "property only"):
        crm.creator.relate(HOUSE, RecordRef("onoffice", "address", "601"))
