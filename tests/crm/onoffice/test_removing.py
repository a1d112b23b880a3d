"""What a person takes off by choice: whoever linked it, in the same call as what is added."""

from __future__ import annotations

import pytest

from bot.crm.onoffice.outcome import CANNOT_REMOVE, KEEPS_ONE, PERHAPS_MORE
from bot.crm.port import OCCUPIED, CRMError, LinkState, Outcome, Receipt
from bot.language import SILENCE
from bot.mail import Mail
from bot.records import Category, Record, RecordRef
from tests.crm.onoffice.tenant import Tenant
from tests.saying import english

MAIL = Mail()
DO = ("do", "emailassignments")


def person(id_: int) -> Record:
    return Record(RecordRef("onoffice", "address", str(id_)), Category.PERSON, f"Person {id_}")


def house(id_: int) -> Record:
    return Record(RecordRef("onoffice", "estate", str(id_)), Category.PROPERTY, f"House {id_}")


@pytest.fixture
def here() -> Tenant:
    tenant = Tenant(range(1, 9), (30, 31))
    tenant.by_hand(add=1)
    tenant.by_hand(add=2, estate=30)
    return tenant


def test_one_call_adds_and_takes_off_what_a_colleague_linked(here: Tenant) -> None:
    bot = here.bot()
    assert bot.capabilities.removes
    before = bot.linked(MAIL, here.place)
    receipts = bot.link(MAIL, here.place, [person(3)], before, [person(1).ref])
    assert [(r.ref.id, r.outcome) for r in receipts] == [("3", Outcome.LINKED), ("1", Outcome.UNLINKED)]
    (sent,) = here.calls(*DO)
    assert (sent["addressIds"], sent["estateid"]) == ([2, 3], 30)
    assert [r.verified for r in bot.verify(MAIL, here.place, receipts)] == [True, True]
    assert here.addresses() == {2, 3}


def test_the_property_is_taken_off_with_nought_and_the_last_address_with_an_empty_list(here: Tenant) -> None:
    bot = here.bot()
    receipts = bot.link(MAIL, here.place, [], None, [person(1).ref, person(2).ref, house(30).ref])
    (sent,) = here.calls(*DO)
    assert (sent["addressIds"], sent["estateid"]) == ([], 0)
    assert (here.addresses(), here.estate()) == (set(), None)
    assert [r.verified for r in bot.verify(MAIL, here.place, receipts)] == [True] * 3


