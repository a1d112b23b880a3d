"""The onOffice stand-in against its documentation: envelope, signatures, directory, mail links, faults."""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from sandbox.faults import Faults
from sandbox.mailbox import MailServer
from sandbox.onoffice import Access, OnOfficePart
from sandbox.onoffice.errors import OnOfficeError
from sandbox.onoffice.filters import compile_filter
from sandbox.onoffice.signing import signature_v1, signature_v2
from sandbox.onoffice.store import german_time
from sandbox.seeds import World
from sandbox.vendors import ONOFFICE
from tests.sandbox.vendorbox import ACTION, HERO, INFO, VendorBox, running, wire

READ = ACTION + "read"
OWNER = "urn:onoffice-de-ns:smart:2.5:relationTypes:estate:address:owner"
# The request of the official SDK's own integration test, byte for byte.
CAPTURED = (
    rb'{"token":"testtoken","request":{"actions":[{"actionid":"urn:onoffice-de-ns:smart:2.5:smartml:action:read",'
    rb'"identifier":null,"parameters":{"allusers":false,"dateend":"25-03-2022 02:17:53",'
    rb'"datestart":"25-03-2022 02:17:53","showcancelled":true},"resourceid":"","resourcetype":"calendar",'
    rb'"timestamp":1646228220,"hmac_version":2,"hmac":"w6ifKMmAdJoKhu0vl2twvfP+ltyOTQ7LqLpvsZkOnlg="}]}}'
)
CAPTURED_AT = 1646228220
LINK = {"emailidentity": INFO, "messageid": HERO, "uid": 101, "folder": "INBOX"}
LOOK = {"emailIdentity": INFO, "messageId": HERO, "uid": "101", "folder": "INBOX"}


@pytest.fixture(scope="module")
def started() -> Iterator[VendorBox]:
    with running() as box:
        yield box


@pytest.fixture
def box(started: VendorBox) -> VendorBox:
    started.reset()
    return started


def linked(box: VendorBox, **look: Any) -> tuple[list[int], list[int]]:
    """The ids of addresses and estates that emailInfo shows."""
    (record,) = box.records("get", "emailInfo", {**LOOK, **look})
    found = record["elements"]
    return [each["addressId"] for each in found["addresses"]], [each["estateId"] for each in found["estates"]]


# signatures


def test_published_signatures() -> None:
    vector = signature_v2(
        "yOJobbhGLXdp90XxvxedFhH7073L9U", "mgjIQkNRnaqggVzy9cZW", 123456789, "estateCategories", ACTION + "get"
    )
    assert vector == "dsvg3r4AFcQXges0MZ+3auzQVfnEB39pLkKSgmm9Wvg="
    assert signature_v2("testsecret", "testtoken", CAPTURED_AT, "calendar", READ) in CAPTURED.decode()
    old = {
        "actionid": "action",
        "identifier": "identifier",
        "resourceid": "1",
        "resourcetype": "type",
        "timestamp": 100,
        "parameters": {"paramKey": "paramValue"},
    }
    assert signature_v1("secret", "token", old) == "7e0bb4b6ceb4b3cff609524e416f2ac3"


@pytest.mark.parametrize(
    ("body", "at", "code"),
    [
        (CAPTURED, CAPTURED_AT, 25),  # signed rightly: it goes on to ask which call is meant, and knows no calendar
        (CAPTURED, CAPTURED_AT + 120, 25),
        (CAPTURED, CAPTURED_AT + 121, 136),
        (CAPTURED, CAPTURED_AT - 121, 136),
        (CAPTURED.replace(b"w6if", b"w6ig"), CAPTURED_AT, 137),
        (CAPTURED.replace(b'"hmac_version":2', b'"hmac_version":"2"'), CAPTURED_AT, 25),
        (CAPTURED.replace(b'"hmac_version":2', b'"hmac_version":3'), CAPTURED_AT, 137),
        (CAPTURED.replace(b'"hmac_version":2,', b""), CAPTURED_AT, 137),
    ],
)
def test_the_captured_request_over_the_wire(body: bytes, at: float, code: int) -> None:
    answer = asyncio.run(_answer_to(body, at))
    (result,) = answer["response"]["results"]
    assert result["status"]["errorcode"] == code
    assert result["identifier"] is None
    assert answer["status"]["errorcode"] == 97
    assert answer["status"]["code"] == (400 if code in (136, 137) else 500)


