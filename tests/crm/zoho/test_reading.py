"""The directory, the search and the checks against Zoho CRM's stand-in, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.crm.cursor import is_full
from bot.crm.port import CRMError, Outcome
from bot.crm.zoho import Zoho, mapping
from bot.records import Category, Record, RecordRef
from tests.crm.outside import Outside
from tests.crm.zoho.world import ANNA, BEN, MAIL, config, ids
from tests.saying import english, line, raises


class TestDirectory:
    def test_a_full_run_brings_every_record(
        self, crm: Zoho, seeds: dict[str, list[dict[str, Any]]], deal: Record
    ) -> None:
        pages = list(crm.changes(None))
        found = {record.ref: record for page in pages for record in page.records}
        for module in ("Contacts", "Leads", "Accounts", "Deals"):
            assert {ref.id for ref in found if ref.kind == module} == {row["id"] for row in seeds[module]}
        assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
        assert all(is_full(page.cursor) for page in pages)
        assert {ref.kind for ref in found[deal.ref].related} == {"Contacts", "Accounts"}
        assert found[deal.ref].company == "Brightwater Ltd"

    def test_a_full_run_says_how_many_records_to_expect(self, crm: Zoho, outside: Outside) -> None:
        pages = list(crm.changes(None))
        assert {page.total for page in pages} == {sum(len(page.records) for page in pages)}
        counted = outside.calls("zoho.count")
        assert counted == len(mapping.STANDARD)
        resumed = Zoho(config(outside)).changes(pages[0].cursor)
        assert {page.total for page in resumed} == {None}, "the run's own expectation is kept where its cursor is"
        assert {page.total for page in crm.changes(pages[-1].cursor)} == {None}
        assert outside.calls("zoho.count") == counted

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("status", {"status": 404, "code": "INVALID_URL_PATTERN"}),
            ("status", {"status": 401, "code": "OAUTH_SCOPE_MISMATCH"}),
            ("status", 503),
            ("drop_before", None),
        ],
    )
    def test_a_run_needs_no_count(self, crm: Zoho, outside: Outside, kind: str, value: Any) -> None:
        whole = ids(list(crm.changes(None)))
        outside.fault("zoho.count", kind, value)
        pages = list(crm.changes(None))
        assert {page.total for page in pages} == {None}
        assert ids(pages) == whole

    def test_pages_beyond_the_tenth_are_read_with_tokens_and_by_another_process(
        self, crm: Zoho, outside: Outside
    ) -> None:
        outside.post("zoho/fill", {"contacts": 2300})
        pages = crm.changes(None)
        seen = [next(pages) for _ in range(11)]
        assert "page_token" in seen[-1].cursor
        seen += Zoho(config(outside)).changes(seen[-1].cursor)
        contacts = {row["id"] for row in outside.state()["zoho"]["records"]["Contacts"]}
        assert {ref.id for ref in ids(seen) if ref.kind == "Contacts"} == contacts

    def test_a_page_token_that_is_gone_makes_the_module_begin_anew(self, crm: Zoho, outside: Outside) -> None:
        cursor = next(crm.changes(None)).cursor.replace(
            '"step":"Leads","position":""', '"step":"Contacts","position":"page_token:gone"'
        )
        assert "gone" in cursor
        assert ids(list(crm.changes(cursor))) == ids(list(crm.changes(None)))

    def test_a_module_with_more_than_can_be_read_makes_the_run_no_full_one(self, crm: Zoho, outside: Outside) -> None:
        outside.fault("zoho.records", "status", {"status": 400, "code": "PAGINATION_LIMIT_EXCEEDED"})
        outside.fault("zoho.coql", "status", {"status": 401, "code": "OAUTH_SCOPE_MISMATCH"})
        pages = list(crm.changes(None))
        assert pages[-1].last
        assert not is_full(pages[-1].cursor)
        assert "Deals" in {ref.kind for ref in ids(pages)}

    def test_afterwards_only_changes_and_deletions_come(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record, account: Record
    ) -> None:
        cursor = list(crm.changes(None))[-1].cursor
        changed = ids(list(crm.changes(cursor)))
        outside.post("zoho/record", {"module": "Accounts", "id": account.ref.id, "fields": {"Phone": "1"}})
        outside.post("zoho/record", {"module": "Contacts", "id": emily.ref.id, "delete": True})
        outside.post("zoho/record", {"module": "Deals", "id": deal.ref.id, "delete": "permanent"})
        pages = list(crm.changes(cursor))
        assert ids(pages) == (changed | {account.ref}) - {emily.ref, deal.ref}
        assert {ref for page in pages for ref in page.vanished} == {emily.ref, deal.ref}
        assert pages[-1].last
        assert not is_full(pages[-1].cursor)

    def test_a_module_with_more_than_can_be_listed_is_read_by_query(self, crm: Zoho, outside: Outside) -> None:
        outside.post("zoho/fill", {"contacts": 2700})
        outside.post("zoho/limits", {"listed": 2400, "rows": 200})  # fewer rows than the page on limitations says
        pages = list(crm.changes(None))
        contacts = {row["id"]: row for row in outside.state()["zoho"]["records"]["Contacts"]}
        found = {record.ref.id: record for page in pages for record in page.records if record.ref.kind == "Contacts"}
        assert found.keys() == contacts.keys()
        carter = next(record for record in found.values() if record.name == "Emily Carter")
        assert carter.company == "Brightwater Ltd"
        assert is_full(pages[-1].cursor)

    def test_changes_of_a_large_module_are_read_by_query_too(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record
    ) -> None:
        cursor = list(crm.changes(None))[-1].cursor
        outside.post("zoho/record", {"module": "Contacts", "id": emily.ref.id, "fields": {"Phone": "1"}})
        outside.fault("zoho.records", "status", {"status": 400, "code": "PAGINATION_LIMIT_EXCEEDED"})
        assert emily.ref in ids(list(crm.changes(cursor)))

    def test_a_converted_lead_has_vanished(
        self, crm: Zoho, outside: Outside, seeds: dict[str, list[dict[str, Any]]]
    ) -> None:
        cursor = list(crm.changes(None))[-1].cursor
        lead = seeds["Leads"][0]["id"]
        outside.post("zoho/record", {"module": "Leads", "id": lead, "convert": True})
        pages = list(crm.changes(cursor))
        assert RecordRef("zoho", "Leads", lead) in {ref for page in pages for ref in page.vanished}
        assert RecordRef("zoho", "Leads", lead) not in ids(pages)

    def test_modules_that_a_setting_names_are_read_and_others_left_out(
        self, outside: Outside, seeds: dict[str, list[dict[str, Any]]]
    ) -> None:
        cursor = list(Zoho(config(outside)).changes(None))[-1].cursor
        crm = Zoho(config(outside, modules=("Projects_X", "-Leads")))
        pages = list(crm.changes(cursor))
        assert is_full(pages[-1].cursor), "other modules than in the last run: everything is read"
        assert {ref.id for ref in ids(pages) if ref.kind == "Projects_X"} == {row["id"] for row in seeds["Projects_X"]}
        assert "Leads" not in {ref.kind for ref in ids(pages)}
        assert not is_full(list(crm.changes(pages[-1].cursor))[-1].cursor)

    def test_a_module_that_is_not_in_use_is_no_obstacle(self, crm: Zoho, outside: Outside) -> None:
        outside.post("zoho/limits", {"hidden": ["Invoices", "Leads"]})
        pages = list(crm.changes(None))
        assert is_full(pages[-1].cursor)
        assert {ref.kind for ref in ids(pages)} == {"Contacts", "Accounts", "Deals"}
        assert crm.search("Sophie Langford", Category.PERSON) == []

    def test_reading_leaves_the_last_calls_of_a_day_for_linking(
        self, crm: Zoho, outside: Outside, emily: Record
    ) -> None:
        crm.staff()
        outside.post("zoho/limits", {"credits": 30})  # half of them are used on the way, from where on Zoho tells it
        pages = crm.changes(None)
        with pytest.raises(CRMError) as caught:
            list(pages)
        assert (caught.value.code, caught.value.permanent) == ("credits", False)
        assert [receipt.outcome for receipt in crm.link(MAIL, None, [emily], None)] == [Outcome.LINKED]
        check = next(check for check in map(line, crm.checks()) if "calls left" in check.name)
        assert not check.ok
        assert int(check.detail) < 30

    def test_after_the_last_call_of_a_day_it_says_to_wait(self, crm: Zoho, outside: Outside, emily: Record) -> None:
        crm.staff()
        outside.post("zoho/limits", {"credits": 1})
        with raises(CRMError, "pause"):
            crm.link(MAIL, None, [emily], None)


class TestLooking:
    def test_search_by_address_and_by_words(self, crm: Zoho, emily: Record, deal: Record) -> None:
        assert [r.ref for r in crm.search("EMILY.carter@brightwater.example", Category.PERSON)] == [emily.ref]
        assert deal.ref in [r.ref for r in crm.search("office fit-out", Category.DEAL)]
        assert crm.search("Brightwater", Category.COMPANY, limit=1)[0].category is Category.COMPANY

    def test_search_that_finds_nothing(self, crm: Zoho) -> None:
        assert crm.search("Xylophon Quarzsand", Category.PERSON) == []
        assert crm.search("x", Category.PERSON) == []
        assert crm.search("Emily", Category.PROPERTY) == []

    def test_staff_links_and_doctor(self, crm: Zoho, emily: Record) -> None:
        assert {p.address for p in crm.staff()} == {ANNA.address, BEN.address}
        assert crm.web_link(emily.ref) == f"https://crm.zoho.com/crm/tab/Contacts/{emily.ref.id}"
        own = crm.web_link(RecordRef("zoho", "Projects_X", "7"))
        assert own == "https://crm.zoho.com/crm/tab/CustomModule1/7"
        checks = crm.checks()
        assert all(check.ok for check in checks)
        details = {english(check.name): english(check.detail) for check in checks}
        assert details["Zoho CRM access"] == "Nordlicht Immobilien"
        assert details["Zoho CRM permissions"] == "complete"
        assert "Anna Berger, an administrator" in details["Zoho CRM users"]
        assert details["Zoho CRM calls left today"] == "more than half"
        assert {f"Zoho CRM {module}" for module in mapping.STANDARD} <= details.keys()

    def test_the_doctor_knows_modules_by_whether_they_are_there(self, outside: Outside) -> None:
        outside.post("zoho/limits", {"hidden": ["Invoices"]})
        checks = {check.name: check for check in map(line, Zoho(config(outside, modules=("Projekte",))).checks())}
        assert checks["Zoho CRM Invoices"].ok
        assert "not in use" in checks["Zoho CRM Invoices"].detail
        assert not checks["Zoho CRM Projekte"].ok
        assert "ZOHO_MODULES" in checks["Zoho CRM Projekte"].remedy
        checks = {check.name: check for check in map(line, Zoho(config(outside, modules=("Tasks",))).checks())}
        assert not checks["Zoho CRM Tasks"].ok

    def test_the_doctor_names_permissions_that_are_missing(self, outside: Outside) -> None:
        outside.post("zoho/connection", {"scopes": ["ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL"]})
        check = next(c for c in map(line, Zoho(config(outside)).checks()) if c.name == "Zoho CRM permissions")
        assert not check.ok
        assert "ZohoCRM.modules.emails.ALL (linking mails" in check.detail
        assert "ZohoCRM.settings.fields.READ" not in check.detail
        assert check.remedy == "Run: linkbot zoho connect"

    def test_what_the_pages_leave_open_is_found_out_without_changing_anything(
        self, crm: Zoho, outside: Outside, emily: Record
    ) -> None:
        before = outside.state()["zoho"]
        found = crm.probe()
        assert [one.name.id for one in found if not one.told] == ["zoho.probe.mails_shown"]
        lines = {check.name.removeprefix("Zoho CRM probe, "): check for check in map(line, found)}
        assert outside.state()["zoho"] == before
        assert all(check.ok for check in lines.values())
        assert "Projects_X" in lines["modules"].detail
        assert lines["mails shown to Linkbot's user"].detail.startswith("can't be told: none at 10 contacts")
        assert "INVALID_REQUEST_METHOD, as documented" in lines["link call of deals"].detail
        assert "not offered" in lines["mails known by their Message-ID"].detail
        assert lines["records counted"].detail.endswith("contacts")
        assert lines["rows of a query"].detail.startswith("2000 at once")
        assert lines["nothing new"].detail == "answered with 304"
        assert lines["a record that isn't there"].detail == "answered with 204"
        assert lines["Zoho CRM permissions"].detail == "complete"

    def test_what_could_not_be_found_out_says_why(self, outside: Outside) -> None:
        lines = Zoho(replace(config(outside), refresh_token="1000.revoked")).probe()
        assert not any(check.ok for check in lines)
        assert all("linkbot zoho connect" in english(check.remedy) for check in lines)

    def test_the_doctor_says_what_is_wrong(self, outside: Outside) -> None:
        (check,) = Zoho(replace(config(outside), refresh_token="1000.revoked")).checks()
        assert not check.ok
        assert "linkbot zoho connect" in english(check.remedy)

    def test_the_web_address_is_the_data_centres(self, outside: Outside, emily: Record) -> None:
        assert str(Zoho(config(outside, data_centre="ca")).web_link(emily.ref)).startswith("https://crm.zohocloud.ca/")
