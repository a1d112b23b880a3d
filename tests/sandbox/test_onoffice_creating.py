"""The onOffice stand-in: creating addresses and relations, as strictly as the real one may be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.vendorbox import CONNECTION_LOST, VendorBox

INTERESTED = "urn:onoffice-de-ns:smart:2.5:relationTypes:estate:address:interested"
PERSON = {"Anrede": "Frau", "Vorname": "Lena", "Name": "Neumann", "email": "lena.neumann@example.de"}


def create(box: VendorBox, **parameters: Any) -> int:
    (record,) = box.records("create", "address", parameters)
    assert record == {"id": record["id"], "type": "address", "elements": []}
    return int(record["id"])


def row(box: VendorBox, id_: int) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in box.state()["onoffice"]["addresses"] if each["id"] == id_)
    return found


def test_an_address_is_created_and_found_by_the_next_read(box: VendorBox) -> None:
    id_ = create(box, **PERSON, phone="0171 5550123", phone_business="0241 55501", HerkunftKontakt=["Empfehlung"])
    found = row(box, id_)
    assert ([each["value"] for each in found["phone"]], [each["value"] for each in found["mobile"]]) == (
        ["0241 55501"],
        ["0171 5550123"],
    ), "a mobile number is one, whatever it was sent as"
    assert found["HerkunftKontakt"] == "|Empfehlung|"
    filters = {"email": [{"op": "=", "val": "lena.neumann@example.de"}]}
    (read,) = box.records("read", "address", {"data": ["Name"], "filter": filters})
    assert read["id"] == id_
    box.control("onoffice/address", id=id_, delete=True)
    assert create(box, Name="Andere") > id_, "no number is given twice"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"data": {"Name": "Neumann"}}, 75),
        ({"Email": "lena@example.de"}, 75),
        ({"Plz-Ort": "52062 Aachen"}, 75),
        ({"name": "Neumann"}, 75),
        ({"Name": "Neumann", "Anrede": "Mr"}, 252),
        ({"Name": "Neumann", "HerkunftKontakt": "Empfehlung"}, 74),
        ({"Name": "Neumann", "HerkunftKontakt": ["|Empfehlung|"]}, 252),
        ({"Name": "Neumann", "Benutzer": "21"}, 251),
        ({"Name": "Neumann", "email": "a@example.de", "default_email": "b@example.de"}, 258),
        ({"Name": "Neumann", "phone": "0241 1", "default_phone": "0241 2"}, 260),
        ({"Name": "Neumann", "phone": "ring me"}, 300),
        ({"Name": "N" * 81}, 255),
        ({"Name": "Neumann", "checkDuplicate": 1}, 255),
    ],
)
def test_what_it_does_not_take(box: VendorBox, parameters: dict[str, Any], code: int) -> None:
    assert box.code("create", "address", parameters) == code
    assert box.state()["onoffice"]["created"] == 0


def test_what_customers_set(box: VendorBox) -> None:
    box.control("onoffice/rules", mandatory=["HerkunftKontakt"])
    assert box.code("create", "address", {**PERSON}) == 254
    (module,) = box.records("get", "fields", {"labels": True, "modules": ["address"], "fieldList": ["HerkunftKontakt"]})
    assert set(module["elements"]) == {"label", "HerkunftKontakt"}
    assert module["elements"]["HerkunftKontakt"]["permittedvalues"]["Empfehlung"] == "Empfehlung"
    box.control("onoffice/rules", mandatory=[], may_create=False)
    assert box.code("create", "address", {**PERSON}) == 131
    box.control("onoffice/rules", may_create=True, inactive=["ArtDaten"], unknown_field="drop")
    assert row(box, create(box, Name="Neumann", ArtDaten=["Kunde"]))["ArtDaten"] == ""


def test_a_duplicate_is_answered_as_a_creation_and_overwritten_unless_forbidden(box: VendorBox) -> None:
    first = create(box, **PERSON, Ort="Aachen")
    box.clock.ahead += 5
    again = {"email": "Lena.Neumann@example.de", "Name": "Neu", "checkDuplicate": True}
    assert create(box, **again, noOverrideByDuplicate=True) == first
    assert row(box, first)["Name"] == "Neumann"
    assert create(box, **again) == first
    assert (row(box, first)["Name"], row(box, first)["Ort"]) == ("Neu", "Aachen"), "the forgotten flag destroys"
    assert create(box, Name="Neumann", checkDuplicate=True) != first, "without an address nothing is compared"


def test_of_two_at_once_both_are_made_and_hidden_ones_are_found(box: VendorBox) -> None:
    flags = {"checkDuplicate": True, "noOverrideByDuplicate": True}
    first, second = create(box, **PERSON, **flags), create(box, **PERSON, **flags)
    assert first != second
    box.clock.ahead += 5
    box.control("onoffice/rules", hidden=[first, second])
    assert box.records("read", "address", {"data": ["Name"], "recordids": [first]}) == []
    assert create(box, **PERSON, **flags) == first


def test_a_colleague_is_quicker(box: VendorBox) -> None:
    box.control("onoffice/colleague", before=[{"fields": {"Name": "Neumann", "email": [PERSON["email"]]}}])
    create(box, **PERSON)
    people = [each for each in box.state()["onoffice"]["addresses"] if each["Email"] == PERSON["email"]]
    assert len(people) == 2


def test_a_relation_is_created_read_and_deleted(box: VendorBox) -> None:
    id_ = create(box, **PERSON)
    relation = {"relationtype": INTERESTED, "parentid": [2649], "childid": [id_]}
    assert box.records("create", "relation", relation) == []
    (read,) = box.records("get", "idsfromrelation", {"relationtype": INTERESTED, "childids": [id_]})
    assert read["elements"] == {str(id_): ["2649"]}
    assert box.records("create", "relation", relation) == []
    box.control("onoffice/rules", relation_again="refuse")
    assert box.code("create", "relation", relation) == 173
    box.records("delete", "relation", {"relationtype": INTERESTED, "parentid": 2649, "childid": id_})
    (read,) = box.records("get", "idsfromrelation", {"relationtype": INTERESTED, "childids": [id_]})
    assert read["elements"] == {str(id_): []}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"parentid": [601], "childid": [2649]}, 173),
        ({"parentid": [999]}, 293),
        ({"childid": [99999]}, 292),
        ({"parentid": [2649, 2601], "childid": [601, 602]}, 219),
        ({"relationtype": "urn:of:something"}, 132),
        ({"relationtype": INTERESTED.replace("interested", "contactPerson")}, 263),
        ({"childid": []}, 167),
    ],
)
def test_relations_that_it_does_not_make(box: VendorBox, change: dict[str, Any], code: int) -> None:
    assert (
        box.code("create", "relation", {"relationtype": INTERESTED, "parentid": 2649, "childid": 601} | change) == code
    )


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after_commit", 1)])
def test_an_answer_that_is_lost_tells_nothing(box: VendorBox, kind: str, made: int) -> None:
    box.fault("onoffice.create_address", kind)
    with pytest.raises(CONNECTION_LOST):
        box.onoffice("create", "address", {**PERSON})
    assert box.state()["onoffice"]["created"] == made
    box.fault("onoffice.create_address", "status", {"errorcode": 78})
    assert box.code("create", "address", {**PERSON}) == 78
