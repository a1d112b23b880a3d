"""The directory, the search and the checks against Zoho CRM's stand-in, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.crm.cursor import is_full
from bot.crm.zoho import Zoho
from bot.records import Category, Record
from tests.crm.outside import Outside
from tests.crm.zoho.world import ANNA, BEN, config, ids


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

    def test_a_module_with_more_than_can_be_listed_makes_the_run_no_full_one(self, crm: Zoho, outside: Outside) -> None:
        outside.fault("zoho.records", "status", {"status": 400, "code": "PAGINATION_LIMIT_EXCEEDED"})
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
        checks = crm.checks()
        assert all(check.ok for check in checks)
        assert any("Deals" in check.name for check in checks)

    def test_the_doctor_says_what_is_wrong(self, outside: Outside) -> None:
        (check,) = Zoho(replace(config(outside), refresh_token="1000.revoked")).checks()
        assert not check.ok
        assert "connect Zoho anew" in check.remedy

    def test_the_web_address_is_the_data_centres(self, outside: Outside, emily: Record) -> None:
        assert str(Zoho(config(outside, data_centre="ca")).web_link(emily.ref)).startswith("https://crm.zohocloud.ca/")
