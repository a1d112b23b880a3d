"""The onOffice stand-in: reading addresses, estates and what is around them."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.onoffice.errors import OnOfficeError
from sandbox.onoffice.filters import compile_filter
from sandbox.onoffice.store import german_time
from tests.sandbox.vendorbox import VendorBox

OWNER = "urn:onoffice-de-ns:smart:2.5:relationTypes:estate:address:owner"


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
@example("0", "NAN")
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
