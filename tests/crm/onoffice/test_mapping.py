import pytest

from bot.crm.onoffice import mapping
from bot.crm.onoffice.client import Row
from bot.crm.onoffice.directory import named_field
from bot.crm.onoffice.merge import Linked
from bot.records import Category, RecordRef


def test_an_address_with_all_its_entries() -> None:
    row = Row(
        "601",
        {
            "id": 601,
            "KdNr": "1601",
            "Vorname": "Max",
            "Name": "Mustermann",
            "Zusatz1": "Muster GmbH",
            "Strasse": "Birkenweg 3 b",
            "Plz": "10115",
            "Ort": "Berlin",
            "Email": "max@example.de",
            "Telefon1": "030 1234",
            "email__1": "max@example.de",
            "email__1__Comment": "no address",
            "email_private__2": "m@example.org",
            "phone__3": "030 1234",
            "mobile__4": "0171 99",
            "fax__5": "030 99",
            "Status": 1,
        },
    )
    found = mapping.address(row)
    assert found.ref == RecordRef("onoffice", "address", "601")
    assert found.category is Category.PERSON
    assert found.reference == "KdNr 1601"
    assert (found.name, found.company) == ("Max Mustermann", "Muster GmbH")
    assert found.emails == ("max@example.de", "m@example.org")
    assert found.phones == ("030 1234", "0171 99")
    assert (found.street, found.house_number, found.postal_code, found.city) == ("Birkenweg", "3 b", "10115", "Berlin")


def test_a_company_without_a_person_is_a_company() -> None:
    found = mapping.address(Row("7", {"Zusatz1": "Hausverwaltung Grüner GmbH", "Vorname": "", "Name": ""}))
    assert found.category is Category.COMPANY
    assert found.name == "Hausverwaltung Grüner GmbH"


def test_an_address_without_any_name_still_has_one_to_show() -> None:
    assert mapping.address(Row("7", {"Email": "info@example.de"})).name == "info@example.de"
    assert mapping.address(Row("7", {})).name == "Address 7"


@pytest.mark.parametrize(("street", "number"), [("Lindenstraße", "12"), ("Lindenstraße 12", "")])
def test_the_house_number_may_stand_in_the_street(street: str, number: str) -> None:
    elements = {
        "strasse": street,
        "hausnummer": number,
        "ort": "Berlin",
        "objektnr_extern": "NL-2649",
        "objekttitel": "",
    }
    found = mapping.estate(Row("2649", elements), [mapping.ref("address", 523)])
    assert (found.street, found.house_number) == ("Lindenstraße", "12")
    assert found.name == "Lindenstraße 12, Berlin"
    assert found.reference == "NL-2649"
    assert found.related == (RecordRef("onoffice", "address", "523"),)


def test_the_quick_search_names_its_fields_otherwise() -> None:
    elements = {
        "customerno": 132,
        "surname": "Özdemir",
        "firstname": "Ela",
        "company": "",
        "emailaddress": ["e@example.de"],
    }
    found = mapping.address(Row("307", elements))
    assert (found.name, found.emails) == ("Ela Özdemir", ("e@example.de",))
    estate = mapping.estate(
        Row("5", {"externalestateno": "NL-5", "street": "Am Markt", "houseno": "1", "city": "Ulm", "zipcode": "89073"})
    )
    assert (estate.reference, estate.name, estate.postal_code) == ("NL-5", "Am Markt 1, Ulm", "89073")


@pytest.mark.parametrize(
    ("elements", "archived"),
    [
        ({"Status": "0"}, True),
        ({"Status": 0}, True),
        ({"status": "0"}, True),
        ({"Status": "1"}, False),
        ({"status": 2}, False),
        ({"Status": ""}, False),
        ({}, False),
    ],
)
def test_status_nought_is_archived(elements: dict[str, object], archived: bool) -> None:
    assert mapping.archived(Row("1", elements)) is archived


def test_links_of_a_mail() -> None:
    row = Row("<a@b>", {"addresses": [{"addressId": 293}, {"addressId": "294"}], "estates": [{"estateId": 117}]})
    assert mapping.linked(row) == Linked(frozenset({293, 294}), frozenset({117}))
    assert mapping.linked(Row("<a@b>", {"addresses": [], "estates": []})) == Linked()
    assert mapping.linked_flat(Row("", {"addressid": "12", "estateid": "0"})) == Linked(frozenset({12}), complete=False)
    assert mapping.linked_flat(Row("", {})) == Linked()
    assert mapping.linked(Row("<a@b>", {"isPortalRequest": True})).portal_request


def test_related_people_come_as_text_and_missing_ones_as_empty_lists() -> None:
    people = mapping.related([Row("relatedIds", {"15": [], "1051": ["50", "51"]})])
    assert people == {"15": (), "1051": (mapping.ref("address", 50), mapping.ref("address", 51))}


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ('Invalid field in input data: "(2, Zusatz1)"', "Zusatz1"),
        ('Unknown field: "Plz"', "Plz"),
        ("Unknown field in estate data: Ort", "Ort"),
        ('Invalid field in input data: "(sortby, KdNr)"', None),
        ("", None),
    ],
)
def test_the_field_that_an_error_names(message: str, field: str | None) -> None:
    assert named_field(message, ("Zusatz1", "Plz", "Ort")) == field
