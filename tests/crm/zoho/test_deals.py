"""A deal beside a contact: linked in one call, afterwards, and taken off again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.crm.port import CRMError, Outcome, Receipt
from bot.crm.zoho import Zoho, deals
from bot.records import Category, Record, RecordRef
from tests.crm.outside import Outside
from tests.crm.zoho.world import BEN, MAIL, config, emails, outcomes
from tests.saying import english, raises

OTHER_DEAL = "5725767000000413002"


class Swallowing(httpx.HTTPTransport):
    """A line on which what takes a deal off gets a friendly answer and goes nowhere."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            return httpx.Response(200, json={"Emails": [{"status": "success", "code": "SUCCESS", "details": {}}]})
        return super().handle_request(request)


def test_a_deal_is_taken_off_the_contacts_mail_and_that_is_seen(
    crm: Zoho, outside: Outside, emily: Record, deal: Record
) -> None:
    contact_receipt, deal_receipt = crm.link(MAIL, None, [emily, deal], None)
    assert [crm.undoable(contact_receipt), crm.undoable(deal_receipt)] == [False, True]
    (undone,) = crm.unlink(None, [deal_receipt])
    assert (undone.outcome, undone.verified) == (Outcome.UNLINKED, True)
    (mail,) = emails(outside)
    assert (mail["record_id"], mail["linked_record"]) == (emily.ref.id, None)
    assert crm.verify(MAIL, None, [undone]) == [undone]


def test_a_deal_that_was_taken_off_comes_back_to_the_same_mail(
    crm: Zoho, outside: Outside, emily: Record, deal: Record
) -> None:
    (off,) = crm.unlink(None, crm.link(MAIL, None, [emily, deal], None)[1:])
    assert crm.undoable(off)
    for _ in range(2):  # twice is once
        (back,) = crm.unlink(None, [off])
        assert (back.outcome, back.verified) == (Outcome.RESTORED, True)
    (mail,) = emails(outside)
    assert mail["linked_record"] == {"module": "Deals", "id": deal.ref.id}


def test_a_mail_that_belongs_to_another_deal_by_now_keeps_it(
    crm: Zoho, outside: Outside, emily: Record, deal: Record
) -> None:
    (off,) = crm.unlink(None, crm.link(MAIL, None, [emily, deal], None)[1:])
    other = Record(RecordRef("zoho", "Deals", OTHER_DEAL), Category.DEAL, "Car park")
    deals.link(crm._client, emily.ref, {"message_id": off.vendor_ref}, other, crm._metadata.module_id("Deals"))
    (stays,) = crm.unlink(None, [off])
    assert (stays.outcome, stays.message) == (Outcome.UNLINKED, deals.HAS_ANOTHER)
    assert emails(outside)[0]["linked_record"]["id"] == OTHER_DEAL


def test_a_deal_whose_mail_is_gone_cannot_come_back_and_that_is_said(crm: Zoho, emily: Record, deal: Record) -> None:
    (off,) = crm.unlink(None, crm.link(MAIL, None, [emily, deal], None)[1:])
    with raises(CRMError, "any more"):
        crm.unlink(None, [replace(off, vendor_ref="no such mail")])


def test_what_cannot_be_taken_back_stays_and_says_so(crm: Zoho, outside: Outside, emily: Record, deal: Record) -> None:
    stays, undone = crm.unlink(None, crm.link(MAIL, None, [emily, deal], None))
    assert (stays.outcome, undone.outcome) == (Outcome.LINKED, Outcome.UNLINKED)
    assert "by hand" in english(stays.message)
    assert len(emails(outside)) == 1


def test_a_colleagues_mail_is_known_by_its_owner(crm: Zoho, outside: Outside, emily: Record, deal: Record) -> None:
    receipts = crm.link(replace(MAIL, to=(BEN,)), None, [emily, deal], None)
    (undone,) = crm.unlink(None, receipts[1:])
    assert undone.outcome is Outcome.UNLINKED
    assert emails(outside)[0]["linked_record"] is None


def test_another_deal_that_a_colleague_put_there_is_left_alone(
    crm: Zoho, outside: Outside, emily: Record, deal: Record
) -> None:
    _, receipt = crm.link(MAIL, None, [emily, deal], None)
    other = Record(RecordRef("zoho", "Deals", OTHER_DEAL), Category.DEAL, "Car park")
    deals.link(crm._client, emily.ref, {"message_id": receipt.vendor_ref}, other, crm._metadata.module_id("Deals"))
    (undone,) = crm.unlink(None, [receipt])
    assert (undone.outcome, undone.verified) == (Outcome.UNLINKED, True)
    assert emails(outside)[0]["linked_record"] == {"module": "Deals", "id": OTHER_DEAL}


def test_taking_off_twice_is_no_fault(crm: Zoho, outside: Outside, emily: Record, deal: Record) -> None:
    _, receipt = crm.link(MAIL, None, [emily, deal], None)
    outside.fault("zoho.link_record", "drop_after_commit")
    with pytest.raises(CRMError) as caught:
        crm.unlink(None, [receipt])
    assert (caught.value.uncertain, caught.value.permanent) == (True, False)
    assert outcomes(crm.unlink(None, [receipt])) == [Outcome.UNLINKED]


