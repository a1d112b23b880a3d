"""The Zoho CRM stand-in: associate_email, its files, and reading the mails of a record."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.zoho import associate
from sandbox.zoho.errors import ZohoError
from sandbox.zoho.store import Store
from tests.needs import SHARED
from tests.sandbox.vendorbox import VendorBox
from tests.sandbox.zoho_calls import (
    ANNA,
    ASSOCIATE,
    BEN,
    CAR_PARK,
    CARTER,
    CONTACTS_MODULE,
    DEALS_MODULE,
    FIT_OUT,
    MEGABYTE,
    mail,
    put,
    upload,
)

SCHEMA = SHARED / "facts" / "zoho-associate-email.schema.json"


# associate_email


def test_a_mail_is_put_on_a_record_and_on_the_linked_one(box: VendorBox) -> None:
    linked = {
        "module": {"api_name": "Contacts", "id": int(CONTACTS_MODULE)},
        "id": int(CARTER),
    }  # as numbers, as the SDK
    done = put(box, linked_record=linked)
    assert done.status_code == 201
    assert done.headers["Content-Type"].lower().replace(" ", "") == "application/json;charset=utf-8"
    (item,) = done.json()["Emails"]
    assert (item["code"], item["status"]) == ("SUCCESS", "success")
    message_id = item["details"]["message_id"]
    assert len(message_id) == 64
    for path in (f"Deals/{FIT_OUT}/Emails", f"Contacts/{CARTER}/Emails"):
        (shown,) = box.zoho("GET", path).json()["Emails"]
        assert shown["message_id"] == message_id
        assert "original_message_id" not in shown
    (whole,) = box.zoho("GET", f"Deals/{FIT_OUT}/Emails/{message_id}").json()["Emails"]
    assert whole["content"] == mail()["content"]
    assert box.zoho("GET", f"Deals/{CAR_PARK}/Emails").status_code == 204
    (kept,) = box.state()["zoho"]["emails"]
    assert kept["linked_record"] == {"module": "Contacts", "id": CARTER}
    assert kept["original_message_id"] == mail()["original_message_id"]


def test_what_zohos_own_client_sends_is_taken(box: VendorBox) -> None:
    """JSON of ASCII only and without a content type."""
    body = json.dumps({"Emails": [mail()]}).encode()
    done = box.zoho("POST", ASSOCIATE, content=body, headers={"X-ZOHO-SDK": "Linux/6/python-8.0/3.11:7.0.0"})
    assert done.status_code == 201
    assert box.zoho(
        "POST", "Projects_X/5725767000000415001/actions/associate_email", content=body, version="v8"
    ).is_success


def test_the_same_mail_twice_on_one_record_is_a_duplicate(box: VendorBox) -> None:
    assert put(box).status_code == 201
    again = put(box)
    assert again.status_code == 400
    assert again.json()["Emails"][0]["code"] == "DUPLICATE_DATA"
    assert put(box, f"Contacts/{CARTER}/actions/associate_email").status_code == 201
    assert put(box, original_message_id="<another@example.org>").status_code == 201
    assert len(box.state()["zoho"]["emails"]) == 3


@pytest.mark.parametrize("key", ["from", "to", "subject", "content", "date_time", "sent", "original_message_id"])
def test_mandatory_keys(box: VendorBox, key: str) -> None:
    refused = put(box, **{key: None})
    (error,) = refused.json()["Emails"]
    assert (refused.status_code, error["code"]) == (400, "MANDATORY_NOT_FOUND")
    assert error["details"] == {"api_name": key, "json_path": f"$.Emails[0].{key}"}


@pytest.mark.parametrize(
    "change",
    [
        {"from": "emily.carter@brightwater.example"},
        {"from": {"email": "emily.carter"}},
        {"from": {"email": "Emily <emily.carter@brightwater.example>"}},
        {"from": {"email": "emily.carter@brightwater.example", "name": "Emily"}},
        {"to": []},
        {"to": {"email": "ben.okafor@nordlicht.example"}},
        {"to": [{"email": f"p{number}@example.org"} for number in range(51)]},
        {"cc": [{"email": "x@example"}]},
        {"subject": ""},
        {"subject": "x" * 251},
        {"subject": 5},
        {"content": ""},
        {"content": "x" * 32_001},
        {"mail_format": "markdown"},
        {"sent": "false"},
        {"sent": 0},
        {"date_time": "2026-03-04T06:42:12"},
        {"date_time": "2026-03-04 06:42:12+00:00"},
        {"date_time": "2026-02-30T06:42:12+00:00"},
        {"date_time": "2026-03-04T06:42:12.000+00:00"},
        {"original_message_id": "x" * 256},
        {"attachments": "none"},
        {"attachments": [{"id": "x", "size": 3}]},
        {"linked_record": FIT_OUT},
        {"linked_record": {"id": CARTER, "module": {"api_name": "Contacts", "id": CONTACTS_MODULE}, "kind": "x"}},
        {"owner": BEN},
        {"priority": "high"},
    ],
)
def test_what_is_not_of_the_right_shape_is_refused(box: VendorBox, change: dict[str, Any]) -> None:
    refused = put(box, **change)
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_DATA")
    assert box.state()["zoho"]["emails"] == []


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "expected_data_type"),
        (b"[]", "expected_data_type"),
        (json.dumps({"Emails": [mail(), mail(original_message_id="<2@example.org>")]}).encode(), "maximum_length"),
        (b'{"Emails": []}', "minimum_length"),
        (b'{"Emails": {}}', "expected_data_type"),
        (json.dumps({"Emails": [mail()], "data": []}).encode(), "api_name"),
    ],
)
def test_one_mail_for_each_call(box: VendorBox, body: bytes, detail: str) -> None:
    refused = box.zoho("POST", ASSOCIATE, content=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_DATA")
    assert detail in refused.json()["details"]


def test_the_wrapper_has_its_name(box: VendorBox) -> None:
    refused = box.zoho("POST", ASSOCIATE, json={"data": [mail()]})
    assert (refused.status_code, refused.json()["code"]) == (400, "MANDATORY_NOT_FOUND")


def test_a_mail_cannot_come_from_the_future(box: VendorBox) -> None:
    def in_minutes(minutes: float) -> str:
        return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(timespec="seconds")

    assert put(box, date_time=in_minutes(7 * 60)).json()["details"]["json_path"] == "$.Emails[0].date_time"
    assert put(box, date_time=in_minutes(6)).status_code == 400
    assert put(box, date_time=in_minutes(2)).status_code == 201


@pytest.mark.parametrize(
    ("linked", "message"),
    [
        (
            {"id": "1", "module": {"api_name": "Contacts", "id": CONTACTS_MODULE}},
            "the parent entity id given seems to be invalid",
        ),
        (
            {"id": CARTER, "module": {"api_name": "Contact", "id": CONTACTS_MODULE}},
            "the api_name given seems to be invalid",
        ),
        (
            {"id": CARTER, "module": {"api_name": "Contacts", "id": DEALS_MODULE}},
            "the api_name given seems to be invalid",
        ),
        (
            {"id": CARTER, "module": {"api_name": "Products", "id": CONTACTS_MODULE}},
            "the api_name given seems to be invalid",
        ),
    ],
)
def test_the_linked_record_must_be_there(box: VendorBox, linked: dict[str, Any], message: str) -> None:
    (error,) = put(box, linked_record=linked).json()["Emails"]
    assert (error["code"], error["message"]) == ("INVALID_DATA", message)


def test_the_record_must_be_there_and_of_a_module_with_mails(box: VendorBox) -> None:
    gone = put(box, "Deals/5725767000000499999/actions/associate_email")
    assert (gone.status_code, gone.json()["message"]) == (400, "the related id given seems to be invalid")
    unsupported = put(box, "Products/5725767000000499999/actions/associate_email")
    assert (unsupported.status_code, unsupported.json()["code"]) == (400, "INVALID_MODULE")
    unknown = put(box, "Elephants/5725767000000499999/actions/associate_email")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "INVALID_MODULE")
    assert box.zoho("GET", ASSOCIATE).json()["code"] == "INVALID_REQUEST_METHOD"


def test_only_an_administrator_files_for_somebody_else(box: VendorBox) -> None:
    (error,) = put(box, owner={"id": "1"}).json()["Emails"]
    assert error["message"] == "Provide a Proper owner id"
    assert put(box, owner={"id": BEN}).status_code == 201
    assert box.state()["zoho"]["emails"][0]["owner"] == BEN
    box.control("zoho/connection", user="ben.okafor@nordlicht.example")
    refused = put(box, owner={"id": ANNA}, original_message_id="<2@example.org>")
    assert (refused.status_code, refused.json()["code"]) == (403, "NO_PERMISSION")
    assert put(box, original_message_id="<2@example.org>").status_code == 201


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3),
    max_leaves=8,
)


@given(JSON_VALUES, st.sampled_from([*sorted(mail()), "cc", "attachments", "linked_record", "owner"]))
def test_whatever_is_sent_is_taken_or_refused_in_zohos_words(value: Any, key: str) -> None:
    store = Store(lambda: 1_800_000_000.0, users={ANNA: {"admin": True}})
    store.put("Deals", {"id": FIT_OUT})
    try:
        associate.associate(store, "Deals", FIT_OUT, {"Emails": [{**mail(), key: value}]}, ANNA)
    except ZohoError as error:
        assert error.code in ("INVALID_DATA", "MANDATORY_NOT_FOUND")
        assert store.emails == []
    else:
        assert len(store.emails) == 1


# files


def test_files_come_back_in_order_and_go_with_a_mail(box: VendorBox) -> None:
    answer = upload(box, ("a.txt", b"hello"), ("Größe.pdf", b"%PDF"))
    assert [each["details"]["name"] for each in answer.json()["data"]] == ["a.txt", "Größe.pdf"]
    assert answer.json()["data"][0]["message"] == "a.txt uploaded Succeessfully"
    ids = [each["details"]["id"] for each in answer.json()["data"]]
    assert box.zoho("GET", "files", params={"id": ids[0]}).content == b"hello"
    assert box.zoho("GET", "files", params={"id": "unknown"}).status_code == 204
    assert put(box, attachments=[{"id": id_, "name": "x"} for id_ in ids]).status_code == 201
    assert box.state()["zoho"]["files"] == 2
    assert box.state()["zoho"]["emails"][0]["attachments"] == ["a.txt", "Größe.pdf"]
    (shown,) = box.zoho("GET", f"Deals/{FIT_OUT}/Emails").json()["Emails"]
    assert shown["has_attachment"] is True


def test_files_that_are_too_many_or_too_big(box: VendorBox) -> None:
    many = upload(box, *[(f"{number}.txt", b"x") for number in range(11)])
    assert (many.status_code, many.json()["code"]) == (400, "INVALID_REQUEST")
    big = upload(box, ("ok.txt", b"x"), ("big.bin", b"x" * (20 * MEGABYTE + 1)))
    assert (big.status_code, big.json()["code"]) == (415, "FILE_SIZE_MORE_THAN_ALLOWED_SIZE")
    assert box.state()["zoho"]["files"] == 0
    assert box.zoho("POST", "files", content=b"x").json()["code"] == "failure_in_attachment_handling"
    wrong_name = box.zoho("POST", "files", files=[("document", ("a.txt", b"x"))])
    assert wrong_name.json()["code"] == "failure_in_attachment_handling"


def test_attachments_of_a_mail_sum_up_to_ten_megabytes(box: VendorBox) -> None:
    data = upload(box, ("a", b"x" * (6 * MEGABYTE)), ("b", b"x" * (6 * MEGABYTE)), ("c", b"x" * (4 * MEGABYTE))).json()
    first, second, third = ({"id": each["details"]["id"]} for each in data["data"])
    (error,) = put(box, attachments=[first, second]).json()["Emails"]
    assert error["code"] == "FILE_SIZE_EXCEEDS"
    assert put(box, attachments=[first, third]).status_code == 201
    (error,) = put(box, attachments=[{"id": "f" * 64}], original_message_id="<2@example.org>").json()["Emails"]
    assert error["message"] == "provided file id is improper"


def test_pictures_in_the_text_must_have_been_uploaded_as_such(box: VendorBox) -> None:
    (inline,) = upload(box, ("plan.png", b"png"), type="inline").json()["data"]
    (other,) = upload(box, ("plan.png", b"png")).json()["data"]

    def shown(id_: str) -> httpx.Response:
        return put(box, content=f'<p><img class="ZCrmImage" src="crm/img_id:{id_}"></p>')

    for id_ in (other["details"]["id"], "0" * 64, ""):
        (error,) = shown(id_).json()["Emails"]
        assert (error["code"], error["message"]) == ("INVALID_DATA", "provided file id is improper")
    assert shown(inline["details"]["id"]).status_code == 201


# reading mails, linking deals


def test_only_a_deal_on_a_contacts_mail_is_taken_off(box: VendorBox) -> None:
    linked = {"module": {"api_name": "Contacts", "id": CONTACTS_MODULE}, "id": CARTER}
    message_id = put(box, linked_record=linked).json()["Emails"][0]["details"]["message_id"]
    path = f"Contacts/{CARTER}/Emails/{message_id}/actions/link_record"
    refused = box.zoho("DELETE", path, params={"owner_id": ANNA}, version="v8")
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_DATA")
    assert (
        box.zoho("DELETE", path, params={"owner_id": BEN}, version="v8").json()["message"]
        == "Provide a Proper owner id"
    )
    assert box.state()["zoho"]["emails"][0]["linked_record"] == {"module": "Contacts", "id": CARTER}


def test_mails_come_ten_at_a_time_newest_first(box: VendorBox) -> None:
    for day in range(1, 24):
        put(
            box,
            date_time=f"2026-01-{day:02d}T10:00:00+00:00",
            original_message_id=f"<{day}@example.org>",
            subject=str(day),
        )
    first = box.zoho("GET", f"Deals/{FIT_OUT}/Emails").json()
    second = box.zoho("GET", f"Deals/{FIT_OUT}/Emails", params={"index": first["info"]["next_index"]}).json()
    third = box.zoho("GET", f"Deals/{FIT_OUT}/Emails", params={"index": second["info"]["next_index"]}).json()
    subjects = [each["subject"] for page in (first, second, third) for each in page["Emails"]]
    assert subjects == [str(day) for day in range(23, 0, -1)]
    assert [page["info"]["count"] for page in (first, second, third)] == [10, 10, 3]
    assert third["info"]["more_records"] is False
    assert box.zoho("GET", f"Deals/{FIT_OUT}/Emails", params={"index": "nonsense"}).status_code == 400


def test_a_contacts_mail_is_linked_to_a_deal_and_taken_off_it_in_v8_only(box: VendorBox) -> None:
    done = put(box, f"Contacts/{CARTER}/actions/associate_email")
    message_id = done.json()["Emails"][0]["details"]["message_id"]
    linked = {"module": {"api_name": "Deals", "id": DEALS_MODULE}, "id": FIT_OUT}
    path = f"Contacts/{CARTER}/Emails/actions/link_record"
    body = {"Emails": [{"message_id": message_id, "linked_record": linked}]}
    assert box.zoho("POST", path, json=body).status_code == 404
    answer = box.zoho("POST", path, json=body, version="v8").json()
    assert answer["Emails"][0]["details"]["message_id"] == message_id
    assert box.zoho("GET", f"Deals/{FIT_OUT}/Emails").json()["info"]["count"] == 1
    one = f"Contacts/{CARTER}/Emails/{message_id}/actions/link_record"
    assert box.zoho("DELETE", one, version="v8").json()["code"] == "REQUIRED_PARAM_MISSING"
    assert box.zoho("DELETE", one, params={"owner_id": ANNA}, version="v8").status_code == 200
    assert box.zoho("GET", f"Deals/{FIT_OUT}/Emails").status_code == 204
    gone = {"Emails": [{"message_id": message_id, "linked_record": {**linked, "id": "1"}}]}
    assert box.zoho("POST", path, json=gone, version="v8").status_code == 400


# the yardstick


@pytest.mark.needs("shared")
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"cc": [{"email": "x@example.org"}], "bcc": []},
        {"sent": True, "mail_format": "text"},
        {"linked_record": {"id": CARTER, "name": "Emily", "module": {"api_name": "Contacts", "id": CONTACTS_MODULE}}},
        {"owner": {"id": BEN}},
        {"subject": "x" * 250},
    ],
)
def test_what_is_taken_is_valid_by_the_published_description(box: VendorBox, change: dict[str, Any]) -> None:
    body = {"Emails": [mail(**change)]}
    jsonschema.validate(body, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert box.zoho("POST", ASSOCIATE, json=body).status_code == 201
