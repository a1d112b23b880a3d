"""The Zoho stand-in: creating records, what is unique, upsert's misuse, and roles on deals."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.zoho.oauth import SCOPES
from tests.sandbox.vendorbox import CONNECTION_LOST, VendorBox
from tests.sandbox.zoho_calls import CARTER, FIT_OUT, KARTER

PERSON = {"Last_Name": "Neumann", "First_Name": "Lena", "Email": "lena.neumann@example.de"}


def create(box: VendorBox, module: str = "Contacts", /, **change: Any) -> httpx.Response:
    return box.zoho("POST", module, json={"data": [PERSON | change]}, version="v8")


def item(answer: httpx.Response) -> dict[str, Any]:
    (found,) = answer.json()["data"]
    assert isinstance(found, dict)
    return found


def query(box: VendorBox, where: str) -> list[dict[str, Any]]:
    text = f"select id from Contacts where {where}"  # noqa: S608 - COQL
    answer = box.zoho("POST", "coql", json={"select_query": text}, version="v8")
    return list(answer.json()["data"]) if answer.status_code == 200 else []


def test_a_record_is_created_and_the_search_does_not_see_it_yet(box: VendorBox) -> None:
    answer = create(box)
    assert (answer.status_code, item(answer)["message"]) == (201, "record added")
    id_ = item(answer)["details"]["id"]
    assert query(box, "Email = 'lena.neumann@example.de'") == [{"id": id_}]
    assert box.zoho("GET", "Contacts/search", params={"email": PERSON["Email"]}).status_code == 204
    box.clock.ahead += 61
    box.new_token()
    assert box.zoho("GET", "Contacts/search", params={"email": PERSON["Email"]}).status_code == 200
    create(box)
    assert len(query(box, "Email = 'lena.neumann@example.de'")) == 2, "an e-mail address is not unique by itself"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Last_Name": None}, "MANDATORY_NOT_FOUND"),
        ({"Email": "no address"}, "INVALID_DATA"),
        ({"Phone": 49241}, "INVALID_DATA"),
        ({"Phone": "1" * 31}, "INVALID_DATA"),
        ({"Salutation": "Frau"}, "INVALID_DATA"),
        ({"Linkbot_Ref": "a1"}, "INVALID_DATA"),
        ({"Full_Name": "Lena Neumann"}, "INVALID_DATA"),
        ({"Account_Name": {"name": "Neumann GmbH"}}, "INVALID_DATA"),
        ({"Owner": {"id": "1"}}, "INVALID_DATA"),
    ],
)
def test_what_it_does_not_take(box: VendorBox, change: dict[str, Any], code: str) -> None:
    answer = create(box, **change)
    assert (answer.status_code, item(answer)["code"]) == (400, code)
    assert box.state()["zoho"]["created"] == 0


def test_each_record_is_judged_by_itself(box: VendorBox) -> None:
    answer = box.zoho("POST", "Contacts", json={"data": [PERSON, {"First_Name": "Lena"}]}, version="v8")
    assert (answer.status_code, [each["status"] for each in answer.json()["data"]]) == (207, ["success", "error"])
    many = box.zoho("POST", "Contacts", json={"data": [PERSON] * 101}, version="v8")
    assert (many.status_code, many.json()["code"]) == (400, "INVALID_DATA")
    assert box.zoho("POST", "Contacts", json={"data": [PERSON], "more": 1}, version="v8").status_code == 400


def test_what_is_unique(box: VendorBox) -> None:
    box.control("zoho/rules", unique={"Contacts": ["Email", "Mobile"]}, own=["Linkbot_Ref"])
    first = item(create(box, Mobile="0171 5550123", Linkbot_Ref="a1"))["details"]["id"]
    details = item(create(box, Email="other@example.de", Linkbot_Ref="a1"))["details"]
    assert (details["id"], details["duplicate_record"]["id"], details["api_name"]) == (first, first, "Linkbot_Ref")
    several = item(create(box, Mobile="0171 5550123"))
    assert several["code"] == "MULTIPLE_OR_MULTI_ERRORS"
    assert [each["details"]["duplicate_record"]["id"] for each in several["details"]["errors"]] == [first, first]
    fields = {each["api_name"]: each for each in box.zoho("GET", "settings/fields?module=Contacts").json()["fields"]}
    assert fields["Linkbot_Ref"]["unique"] and fields["Email"]["unique"] and not fields["Phone"]["unique"]
    box.control("zoho/rules", unique={"Leads": ["Email"]}, mapped=True)
    lead = item(create(box, "Leads"))["details"]["duplicate_record"]
    assert (lead["id"], lead["module"]["api_name"]) == (first, "Contacts")


def test_what_the_layout_demands_holds_only_where_it_is_named(box: VendorBox) -> None:
    assert create(box, "Leads").status_code == 201
    assert item(create(box, "Leads", Layout={"id": "1"}))["details"]["api_name"] == "Company"
    (layout,) = box.zoho("GET", "settings/layouts?module=Leads").json()["layouts"]
    required = [each["api_name"] for section in layout["sections"] for each in section["fields"] if each["required"]]
    assert required == ["Last_Name", "Company"]


def test_automations_run_unless_told_not_to(box: VendorBox) -> None:
    create(box)
    box.zoho("POST", "Contacts", json={"data": [PERSON], "trigger": []}, version="v8")
    assert len(box.state()["zoho"]["automated"]) == 1


def test_upsert_overwrites_what_somebody_entered(box: VendorBox) -> None:
    body = {"data": [{"Last_Name": "Kart", "Email": "emily.carter@brightwater.example"}]}
    answer = box.zoho("POST", "Contacts/upsert", json=body, version="v8")
    assert item(answer)["action"] == "update"
    changed = box.zoho("GET", f"Contacts/{item(answer)['details']['id']}").json()["data"][0]
    assert changed["Last_Name"] == "Kart"


def test_a_role_on_a_deal(box: VendorBox) -> None:
    path, role = f"Deals/{FIT_OUT}/Contact_Roles/{CARTER}", {"data": [{"Contact_Role": {"name": "Interested"}}]}
    assert box.zoho("PUT", path, json=role, version="v8").json()["data"][0]["code"] == "SUCCESS"
    assert box.zoho("PUT", path, json=role, version="v8").status_code == 200
    listed = f"Deals/{FIT_OUT}/Contact_Roles"
    assert box.zoho("GET", listed, version="v8").json()["code"] == "REQUIRED_PARAM_MISSING"
    (row,) = box.zoho("GET", f"{listed}?fields=Last_Name", version="v8").json()["data"]
    assert (row["id"], row["Contact_Role"]["name"]) == (CARTER, "Interested")
    assert box.zoho("DELETE", path, version="v8").status_code == 200
    assert box.zoho("GET", f"{listed}?fields=Last_Name", version="v8").status_code == 204
    assert box.zoho("PUT", f"Deals/{FIT_OUT}/Contact_Roles/1", json=role, version="v8").json()["code"] == "INVALID_DATA"
    assert box.zoho("PUT", path, json={"data": [{}]}, version="v8").json()["code"] == "MANDATORY_NOT_FOUND"
    assert (
        box.zoho("PUT", f"Contacts/{KARTER}/Deals/{FIT_OUT}", json=role, version="v8").json()["code"] == "INVALID_DATA"
    )
    assert {each["name"] for each in box.zoho("GET", "Contacts/roles").json()["contact_roles"]} >= {"Interested"}


def test_an_old_consent_is_refused(box: VendorBox) -> None:
    box.control("zoho/connection", scopes=[scope for scope in SCOPES if "layouts" not in scope])
    box.new_token()
    assert box.zoho("GET", "settings/layouts?module=Leads").json()["code"] == "OAUTH_SCOPE_MISMATCH"


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after_commit", 1)])
def test_an_answer_that_is_lost_tells_nothing(box: VendorBox, kind: str, made: int) -> None:
    box.zoho("GET", "org")
    box.fault("zoho.create_record", kind)
    with pytest.raises(CONNECTION_LOST):
        create(box)
    assert box.state()["zoho"]["created"] == made
