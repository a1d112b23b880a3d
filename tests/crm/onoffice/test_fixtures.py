"""Answers in the shapes in which onOffice was seen to send them, from the fixtures beside the code."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from bot.crm.onoffice import mapping
from bot.crm.onoffice.client import Action, Row, envelope, parse
from bot.crm.onoffice.errors import MISSING_RESULT, OnOfficeError
from bot.crm.onoffice.mails import assignment
from bot.crm.onoffice.merge import Change, Linked, to_write
from bot.crm.port import CRMError
from bot.mail import MailPlace
from bot.records import Category

FOLDER = files("bot.crm.onoffice") / "fixtures"
MESSAGE_ID = "<20260428000241.A9821239589@mail.example.de>"


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def rows(name: str) -> tuple[Row, ...]:
    verb, resource_type = name.split("_")[:2]
    (result,) = parse(load(name), [Action(verb, resource_type)])
    assert result.error is None
    return result.rows


def test_addresses() -> None:
    person, company, archived = rows("read_address")
    found = mapping.address(person)
    assert (found.name, found.reference) == ("Jörg Großmann", "KdNr 1601")
    assert found.emails == ("joerg.grossmann@example.de", "jg@example.org")
    assert found.phones == ("030 1234567", "0171 9876543")
    assert (found.street, found.house_number) == ("Birkenweg", "3 b")
    assert mapping.address(company).category is Category.COMPANY
    assert mapping.archived(archived)
    assert not mapping.archived(person)


def test_estates() -> None:
    people = mapping.related(rows("get_idsfromrelation"))
    flat, empty = rows("read_estate")
    found = mapping.estate(flat, people[flat.id])
    assert (found.reference, found.street, found.house_number) == ("NL-102", "Lindenstraße", "12")
    assert [ref.id for ref in found.related] == ["10505", "10506"]
    assert mapping.estate(empty).name == "Property 103"
    assert people["15"] == ()


def test_searches() -> None:
    assert mapping.address(rows("get_search_address")[0]).emails == ("max@example.de", "m.mustermann@example.org")
    assert mapping.estate(rows("get_search_estate")[0]).house_number == "12"


def test_links_of_a_mail() -> None:
    (row,) = rows("get_emailInfo")
    assert row.id == MESSAGE_ID
    assert mapping.linked(row) == Linked(frozenset({293, 295}), frozenset({117}))
    assert mapping.linked(rows("get_emailInfo_portal")[0]) == Linked(portal_request=True)
    older = mapping.linked_flat(rows("get_emailassignments")[0])
    assert older == Linked(frozenset({293}), frozenset({117}), complete=False)


def test_people_and_pages_and_entries() -> None:
    known, nameless = rows("get_users")
    person = mapping.participant(known)
    assert person is not None
    assert person.address == "anna.berger@nordlicht.example"
    assert mapping.participant(nameless) is None
    assert rows("get_getlink")[0].elements["url"].startswith("https://")
    assert rows("create_agentslog")[0] == Row("6065", {})
    assert MESSAGE_ID in rows("read_agentslog")[0].elements["Bemerkung"]


def test_success_says_nothing_about_links() -> None:
    assert rows("do_emailassignments") == (Row("0", {"success": "success"}),)


def test_the_link_call_is_the_documented_one_to_the_letter() -> None:
    write = to_write(Linked(frozenset({523})), Change(add=frozenset({601}), estate=2649))
    assert write is not None
    place = MailPlace("info@nordlicht.example", "INBOX", 1973, 7, MESSAGE_ID)
    body = envelope("…", "secret", [assignment(place, "INBOX", write)], 1_700_000_000)
    (action,) = body["request"]["actions"]
    assert isinstance(action["timestamp"], int)
    assert len(action["hmac"]) == 44
    action |= {"timestamp": "…", "hmac": "…"}
    assert body == load("do_emailassignments_request")


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("error_request", 22),
        ("error_action", 62),
        ("error_action_under_ok", 137),
        ("error_on_both_levels", 132),
        ("error_within_data", 51),
    ],
)
def test_errors_in_every_shape(name: str, number: int) -> None:
    payload = load(name)
    results = payload["response"]["results"]
    kind = results[0]["resourcetype"] if results else "address"
    try:
        (result,) = parse(payload, [Action("do", kind)])
    except OnOfficeError as error:
        found: CRMError | None = error
    else:
        found = result.error
    assert isinstance(found, OnOfficeError)
    assert found.number == number


def test_a_part_that_is_missing_is_missed() -> None:
    look = Action("get", "emailInfo")
    first, write, last = parse(load("error_part_missing"), [look, Action("do", "emailassignments"), look])
    assert first.error is None
    assert [r.error.code for r in (write, last) if r.error] == [MISSING_RESULT] * 2


def test_every_fixture_is_used() -> None:
    names = {path.name.removesuffix(".json") for path in FOLDER.iterdir() if path.name.endswith(".json")}
    source = (files("tests.crm.onoffice") / "test_fixtures.py").read_text(encoding="utf-8")
    assert {name for name in names if f'"{name}"' not in source} == set()