def test_an_edition_that_cannot_says_so(crm: Zoho, outside: Outside, emily: Record, deal: Record) -> None:
    _, receipt = crm.link(MAIL, None, [emily, deal], None)
    outside.fault("zoho.link_record", "status", {"status": 400, "code": "FEATURE_NOT_SUPPORTED"})
    with raises(CRMError, "edition") as caught:
        crm.unlink(None, [receipt])
    assert caught.value.permanent
    assert emails(outside)[0]["linked_record"]["id"] == deal.ref.id


def test_a_yes_that_changed_nothing_is_found_out(outside: Outside, emily: Record, deal: Record) -> None:
    crm = Zoho(config(outside), transport=Swallowing())
    _, receipt = crm.link(MAIL, None, [emily, deal], None)
    with raises(CRMError, "still shows the mail"):
        crm.unlink(None, [receipt])


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": Outcome.ALREADY},
        {"vendor_ref": ""},
        {"before": None},
        {"before": {"beside": "zoho|Leads|1"}},
        {"ref": RecordRef("zoho", "Quotes", "5")},
    ],
)
def test_what_was_not_linked_beside_a_contact_cannot_be_taken_off(crm: Zoho, change: dict[str, Any]) -> None:
    receipt = Receipt(
        RecordRef("zoho", "Deals", "5"), Outcome.LINKED, vendor_ref="m", before={"beside": "zoho|Contacts|1"}
    )
    assert crm.undoable(receipt)
    assert not crm.undoable(replace(receipt, **change))


def test_a_deal_joins_the_mail_that_the_contact_has_already(
    crm: Zoho, outside: Outside, emily: Record, deal: Record
) -> None:
    crm.link(MAIL, None, [emily], None)
    receipts = crm.link(MAIL, None, [emily, deal], None)
    assert outcomes(receipts) == [Outcome.ALREADY, Outcome.LINKED]
    (mail,) = emails(outside)
    assert mail["linked_record"] == {"module": "Deals", "id": deal.ref.id}
    assert [r.verified for r in crm.verify(MAIL, None, receipts)] == [True, True]
    assert crm.undoable(receipts[1])


def test_where_it_cannot_join_it_gets_a_copy_of_its_own(
    crm: Zoho, outside: Outside, emily: Record, deal: Record
) -> None:
    crm.link(MAIL, None, [emily], None)
    outside.fault("zoho.link_record", "status", {"status": 400, "code": "FEATURE_NOT_SUPPORTED"})
    assert outcomes(crm.link(MAIL, None, [emily, deal], None)) == [Outcome.ALREADY, Outcome.LINKED]
    assert {mail["record_id"] for mail in emails(outside)} == {emily.ref.id, deal.ref.id}


def test_a_mail_that_has_another_deal_keeps_it(crm: Zoho, outside: Outside, emily: Record, deal: Record) -> None:
    other = Record(RecordRef("zoho", "Deals", OTHER_DEAL), Category.DEAL, "Car park")
    crm.link(MAIL, None, [emily, other], None)
    assert outcomes(crm.link(MAIL, None, [emily, deal], None)) == [Outcome.ALREADY, Outcome.LINKED]
    first, second = emails(outside)
    assert first["linked_record"]["id"] == OTHER_DEAL
    assert second["record_id"] == deal.ref.id


def test_where_a_deal_may_not_stand_beside_a_contact_the_contact_stands_beside_the_deal(
    crm: Zoho, outside: Outside, emily: Record, deal: Record
) -> None:
    crm.staff()
    refused = {"status": 400, "code": "INVALID_DATA", "message": "the api_name given seems to be invalid"}
    outside.fault("zoho.associate_email", "status", {**refused, "per_item": True})
    receipts = crm.link(MAIL, None, [emily, deal], None)
    assert outcomes(receipts) == [Outcome.LINKED] * 2
    (mail,) = emails(outside)
    assert (mail["record_id"], mail["linked_record"]["id"]) == (deal.ref.id, emily.ref.id)
    assert not any(crm.undoable(receipt) for receipt in receipts)
    outside.post("reset")
    outside.fault("zoho.associate_email", "status", {**refused, "per_item": True}, times=2)
    assert outcomes(crm.link(MAIL, None, [emily, deal], None)) == [Outcome.LINKED] * 2
    assert len(emails(outside)) == 2


def test_a_deal_that_zoho_chose_by_itself_is_said(crm: Zoho, emily: Record, deal: Record) -> None:
    (receipt,) = crm.link(MAIL, None, [emily], None)
    deals.link(crm._client, emily.ref, {"message_id": receipt.vendor_ref}, deal, None)
    (seen,) = crm.verify(MAIL, None, [receipt])
    assert seen.verified is True
    assert "Brightwater - office fit-out” by itself" in english(seen.message)
    assert crm.verify(MAIL, None, [seen]) == [seen]


def test_a_mail_that_only_looks_alike_is_another_one(crm: Zoho, outside: Outside, emily: Record, deal: Record) -> None:
    earlier = replace(MAIL, date=MAIL.date and MAIL.date - timedelta(seconds=20), message_ids=())
    crm.link(earlier, None, [deal], None)
    assert outcomes(crm.link(MAIL, None, [emily, deal], None)) == [Outcome.LINKED] * 2
    assert len(emails(outside)) == 2
