"""Zoho CRM against its stand-in, over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.crm.cursor import is_full
from bot.crm.port import CRMError, Outcome, Page, Receipt
from bot.crm.tokens import MemoryTokenStore
from bot.crm.zoho import Zoho, ZohoConfig
from bot.mail import Attachment, IdSource, Mail, MessageId, Participant
from bot.records import Category, Record, RecordRef
from tests.crm.outside import Outside

BEN = Participant("Ben Okafor", "ben.okafor@nordlicht.example")
ANNA = Participant("Anna Berger", "anna.berger@nordlicht.example")
MAIL = Mail(
    sender=Participant("Emily Carter", "emily.carter@brightwater.example"),
    to=(ANNA,),
    subject="Brightwater office fit-out - revised quote",
    date=datetime.now(UTC) - timedelta(days=1),
    message_ids=(MessageId("<CAF+bright.0421@mail.brightwater.example>", IdSource.OWN),),
    text="Hi, thanks for the quote.",
)


def config(outside: Outside, **more: Any) -> ZohoConfig:
    env = outside.env
    return ZohoConfig(
        env["ZOHO_CLIENT_ID"],
        env["ZOHO_CLIENT_SECRET"],
        env["ZOHO_REFRESH_TOKEN"],
        **{"accounts_url": env["ZOHO_ACCOUNTS_URL"], "api_url": env["ZOHO_API_URL"], "timeout": 2, **more},
    )


@pytest.fixture
def crm(outside: Outside) -> Zoho:
    return Zoho(config(outside))


@pytest.fixture
def seeds(outside: Outside) -> dict[str, list[dict[str, Any]]]:
    records: dict[str, list[dict[str, Any]]] = outside.state()["zoho"]["records"]
    return records


def named(seeds: dict[str, list[dict[str, Any]]], module: str, field: str, value: str) -> Record:
    row = next(row for row in seeds[module] if row[field] == value)
    return Record(RecordRef("zoho", module, row["id"]), Category.PERSON, value)


@pytest.fixture
def emily(seeds: dict[str, list[dict[str, Any]]]) -> Record:
    return named(seeds, "Contacts", "Email", "emily.carter@brightwater.example")


@pytest.fixture
def deal(seeds: dict[str, list[dict[str, Any]]]) -> Record:
    return named(seeds, "Deals", "Deal_Name", "Brightwater - office fit-out")


@pytest.fixture
def account(seeds: dict[str, list[dict[str, Any]]]) -> Record:
    return named(seeds, "Accounts", "Account_Name", "Brightwater Ltd")


def emails(outside: Outside) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = outside.state()["zoho"]["emails"]
    return found


def outcomes(receipts: Sequence[Receipt]) -> list[Outcome]:
    return [receipt.outcome for receipt in receipts]


def ids(pages: list[Page]) -> set[RecordRef]:
    return {record.ref for page in pages for record in page.records}


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


class TestLinking:
    def test_a_contact_and_a_deal_are_linked_by_one_call_and_seen(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record
    ) -> None:
        receipts = crm.link(MAIL, None, [emily, deal], None)
        assert outcomes(receipts) == [Outcome.LINKED] * 2
        (mail,) = emails(outside)
        assert (mail["module"], mail["record_id"]) == ("Deals", deal.ref.id)
        assert mail["linked_record"] == {"module": "Contacts", "id": emily.ref.id}
        assert {r.vendor_ref for r in receipts} == {mail["message_id"]}
        assert mail["sent"] is False
        assert [r.verified for r in crm.verify(MAIL, None, receipts)] == [True, True]

    def test_further_records_have_calls_of_their_own(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record, account: Record
    ) -> None:
        receipts = crm.link(MAIL, None, [emily, deal, account], None)
        assert [r.ref for r in receipts] == [emily.ref, deal.ref, account.ref]
        assert outside.calls("zoho.associate_email") == 2
        assert [r.verified for r in crm.verify(MAIL, None, receipts)] == [True] * 3

    def test_a_mail_that_is_there_already_is_told_so(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record
    ) -> None:
        crm.link(MAIL, None, [emily, deal], None)
        receipts = crm.link(MAIL, None, [emily, deal], None)
        assert outcomes(receipts) == [Outcome.ALREADY] * 2
        assert len(emails(outside)) == 1
        assert [r.verified for r in crm.verify(MAIL, None, receipts)] == [True, True]

    def test_a_deal_that_has_it_already_does_not_keep_the_contact_from_it(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record
    ) -> None:
        crm.link(MAIL, None, [deal], None)
        assert outcomes(crm.link(MAIL, None, [deal, emily], None)) == [Outcome.ALREADY, Outcome.LINKED]
        assert {mail["record_id"] for mail in emails(outside)} == {deal.ref.id, emily.ref.id}

    def test_an_answer_that_got_lost_is_settled_by_repeating(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record
    ) -> None:
        outside.fault("zoho.associate_email", "drop_after_commit")
        with pytest.raises(CRMError) as caught:
            crm.link(MAIL, None, [emily, deal], None)
        assert caught.value.uncertain
        assert not caught.value.permanent
        assert outcomes(crm.link(MAIL, None, [emily, deal], None)) == [Outcome.ALREADY] * 2
        assert len(emails(outside)) == 1

    @pytest.mark.parametrize("fault", [("timeout", None), ("status", 500), ("status", 503)])
    def test_time_outs_and_faults_of_the_server_are_uncertain(
        self, outside: Outside, emily: Record, fault: tuple[str, Any]
    ) -> None:
        crm = Zoho(config(outside, timeout=0.4))
        crm.staff()
        outside.fault("zoho.associate_email", *fault)
        with pytest.raises(CRMError) as caught:
            crm.link(MAIL, None, [emily], None)
        assert (caught.value.uncertain, caught.value.permanent) == (True, False)

    def test_being_asked_to_slow_down_is_not_uncertain(self, crm: Zoho, outside: Outside, emily: Record) -> None:
        outside.fault("zoho.associate_email", "status", 429)
        with pytest.raises(CRMError) as caught:
            crm.link(MAIL, None, [emily], None)
        assert (caught.value.uncertain, caught.value.permanent) == (False, False)

    def test_one_records_failure_leaves_the_others_linked(
        self, crm: Zoho, outside: Outside, emily: Record, account: Record
    ) -> None:
        outside.post("zoho/record", {"module": "Accounts", "id": account.ref.id, "delete": True})
        receipts = crm.link(MAIL, None, [account, emily], None)
        assert outcomes(receipts) == [Outcome.REFUSED, Outcome.LINKED]
        assert "no longer in Zoho" in receipts[0].message
        assert receipts[0].permanent

    def test_a_later_passing_fault_is_told_in_its_receipt(
        self, crm: Zoho, outside: Outside, emily: Record, account: Record
    ) -> None:
        outside.fault("zoho.associate_email", "slow", 0.01)
        outside.fault("zoho.associate_email", "status", 429)
        receipts = crm.link(MAIL, None, [emily, account], None)
        assert outcomes(receipts) == [Outcome.LINKED, Outcome.REFUSED]
        assert not receipts[1].permanent
        assert "pause" in receipts[1].message

    @pytest.mark.parametrize("gone", ["deal", "contact"])
    def test_a_vanished_half_of_a_pair_leaves_the_other_linked(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record, gone: str
    ) -> None:
        lost = deal if gone == "deal" else emily
        outside.post("zoho/record", {"module": lost.ref.kind, "id": lost.ref.id, "delete": True})
        receipts = {r.ref: r for r in crm.link(MAIL, None, [emily, deal], None)}
        assert receipts.pop(lost.ref).outcome is Outcome.REFUSED
        assert outcomes(list(receipts.values())) == [Outcome.LINKED]
        assert len(emails(outside)) == 1

    def test_modules_without_mails_are_refused(self, crm: Zoho, outside: Outside) -> None:
        task = Record(RecordRef("zoho", "Tasks", "1"), Category.DEAL, "Call back")
        (receipt,) = crm.link(MAIL, None, [task], None)
        assert receipt.outcome is Outcome.REFUSED
        assert outside.calls("zoho.associate_email") == 0

    def test_a_sent_mail_and_whose_it_is(self, crm: Zoho, outside: Outside, emily: Record) -> None:
        sent = replace(MAIL, sender=BEN, to=(Participant("Emily Carter", "emily.carter@brightwater.example"),))
        receipts = crm.link(sent, None, [emily], None)
        (mail,) = emails(outside)
        ben = next(user for user in crm._users.team().users if user.email == BEN.address)
        assert (mail["sent"], mail["owner"]) == (True, ben.id)
        assert [r.verified for r in crm.verify(sent, None, receipts)] == [True]

    def test_an_owner_that_zoho_refuses_is_left_out(self, crm: Zoho, outside: Outside, emily: Record) -> None:
        outside.fault("zoho.associate_email", "status", {"status": 403, "code": "NO_PERMISSION"})
        assert outcomes(crm.link(replace(MAIL, to=(BEN,)), None, [emily], None)) == [Outcome.LINKED]
        (mail,) = emails(outside)
        assert mail["owner"] == crm._users.team().me.id  # type: ignore[union-attr] # the stand-in always tells it

    def test_attachments_go_along_and_what_does_not_is_said(self, crm: Zoho, outside: Outside, emily: Record) -> None:
        files = (
            Attachment("quote.pdf", "application/pdf", 4, b"%PDF"),
            Attachment("virus.exe", "application/x", 1, b"x"),
            Attachment("big.zip", "application/zip", 11 * 1024 * 1024, b"x" * (11 * 1024 * 1024)),
        )
        outside.fault("zoho.files", "slow", 0.01)
        outside.fault("zoho.files", "status", {"status": 400, "code": "VIRUS_DETECTED"})
        (receipt,) = crm.link(replace(MAIL, attachments=files), None, [emily], None)
        (mail,) = emails(outside)
        assert mail["attachments"] == ["quote.pdf"]
        assert "virus.exe was left out" in receipt.message
        assert "big.zip" in receipt.message

    def test_a_picture_in_the_text_is_put_there(self, crm: Zoho, outside: Outside, emily: Record) -> None:
        picture = Attachment("plan.png", "image/png", 3, b"png", content_id="<p@1>", inline=True)
        mail = replace(MAIL, html='<p>See <img src="cid:p@1"></p>', attachments=(picture,))
        assert outcomes(crm.link(mail, None, [emily], None)) == [Outcome.LINKED]
        assert emails(outside)[0]["attachments"] == []
        assert outside.state()["zoho"]["files"] == 1

    def test_without_the_right_to_see_users_the_mail_is_filed_as_received(
        self, crm: Zoho, outside: Outside, emily: Record
    ) -> None:
        outside.fault("zoho.users", "status", {"status": 401, "code": "OAUTH_SCOPE_MISMATCH"})
        (receipt,) = crm.link(replace(MAIL, sender=BEN), None, [emily], None)
        assert receipt.outcome is Outcome.LINKED
        assert "may not see the users" in receipt.message

    def test_a_missing_permission_is_said_and_asks_for_no_new_token(
        self, crm: Zoho, outside: Outside, emily: Record
    ) -> None:
        crm.staff()
        outside.fault("zoho.associate_email", "status", {"status": 401, "code": "OAUTH_SCOPE_MISMATCH"}, times=None)
        signed_in = outside.calls("zoho.token")
        with pytest.raises(CRMError) as caught:
            crm.link(MAIL, None, [emily], None)
        assert caught.value.permanent
        assert outside.calls("zoho.token") == signed_in

    def test_a_token_that_was_used_up_is_renewed_once(self, crm: Zoho, outside: Outside, emily: Record) -> None:
        crm.staff()
        outside.fault("zoho.associate_email", "status", {"status": 401, "code": "INVALID_TOKEN"})
        assert outcomes(crm.link(MAIL, None, [emily], None)) == [Outcome.LINKED]
        assert outside.calls("zoho.token") == 2
        outside.fault("zoho.associate_email", "status", {"status": 401, "code": "INVALID_TOKEN"}, times=2)
        with pytest.raises(CRMError) as caught:
            crm.link(replace(MAIL, message_ids=()), None, [emily], None)
        assert caught.value.code == "INVALID_TOKEN"
        assert outside.calls("zoho.token") == 3

    def test_processes_share_one_sign_in(self, outside: Outside) -> None:
        store = MemoryTokenStore()
        for _ in range(3):
            Zoho(config(outside), store).staff()
        assert outside.calls("zoho.token") == 1


class TestVerifying:
    def test_a_success_that_the_list_does_not_show_is_found_out(self, crm: Zoho, emily: Record) -> None:
        (receipt,) = crm.link(MAIL, None, [emily], None)
        (seen,) = crm.verify(MAIL, None, [replace(receipt, vendor_ref="0" * 64)])
        assert (seen.outcome, seen.verified) == (Outcome.NOT_SET, False)
        assert not seen.permanent
        (again,) = crm.verify(MAIL, None, [replace(seen, vendor_ref=receipt.vendor_ref)])
        assert (again.outcome, again.verified) == (Outcome.LINKED, True)

    def test_a_list_that_shows_no_mails_at_all_proves_nothing(self, crm: Zoho, emily: Record, account: Record) -> None:
        (receipt,) = crm.link(MAIL, None, [emily], None)
        (seen,) = crm.verify(MAIL, None, [replace(receipt, ref=account.ref)])
        assert (seen.outcome, seen.verified) == (Outcome.LINKED, None)

    def test_a_list_that_may_not_be_read_proves_nothing(self, crm: Zoho, outside: Outside, emily: Record) -> None:
        receipts = crm.link(MAIL, None, [emily], None)
        outside.fault("zoho.emails", "status", {"status": 403, "code": "NO_PERMISSION"}, times=None)
        assert [r.verified for r in crm.verify(MAIL, None, receipts)] == [None]

    def test_a_mail_further_down_the_list_is_found(self, crm: Zoho, emily: Record) -> None:
        receipts = crm.link(replace(MAIL, date=datetime.now(UTC) - timedelta(days=90)), None, [emily], None)
        for number in range(23):
            ids = (MessageId(f"<{number}@mail.example>", IdSource.OWN),)
            crm.link(replace(MAIL, message_ids=ids), None, [emily], None)
        assert [r.verified for r in crm.verify(MAIL, None, receipts)] == [True]

    def test_what_is_linked_cannot_be_asked_and_not_be_undone(self, crm: Zoho) -> None:
        assert crm.linked(MAIL, None) is None
        with pytest.raises(CRMError) as caught:
            crm.unlink(None, [])
        assert caught.value.permanent
        assert "by hand" in caught.value.message


class TestPreview:
    def test_the_preview_is_what_is_sent_and_sends_nothing(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record, account: Record
    ) -> None:
        mail = replace(MAIL, attachments=(Attachment("quote.pdf", "application/pdf", 4, b"%PDF"),))
        upload, first, second = crm.preview(mail, None, [emily, deal, account], None)
        assert upload.url.endswith("/crm/v7/files")
        assert first.url.endswith(f"/crm/v7/Deals/{deal.ref.id}/actions/associate_email")
        assert second.url.endswith(f"/crm/v7/Accounts/{account.ref.id}/actions/associate_email")
        (entry,) = first.body["Emails"]
        assert entry["linked_record"]["id"] == emily.ref.id
        assert entry["linked_record"]["module"]["api_name"] == "Contacts"
        assert entry["attachments"] == [{"id": "(id of quote.pdf)", "name": "quote.pdf"}]
        assert emails(outside) == []
        assert "secret" not in repr((upload, first, second)).lower()
