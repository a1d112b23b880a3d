"""Linking, looking again and taking back against Zoho CRM's stand-in, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.crm.port import CRMError, Outcome, Receipt
from bot.crm.tokens import MemoryTokenStore
from bot.crm.zoho import Zoho
from bot.mail import Attachment, IdSource, MessageId, Participant
from bot.records import Category, Record, RecordRef
from tests.crm.outside import Outside
from tests.crm.zoho.world import ANNA, BEN, MAIL, config, emails, outcomes
from tests.saying import english


class TestLinking:
    def test_a_contact_and_a_deal_are_linked_by_one_call_and_seen(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record
    ) -> None:
        receipts = crm.link(MAIL, None, [emily, deal], None)
        assert outcomes(receipts) == [Outcome.LINKED] * 2
        (mail,) = emails(outside)
        assert (mail["module"], mail["record_id"]) == ("Contacts", emily.ref.id)
        assert mail["linked_record"] == {"module": "Deals", "id": deal.ref.id}
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
        assert "no longer in Zoho" in english(receipts[0].message)
        assert receipts[0].permanent

    def test_a_later_passing_fault_is_told_in_its_receipt(
        self, crm: Zoho, outside: Outside, emily: Record, account: Record
    ) -> None:
        outside.fault("zoho.associate_email", "slow", 0.01)
        outside.fault("zoho.associate_email", "status", 429)
        receipts = crm.link(MAIL, None, [emily, account], None)
        assert outcomes(receipts) == [Outcome.LINKED, Outcome.REFUSED]
        assert not receipts[1].permanent
        assert "pause" in english(receipts[1].message)

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
        task = Record(RecordRef("zoho", "Tasks", "1"), Category.OTHER, "Call back")
        unknown = Record(RecordRef("zoho", "Elephants", "1"), Category.OTHER, "Jumbo")
        other = Record(RecordRef("onoffice", "address", "1"), Category.PERSON, "x")
        receipts = crm.link(MAIL, None, [task, unknown, other], None)
        assert outcomes(receipts) == [Outcome.REFUSED] * 3
        assert "module of your own" in english(receipts[0].message)
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
            Attachment("big.zip", "application/zip", 11 * 1024 * 1024),
        )
        outside.fault("zoho.files", "slow", 0.01)
        outside.fault("zoho.files", "status", {"status": 400, "code": "VIRUS_DETECTED"})
        (receipt,) = crm.link(replace(MAIL, attachments=files), None, [emily], None)
        (mail,) = emails(outside)
        assert mail["attachments"] == ["quote.pdf"]
        assert "virus.exe was left out" in english(receipt.message)
        assert "big.zip" in english(receipt.message)

    def test_a_picture_in_the_text_is_put_there(self, crm: Zoho, outside: Outside, emily: Record) -> None:
        picture = Attachment("plan.png", "image/png", 3, b"png", content_id="<p@1>", inline=True)
        mail = replace(MAIL, html='<p>See <img src="cid:p@1"></p>', attachments=(picture,))
        assert outcomes(crm.link(mail, None, [emily], None)) == [Outcome.LINKED]
        assert emails(outside)[0]["attachments"] == []
        assert outside.state()["zoho"]["files"] == 1

    def test_an_owner_that_is_unknown_is_left_out(self, crm: Zoho, outside: Outside, emily: Record) -> None:
        stale = {"status": 400, "code": "INVALID_DATA", "message": "Provide a Proper owner id", "per_item": True}
        outside.fault("zoho.associate_email", "status", stale)
        (receipt,) = crm.link(replace(MAIL, to=(BEN,)), None, [emily], None)
        assert receipt.outcome is Outcome.LINKED
        assert "as a colleague's" in english(receipt.message)

    def test_whose_mail_it_is_cannot_be_told_without_an_administrators_access(
        self, crm: Zoho, outside: Outside, emily: Record
    ) -> None:
        outside.post("zoho/connection", {"user": BEN.address})
        (receipt,) = crm.link(MAIL, None, [emily], None)
        assert receipt.outcome is Outcome.LINKED
        assert "Anna Berger's mail" in english(receipt.message)
        assert "Ben Okafor's" in english(receipt.message)
        assert emails(outside)[0]["owner"] == crm._users.team().me.id  # type: ignore[union-attr] # the stand-in always tells it

    def test_quotes_orders_and_modules_of_an_organisations_own_take_mails(
        self, crm: Zoho, outside: Outside, seeds: dict[str, list[dict[str, Any]]]
    ) -> None:
        records = [
            Record(RecordRef("zoho", "Projects_X", seeds["Projects_X"][0]["id"]), Category.OTHER, "Refurbishment")
        ]
        for module in ("Quotes", "Invoices", "Sales_Orders", "Purchase_Orders"):
            id_ = outside.post("zoho/record", {"module": module, "fields": {"Subject": "Fit-out"}})["id"]
            records.append(Record(RecordRef("zoho", module, id_), Category.OTHER, "Fit-out"))
        receipts = crm.link(MAIL, None, records, None)
        assert outcomes(receipts) == [Outcome.LINKED] * 5
        assert [receipt.verified for receipt in crm.verify(MAIL, None, receipts)] == [True] * 5

    def test_without_the_right_to_see_users_the_mail_is_filed_as_received(
        self, crm: Zoho, outside: Outside, emily: Record
    ) -> None:
        outside.fault("zoho.users", "status", {"status": 401, "code": "OAUTH_SCOPE_MISMATCH"})
        (receipt,) = crm.link(replace(MAIL, sender=BEN), None, [emily], None)
        assert receipt.outcome is Outcome.LINKED
        assert "may not see the users" in english(receipt.message)

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

    def test_a_list_that_shows_only_sent_mails_says_nothing_about_a_received_one(
        self, crm: Zoho, emily: Record, account: Record
    ) -> None:
        (receipt,) = crm.link(MAIL, None, [emily], None)
        crm.link(replace(MAIL, sender=ANNA, to=(BEN,), message_ids=()), None, [account], None)
        (seen,) = crm.verify(MAIL, None, [replace(receipt, ref=account.ref)])
        assert (seen.outcome, seen.verified) == (Outcome.LINKED, None)

    def test_a_duplicate_that_is_not_shown_is_said(self, crm: Zoho, emily: Record, account: Record) -> None:
        other = (MessageId("<other@mail.example>", IdSource.OWN),)
        crm.link(replace(MAIL, subject="Something else", message_ids=other), None, [emily], None)
        (seen,) = crm.verify(MAIL, None, [Receipt(emily.ref, Outcome.ALREADY, before={"sent": False})])
        assert (seen.outcome, seen.verified) == (Outcome.ALREADY, None)
        assert "doesn't show it" in english(seen.message)

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

    def test_what_is_linked_cannot_be_asked_and_not_be_undone(self, crm: Zoho, emily: Record) -> None:
        assert crm.linked(MAIL, None) is None
        (receipt,) = crm.link(MAIL, None, [emily], None)
        assert not crm.undoable(receipt)
        with pytest.raises(CRMError) as caught:
            crm.unlink(None, [receipt])
        assert caught.value.permanent
        assert "by hand" in english(caught.value.message)


class TestPreview:
    def test_the_preview_is_what_is_sent_and_sends_nothing(
        self, crm: Zoho, outside: Outside, emily: Record, deal: Record, account: Record
    ) -> None:
        mail = replace(MAIL, attachments=(Attachment("quote.pdf", "application/pdf", 4, b"%PDF"),))
        upload, first, second = crm.preview(mail, None, [emily, deal, account], None)
        assert upload.url.endswith("/crm/v7/files")
        assert first.url.endswith(f"/crm/v7/Contacts/{emily.ref.id}/actions/associate_email")
        assert second.url.endswith(f"/crm/v7/Accounts/{account.ref.id}/actions/associate_email")
        (entry,) = first.body["Emails"]
        assert entry["linked_record"]["id"] == deal.ref.id
        assert entry["linked_record"]["module"]["api_name"] == "Deals"
        assert entry["attachments"] == [{"id": "(id of quote.pdf)", "name": "quote.pdf"}]
        assert emails(outside) == []
        assert "secret" not in repr((upload, first, second)).lower()