async def _answer_to(body: bytes, at: float) -> Any:
    """Sent as the SDK sends it, with curl's content type, to a stand-in with the SDK's test credentials."""
    faults = Faults()
    access = Access("testtoken", "testsecret")
    part = OnOfficePart(faults, "http://127.0.0.1", MailServer(faults, []), World(at), access, lambda: at)
    app = web.Application()
    app.add_routes(part.routes())
    async with TestClient(TestServer(app)) as client:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": "gzip"}
        response = await client.post("/onoffice/api/latest/api.php", data=body, headers=headers)
        assert response.status == 200
        return await response.json()


def test_the_old_signature_is_taken_where_no_version_is_named(box: VendorBox) -> None:
    action = box.action("read", "address", {"data": ["Name"], "listlimit": 1})
    del action["hmac_version"]
    assert box.send(action)["response"]["results"][0]["status"]["errorcode"] == 137
    action["hmac"] = signature_v1(ONOFFICE.secret, ONOFFICE.token, action)
    assert box.send(action)["response"]["results"][0]["status"]["errorcode"] == 0
    action["parameters"]["listlimit"] = 2  # the old signature covers the parameters
    assert box.send(action)["response"]["results"][0]["status"]["errorcode"] == 137


def test_a_labelled_signature_is_refused(box: VendorBox) -> None:
    action = box.action("read", "address", {})
    label = f"timestamp{action['timestamp']}token{ONOFFICE.token}resourcetypeaddressactionid{READ}"
    digest = hmac.digest(ONOFFICE.secret.encode(), label.encode(), "sha256")
    action["hmac"] = base64.b64encode(digest).decode()
    assert box.send(action)["response"]["results"][0]["status"]["errorcode"] == 137


# the envelope


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 9),
        (b"{", 4),
        (b"[]", 13),
        (b'{"request": {"actions": [{}]}}', 13),
        (wire({"token": "x"}), 14),
        (wire({"token": "x", "request": {"actions": {}}}), 15),
        (wire({"token": "x", "request": {"actions": []}}), 15),
        (wire({"token": "x", "request": {"actions": [{}]}}), 22),
    ],
)
def test_a_broken_envelope_or_a_wrong_token_fails_as_a_whole(box: VendorBox, body: bytes, code: int) -> None:
    response = box.http.post("/onoffice/api/stable/api.php", content=body)
    assert response.status_code == 200
    answer = response.json()
    assert answer["status"]["errorcode"] == code
    assert answer["status"]["code"] == (400 if code == 22 else 500)
    assert answer["response"]["results"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actionid": None}, 16),
        ({"actionid": ""}, 17),
        ({"resourcetype": 5}, 19),
        ({"parameters": "x"}, 20),
        ({"timestamp": "soon"}, 136),
        ({"resourcetype": "elephant"}, 137),
    ],
)
def test_an_action_needs_its_attributes(box: VendorBox, change: dict[str, Any], code: int) -> None:
    answer = box.send({**box.action("read", "address", {}), **change})
    assert answer["response"]["results"][0]["status"]["errorcode"] == code


@pytest.mark.parametrize(
    ("missing", "code"), [("actionid", 16), ("resourceid", 18), ("resourcetype", 19), ("parameters", 20)]
)
def test_an_action_without_an_attribute(box: VendorBox, missing: str, code: int) -> None:
    action = box.action("read", "address", {})
    del action[missing]
    assert box.send(action)["response"]["results"][0]["status"]["errorcode"] == code


def test_several_actions_are_answered_in_order_with_their_identifiers(box: VendorBox) -> None:
    answer = box.send(
        box.action("get", "users", [], identifier="first"),
        box.action("read", "address", {"data": ["nonsense"]}, identifier="second"),
        box.action("get", "users", {}, identifier="third"),
    )
    assert answer["status"] == {"code": 500, "errorcode": 97, "message": "Error in action"}
    results = answer["response"]["results"]
    assert [result["identifier"] for result in results] == ["first", "second", "third"]
    assert [result["status"]["errorcode"] for result in results] == [0, 144, 0]
    assert results[1]["status"]["message"] == 'Invalid field in input data: "(0, nonsense)"'


def test_calls_that_do_not_exist(box: VendorBox) -> None:
    assert box.code("read", "mailboxes", {}) == 25
    assert box.code("delete", "address", {}) == 23
    assert box.code("get", "search", {"input": "Muster"}, "searchcriteria") == 24


# reading the directory