@pytest.mark.parametrize("wipes", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_the_last_person_is_taken_off_and_the_property_stays_however_an_empty_list_is_meant(
    here: Tenant, *, wipes: bool, together: bool
) -> None:
    here.office.store.rules.empty_list_wipes = wipes
    if not together:
        here.most_actions = 1
    bot = here.bot()
    receipts = bot.link(MAIL, here.place, [], None, [person(1).ref, person(2).ref])
    assert (here.addresses(), here.estate()) == (set(), 30)
    assert [r.outcome for r in receipts] == [Outcome.UNLINKED] * 2
    assert [r.verified for r in bot.verify(MAIL, here.place, receipts)] == [True] * 2
    assert not any(receipt.message for receipt in receipts)


@pytest.mark.parametrize("wipes", [False, True])
def test_an_undo_of_the_only_person_leaves_the_property_that_others_linked(here: Tenant, *, wipes: bool) -> None:
    here.office.store.rules.empty_list_wipes = wipes
    for id_ in (1, 2):
        here.by_hand(remove=id_)
    bot = here.bot()
    (receipt,) = bot.link(MAIL, here.place, [person(3)], None, [])
    assert (here.addresses(), here.estate()) == ({3}, 30)
    assert [one.outcome for one in bot.unlink(here.place, [receipt])] == [Outcome.UNLINKED]
    assert (here.addresses(), here.estate()) == (set(), 30)


def test_a_property_taken_off_for_another_is_not_said_to_have_given_way(here: Tenant) -> None:
    receipts = here.bot().link(MAIL, here.place, [house(31)], None, [house(30).ref])
    assert [(r.outcome, r.message) for r in receipts] == [(Outcome.LINKED, SILENCE), (Outcome.UNLINKED, SILENCE)]
    assert here.estate() == 31


def test_what_is_not_linked_is_off_without_a_call(here: Tenant) -> None:
    (receipt,) = here.bot().link(MAIL, here.place, [], None, [person(7).ref])
    assert receipt.outcome is Outcome.UNLINKED
    assert not here.calls(*DO)


def test_what_is_both_picked_and_taken_off_is_linked(here: Tenant) -> None:
    (receipt,) = here.bot().link(MAIL, here.place, [person(1)], None, [person(1).ref])
    assert receipt.outcome is Outcome.ALREADY
    assert here.addresses() == {1, 2}


def test_what_onoffice_cannot_take_off_is_refused(here: Tenant) -> None:
    (receipt,) = here.bot().link(MAIL, here.place, [], None, [RecordRef("zoho", "Contacts", "1")])
    assert receipt.outcome is Outcome.REFUSED
    assert not here.calls(*DO)


def test_of_three_properties_one_cannot_be_taken_off_alone(here: Tenant) -> None:
    here.also_estates = [31, 32]
    receipts = here.bot().link(MAIL, here.place, [person(3)], None, [house(30).ref])
    assert [(r.outcome, r.message) for r in receipts] == [(Outcome.LINKED, SILENCE), (Outcome.REFUSED, KEEPS_ONE)]
    (sent,) = here.calls(*DO)
    assert "estateid" not in sent  # naming one would take the others off
    assert here.addresses() == {1, 2, 3}


def test_of_two_properties_the_other_one_is_kept_by_name(here: Tenant) -> None:
    here.also_estates = [31]
    (receipt,) = here.bot().link(MAIL, here.place, [], None, [house(30).ref])
    assert receipt.outcome is Outcome.UNLINKED
    assert here.estate() == 31


def test_a_property_that_replaces_several_names_them_all() -> None:
    tenant = Tenant((1,), (30, 31, 32))
    tenant.by_hand(estate=30)
    tenant.also_estates = [31]
    (receipt,) = tenant.bot().link(MAIL, tenant.place, [house(32)], None)
    assert receipt.outcome is Outcome.REFUSED
    assert "House 30, House 31" in english(receipt.message)
    receipts = tenant.bot().link(MAIL, tenant.place, [house(32)], None, [house(30).ref, house(31).ref])
    assert [r.outcome for r in receipts] == [Outcome.LINKED, Outcome.UNLINKED, Outcome.UNLINKED]
    assert tenant.estate() == 32


def test_where_only_one_address_is_told_none_is_taken_off(here: Tenant) -> None:
    """The older question tells one address of several: the others would go with it."""
    here.refuse["get", "emailInfo"] = 25
    receipts = here.bot().link(MAIL, here.place, [], None, [person(2).ref])
    assert [(r.outcome, r.message) for r in receipts] == [(Outcome.REFUSED, CANNOT_REMOVE)]
    assert here.addresses() == {1, 2}


def test_where_nothing_is_told_links_are_made_and_called_unsure() -> None:
    tenant = Tenant((1, 2), (30,))
    tenant.refuse = {("get", "emailInfo"): 25, ("get", "emailassignments"): 23}
    bot = tenant.bot()
    assert bot.linked(MAIL, tenant.place) is None
    receipts = bot.link(MAIL, tenant.place, [person(1), house(30)], None, [person(2).ref])
    assert [r.outcome for r in receipts] == [Outcome.LINKED, Outcome.LINKED, Outcome.REFUSED]
    assert "have a look in onOffice" in english(receipts[0].message)
    assert tenant.addresses() == {1}
    assert [r.verified for r in bot.verify(MAIL, tenant.place, receipts[:2])] == [None, None]
    assert [r.message for r in bot.unlink(tenant.place, receipts[:2])] == [CANNOT_REMOVE] * 2
    assert tenant.addresses() == {1}


def test_the_older_question_cannot_tell_of_an_address_that_it_does_not_show(here: Tenant) -> None:
    here.refuse["get", "emailInfo"] = 25
    bot = here.bot()
    receipts = bot.link(MAIL, here.place, [person(3)], None)
    assert receipts[0].message == PERHAPS_MORE
    (seen,) = bot.verify(MAIL, here.place, receipts)
    assert (seen.outcome, seen.verified) == (Outcome.LINKED, None)
    assert "have a look in onOffice" in english(seen.message)


def test_linking_beside_a_record_that_may_not_be_seen_is_refused_with_the_reason(here: Tenant) -> None:
    here.refuse["do", "emailassignments"] = 293  # the linked property can't be stated again
    with pytest.raises(CRMError) as caught:
        here.bot().link(MAIL, here.place, [person(3)], None)
    assert "linking would take that link away" in english(caught.value.message)
    with pytest.raises(CRMError) as caught:
        here.bot().link(MAIL, here.place, [], None, [person(1).ref, person(2).ref])
    assert "linking would take that link away" in english(caught.value.message)


def test_a_refusal_of_a_record_that_is_there_keeps_its_own_reason() -> None:
    tenant = Tenant((1,))
    tenant.refuse["do", "emailassignments"] = 292
    with pytest.raises(CRMError) as caught:
        tenant.bot().link(MAIL, tenant.place, [person(1)], None)
    assert "no longer in onOffice" in english(caught.value.message)


class TestOlderForm:
    """A customer's onOffice that knows `addressid` only."""

    def test_one_address_is_all_that_can_be_picked(self, here: Tenant) -> None:
        most = here.bot(single=True).capabilities.categories
        assert (most[Category.PERSON], most[Category.COMPANY], most[Category.PROPERTY]) == (1, 1, 1)

    def test_an_address_takes_the_others_place_where_that_is_asked_for_and_undo_brings_it_back(self) -> None:
        tenant = Tenant(range(1, 9), (30,))
        tenant.by_hand(add=1, estate=30)
        bot = tenant.bot(single=True)
        (refused,) = bot.link(MAIL, tenant.place, [person(3)], None)
        assert (refused.outcome, refused.code, tenant.addresses()) == (Outcome.REFUSED, OCCUPIED, {1})
        assert "linked to Person 1" in english(refused.message)
        assert bot.in_the_way([person(3)], LinkState(frozenset({person(1).ref}))) == [person(1).ref]
        receipts = bot.link(MAIL, tenant.place, [person(3)], None, [person(1).ref])
        (sent,) = tenant.calls(*DO)
        assert (sent["addressid"], sent["estateid"], "addressIds" in sent) == (3, 30, False)
        assert [r.verified for r in bot.verify(MAIL, tenant.place, receipts)] == [True, True]
        bot.unlink(tenant.place, receipts)
        assert (tenant.addresses(), tenant.estate()) == ({1}, 30)

    def test_a_second_address_is_refused_with_the_reason(self) -> None:
        tenant = Tenant(range(1, 9))
        receipts = tenant.bot(single=True).link(MAIL, tenant.place, [person(1), person(2)], None)
        assert [r.outcome for r in receipts] == [Outcome.LINKED, Outcome.REFUSED]
        assert "one address only" in english(receipts[1].message)

    def test_the_address_is_taken_off_with_nought(self) -> None:
        tenant = Tenant(range(1, 9))
        tenant.by_hand(add=1)
        tenant.bot(single=True).link(MAIL, tenant.place, [], None, [person(1).ref])
        (sent,) = tenant.calls(*DO)
        assert sent["addressid"] == 0
        assert tenant.addresses() == set()

    def test_one_of_several_addresses_cannot_be_taken_off_alone(self) -> None:
        tenant = Tenant(range(1, 9))
        for id_ in (1, 2, 3):
            tenant.by_hand(add=id_)
        (receipt,) = tenant.bot(single=True).link(MAIL, tenant.place, [], None, [person(1).ref])
        assert (receipt.outcome, receipt.message) == (Outcome.REFUSED, KEEPS_ONE)
        assert tenant.addresses() == {1, 2, 3}

    def test_the_older_question_is_enough_where_there_is_one_address_only(self) -> None:
        tenant = Tenant(range(1, 9))
        tenant.refuse["get", "emailInfo"] = 25
        bot = tenant.bot(single=True)
        receipts = bot.link(MAIL, tenant.place, [person(1)], None)
        assert [r.verified for r in bot.verify(MAIL, tenant.place, receipts)] == [True]

    def test_an_onoffice_that_does_not_know_the_list_says_which_setting_helps(self, here: Tenant) -> None:
        here.refuse["do", "emailassignments"] = 144
        here.details = "(addressIds, Array)"
        with pytest.raises(CRMError) as caught:
            here.bot().link(MAIL, here.place, [person(3)], None)
        assert "ONOFFICE_SINGLE_ADDRESS" in english(caught.value.message)


class TestUndo:
    """A removal that is taken back."""

    def off(self, tenant: Tenant, *records: Record) -> list[Receipt]:
        bot = tenant.bot()
        receipts = bot.link(MAIL, tenant.place, [], None, [record.ref for record in records])
        return bot.verify(MAIL, tenant.place, receipts)

    def test_what_was_taken_off_is_linked_again_and_read_back(self, here: Tenant) -> None:
        bot, receipts = here.bot(), self.off(here, person(1), house(30))
        assert (here.addresses(), here.estate()) == ({2}, None)
        assert all(bot.undoable(receipt) for receipt in receipts)
        again = bot.unlink(here.place, receipts)
        assert [(r.outcome, r.verified) for r in again] == [(Outcome.RESTORED, True)] * 2
        assert (here.addresses(), here.estate()) == ({1, 2}, 30)
        written = len(here.calls(*DO))
        assert [r.outcome for r in bot.unlink(here.place, receipts)] == [Outcome.RESTORED] * 2
        assert len(here.calls(*DO)) == written, "twice is once"

    def test_what_others_did_since_stays(self, here: Tenant) -> None:
        receipts = self.off(here, person(1), house(30))
        here.by_hand(add=5)
        here.by_hand(remove=2, estate=31)
        address, estate = here.bot().unlink(here.place, receipts)
        assert (address.outcome, estate.outcome) == (Outcome.RESTORED, Outcome.UNLINKED)
        assert "another property by now" in english(estate.message)
        assert (here.addresses(), here.estate()) == ({1, 5}, 31)

    def test_a_property_that_a_colleague_sets_in_that_moment_stays(self, here: Tenant) -> None:
        receipts = self.off(here, house(30))
        edits = [lambda: here.by_hand(estate=31), lambda: None]
        here.before_call = lambda: edits.pop()() if edits else None
        (receipt,) = here.bot().unlink(here.place, receipts)
        assert (receipt.outcome, here.estate()) == (Outcome.UNLINKED, 31)

    def test_what_was_not_linked_when_it_was_taken_off_cannot_come_back(self, here: Tenant) -> None:
        (receipt,) = self.off(here, person(7))
        assert not here.bot().undoable(receipt)

    def test_what_is_gone_from_onoffice_keeps_nothing_else_from_coming_back(self, here: Tenant) -> None:
        receipts = self.off(here, person(1), person(2))
        here.office.store.addresses.rows.pop(1)
        gone, back = here.bot().unlink(here.place, receipts)
        assert (gone.outcome, back.outcome) == (Outcome.UNLINKED, Outcome.RESTORED)
        assert "by hand" in english(gone.message)
        assert here.addresses() == {2}

    def test_where_not_all_is_told_nothing_is_written(self, here: Tenant) -> None:
        receipts = self.off(here, person(1))
        here.refuse["get", "emailInfo"] = 25
        (receipt,) = here.bot().unlink(here.place, receipts)
        assert (receipt.outcome, receipt.message) == (Outcome.UNLINKED, CANNOT_REMOVE)
        assert here.addresses() == {2}

    def test_the_address_of_the_older_form_comes_back_where_its_place_is_free(self) -> None:
        tenant = Tenant(range(1, 9))
        tenant.by_hand(add=1)
        bot = tenant.bot(single=True)
        receipts = bot.link(MAIL, tenant.place, [], None, [person(1).ref])
        tenant.by_hand(add=2)
        (stays,) = bot.unlink(tenant.place, receipts)
        assert (stays.outcome, tenant.addresses()) == (Outcome.UNLINKED, {2})
        tenant.by_hand(remove=2)
        (back,) = bot.unlink(tenant.place, receipts)
        assert (back.outcome, tenant.addresses()) == (Outcome.RESTORED, {1})


def test_an_enquiry_of_a_portal_is_told() -> None:
    tenant = Tenant((1,), message_id="<anfrage-1@immobilienportal.example>")
    state = tenant.bot().linked(MAIL, tenant.place)
    assert state == LinkState(frozenset(), portal_request=True)
