"""Which records may be the one that is to be created: decided exactly, whatever a vendor's search found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.crm import Draft, Form, FormField, Option, Part, Reason, is_draft, left_out, reasons
from bot.crm.alike import duplicates, name_spellings, phone_spellings
from bot.records import Category, Record, RecordRef

LENA = Draft(
    kind="address",
    salutation="Frau",
    given_name="Lena",
    family_name="Größmann",
    email="Lena.Groessmann@example.de",
    phone="0241 / 1234567",
    street="Lindenstraße 12",
    postal_code="52062",
    city="Aachen",
)


def record(**fields: object) -> Record:
    return Record(RecordRef("onoffice", "address", "7"), Category.PERSON, "", **fields)  # type: ignore[arg-type]  # test data


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (record(emails=("lena.groessmann@example.de",)), [Reason.EMAIL]),
        (record(emails=("xlena.groessmann@example.de",)), []),
        (record(phones=("+49 (0)241 123 45 67",)), [Reason.PHONE]),
        (record(phones=("0241 123 45 68",)), []),
        (record(given_name="LENA", family_name="Groessmann", city="aachen"), [Reason.NAME_AND_PLACE]),
        (
            record(given_name="L.", family_name="Größmann", street="Lindenstr.", house_number="12"),
            [Reason.NAME_AND_PLACE],
        ),
        (record(given_name="Lena", family_name="Größmann", city="Köln"), []),
        (record(given_name="Lena", family_name="Größmann"), [Reason.NAME]),
        (record(family_name="Größmann"), []),
        (record(family_name="Größmann", postal_code="52062"), [Reason.NAME_AND_PLACE]),
        (record(given_name="Lisa", family_name="Größmann", city="Aachen"), []),
    ],
)
def test_what_speaks_for_a_record(there: Record, why: list[Reason]) -> None:
    assert list(reasons(LENA, there)) == why


def test_a_number_without_its_countrys_prefix_may_be_in_the_others_country() -> None:
    draft = Draft(kind="address", phone="+44 1865 496004")
    assert reasons(draft, record(phones=("(01865) 496004",))) == (Reason.PHONE,)
    assert reasons(replace(draft, phone="01865 496004"), record(phones=("+44 1865 496004",))) == (Reason.PHONE,)
    assert reasons(draft, record(phones=("+49 1865 496004",))) == ()


def test_what_is_empty_speaks_for_nothing() -> None:
    assert reasons(Draft(kind="address"), record()) == ()
    assert reasons(Draft(kind="address", phone="12"), record(phones=("12",))) == ()


@pytest.mark.parametrize(("name", "same"), [("Neumann GmbH", True), ("Neumann UG", True), ("Neumann Bau GmbH", False)])
def test_a_company_is_compared_without_its_legal_form(name: str, same: bool) -> None:
    draft = Draft(Category.COMPANY, "address", company="Neumann GmbH & Co. KG", city="Aachen")
    there = replace(record(company=name, city="Aachen"), category=Category.COMPANY)
    assert (Reason.NAME_AND_PLACE in reasons(draft, there)) is same


def test_the_most_likely_comes_first() -> None:
    others = [
        replace(record(given_name="Lena", family_name="Größmann"), ref=RecordRef("onoffice", "address", "1")),
        replace(record(emails=("lena.groessmann@example.de",)), ref=RecordRef("onoffice", "address", "2")),
        replace(record(city="Aachen"), ref=RecordRef("onoffice", "address", "3")),
    ]
    assert [one.record.ref.id for one in duplicates(LENA, others)] == ["2", "1"]


def test_what_a_creation_would_have_made_is_told_from_a_namesake() -> None:
    made = record(
        given_name="Lena", family_name="Größmann", emails=("lena.groessmann@example.de",), phones=("0241 1234567",)
    )
    assert is_draft(LENA, made)
    assert not is_draft(LENA, replace(made, given_name="Lisa"))
    assert not is_draft(LENA, replace(made, phones=()))
    assert left_out(LENA, made) == ("street", "postal_code", "city")


def test_numbers_and_names_as_others_write_them() -> None:
    spelt = phone_spellings("0241 1234567", "DE")
    assert {"0241 1234567", "+492411234567", "+49 241 1234567", "0241/1234567", "0049 241 1234567"} <= set(spelt)
    assert set(name_spellings("Müller")) == {"Müller", "Mueller"}
    assert set(name_spellings("Schroeder")) == {"Schroeder", "Schröder"}


@pytest.mark.parametrize(
    ("word", "value"), [("Frau", "Ms."), ("herr", "Mr."), ("Mrs", "Ms."), ("Dr.", "Dr."), ("Familie", None)]
)
def test_a_salutation_is_found_in_the_vendors_list(word: str, value: str | None) -> None:
    options = tuple(Option(each, each) for each in ("Mr.", "Ms.", "Mrs.", "Dr."))
    found = FormField("Salutation", "Salutation", options=options).option(word)
    assert (found.value if found else None) == value


def test_a_draft_survives_being_kept_and_knows_what_is_missing() -> None:
    draft = replace(LENA, more={"a": ("x", "y"), "b": "z"}, company_ref=RecordRef("zoho", "Accounts", "1"))
    assert Draft.from_json(draft.to_json()) == draft
    form = Form(
        "address", (FormField("Titel", "Titel", required=True, part=Part.TITLE), FormField("b", "B", required=True))
    )
    assert [one.name for one in form.missing(draft)] == ["Titel"]
