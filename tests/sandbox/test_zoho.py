"""The Zoho CRM stand-in against its documentation: tokens, scopes, faults."""

from __future__ import annotations

import pytest

from sandbox.vendors import ZOHO
from sandbox.zoho.oauth import SCOPES
from tests.sandbox.vendorbox import CONNECTION_LOST, VendorBox
from tests.sandbox.zoho_calls import (
    ASSOCIATE,
    CARTER,
    FIT_OUT,
    put,
)

# tokens


def test_a_refresh_answers_a_token_and_where_to_use_it(box: VendorBox) -> None:
    answer = box.ask_token().json()
    assert answer["api_domain"] == f"{box.url}/zoho/api"
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
    by_query = box.http.post(
        "/zoho/accounts/oauth/v2/token",
        params={
            "grant_type": "refresh_token",
            "refresh_token": ZOHO.refresh_token,
            "client_id": ZOHO.id,
            "client_secret": ZOHO.secret,
        },
    )
    assert "access_token" in by_query.json()


def test_token_errors_are_flat_and_come_with_status_200(box: VendorBox) -> None:
    for asked, error in (
        ({"client_id": "1000.OTHER"}, "invalid_client"),
        ({"client_secret": "other"}, "invalid_client_secret"),
        ({"refresh_token": "1000.other"}, "invalid_code"),
        ({"grant_type": "authorization_code", "code": "1000.other"}, "invalid_code"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ):
        response = box.ask_token(**asked)
        assert (response.status_code, response.json()) == (200, {"error": error})
    as_json = {"grant_type": "refresh_token", "refresh_token": ZOHO.refresh_token, "client_id": ZOHO.id}
    assert box.http.post("/zoho/accounts/oauth/v2/token", json=as_json).json() == {"error": "invalid_client"}
    assert "access_token" not in box.http.get("/zoho/accounts/oauth/v2/token").json()


def test_ten_tokens_in_ten_minutes(box: VendorBox) -> None:
    assert all("access_token" in box.ask_token().json() for _ in range(10))
    refused = box.ask_token()
    assert refused.status_code == 400
    assert refused.json()["error"] == "Access Denied"
    box.clock.ahead = 601
    assert "access_token" in box.ask_token().json()


def test_the_sixteenth_token_ends_the_first(box: VendorBox) -> None:
    tokens = []
    for number in range(16):
        box.clock.ahead = 61.0 * number
        tokens.append(box.ask_token().json()["access_token"])
    answers = [
        box.http.get("/zoho/api/crm/v7/org", headers={"Authorization": f"Zoho-oauthtoken {token}"}) for token in tokens
    ]
    assert [answer.status_code for answer in answers] == [401] + [200] * 15
    assert answers[0].json()["code"] == "INVALID_TOKEN"


def test_a_token_ends_after_an_hour(box: VendorBox) -> None:
    assert box.zoho("GET", "org").status_code == 200
    box.clock.ahead = 3601
    refused = box.zoho("GET", "org")
    assert (refused.status_code, refused.json()["code"]) == (401, "INVALID_TOKEN")
    box.new_token()
    assert box.zoho("GET", "org").status_code == 200


def test_a_code_becomes_a_refresh_token_once(box: VendorBox) -> None:
    code = box.control("zoho/code")["code"]
    made = box.ask_token(grant_type="authorization_code", code=code).json()
    assert box.ask_token(refresh_token=made["refresh_token"]).json()["access_token"]
    assert box.ask_token(grant_type="authorization_code", code=code).json() == {"error": "invalid_code"}
    assert box.http.post("/zoho/accounts/oauth/v2/token/revoke", data={"token": made["refresh_token"]}).is_success
    assert box.ask_token(refresh_token=made["refresh_token"]).json() == {"error": "invalid_code"}


@pytest.mark.parametrize("header", ["Bearer {}", "{}", ""])
def test_the_header_has_a_form_of_its_own(box: VendorBox, header: str) -> None:
    token = box.ask_token().json()["access_token"]
    refused = box.http.get("/zoho/api/crm/v7/org", headers={"Authorization": header.format(token)})
    assert (refused.status_code, refused.json()["code"]) == (401, "AUTHENTICATION_FAILURE")


@pytest.mark.parametrize(
    ("missing", "method", "path"),
    [
        ("ZohoSearch.securesearch.READ", "GET", "Contacts/search?word=Emily"),
        ("ZohoCRM.modules.ALL", "GET", "Contacts?fields=id"),
        ("ZohoCRM.modules.emails.ALL", "POST", ASSOCIATE),
        ("ZohoCRM.modules.ALL", "POST", ASSOCIATE),
        ("ZohoCRM.users.READ", "GET", "users"),
        ("ZohoCRM.coql.READ", "POST", "coql"),
        ("ZohoCRM.files.CREATE", "POST", "files"),
        ("ZohoCRM.settings.modules.READ", "GET", "settings/modules"),
    ],
)
def test_every_call_needs_its_scopes(box: VendorBox, missing: str, method: str, path: str) -> None:
    box.control("zoho/connection", scopes=[scope for scope in SCOPES if scope != missing])
    refused = box.zoho(method, path)
    assert (refused.status_code, refused.json()["code"]) == (401, "OAUTH_SCOPE_MISMATCH")


def test_a_scope_of_one_module_is_for_that_module(box: VendorBox) -> None:
    box.control("zoho/connection", scopes=["ZohoCRM.modules.contacts.READ"])
    assert box.zoho("GET", f"Contacts/{CARTER}").status_code == 200
    assert box.zoho("GET", f"Deals/{FIT_OUT}").status_code == 401


# faults


@pytest.mark.parametrize(
    ("status", "code"), [(429, "TOO_MANY_REQUESTS"), (500, "INTERNAL_ERROR"), (401, "INVALID_TOKEN")]
)
def test_statuses_on_demand_have_their_documented_bodies(box: VendorBox, status: int, code: str) -> None:
    box.fault("zoho.associate_email", "status", status)
    refused = put(box)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert "Retry-After" not in refused.headers
    assert put(box).status_code == 201


def test_any_error_on_demand(box: VendorBox) -> None:
    flat = {"status": 401, "code": "OAUTH_SCOPE_MISMATCH"}
    box.fault("zoho.records", "status", flat)
    refused = box.zoho("GET", f"Contacts/{CARTER}")
    assert refused.json()["message"] == "invalid oauth scope to access this URL"
    item = {"status": 400, "code": "STORAGE_SPACE_EXCEEDS", "message": "storage space exceeds", "per_item": True}
    box.fault("zoho.associate_email", "status", item)
    assert put(box).json()["Emails"][0]["code"] == "STORAGE_SPACE_EXCEEDS"
    box.fault("zoho.token", "status", "invalid_code")
    assert box.ask_token().json() == {"error": "invalid_code"}


def test_an_answer_lost_after_the_mail_was_put_shows_as_a_duplicate(box: VendorBox) -> None:
    box.fault("zoho.associate_email", "drop_after_commit")
    with pytest.raises(CONNECTION_LOST):
        put(box)
    assert put(box).json()["Emails"][0]["code"] == "DUPLICATE_DATA"
    box.fault("zoho.associate_email", "drop_before")
    with pytest.raises(CONNECTION_LOST):
        put(box, original_message_id="<2@example.org>")
    assert put(box, original_message_id="<2@example.org>").status_code == 201


def test_calls_are_counted(box: VendorBox) -> None:
    put(box)
    put(box)
    assert box.state()["counters"] == {"zoho.token": 1, "zoho.associate_email": 2}


def test_a_full_directory_is_paged(box: VendorBox) -> None:
    box.control("zoho/fill", contacts=2500)
    query: dict[str, str] = {"fields": "Last_Name", "sort_by": "id", "sort_order": "asc"}
    seen: list[str] = []
    while True:
        page = box.zoho("GET", "Contacts", params=query).json()
        seen += [row["id"] for row in page["data"]]
        if not page["info"]["more_records"]:
            break
        query["page_token"] = page["info"]["next_page_token"]
    assert len(seen) == len(set(seen)) == 2560