def test_an_address_with_its_phone_book(box: VendorBox) -> None:
    data = ["KdNr", "Vorname", "Name", "Zusatz1", "Email", "email", "phone", "mobile", "defaultemail", "Aenderung"]
    (record,) = box.records("read", "address", {"data": data, "recordids": [601]})
    elements = record["elements"]
    assert (record["id"], record["type"], elements["id"]) == (601, "address", 601)
    assert (elements["KdNr"], elements["Vorname"], elements["Name"]) == ("1601", "Max", "Mustermann")
    addresses = [elements[key] for key in elements if re.fullmatch(r"email__\d+", key)]
    assert addresses == ["max.mustermann@example.de", "m.mustermann@example.com"]
    assert elements["Email"] == elements["defaultemail"] == addresses[0]
    assert len([key for key in elements if re.fullmatch(r"email__\d+__Comment", key)]) == 2
    assert any(key.startswith("mobile__") for key in elements)


def test_pages_cover_the_directory_once(box: VendorBox) -> None:
    seen: list[int] = []
    for offset in range(0, 300, 70):
        result = box.onoffice("read", "address", {"data": ["Name"], "listlimit": 70, "listoffset": offset})
        assert result["data"]["meta"]["cntabsolute"] == 200
        seen += [record["id"] for record in result["data"]["records"]]
    assert seen == sorted(set(seen))
    assert len(seen) == 200
    assert len(box.records("read", "address", {"data": ["Name"]})) == 20
    assert box.code("read", "address", {"data": ["Name"], "listlimit": 501}) == 255
    assert box.code("read", "address", {"data": ["Name"], "listlimit": "20"}) == 228


def test_the_address_filter_by_email_looks_at_all_entries(box: VendorBox) -> None:
    second = "m.mustermann@example.com"
    everywhere = {"email": [{"op": "=", "val": second}]}
    main_only = {"Email": [{"op": "=", "val": second}]}
    assert [each["id"] for each in box.records("read", "address", {"data": ["Name"], "filter": everywhere})] == [601]
    assert box.records("read", "address", {"data": ["Name"], "filter": main_only}) == []


def test_sorting_takes_a_string_for_addresses_and_either_form_for_estates(box: VendorBox) -> None:
    sorted_by_name = {"data": ["Name"], "sortby": "Name", "sortorder": "DESC", "listlimit": 500}
    names = [each["elements"]["Name"].casefold() for each in box.records("read", "address", sorted_by_name)]
    assert names == sorted(names, reverse=True)
    assert box.code("read", "address", {"data": ["Name"], "sortby": {"Name": "ASC"}}) == 227
    assert box.code("read", "address", {"data": ["Name"], "sortby": "Nonsense"}) == 212
    both: list[dict[str, Any]] = [{"sortby": {"kaufpreis": "ASC"}}, {"sortby": "kaufpreis", "sortorder": "ASC"}]
    answers = [box.records("read", "estate", {"data": ["kaufpreis"], "listlimit": 60, **each}) for each in both]
    assert answers[0] == answers[1]
    prices = [float(each["elements"]["kaufpreis"]) for each in answers[0] if each["elements"]["kaufpreis"]]
    assert prices == sorted(prices)


def test_estates_by_id_and_one_alone(box: VendorBox) -> None:
    among = {"Id": [{"op": "IN", "val": [2649, "2651"]}]}
    records = box.records("read", "estate", {"data": ["Id", "strasse", "ort"], "filter": among})
    assert [each["elements"]["Id"] for each in records] == ["2649", "2651"]
    assert [each["elements"]["ort"] for each in records] == ["Berlin", "Potsdam"]
    (record,) = box.records("read", "estate", {"data": ["objektnr_extern"]}, "2649")
    assert record["elements"] == {"objektnr_extern": "NL-2649"}
    assert box.records("read", "estate", {"data": []}, "2649")[0]["elements"] == []  # PHP's empty map
    assert box.code("read", "estate", {"data": ["Id"]}, "99") == 80
    assert box.code("read", "estate", {"data": ["Id"], "recordids": [2649]}) == 144


def test_what_changed_since(box: VendorBox) -> None:
    now = german_time(box.clock())
    changed = {"data": ["Name"], "filter": {"Aenderung": [{"op": ">=", "val": now}]}}
    estates = {"data": ["Id"], "filter": {"geaendert_am": [{"op": ">=", "val": now}]}}
    assert box.records("read", "address", changed) == []
    assert box.control("onoffice/address", id=601, fields={"Ort": "Bernau", "email": ["neu@example.de"]})["id"] == 601
    box.control("onoffice/estate", id=2649, fields={"objekttitel": "Altbau"})
    new = box.control("onoffice/address", fields={"Name": "Neumann"})["id"]
    assert [each["id"] for each in box.records("read", "address", changed)] == [601, new]
    assert [each["id"] for each in box.records("read", "estate", estates)] == [2649]
    (record,) = box.records("read", "address", {"data": ["Vorname", "Ort", "Email"], "recordids": [601]})
    assert record["elements"] == {"id": 601, "Vorname": "Max", "Ort": "Bernau", "Email": "neu@example.de"}
    box.control("onoffice/address", id=new, delete=True)
    assert [each["id"] for each in box.records("read", "address", changed)] == [601]
    assert box.control("onoffice/address", id=601, fields={"Nonsense": "1"})["ok"] is False


