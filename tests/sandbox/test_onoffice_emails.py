"""The onOffice stand-in: linking mails and reading what they are linked to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.onoffice_calls import LINK, LOOK, linked
from tests.sandbox.vendorbox import HERO, INFO, VendorBox


def test_linking_replaces_and_reading_shows_it(box: VendorBox) -> None:
    assert linked(box) == ([], [])
    answer = box.records("do", "emailassignments", {**LINK, "addressIds": [601, 523], "estateid": 2649})
    assert answer == [{"id": 0, "type": "", "elements": {"success": "success"}}]
    assert linked(box) == ([601, 523], [2649])
    box.records("do", "emailassignments", {**LINK, "addressIds": [602]})
    assert linked(box) == ([602], [2649])  # what is left out stays
    box.records("do", "emailassignments", {**LINK, "estateid": 0})
    assert linked(box) == ([602], [])
    box.records("do", "emailassignments", {**LINK, "addressIds": []})
    assert linked(box) == ([], [])
    assert box.state()["onoffice"]["links"] == []


def test_success_is_no_proof(box: VendorBox) -> None:
    """Neither address nor estate given: the answer is the same, and nothing is linked."""
    assert box.records("do", "emailassignments", LINK) == [{"id": 0, "type": "", "elements": {"success": "success"}}]
    assert linked(box) == ([], [])


def test_the_deprecated_forms(box: VendorBox) -> None:
    box.records("do", "emailassignments", {**LINK, "addressid": 601, "estateid": 2649})
    flat = {**LINK, "uid": "101", "folder": "Posteingang"}
    (record,) = box.records("get", "emailassignments", flat)
    assert record["elements"]["addressid"] == 601
    assert record["elements"]["estateowner"] == "Erika Hausmann"
    assert record["elements"]["estatestreet"] == "Lindenstraße 12"
    box.records("do", "emailassignments", {**LINK, "addressid": 0})
    assert linked(box) == ([], [2649])


def test_the_inbox_has_two_names_and_other_folders_their_own(box: VendorBox) -> None:
    box.records("do", "emailassignments", {**LINK, "folder": "Posteingang", "addressIds": [601]})
    assert linked(box, folder="Posteingang") == ([601], [])
    portal = {"messageid": "<anfrage-20931-2701@immobilienportal.example>", "folder": "Anfragen & Büro"}
    box.records("do", "emailassignments", {**LINK, **portal, "estateid": 2701})
    assert linked(box, messageId=portal["messageid"], folder="Anfragen & Büro") == ([], [2701])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"emailidentity": None}, 50),
        ({"emailidentity": "ben.okafor@nordlicht.example"}, 51),
        ({"messageid": None}, 58),
        ({"messageid": ""}, 58),
        ({"uid": None}, 59),
        ({"uid": "101"}, 228),
        ({"folder": None}, 60),
        ({"folder": "Nirgends"}, 94),
        ({"uid": 999}, 62),
        ({"uid": 102}, 63),
        ({"messageid": HERO.strip("<>")}, 63),
        ({"addressid": 601}, 297),
        ({"addressIds": 601}, 298),
        ({"addressIds": ["601"]}, 299),
        ({"addressIds": [True]}, 299),
        ({"addressIds": [601, 9]}, 292),
        ({"addressIds": list(range(1, 600))}, 302),
        ({"estateid": 9}, 293),
        ({"estateid": "2649"}, 65),
        ({"adressIds": [601]}, 144),
        ({"emailIdentity": INFO}, 144),
    ],
)
def test_a_link_that_is_refused_changes_nothing(box: VendorBox, change: dict[str, Any], code: int) -> None:
    asked = {**LINK, "addressIds": [601], "estateid": 2649, **change}
    asked = {key: value for key, value in asked.items() if value is not None}
    assert box.code("do", "emailassignments", asked) == code
    assert box.state()["onoffice"]["links"] == []


@pytest.mark.parametrize(
    ("look", "code"),
    [
        ({"uid": 101}, 227),
        ({"uid": "x"}, 255),
        ({"emailIdentity": "x@example.de"}, 51),
        ({"uid": "102"}, 63),
        ({"uid": "7"}, 62),
    ],
)
def test_email_info_is_as_strict_with_its_own_types(box: VendorBox, look: dict[str, Any], code: int) -> None:
    assert box.code("get", "emailInfo", {**LOOK, **look}) == code
    assert box.code("get", "emailInfo", LINK) == 50  # its keys are written otherwise


def test_a_moved_mail_keeps_its_links_and_loses_its_uid(box: VendorBox) -> None:
    box.records("do", "emailassignments", {**LINK, "addressIds": [601]})
    uid = box.control("mailbox/move", identity=INFO, folder="INBOX", uid=101, to="Archiv")["uid"]
    assert box.code("get", "emailInfo", LOOK) == 62
    assert linked(box, folder="Archiv", uid=str(uid)) == ([601], [])
    assert box.code("do", "emailassignments", {**LINK, "addressIds": [602]}) == 62


def test_a_colleague_links_too(box: VendorBox) -> None:
    box.records("do", "emailassignments", {**LINK, "addressIds": [601]})
    assert box.control("onoffice/link", messageid=HERO, estateid=2649)["ok"]
    assert linked(box) == ([601], [2649])
    assert box.control("onoffice/link", messageid="<nirgends@example.de>", estateid=2649)["ok"] is False
    assert box.control("onoffice/link", messageid=HERO, addressIds=[9])["ok"] is False
    box.control("onoffice/address", id=601, delete=True)
    assert linked(box) == ([], [2649])


def test_a_link_is_written_into_the_agents_log(box: VendorBox) -> None:
    box.records("do", "emailassignments", {**LINK, "addressIds": [601, 523], "estateid": 2649})
    asked = {"data": ["Nr", "Adress_nr", "Objekt_nr", "Aktionsart", "Aktionstyp", "mailDate"], "estateid": [2649]}
    entries = [record["elements"] for record in box.records("read", "agentslog", asked)]
    assert [entry["Adress_nr"] for entry in entries] == ["601", "523"]
    assert {entry["Aktionsart"] for entry in entries} == {"Email"}
    box.records("do", "emailassignments", {**LINK, "addressIds": [601]})  # nothing new
    assert len(box.records("read", "agentslog", asked)) == 2


def test_entries_of_the_agents_log(box: VendorBox) -> None:
    entry = {
        "datetime": "2026-03-18 11:37:00",
        "actionkind": "Email",
        "actiontype": "Eingang",
        "note": f"Weitergeleitet {HERO}",
        "addressids": [601, 523],
        "estateid": 2649,
    }
    created = box.records("create", "agentslog", entry)
    assert [(each["type"], each["elements"]) for each in created] == [("agentsLog", []), ("agentsLog", [])]
    asked = {"data": ["Bemerkung", "Adress_nr"], "filter": {"Bemerkung": [{"op": "like", "val": f"%{HERO}%"}]}}
    assert len(box.records("read", "agentslog", asked)) == 2
    assert len(box.records("read", "agentslog", {**asked, "addressid": [523]})) == 1
    assert box.state()["onoffice"]["offers"] == [[523, 2649], [601, 2649]]  # the side effect of naming both
    assert box.code("read", "agentslog", {**asked, "filter": {"Adress_nr": [{"op": "=", "val": 523}]}}) == 141
    assert box.code("create", "agentslog", {**entry, "actionkind": "Rauchzeichen"}) == 100
    assert box.code("create", "agentslog", {**entry, "actiontype": "Durchgang"}) == 101
    assert box.code("create", "agentslog", {**entry, "addressids": 601}) == 99
    assert box.code("create", "agentslog", {**entry, "addressids": [], "estateid": 0}) == 98
    assert box.code("create", "agentslog", {**entry, "datetime": "gestern"}) == 122


def test_a_portals_enquiry_is_known_as_one(box: VendorBox) -> None:
    portal = {"messageId": "<anfrage-20931-2701@immobilienportal.example>", "folder": "Anfragen & Büro"}
    (record,) = box.records("get", "emailInfo", {**LOOK, **portal})
    assert record["elements"]["isPortalRequest"] is True
    (record,) = box.records("get", "emailInfo", LOOK)
    assert record["elements"]["isPortalRequest"] is False
