"""Linking, looking again and taking back against onOffice's stand-in, over HTTP."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.crm.onoffice import OnOffice, OnOfficeConfig
from bot.crm.port import OCCUPIED, CRMError, LinkState, Outcome
from bot.mail import MailPlace
from bot.records import Category, Record, RecordRef
from tests.crm.onoffice.world import ERIKA, FLAT, INFO, MAIL, MAX, links, other_estate
from tests.crm.outside import Outside
from tests.saying import english


class TestLinking:
    def test_people_and_a_property_are_linked_and_seen(self, crm: OnOffice, outside: Outside, place: MailPlace) -> None:
        receipts = crm.link(MAIL, place, [MAX, ERIKA, FLAT], crm.linked(MAIL, place))
        assert [r.outcome for r in receipts] == [Outcome.LINKED] * 3
        assert [r.verified for r in receipts] == [None] * 3
        assert links(outside, place) == ([523, 601], 2649)
        assert [r.verified for r in crm.verify(MAIL, place, receipts)] == [True] * 3

    def test_what_was_linked_before_stays(self, crm: OnOffice, outside: Outside, place: MailPlace) -> None:
        outside.post("onoffice/link", {"messageid": place.message_id, "addressIds": [501], "estateid": None})
        before = crm.linked(MAIL, place)
        assert before == LinkState(frozenset({RecordRef("onoffice", "address", "501")}))
        (receipt,) = crm.link(MAIL, place, [FLAT], before)
        assert links(outside, place) == ([501], 2649)
        assert receipt.before is not None
        assert receipt.before["addresses"] == [501]
        assert receipt.before["estate"] is None

    def test_a_link_made_by_a_colleague_meanwhile_survives(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        before = crm.linked(MAIL, place)
        outside.post("onoffice/link", {"messageid": place.message_id, "addressIds": [501]})
        crm.link(MAIL, place, [MAX], before)
        assert links(outside, place)[0] == [501, 601]

    def test_a_link_taken_away_by_a_colleague_meanwhile_stays_away(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        outside.post("onoffice/link", {"messageid": place.message_id, "addressIds": [501]})
        before = crm.linked(MAIL, place)
        outside.post("onoffice/link", {"messageid": place.message_id, "addressIds": []})
        crm.link(MAIL, place, [MAX], before)
        assert links(outside, place)[0] == [601]

    def test_what_is_linked_already_is_not_written_again(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        crm.link(MAIL, place, [MAX], None)
        written = outside.calls("onoffice.emailassignments")
        (receipt,) = crm.link(MAIL, place, [MAX], None)
        assert receipt.outcome is Outcome.ALREADY
        assert outside.calls("onoffice.emailassignments") == written

    def test_a_property_takes_the_place_of_another_only_where_that_is_asked_for(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        outside.post("onoffice/link", {"messageid": place.message_id, "estateid": 2649})
        before, other = crm.linked(MAIL, place), other_estate(outside)
        assert before is not None
        assert crm.in_the_way([MAX, other], before) == [FLAT.ref]
        assert crm.in_the_way([MAX, FLAT], before) == []
        person, refused = crm.link(MAIL, place, [MAX, other], before)
        assert (person.outcome, refused.outcome, refused.code) == (Outcome.LINKED, Outcome.REFUSED, OCCUPIED)
        assert "NL-2649" in english(refused.message)
        assert links(outside, place) == ([601], 2649)
        receipts = crm.link(MAIL, place, [other], before, [FLAT.ref])
        assert [r.outcome for r in receipts] == [Outcome.LINKED, Outcome.UNLINKED]
        assert links(outside, place) == ([601], int(other.ref.id))

    def test_a_second_property_is_refused_and_the_rest_is_linked(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        receipts = crm.link(MAIL, place, [FLAT, other_estate(outside), MAX], None)
        assert [r.outcome for r in receipts] == [Outcome.LINKED, Outcome.REFUSED, Outcome.LINKED]
        assert "one property" in english(receipts[1].message)
        assert links(outside, place) == ([601], 2649)

    def test_a_record_that_vanished_keeps_no_other_from_being_linked(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        outside.post("onoffice/address", {"id": 523, "delete": True})
        receipts = crm.link(MAIL, place, [MAX, ERIKA, FLAT], None)
        assert [r.outcome for r in receipts] == [Outcome.LINKED, Outcome.REFUSED, Outcome.LINKED]
        assert receipts[1].code == "292"
        assert "no longer in onOffice" in english(receipts[1].message)
        assert links(outside, place) == ([601], 2649)

    def test_nothing_is_written_when_every_record_vanished(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        outside.post("onoffice/estate", {"id": 2649, "delete": True})
        (receipt,) = crm.link(MAIL, place, [FLAT], None)
        assert (receipt.outcome, receipt.code) == (Outcome.REFUSED, "293")
        assert links(outside, place) == ([], None)

    @pytest.mark.parametrize(
        "ref",
        [RecordRef("onoffice", "task", "1"), RecordRef("zoho", "Contacts", "1"), RecordRef("onoffice", "address", "x")],
    )
    def test_what_onoffice_cannot_link_is_refused(self, crm: OnOffice, place: MailPlace, ref: RecordRef) -> None:
        (receipt,) = crm.link(MAIL, place, [Record(ref, Category.PERSON, "x")], None)
        assert receipt.outcome is Outcome.REFUSED
        assert crm.verify(MAIL, place, [receipt]) == [receipt]

    def test_a_mail_that_is_in_no_mailbox_cannot_be_linked(self, crm: OnOffice) -> None:
        assert crm.linked(MAIL, None) is None
        with pytest.raises(CRMError) as caught:
            crm.link(MAIL, None, [MAX], None)
        assert caught.value.permanent

    @pytest.mark.parametrize("change", [{"uid": 9999}, {"message_id": "<other@example.de>"}, {"folder": "Nirgends"}])
    def test_a_mail_that_moved_is_to_be_looked_for_again(
        self, crm: OnOffice, place: MailPlace, change: dict[str, object]
    ) -> None:
        with pytest.raises(CRMError) as caught:
            crm.link(MAIL, replace(place, **change), [MAX], None)  # type: ignore[arg-type] # each value fits its field
        assert caught.value.code in {"62", "63", "94", "287"}
        assert not caught.value.permanent

    def test_a_mailbox_that_is_not_the_api_users_is_said(self, crm: OnOffice, place: MailPlace) -> None:
        with pytest.raises(CRMError) as caught:
            crm.link(MAIL, replace(place, identity="x@elsewhere.example"), [MAX], None)
        assert caught.value.code == "51"
        assert "mailbox assigned" in english(caught.value.message)

    def test_the_inbox_may_have_its_german_name_only(self, crm: OnOffice, outside: Outside, place: MailPlace) -> None:
        outside.fault("onoffice.emailInfo", "status", {"errorcode": 287})
        receipts = crm.link(MAIL, place, [MAX], None)
        assert [r.verified for r in crm.verify(MAIL, place, receipts)] == [True]
        # INBOX, Posteingang, Posteingang at once before and after the write, and when verifying
        assert outside.calls("onoffice.emailInfo") == 5

    def test_no_other_error_makes_it_try_the_other_name(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        outside.fault("onoffice.emailInfo", "status", {"errorcode": 62})
        with pytest.raises(CRMError):
            crm.linked(MAIL, place)
        assert outside.calls("onoffice.emailInfo") == 1

    def test_a_message_id_without_brackets_gets_them(self, crm: OnOffice, outside: Outside, place: MailPlace) -> None:
        crm.link(MAIL, replace(place, message_id=place.message_id.strip("<>")), [MAX], None)
        assert links(outside, place)[0] == [601]

    def test_the_older_call_tells_the_links_where_the_newer_is_missing(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        crm.link(MAIL, place, [MAX, FLAT], None)
        outside.fault("onoffice.emailInfo", "status", {"errorcode": 25})
        assert crm.linked(MAIL, place) == LinkState(frozenset({MAX.ref, FLAT.ref}))

    def test_an_answer_that_got_lost_leaves_it_uncertain_and_looking_again_settles_it(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        before = crm.linked(MAIL, place)
        outside.fault("onoffice.emailassignments", "drop_after_commit")
        with pytest.raises(CRMError) as caught:
            crm.link(MAIL, place, [MAX], before)
        assert caught.value.uncertain
        assert not caught.value.permanent
        receipts = crm.link(MAIL, place, [MAX], before)
        assert [r.outcome for r in receipts] == [Outcome.LINKED]  # the bot's own doing, so that undo takes it away
        assert outside.calls("onoffice.emailassignments") == 1
        crm.unlink(place, receipts)
        assert links(outside, place) == ([], None)

    def test_a_vendor_that_hangs_is_given_up_in_time(self, outside: Outside, place: MailPlace) -> None:
        env = outside.env
        hasty = OnOffice(OnOfficeConfig(env["ONOFFICE_TOKEN"], env["ONOFFICE_SECRET"], env["ONOFFICE_API_URL"], 0.3))
        outside.fault("onoffice.emailassignments", "timeout")
        with pytest.raises(CRMError) as caught:
            hasty.link(MAIL, place, [MAX], None)
        assert caught.value.uncertain

    def test_a_success_that_linked_nothing_is_found_out(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        receipts = crm.link(MAIL, place, [MAX, FLAT], None)
        outside.post("onoffice/link", {"messageid": place.message_id, "addressIds": []})
        seen = crm.verify(MAIL, place, receipts)
        assert [(r.outcome, r.verified) for r in seen] == [(Outcome.NOT_SET, False), (Outcome.LINKED, True)]
        assert seen[0].message
        assert not seen[0].permanent

    def test_a_link_of_others_that_got_lost_is_told(self, crm: OnOffice, outside: Outside, place: MailPlace) -> None:
        outside.post("onoffice/link", {"messageid": place.message_id, "addressIds": [501]})
        receipts = crm.link(MAIL, place, [MAX], None)
        outside.post("onoffice/link", {"messageid": place.message_id, "addressIds": [601]})
        (seen,) = crm.verify(MAIL, place, receipts)
        assert seen.verified
        assert "501" in english(seen.message)


class TestUndo:
    def test_undo_takes_back_what_the_bot_added_and_nothing_else(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        outside.post("onoffice/link", {"messageid": place.message_id, "addressIds": [501]})
        receipts = crm.link(MAIL, place, [MAX, FLAT], None)
        outside.post("onoffice/link", {"messageid": place.message_id, "addressIds": [501, 601, 523]})
        undone = crm.unlink(place, receipts)
        assert [(r.outcome, r.verified) for r in undone] == [(Outcome.UNLINKED, True)] * 2
        assert links(outside, place) == ([501, 523], None)

    def test_undo_brings_the_replaced_property_back(self, crm: OnOffice, outside: Outside, place: MailPlace) -> None:
        outside.post("onoffice/link", {"messageid": place.message_id, "estateid": 2649})
        receipts = crm.link(MAIL, place, [other_estate(outside)], None, [FLAT.ref])
        assert all(crm.undoable(receipt) for receipt in receipts)
        undone = crm.unlink(place, receipts)
        assert [(r.outcome, r.verified) for r in undone] == [(Outcome.UNLINKED, True), (Outcome.RESTORED, True)]
        assert links(outside, place) == ([], 2649)

    def test_a_property_that_a_colleague_set_since_stays(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        receipts = crm.link(MAIL, place, [FLAT], None)
        other = int(other_estate(outside).ref.id)
        outside.post("onoffice/link", {"messageid": place.message_id, "estateid": other})
        assert [r.verified for r in crm.unlink(place, receipts)] == [True]
        assert links(outside, place) == ([], other)

    def test_what_was_there_before_the_bot_stays_and_is_said(
        self, crm: OnOffice, outside: Outside, place: MailPlace
    ) -> None:
        outside.post("onoffice/link", {"messageid": place.message_id, "addressIds": [601]})
        (receipt,) = crm.unlink(place, crm.link(MAIL, place, [MAX], None))
        assert receipt.outcome is Outcome.ALREADY
        assert receipt.message
        assert links(outside, place)[0] == [601]

    def test_undo_finds_the_mail_by_its_receipts(self, crm: OnOffice, outside: Outside, place: MailPlace) -> None:
        crm.unlink(None, crm.link(MAIL, place, [MAX], None))
        assert links(outside, place) == ([], None)

    def test_undo_twice_writes_once(self, crm: OnOffice, outside: Outside, place: MailPlace) -> None:
        undone = crm.unlink(place, crm.link(MAIL, place, [MAX], None))
        written = outside.calls("onoffice.emailassignments")
        assert [r.verified for r in crm.unlink(place, undone)] == [True]
        assert outside.calls("onoffice.emailassignments") == written


class TestPreview:
    def test_the_preview_is_the_request_without_its_secrets(self, crm: OnOffice, place: MailPlace) -> None:
        (request,) = crm.preview(MAIL, place, [MAX, FLAT], LinkState(frozenset({ERIKA.ref})))
        (action,) = request.body["request"]["actions"]
        assert action["parameters"] == {
            "emailidentity": INFO,
            "messageid": place.message_id,
            "uid": place.uid,
            "folder": "INBOX",
            "addressIds": [523, 601],
            "estateid": 2649,
        }
        assert action["resourcetype"] == "emailassignments"
        assert not {"hmac", "timestamp"} & set(action)
        assert "token" not in request.body

    def test_nothing_to_write_is_nothing_to_show(self, crm: OnOffice, place: MailPlace) -> None:
        assert crm.preview(MAIL, place, [MAX], LinkState(frozenset({MAX.ref}))) == []

    def test_without_a_mailbox_what_it_alone_tells_is_left_open(self, crm: OnOffice) -> None:
        (request,) = crm.preview(MAIL, None, [MAX], None)
        parameters = request.body["request"]["actions"][0]["parameters"]
        assert parameters["uid"] is None
        assert parameters["addressIds"] == [601]