@pytest.mark.parametrize(
    ("given_filter", "code"),
    [
        ({"Nonsense": [{"op": "=", "val": "x"}]}, 141),
        ({"Name": [{"op": "resembles", "val": "x"}]}, 142),
        ({"Name": {"op": "=", "val": "x"}}, 257),
        ({"Name": [{"op": "in", "val": "x"}]}, 257),
        ({"Name": [{"op": "between", "val": ["x"]}]}, 257),
        ("Name", 257),
    ],
)
def test_filters_that_mean_nothing(box: VendorBox, given_filter: Any, code: int) -> None:
    assert box.code("read", "address", {"data": ["Name"], "filter": given_filter}) == code


@given(st.text(max_size=8), st.text(max_size=8))
def test_filters_and_their_opposites(held: str, value: str) -> None:
    row = {"Name": held}
    for op, opposite in (("=", "!="), (">", "<="), ("<", ">="), ("like", "not like")):
        one, other = (compile_filter({"Name": [{"op": each, "val": value}]}, ["Name"]) for each in (op, opposite))
        assert one(row) != other(row)
    with pytest.raises(OnOfficeError):
        compile_filter({value + "x": []}, [])


def test_filters_compare_numbers_as_numbers() -> None:
    test = compile_filter({"kaufpreis": [{"op": "between", "val": [90000, "100000"]}]}, ["kaufpreis"])
    assert test({"kaufpreis": "95000.00"})
    assert not test({"kaufpreis": "950000.00"})
    assert compile_filter({"Ort": [{"op": "LIKE", "val": "%am Main"}]}, ["Ort"])({"Ort": "Frankfurt am Main"})


def test_quick_search(box: VendorBox) -> None:
    (found,) = box.records("get", "search", {"input": "stefanie müller"}, "address")
    assert found["elements"]["primaryEmail"] == "stefanie.mueller@example.de"
    both = box.records("get", "search", {"input": "Mustermann", "includecontactdata": True}, "address")
    assert both[0]["elements"]["emailaddress"] == ["max.mustermann@example.de", "m.mustermann@example.com"]
    estates = box.records("get", "search", {"input": "Lindenstraße 12"}, "estate")
    assert {each["id"] for each in estates} == {2649, 2651}
    assert [each["id"] for each in box.records("get", "search", {"input": "NL-2649"}, "estate")] == [2649]
    assert 2649 in [each["id"] for each in box.records("get", "search", {"input": "Hausmann"}, "estate")]
    assert box.code("get", "search", {"input": " "}, "address") == 69
    assert box.code("get", "search", {"input": "Mu"}, "address") == 151


def test_owners_and_interested_people(box: VendorBox) -> None:
    (record,) = box.records("get", "idsfromrelation", {"relationtype": OWNER, "parentids": [2649, 99]})
    assert record == {"id": "relatedIds", "type": "", "elements": {"2649": ["523"], "99": []}}
    (record,) = box.records("get", "idsfromrelation", {"relationtype": OWNER, "childids": ["523"]})
    assert set(record["elements"]["523"]) >= {"2649", "2652"}
    interested = OWNER.replace("owner", "interested")
    (record,) = box.records("get", "idsfromrelation", {"relationtype": interested, "parentids": [2649]})
    assert record["elements"] == {"2649": ["606"]}
    assert box.code("get", "idsfromrelation", {"relationtype": OWNER + "s", "parentids": [1]}) == 132
    assert box.code("get", "idsfromrelation", {"relationtype": OWNER}) == 167
    assert box.code("get", "idsfromrelation", {"relationtype": OWNER, "parentids": [1], "childids": [1]}) == 167


