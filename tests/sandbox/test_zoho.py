"""The Zoho CRM stand-in against its documentation: tokens, reading, associate_email, files, faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.vendors import ZOHO
from sandbox.zoho import associate, coql, searching
from sandbox.zoho.errors import ZohoError
from sandbox.zoho.oauth import SCOPES
from sandbox.zoho.store import Store
from tests.sandbox.vendorbox import VendorBox, running

SCHEMA = Path(__file__).parents[2].parent / "shared" / "facts" / "zoho-associate-email.schema.json"
CARTER, KARTER = "5725767000000412001", "5725767000000412002"
BRIGHTWATER, FIT_OUT, CAR_PARK = "5725767000000411001", "5725767000000413001", "5725767000000413002"
ANNA, BEN = "5725767000000410001", "5725767000000410002"
CONTACTS_MODULE, DEALS_MODULE = "5725767000000002179", "5725767000000002181"
ASSOCIATE = f"Deals/{FIT_OUT}/actions/associate_email"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def started() -> Iterator[VendorBox]:
    with running() as box:
        yield box


@pytest.fixture
def box(started: VendorBox) -> VendorBox:
    started.reset()
    return started


def mail(**change: Any) -> dict[str, Any]:
    """A mail that associate_email takes; a change to None leaves the key out."""
    item: dict[str, Any] = {
        "from": {"user_name": "Emily Carter", "email": "emily.carter@brightwater.example"},
        "to": [{"user_name": "Ben Okafor", "email": "ben.okafor@nordlicht.example"}],
        "subject": "Brightwater office fit-out – revised quote",
        "content": "<p>Thanks for the quote &amp; the drawings ☃</p>",
        "mail_format": "html",
        "date_time": "2026-03-04T06:42:12+00:00",
        "sent": False,
        "original_message_id": "<CAF+bright.0421@mail.brightwater.example>",
    }
    item |= change
    return {key: value for key, value in item.items() if value is not None}


def put(box: VendorBox, path: str = ASSOCIATE, /, **change: Any) -> httpx.Response:
    return box.zoho("POST", path, json={"Emails": [mail(**change)]})


def upload(box: VendorBox, *files: tuple[str, bytes], **query: str) -> httpx.Response:
    return box.zoho("POST", "files", files=[("file", file) for file in files], params=query)


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


# reading


def test_a_list_needs_its_fields(box: VendorBox) -> None:
    refused = box.zoho("GET", "Contacts")
    assert (refused.status_code, refused.json()["code"]) == (400, "REQUIRED_PARAM_MISSING")
    many = box.zoho("GET", "Contacts", params={"fields": ",".join(f"F{number}" for number in range(51))})
    assert many.json()["code"] == "LIMIT_EXCEEDED"


def test_a_list_shows_lookups_as_name_and_id(box: VendorBox) -> None:
    fields = "Full_Name,Account_Name,Owner,Email,Nonsense"
    (shown,) = box.zoho("GET", "Contacts", params={"fields": fields, "ids": CARTER}).json()["data"]
    assert shown == {
        "id": CARTER,
        "Full_Name": "Emily Carter",
        "Account_Name": {"name": "Brightwater Ltd", "id": BRIGHTWATER},
        "Owner": {"name": "Ben Okafor", "id": BEN, "email": "ben.okafor@nordlicht.example"},
        "Email": "emily.carter@brightwater.example",
    }


def test_pages_and_their_tokens(box: VendorBox) -> None:
    query = {"fields": "Last_Name", "per_page": "25", "sort_by": "id", "sort_order": "asc"}
    first = box.zoho("GET", "Contacts", params=query).json()
    second = box.zoho("GET", "Contacts", params={**query, "page": "2"}).json()
    by_token = box.zoho("GET", "Contacts", params={**query, "page_token": first["info"]["next_page_token"]}).json()
    assert by_token["data"] == second["data"]
    third = box.zoho("GET", "Contacts", params={**query, "page_token": by_token["info"]["next_page_token"]}).json()
    assert (third["info"]["count"], third["info"]["more_records"], third["info"]["next_page_token"]) == (
        10,
        False,
        None,
    )
    ids = [row["id"] for page in (first, second, third) for row in page["data"]]
    assert ids == sorted(set(ids))
    assert len(ids) == 60
    assert box.zoho("GET", "Contacts", params={**query, "page": "4"}).status_code == 204


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"page": "11"}, "DISCRETE_PAGINATION_LIMIT_EXCEEDED"),
        ({"page": "2", "page_token": "{}"}, "AMBIGUITY_DURING_PROCESSING"),
        ({"page_token": "{}", "fields": "Email"}, "TOKEN_BOUND_DATA_MISMATCH"),
        ({"page_token": "nonsense"}, "INVALID_DATA"),
        ({"per_page": "201"}, "INVALID_DATA"),
        ({"sort_by": "Last_Name"}, "INVALID_DATA"),
    ],
)
def test_pages_that_cannot_be(box: VendorBox, change: dict[str, str], code: str) -> None:
    query = {"fields": "Last_Name", "per_page": "5"}
    token = box.zoho("GET", "Contacts", params=query).json()["info"]["next_page_token"]
    change = {key: value.format(token) for key, value in change.items()}
    refused = box.zoho("GET", "Contacts", params={**query, **change})
    assert (refused.status_code, refused.json()["code"]) == (400, code)


def test_a_page_token_ends_after_a_day(box: VendorBox) -> None:
    query = {"fields": "Last_Name", "per_page": "5"}
    token = box.zoho("GET", "Contacts", params=query).json()["info"]["next_page_token"]
    box.clock.ahead = 86_500
    box.new_token()
    assert box.zoho("GET", "Contacts", params={**query, "page_token": token}).json()["code"] == "EXPIRED_VALUE"


def test_only_what_changed(box: VendorBox) -> None:
    since = {"If-Modified-Since": datetime.now(UTC).replace(microsecond=0).isoformat()}
    query = {"fields": "Last_Name,Full_Name"}
    box.clock.ahead = 5
    assert box.zoho("GET", "Contacts", params=query, headers=since).status_code == 304
    assert box.zoho("GET", "Contacts/deleted", headers=since).status_code == 304
    box.control("zoho/record", module="Contacts", id=KARTER, fields={"Last_Name": "Karter-Lowe"})
    new = box.control("zoho/record", module="Contacts", fields={"First_Name": "Zoë", "Last_Name": "Neu"})["id"]
    changed = box.zoho("GET", "Contacts", params=query, headers=since).json()["data"]
    assert {row["id"]: row["Full_Name"] for row in changed} == {KARTER: "Emily Karter-Lowe", new: "Zoë Neu"}
    box.control("zoho/record", module="Contacts", id=KARTER, delete=True)
    box.control("zoho/record", module="Contacts", id=new, delete="permanent")
    deleted = box.zoho("GET", "Contacts/deleted", params={"type": "all"}, headers=since).json()["data"]
    assert [(row["id"], row["type"]) for row in deleted] == [(new, "permanent"), (KARTER, "recycle")]
    assert deleted[1]["display_name"] == "Emily Karter-Lowe"
    assert box.zoho("GET", "Contacts/deleted", params={"type": "recycle"}).json()["info"]["count"] == 1
    assert box.zoho("GET", f"Contacts/{KARTER}").status_code == 204
    http_date = {"If-Modified-Since": "Sat, 25 Jul 2026 15:26:49 GMT"}
    assert box.zoho("GET", "Contacts", params=query, headers=http_date).status_code == 400


def test_modules_that_are_not_there(box: VendorBox) -> None:
    refused = box.zoho("GET", "Elephants?fields=id")
    assert (refused.status_code, refused.json()["code"]) == (404, "INVALID_MODULE")
    assert box.zoho("GET", "Quotes?fields=Subject").status_code == 204
    nowhere = box.zoho("GET", "Contacts/x/y/z")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "INVALID_URL_PATTERN")
    assert box.zoho("GET", "org", version="v9").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"email": "emily.carter@brightwater.example"}, [CARTER]),
        ({"email": "brightwater.example"}, [CARTER]),  # it is found by a part too
        ({"word": "karter"}, [KARTER]),
        ({"criteria": "(Last_Name:equals:Carter)"}, [CARTER, "5725767000000412003"]),
        ({"criteria": "((Last_Name:equals:Carter)and(First_Name:starts_with:Em))"}, [CARTER]),
        ({"criteria": "((Last_Name:equals:Karter)or(Email:equals:emily.carter))"}, [CARTER, KARTER]),
        ({"criteria": "(Last_Name:in:Karter,Nobody)"}, [KARTER]),
        ({"criteria": "(Account_Name:equals:Brightwater Ltd)", "word": "karter"}, [CARTER]),
        ({"email": "nobody@example.org"}, []),
    ],
)
def test_search(box: VendorBox, query: dict[str, str], found: list[str]) -> None:
    answer = box.zoho("GET", "Contacts/search", params=query)
    if not found:
        assert answer.status_code == 204
        return
    ids = {row["id"] for row in answer.json()["data"]}
    assert ids >= set(found)
    if "Account_Name" not in str(query):
        assert ids == set(found)


def test_a_phone_is_found_however_it_is_written(box: VendorBox) -> None:
    mobile = box.zoho("GET", f"Contacts/{CARTER}").json()["data"][0]["Mobile"]
    answer = box.zoho("GET", "Contacts/search", params={"phone": mobile.replace(" ", "-")})
    assert CARTER in [row["id"] for row in answer.json()["data"]]


@pytest.mark.parametrize(
    "criteria",
    ["Last_Name:equals:x", "(Last_Name:equals:x", "((a)", "(Nonsense:equals:x)", "(Last_Name:sounds:x)", "()", ""],
)
def test_criteria_that_mean_nothing(box: VendorBox, criteria: str) -> None:
    refused = box.zoho("GET", "Contacts/search", params={"criteria": criteria})
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_QUERY")


def test_brackets_in_values_are_escaped(box: VendorBox) -> None:
    id_ = box.control("zoho/record", module="Accounts", fields={"Account_Name": "Smith (Leeds), Ltd"})["id"]
    query = {"criteria": r"(Account_Name:equals:Smith \(Leeds\)\, Ltd)"}
    assert [row["id"] for row in box.zoho("GET", "Accounts/search", params=query).json()["data"]] == [id_]


def test_search_limits(box: VendorBox) -> None:
    assert box.zoho("GET", "Contacts/search").json()["code"] == "REQUIRED_PARAM_MISSING"
    too_far = {"word": "example", "page": "11", "per_page": "200"}
    assert box.zoho("GET", "Contacts/search", params=too_far).json()["code"] == "LIMIT_REACHED"


def test_the_index_comes_after_the_record(box: VendorBox) -> None:
    fields = {"Last_Name": "Frischgesicht"}
    box.control("zoho/record", module="Contacts", fields=fields, indexed_after=30)
    query = {"select_query": "select Last_Name from Contacts where Last_Name = 'Frischgesicht'"}
    assert box.zoho("GET", "Contacts/search", params={"word": "frischgesicht"}).status_code == 204
    assert box.zoho("POST", "coql", json=query).status_code == 200
    box.clock.ahead = 31
    assert box.zoho("GET", "Contacts/search", params={"word": "frischgesicht"}).status_code == 200


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Email = 'emily.carter@brightwater.example'", ["Carter"]),
        ("Last_Name like '%arter' and First_Name = 'Emily' order by Last_Name desc", ["Karter", "Carter"]),
        (
            "((Last_Name = 'Carter' or Last_Name = 'Karter') and Account_Name.Account_Name = 'Brightwater Ltd')",
            ["Carter"],
        ),
        (f"id in ('{CARTER}', '{KARTER}') order by id asc limit 1 offset 1", ["Karter"]),
        (f"id in ('{CARTER}', '{KARTER}') order by id asc limit 1, 1", ["Karter"]),
        ("Secondary_Email is null and Last_Name in ('Karter')", ["Karter"]),
        ("Last_Name not like '%a%' and Last_Name = 'Carter'", []),
        ("Last_Name between 'Cartel' and 'Cartes'", ["Carter", "Carter"]),
        ("Last_Name = 'O\\'Nothing'", []),
    ],
)
def test_coql(box: VendorBox, where: str, found: list[str]) -> None:
    query = f"select Last_Name, Account_Name from Contacts where {where}"  # noqa: S608 - COQL of a stand-in
    answer = box.zoho("POST", "coql", json={"select_query": query})
    if not found:
        assert answer.status_code == 204
        return
    rows = answer.json()["data"]
    assert [row["Last_Name"] for row in rows] == found
    assert all(set(row["Account_Name"]) == {"id"} for row in rows)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("select Email from Contacts", "SYNTAX_ERROR"),
        ("select Email from Contacts where id is not null and id is not null and id is not null", "SYNTAX_ERROR"),
        ("select Email from Contacts where Email = 'x", "SYNTAX_ERROR"),
        ("select Email from Contacts where Email = 'x' nonsense", "SYNTAX_ERROR"),
        ("select Email from Elephants where id is not null", "INVALID_QUERY"),
        ("select Nonsense from Contacts where id is not null", "INVALID_QUERY"),
        ("select Email from Contacts where id is not null limit 2001", "LIMIT_EXCEEDED"),
        (None, "MANDATORY_NOT_FOUND"),
    ],
)
def test_coql_that_means_nothing(box: VendorBox, query: str | None, code: str) -> None:
    refused = box.zoho("POST", "coql", json={"select_query": query})
    assert (refused.status_code, refused.json()["code"]) == (400, code)


def test_users_org_and_metadata(box: VendorBox) -> None:
    (current,) = box.zoho("GET", "users", params={"type": "CurrentUser"}).json()["users"]
    assert (current["id"], current["profile"]["name"]) == (ANNA, "Administrator")
    assert [user["id"] for user in box.zoho("GET", "users?type=AllUsers").json()["users"]] == [ANNA, BEN]
    assert [user["id"] for user in box.zoho("GET", "users?type=AdminUsers").json()["users"]] == [ANNA]
    assert box.zoho("GET", "users?type=DeactiveUsers").status_code == 204
    assert box.zoho("GET", "org").json()["org"][0]["zgid"]
    modules = {each["api_name"]: each for each in box.zoho("GET", "settings/modules").json()["modules"]}
    assert modules["Contacts"]["id"] == CONTACTS_MODULE
    assert modules["Projects_X"]["generated_type"] == "custom"
    fields = box.zoho("GET", "settings/fields?module=Projects_X").json()["fields"]
    assert [each["api_name"] for each in fields if each["data_type"] == "email"] == ["Email"]


QUERY_WORDS = st.sampled_from(
    [
        *("(", ")", ",", ":", "and", "or", "not", "in", "is", "null", "like", "between", "order by", "limit", "offset"),
        *("=", "Last_Name", "Email", "id", "Account_Name.Account_Name", "'Carter'", "'", "5", "equals", "Carter", "\\"),
    ]
)


@given(st.lists(QUERY_WORDS | st.text(max_size=3), max_size=12))
@settings(max_examples=200)
def test_any_query_is_answered_or_refused(words: list[str]) -> None:
    store = Store(lambda: 1_800_000_000.0)
    store.put("Contacts", {"id": CARTER, "Last_Name": "Carter", "Email": "emily.carter@brightwater.example"})
    with suppress(ZohoError):
        coql.run(store, " ".join(["select Last_Name from Contacts where", *words]))
    with suppress(ZohoError):
        searching.search(store, "Contacts", {"criteria": "".join(words)})


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
@settings(max_examples=150)
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


# reading mails, linking deals


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
    with pytest.raises(httpx.RemoteProtocolError):
        put(box)
    assert put(box).json()["Emails"][0]["code"] == "DUPLICATE_DATA"
    box.fault("zoho.associate_email", "drop_before")
    with pytest.raises(httpx.RemoteProtocolError):
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


# the yardstick


@pytest.mark.skipif(not SCHEMA.exists(), reason="the vendor's schema is not beside the project")
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
