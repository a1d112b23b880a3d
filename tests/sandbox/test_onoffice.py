"""The onOffice stand-in against its documentation: signatures, envelope, faults, many records."""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from sandbox.faults import Faults
from sandbox.mailbox import MailServer
from sandbox.onoffice import Access, OnOfficePart
from sandbox.onoffice.signing import signature_v1, signature_v2
from sandbox.seeds import World
from sandbox.vendors import ONOFFICE
from tests.sandbox.onoffice_calls import LINK, linked
from tests.sandbox.vendorbox import ACTION, CONNECTION_LOST, VendorBox, wire

READ = ACTION + "read"
# The request of the official SDK's own integration test, byte for byte.
CAPTURED = (
    rb'{"token":"testtoken","request":{"actions":[{"actionid":"urn:onoffice-de-ns:smart:2.5:smartml:action:read",'
    rb'"identifier":null,"parameters":{"allusers":false,"dateend":"25-03-2022 02:17:53",'
    rb'"datestart":"25-03-2022 02:17:53","showcancelled":true},"resourceid":"","resourcetype":"calendar",'
    rb'"timestamp":1646228220,"hmac_version":2,"hmac":"w6ifKMmAdJoKhu0vl2twvfP+ltyOTQ7LqLpvsZkOnlg="}]}}'
)
CAPTURED_AT = 1646228220


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


def test_a_connection_lost_before_or_after_the_link_took_effect(
    box: VendorBox, caplog: pytest.LogCaptureFixture
) -> None:
    for kind, taken in (("drop_before", []), ("drop_after_commit", [601])):
        box.fault("onoffice.emailassignments", kind)
        with pytest.raises(CONNECTION_LOST):
            box.onoffice("do", "emailassignments", {**LINK, "addressIds": [601]})
        assert linked(box)[0] == taken
    assert caplog.text == "", "whoever lets something fail in the demo sees no stack trace in the terminal"


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