def test_users_fields_and_kinds_of_actions(box: VendorBox) -> None:
    users = box.records("get", "users", [])
    assert {user["elements"]["email"] for user in users} >= {"anna.berger@nordlicht.example"}
    anna, *_ = box.records("read", "user", {"data": ["Nr", "Vorname", "email"]})
    assert anna["elements"] == {"Nr": "21", "Vorname": "Anna", "email": "anna.berger@nordlicht.example"}
    (address, estate) = box.records(
        "get", "fields", {"labels": True, "language": "DEU", "modules": ["address", "estate"]}
    )
    assert address["elements"]["Zusatz1"]["label"] == "Firma"
    assert "Firma" not in address["elements"]
    assert estate["elements"]["objektnr_extern"]["length"] == 20
    assert {each["id"] for each in box.records("get", "actionkindtypes", {"lang": "DEU"})} >= {"Email"}


def test_a_link_into_the_web_client_leads_to_the_record(box: VendorBox) -> None:
    (record,) = box.records("get", "getlink", {"recordId": 601}, "address")
    page = httpx.get(record["elements"]["url"])
    assert page.status_code == 200
    assert "Mustermann" in page.text
    assert box.code("get", "getlink", {"recordId": 1}, "address") == 80


# mail links


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
    assert box.code("create", "agentslog", {**entry, "actionkind": "Rauchzeichen"}) == 100
    assert box.code("create", "agentslog", {**entry, "actiontype": "Durchgang"}) == 101
    assert box.code("create", "agentslog", {**entry, "addressids": 601}) == 99
    assert box.code("create", "agentslog", {**entry, "addressids": [], "estateid": 0}) == 98
    assert box.code("create", "agentslog", {**entry, "datetime": "gestern"}) == 122


# faults


def test_a_documented_code_on_demand_fails_its_action_alone(box: VendorBox) -> None:
    box.fault("onoffice.emailassignments", "status", {"errorcode": 61})
    do = box.action("do", "emailassignments", {**LINK, "addressIds": [601]})
    answer = box.send(do, box.action("get", "users", {}), do)
    assert [each["status"]["errorcode"] for each in answer["response"]["results"]] == [61, 0, 0]
    assert answer["response"]["results"][0]["status"]["message"] == "Error during email retrieval"
    assert box.state()["counters"] == {"onoffice": 1, "onoffice.emailassignments": 2, "onoffice.users": 1}


@pytest.mark.parametrize("where", ["onoffice", "onoffice.address"])
def test_an_http_status_on_demand(box: VendorBox, where: str) -> None:
    box.fault(where, "status", 502)
    envelope = {"token": ONOFFICE.token, "request": {"actions": [box.action("read", "address", {"data": ["Name"]})]}}
    response = box.http.post("/onoffice/api/stable/api.php", json=envelope)
    assert response.status_code == 502
    assert response.headers["Content-Type"].startswith("text/html")
    assert box.http.post("/onoffice/api/stable/api.php", json=envelope).status_code == 200


def test_a_connection_lost_before_or_after_the_link_took_effect(box: VendorBox) -> None:
    for kind, taken in (("drop_before", []), ("drop_after_commit", [601])):
        box.fault("onoffice.emailassignments", kind)
        with pytest.raises(httpx.RemoteProtocolError):
            box.onoffice("do", "emailassignments", {**LINK, "addressIds": [601]})
        assert linked(box)[0] == taken


def test_a_slow_answer_and_one_that_never_comes(box: VendorBox) -> None:
    box.fault("onoffice.users", "slow", 0.05)
    assert box.records("get", "users", {})
    box.fault("onoffice.users", "timeout")
    body = wire({"token": ONOFFICE.token, "request": {"actions": [box.action("get", "users", {})]}})
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{box.url}/onoffice/api/stable/api.php", content=body, timeout=0.2)


def test_the_whole_endpoint_refuses_with_a_code(box: VendorBox) -> None:
    box.fault("onoffice", "status", {"errorcode": 42})
    answer = box.send(box.action("get", "users", {}))
    assert answer == {
        "status": {"code": 400, "errorcode": 42, "message": "Customer is not active!"},
        "response": {"results": []},
    }


# many records


def test_a_full_directory_is_paged_quickly(box: VendorBox) -> None:
    assert box.control("onoffice/fill", addresses=5000, estates=10) == {"ok": True, "addresses": 5200, "estates": 70}
    asked = {"data": ["Name", "email"], "listlimit": 500, "sortby": "Name", "sortorder": "ASC"}
    seen = set()
    begun = time.perf_counter()
    for offset in range(0, 5500, 500):
        seen |= {record["id"] for record in box.records("read", "address", {**asked, "listoffset": offset})}
    assert len(seen) == 5200
    assert time.perf_counter() - begun < 3
