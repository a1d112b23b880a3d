"""Reading from a customer whose onOffice lacks some of the usual fields."""

from __future__ import annotations

import gc
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from bot.crm.cursor import is_full
from bot.crm.http import Http
from bot.crm.onoffice.client import Client
from bot.crm.onoffice.directory import Directory
from bot.crm.port import CRMError, Page
from tests.crm.onoffice.tenant import Tenant as ManyRecords


@dataclass
class Tenant:
    """One address and one estate, without some fields and without some orders."""

    lacks: set[str] = field(default_factory=set)
    code: int = 144
    sortable: bool = True
    reads: int = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        results, failed = [], False
        for action in json.loads(request.content)["request"]["actions"]:
            data, error = self._answer(action["resourcetype"], action["parameters"])
            status = {"errorcode": error[0], "message": error[1]}
            results.append({**{k: action[k] for k in ("resourcetype", "identifier")}, "data": data, "status": status})
            failed = failed or bool(error[0])
        top = {"code": 500 if failed else 200, "errorcode": 97 if failed else 0}
        return httpx.Response(200, json={"status": top, "response": {"results": results}})

    def _answer(self, kind: str, parameters: dict[str, Any]) -> tuple[Any, tuple[int, str]]:
        if kind == "idsfromrelation":
            return {"records": [{"id": "relatedIds", "elements": {"2649": ["523"]}}]}, (0, "OK")
        self.reads += 1
        for index, name in enumerate(parameters["data"]):
            if name in self.lacks:
                return [], (self.code, f'Invalid field in input data: "({index}, {name})"')
        if "sortby" in parameters and not self.sortable:
            return [], (212, "Unknown sort field.")
        elements = {"Name": "Mustermann", "Zusatz1": "Muster GmbH", "objektnr_extern": "NL-1", "strasse": "Am Markt"}
        shown = {name: elements[name] for name in parameters["data"] if name in elements}
        return {"meta": {"cntabsolute": 1}, "records": [{"id": 2649, "elements": shown or []}]}, (0, "OK")


def read(pages: list[Page]) -> list[int]:
    return [int(record.ref.id) for page in pages for record in page.records]


def delete(tenant: ManyRecords, ids: range) -> None:
    for id_ in ids:
        tenant.office.store.addresses.remove(id_)


def directory(tenant: Tenant) -> Directory:
    return Directory(Client(Http("onOffice", 5, httpx.MockTransport(tenant)), "t", "s", "https://onoffice.example/"))


@pytest.mark.parametrize("code", [75, 141, 143, 144, 145])
def test_a_field_that_is_not_there_is_left_out_and_the_read_repeated(code: int) -> None:
    tenant = Tenant(lacks={"Zusatz1", "mobile", "objektnr_extern"}, code=code)
    here = directory(tenant)
    address, estate = (page.records[0] for page in here.pages(None))
    assert (address.name, address.company) == ("Mustermann", "")
    assert (estate.street, estate.reference) == ("Am Markt", "")
    assert estate.related[0].id == "523"
    assert tenant.reads == 2 + 3


def test_a_field_that_may_not_be_read_is_left_out_too() -> None:
    tenant = Tenant(lacks={"Zusatz1"}, code=253)
    address, _ = (page.records[0] for page in directory(tenant).pages(None))
    assert (address.name, address.company) == ("Mustermann", "")


def test_the_fields_that_were_left_out_are_told() -> None:
    assert directory(Tenant(lacks={"Zusatz1", "mobile"})).glance("address") == (1, ["Zusatz1", "mobile"])


def test_what_was_left_out_once_is_not_asked_for_again() -> None:
    tenant = Tenant(lacks={"Zusatz1"})
    here = directory(tenant)
    list(here.pages(None))
    before = tenant.reads
    list(here.pages(None))
    assert tenant.reads == before + 2


def test_an_order_that_is_not_there_is_left_out() -> None:
    assert [len(page.records) for page in directory(Tenant(sortable=False)).pages(None)] == [1, 1]


def test_an_error_that_names_none_of_the_fields_is_raised() -> None:
    tenant = Tenant(lacks={"Name"}, code=174)
    with pytest.raises(CRMError) as caught:
        list(directory(tenant).pages(None))
    assert caught.value.code == "174"


def test_the_total_is_that_of_the_run_also_after_an_interruption() -> None:
    first, second = directory(Tenant()).pages(None)
    assert [first.total, second.total] == [1, 2]
    assert [page.total for page in directory(Tenant()).pages(first.cursor)] == [2]


def test_no_record_is_read_twice_though_pages_overlap() -> None:
    pages = list(ManyRecords(range(1, 1201), range(1201, 1901)).bot().changes(None))
    assert read(pages) == list(range(1, 1901))
    assert [page.total for page in pages] == [1200] * 3 + [1900] * 2


@pytest.mark.parametrize("made", [0, 40])
def test_many_deletions_during_an_interruption_hide_no_record(made: int) -> None:
    """Also where as many new records hide the deletions from the count."""
    tenant = ManyRecords(range(1, 1201))
    first = next(tenant.bot().changes(None))
    delete(tenant, range(1, 41))
    for id_ in range(2001, 2001 + made):
        tenant.office.store.addresses.put(tenant.office.store.address_row({"id": id_, "Name": f"Person {id_}"}))
    rest = list(tenant.bot().changes(first.cursor))
    assert {*range(41, 1201), *range(2001, 2001 + made)} <= set(read([first, *rest]))
    assert is_full(rest[-1].cursor)


def test_a_page_that_vanished_altogether_begins_its_module_anew() -> None:
    tenant = ManyRecords(range(1, 601), range(601, 604))
    first = next(tenant.bot().changes(None))
    delete(tenant, range(1, 301))
    assert read(list(tenant.bot().changes(first.cursor))) == [*range(301, 601), *range(601, 604)]


def test_a_run_that_is_disturbed_again_and_again_does_not_claim_to_be_complete() -> None:
    tenant = ManyRecords(range(1, 3001))
    deleted = iter(range(0, 3000, 20))

    def disturb() -> None:
        start = next(deleted)
        delete(tenant, range(start + 1, start + 21))

    pages = tenant.bot().changes(None)
    seen = [next(pages)]
    tenant.before_call = disturb
    seen += pages
    assert seen[-1].last
    assert not is_full(seen[-1].cursor), "a sweep would mark what slipped through as vanished"


def test_a_run_reads_page_by_page_and_keeps_none() -> None:
    def count() -> int:
        gc.collect()
        return sum(isinstance(each, Page) for each in gc.get_objects())

    before = count()  # what other tests of this process still hold
    tenant = ManyRecords(range(1, 2100))
    pages = tenant.bot().changes(None)
    next(pages)
    assert tenant.requests == 1, "the next page is read when it is asked for"
    alive = []
    for _ in pages:
        alive.append(count() - before)
    assert len(alive) == 4 + 1
    assert max(alive) <= 2
