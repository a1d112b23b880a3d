"""The Zoho CRM stand-in: lists, search, COQL, users, metadata."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.zoho import coql, searching
from sandbox.zoho.errors import ZohoError
from sandbox.zoho.limits import Limits
from sandbox.zoho.store import Store
from tests.sandbox.vendorbox import VendorBox
from tests.sandbox.zoho_calls import (
    ANNA,
    BEN,
    BRIGHTWATER,
    CARTER,
    CONTACTS_MODULE,
    KARTER,
)


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


def test_a_converted_lead_is_in_no_list_unless_asked_for(box: VendorBox) -> None:
    lead = box.zoho("GET", "Leads?fields=id&per_page=1").json()["data"][0]["id"]
    before = box.zoho("GET", "Leads?fields=id").json()["info"]["count"]
    box.control("zoho/record", module="Leads", id=lead, convert=True)
    assert box.zoho("GET", "Leads?fields=id").json()["info"]["count"] == before - 1
    assert [row["id"] for row in box.zoho("GET", "Leads?fields=id&converted=true").json()["data"]] == [lead]
    assert box.zoho("GET", "Leads?fields=id&converted=both").json()["info"]["count"] == before
    assert box.zoho("GET", "Leads?fields=id&converted=maybe").json()["code"] == "INVALID_DATA"
    assert box.zoho("GET", "Leads/deleted").status_code == 204


def test_a_module_that_is_hidden_from_the_user(box: VendorBox) -> None:
    box.control("zoho/limits", hidden=["Invoices"])
    modules = {each["api_name"]: each for each in box.zoho("GET", "settings/modules").json()["modules"]}
    assert (modules["Invoices"]["viewable"], modules["Quotes"]["viewable"]) == (False, True)
    refused = box.zoho("GET", "Invoices?fields=id")
    assert (refused.status_code, refused.json()["code"]) == (403, "NO_PERMISSION")


def test_credits_are_told_once_half_of_them_are_used(box: VendorBox) -> None:
    header = "X-API-CREDITS-REMAINING"
    assert header not in box.zoho("GET", "org").headers
    used = box.control("zoho/limits", credits=10)["used"]
    assert used == 1
    for _ in range(3):
        assert header not in box.zoho("GET", "org").headers
    assert [box.zoho("GET", "org").headers[header] for _ in range(6)] == ["5", "4", "3", "2", "1", "0"]
    refused = box.zoho("GET", "org")
    assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert "Retry-After" not in refused.headers


def test_no_more_calls_at_once_than_the_edition_allows() -> None:
    limits = Limits(concurrent=1)
    with limits.call(), pytest.raises(ZohoError) as caught, limits.call():
        pass
    assert (caught.value.status, caught.value.code) == (429, "TOO_MANY_REQUESTS")
    with limits.call():
        assert limits.used == 2


def test_lists_end_and_queries_take_as_many_rows_as_they_may(box: VendorBox) -> None:
    box.control("zoho/limits", listed=10, rows=20)
    query = {"fields": "id", "per_page": "10"}
    token = box.zoho("GET", "Contacts", params=query).json()["info"]["next_page_token"]
    refused = box.zoho("GET", "Contacts", params={**query, "page_token": token})
    assert refused.json()["code"] == "PAGINATION_LIMIT_EXCEEDED"
    text = "select id from Contacts where id > '1' order by id asc limit {}"
    assert box.zoho("POST", "coql", json={"select_query": text.format(21)}).json()["code"] == "LIMIT_EXCEEDED"
    assert box.zoho("POST", "coql", json={"select_query": text.format(20)}).json()["info"]["count"] == 20


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
def test_any_query_is_answered_or_refused(words: list[str]) -> None:
    store = Store(lambda: 1_800_000_000.0)
    store.put("Contacts", {"id": CARTER, "Last_Name": "Carter", "Email": "emily.carter@brightwater.example"})
    with suppress(ZohoError):
        coql.run(store, " ".join(["select Last_Name from Contacts where", *words]))
    with suppress(ZohoError):
        searching.search(store, "Contacts", {"criteria": "".join(words)})
