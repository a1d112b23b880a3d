"""The directory, the search and the checks against onOffice's stand-in, over HTTP."""

from __future__ import annotations

import pytest

from bot.crm.cursor import Cursor, is_full
from bot.crm.onoffice import OnOffice, OnOfficeConfig
from bot.crm.port import CRMError
from bot.records import Category, RecordRef
from tests.crm.onoffice.world import ERIKA, FLAT, INFO, MAX, ids, run
from tests.crm.outside import Outside
from tests.saying import english


class TestDirectory:
    def test_a_full_run_brings_every_record_that_is_not_archived(self, crm: OnOffice, outside: Outside) -> None:
        outside.post("onoffice/address", {"id": 523, "fields": {"Status": "0"}})
        pages = run(crm, None)
        found = {record.ref: record for page in pages for record in page.records}
        state = outside.state()["onoffice"]
        addresses = {str(r["id"]) for r in state["addresses"] if str(r["Status"]) != "0"}
        estates = {str(r["id"]) for r in state["estates"] if str(r["status"]) != "0"}
        assert {ref.id for ref in found if ref.kind == "address"} == addresses
        assert {ref.id for ref in found if ref.kind == "estate"} == estates
        assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
        assert all(is_full(page.cursor) for page in pages)
        assert not any(page.vanished for page in pages)
        flat = found[FLAT.ref]
        assert (flat.reference, flat.street, flat.house_number) == ("NL-2649", "Lindenstraße", "12")
        assert flat.related == (ERIKA.ref, RecordRef("onoffice", "address", "606"))  # the owner, then who is interested
        assert "max.mustermann@example.de" in found[MAX.ref].emails

    def test_pages_are_read_on_from_a_stored_cursor_by_another_process(self, crm: OnOffice, outside: Outside) -> None:
        outside.post("onoffice/fill", {"addresses": 1200, "estates": 20})
        everything = ids(run(crm, None))
        pages = crm.changes(None)
        first, second = next(pages), next(pages)
        assert first.total is not None
        assert first.total > 1200
        env = outside.env
        other = OnOffice(OnOfficeConfig(env["ONOFFICE_TOKEN"], env["ONOFFICE_SECRET"], env["ONOFFICE_API_URL"]))
        assert ids([first, second, *other.changes(second.cursor)]) == everything

    def test_a_deletion_during_the_run_hides_no_other_record(self, crm: OnOffice, outside: Outside) -> None:
        outside.post("onoffice/fill", {"addresses": 900})
        pages = crm.changes(None)
        seen = [next(pages)]
        for record in seen[0].records[:8]:
            outside.post("onoffice/address", {"id": int(record.ref.id), "delete": True})
        seen += pages
        left = {str(row["id"]) for row in outside.state()["onoffice"]["addresses"] if str(row["Status"]) != "0"}
        assert left <= {ref.id for ref in ids(seen) if ref.kind == "address"}

    def test_afterwards_only_changes_come_and_archived_records_vanish(self, crm: OnOffice, outside: Outside) -> None:
        cursor = run(crm, None)[-1].cursor
        outside.post("onoffice/address", {"id": 601, "fields": {"Ort": "Ulm"}})
        outside.post("onoffice/address", {"id": 523, "fields": {"Status": "0"}})
        outside.post("onoffice/estate", {"id": 2649, "fields": {"objekttitel": "Neu"}})
        pages = run(crm, cursor)
        assert ids(pages) == {MAX.ref, FLAT.ref}
        assert {ref for page in pages for ref in page.vanished} == {ERIKA.ref}
        assert pages[-1].last
        assert not is_full(pages[-1].cursor)
        assert Cursor.load(pages[-1].cursor).done

    @pytest.mark.parametrize("number", [144, 141])
    def test_a_refused_read_is_raised_when_no_field_is_to_blame(
        self, crm: OnOffice, outside: Outside, number: int
    ) -> None:
        outside.fault("onoffice.address", "status", {"errorcode": number}, times=None)
        with pytest.raises(CRMError) as caught:
            run(crm, None)
        assert caught.value.code == str(number)

    def test_owners_that_may_not_be_read_do_not_stop_the_run(self, crm: OnOffice, outside: Outside) -> None:
        outside.fault("onoffice.idsfromrelation", "status", {"errorcode": 253}, times=None)
        pages = run(crm, None)
        assert FLAT.ref in ids(pages)
        assert all(not record.related for page in pages for record in page.records)

    def test_a_run_that_broke_off_goes_on_at_its_last_page(self, crm: OnOffice, outside: Outside) -> None:
        pages = crm.changes(None)
        first = next(pages)
        outside.fault("onoffice.estate", "status", 503)
        with pytest.raises(CRMError) as caught:
            list(pages)
        assert not caught.value.permanent
        assert FLAT.ref in ids(run(crm, first.cursor))


class TestLooking:
    def test_search_finds_people_and_properties(self, crm: OnOffice) -> None:
        assert MAX.ref in [record.ref for record in crm.search("Max Mustermann", Category.PERSON)]
        found = crm.search("NL-2649", Category.PROPERTY)
        assert [record.ref for record in found] == [FLAT.ref]
        assert found[0].reference == "NL-2649"

    def test_search_for_too_little_or_nothing_that_is_there_finds_nothing(self, crm: OnOffice) -> None:
        assert crm.search("M", Category.PERSON) == []
        assert crm.search(" ", Category.PERSON) == []
        assert crm.search("Max", Category.DEAL) == []

    def test_search_keeps_to_its_limit_and_puts_the_wanted_category_first(self, crm: OnOffice) -> None:
        found = crm.search("GmbH", Category.COMPANY, limit=5)
        assert 0 < len(found) <= 5
        assert [record.category for record in found] == sorted(
            (record.category for record in found), key=lambda category: category is not Category.COMPANY
        )

    def test_links_into_the_crm(self, crm: OnOffice) -> None:
        assert str(crm.web_link(MAX.ref)).startswith("http")
        assert crm.web_link(RecordRef("onoffice", "address", "999999")) is None

    def test_the_staff(self, crm: OnOffice) -> None:
        assert ("Anna Berger", "anna.berger@nordlicht.example") in [(p.name, p.address) for p in crm.staff()]

    def test_the_doctor_finds_all_well(self, crm: OnOffice) -> None:
        assert [check.ok for check in crm.checks()] == [True, True, True]
        known = crm.check_identity(INFO)
        assert known is not None and known.ok

    def test_the_doctor_says_what_is_wrong(self, crm: OnOffice, outside: Outside) -> None:
        env = outside.env
        wrong = OnOffice(OnOfficeConfig(env["ONOFFICE_TOKEN"], "x" * 64, env["ONOFFICE_API_URL"]))
        (check,) = wrong.checks()
        assert not check.ok
        assert "ONOFFICE_TOKEN and ONOFFICE_SECRET" in english(check.remedy)
        foreign = crm.check_identity("somebody@elsewhere.example")
        assert foreign is not None and not foreign.ok
        assert "assigned" in english(foreign.detail)
