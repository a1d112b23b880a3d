"""What a press does at the vendors, in the log and on the card."""

from __future__ import annotations

import pytest

from bot.crm.port import Outcome
from bot.durable.retrying import DEFECT
from bot.language import SILENCE, sentence
from bot.linking.attempt import RECORD_GONE
from bot.proposals.outcomes import DONE, UNCERTAIN
from storage.tables import ProposalState
from tests.bot.bench import AHORN, ANNA, DEAL, EMILY, ERIKA, LINDEN, MAX, PLACE, SECRET_WORD, SETTLE, WAITS, Bench
from tests.bot.fakes import REFUSED, Fault
from tests.saying import english

BOTH = (MAX, LINDEN, EMILY, DEAL)
ENDED = (ProposalState.LINKED, ProposalState.PARTLY_LINKED, ProposalState.FAILED)
TRIES = len(WAITS) + 1


def test_a_press_links_verifies_logs_and_shows() -> None:
    bench = Bench(BOTH)
    bench.onoffice.links = {ERIKA.ref}
    bench.press_link()
    assert bench.onoffice.links == {MAX.ref, LINDEN.ref, ERIKA.ref}
    assert bench.zoho.links == {EMILY.ref, DEAL.ref}
    assert bench.proposal.state == ProposalState.LINKED
    log = bench.log()
    assert set(log) == {record.ref for record in BOTH}
    assert {link.outcome for link in log.values()} == {Outcome.LINKED}
    assert all(link.verified and link.linked_by == ANNA for link in log.values())
    assert {link.message_id for link in log.values()} == {PLACE.message_id}
    (card,) = bench.surface.cards.values()
    assert card.state == ProposalState.LINKED
    assert {o.url for o in card.outcomes} >= {"https://onoffice.example/address/601", "https://zoho.example/Deals/42"}


def test_the_card_says_that_work_is_under_way_before_any_vendor_is_called() -> None:
    bench = Bench(BOTH)
    bench.press_link()
    first = bench.surface.history[0]
    assert first.state == ProposalState.LINKING
    assert {o.outcome for o in first.outcomes} == {""}


def test_what_was_linked_before_is_said_to_have_been() -> None:
    bench = Bench()
    bench.onoffice.links = {MAX.ref}
    bench.press_link()
    assert bench.outcomes() == {"Max Mustermann": Outcome.ALREADY, "Lindenstraße 12": Outcome.LINKED}


@pytest.mark.parametrize("mailboxes", [["info@nordlicht.example", "anna@nordlicht.example"], []])
def test_a_mail_in_no_mailbox_is_a_sentence_and_no_call(mailboxes: list[str]) -> None:
    bench = Bench(BOTH)
    bench.finder.place, bench.finder.mailboxes = None, mailboxes
    bench.press_link()
    assert bench.proposal.state == ProposalState.PARTLY_LINKED
    said = sentence("link.no_mailbox", crm="onOffice")
    if mailboxes:
        said = sentence("link.not_in_mailbox", mailboxes=", ".join(mailboxes), crm="onOffice")
    assert {t.message for t in bench.targets().values() if t.vendor == "onoffice"} == {said.dump()}
    assert "link" not in bench.onoffice.calls
    assert bench.zoho.links == {EMILY.ref, DEAL.ref}


def test_a_record_that_vanished_behind_the_press_is_a_sentence() -> None:
    bench = Bench()
    bench.linking.confirm("p1", ANNA)
    bench.directory._matcher.update((), [MAX.ref])
    bench.durable.run()
    assert bench.proposal.state == ProposalState.FAILED
    assert {t.message for t in bench.targets().values()} == {RECORD_GONE.dump()}


@pytest.mark.parametrize("method", ["linked", "link", "verify"])
def test_a_defect_ends_in_a_sentence_without_its_words(method: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    bench = Bench()
    bench.onoffice.faults[method] = [Fault.DEFECT] * TRIES
    bench.press_link()
    assert bench.proposal.state in ENDED
    if method != "verify":
        assert {t.message for t in bench.targets().values()} == {DEFECT.dump()}
    assert "ZeroDivisionError" in caplog.text
    assert SECRET_WORD not in caplog.text
    assert SECRET_WORD not in bench.durable.everything_written()


def test_a_call_that_may_still_land_is_given_time() -> None:
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.DROPPED, Fault.BUSY]
    bench.press_link()
    assert bench.durable.slept == [max(WAITS[0], SETTLE), WAITS[1]]
    assert bench.proposal.state == ProposalState.LINKED


def test_only_what_may_pass_is_tried_again() -> None:
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    assert (bench.onoffice.calls.count("link"), bench.durable.slept) == (1, [])
    assert {t.message for t in bench.targets().values()} == {REFUSED.message.dump()}


def test_a_moved_mail_is_looked_for_again_before_the_next_try() -> None:
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.BUSY]
    bench.press_link()
    assert bench.finder.looked == 2


def test_success_that_does_not_show_is_not_called_linked() -> None:
    bench = Bench()
    bench.onoffice.faults["link"] = [Fault.IN_VAIN]
    bench.press_link()
    assert set(bench.outcomes().values()) == {Outcome.NOT_SET}
    assert (bench.proposal.state, bench.log()) == (ProposalState.FAILED, {})


def test_what_cannot_be_read_back_is_linked_but_not_verified() -> None:
    bench = Bench()
    bench.onoffice.faults["verify"] = [Fault.BUSY] * TRIES
    bench.press_link()
    assert {(t.outcome, t.verified) for t in bench.targets().values()} == {(Outcome.LINKED, None)}
    assert bench.proposal.state == ProposalState.LINKED


def test_try_again_does_what_was_left_undone() -> None:
    bench = Bench(BOTH)
    bench.zoho.faults["link"] = [Fault.LATER] * TRIES
    bench.press_link()
    assert bench.proposal.state == ProposalState.PARTLY_LINKED
    left = {ref for ref, target in bench.targets().items() if target.outcome not in DONE}
    assert len(left) == 1
    bench.press_link()
    assert set(bench.targets()) == left
    assert bench.proposal.state == ProposalState.LINKED
    assert set(bench.log()) == {record.ref for record in BOTH}
    assert max(bench.zoho.copies.values()) == 1


def test_a_link_whose_answer_was_lost_to_the_end_can_still_be_undone() -> None:
    """The vendor did it, nobody knew, and a second press found it done: it is the bot's own all the same."""
    bench = Bench((MAX,))
    bench.onoffice.faults["link"] = [Fault.DROPPED] * (TRIES - 1) + [Fault.LOST]
    bench.press_link()
    assert (bench.proposal.state, bench.onoffice.links) == (ProposalState.FAILED, {MAX.ref})
    assert bench.outcomes() == {"Max Mustermann": UNCERTAIN}
    bench.press_link()
    assert bench.outcomes() == {"Max Mustermann": Outcome.LINKED}
    bench.press_undo()
    assert bench.onoffice.links == set()


def test_a_mail_whose_text_was_forgotten_is_not_copied_empty() -> None:
    """Undone in onOffice, then chosen for Zoho by hand: the text went when the first link was made."""
    bench = Bench((MAX,))
    bench.press_link()
    bench.press_undo()
    assert bench.proposal.state == ProposalState.OPEN
    bench.press_link(EMILY)
    assert bench.zoho.links == set()
    (target,) = bench.targets().values()
    assert (target.outcome, target.code) == (Outcome.REFUSED, "mail_forgotten")
    assert "Link to CRM" in english(target.message)
    bench.press_link(MAX)
    assert bench.onoffice.links == {MAX.ref}


def test_undo_takes_back_what_was_added_and_brings_the_property_back() -> None:
    bench = Bench((MAX, ERIKA, LINDEN))
    bench.onoffice.links = {ERIKA.ref, AHORN.ref}
    bench.press_link(shown=(AHORN,))
    assert bench.onoffice.links == {MAX.ref, ERIKA.ref, LINDEN.ref}
    bench.press_undo()
    assert bench.onoffice.links == {ERIKA.ref, AHORN.ref}
    assert bench.proposal.state == ProposalState.LINKED  # Erika was linked before, and is
    assert set(bench.log()) == {ERIKA.ref}
    assert {link.record_name: link.undone_by for link in bench.links.of("p1")} == {
        MAX.name: ANNA, LINDEN.name: ANNA, AHORN.name: ANNA, ERIKA.name: ""
    }  # fmt: skip


def test_an_undo_that_fails_says_so_and_can_be_tried_again() -> None:
    bench = Bench()
    bench.press_link()
    bench.onoffice.faults["unlink"] = [Fault.REFUSED]
    bench.press_undo()
    assert set(bench.outcomes().values()) == {"not undone"}
    assert {t.message for t in bench.targets().values()} == {REFUSED.message.dump()}
    assert set(bench.log()) == {MAX.ref, LINDEN.ref}
    bench.press_undo()
    assert (bench.proposal.state, bench.onoffice.links, bench.log()) == (ProposalState.OPEN, set(), {})


def test_undo_finds_a_mail_that_left_its_mailbox_by_where_it_was() -> None:
    bench = Bench()
    bench.press_link()
    bench.finder.place = None
    bench.press_undo()
    assert bench.onoffice.links == set()


def test_a_vendor_that_is_no_longer_set_up_ends_in_a_sentence() -> None:
    bench = Bench(BOTH)
    bench.linking.confirm("p1", ANNA)
    del bench.crms["zoho"]
    bench.durable.run()
    assert bench.proposal.state == ProposalState.PARTLY_LINKED
    assert {t.outcome for t in bench.targets().values() if t.vendor == "zoho"} == {Outcome.REFUSED}
    assert bench.onoffice.links == {MAX.ref, LINDEN.ref}


def test_links_of_a_vendor_that_is_no_longer_set_up_are_not_undone_but_others_are() -> None:
    bench = Bench((MAX,))
    bench.press_link()
    del bench.crms["onoffice"]
    assert bench.linking.undo("p1", ANNA).answer == "nothing to undo"


def test_a_card_that_cannot_be_updated_changes_nothing_else() -> None:
    bench = Bench()
    bench.surface.faults = [Fault.REFUSED] * 20
    bench.press_link()
    assert bench.proposal.state == ProposalState.LINKED


def test_a_call_that_the_vendor_shows_to_have_had_no_effect_is_no_longer_uncertain() -> None:
    bench = Bench((MAX,))
    bench.onoffice.faults["link"] = [Fault.DROPPED] * (len(WAITS) + 1)
    bench.press_link()
    assert bench.outcomes() == {MAX.name: UNCERTAIN}
    bench.onoffice.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    assert bench.outcomes() == {MAX.name: Outcome.REFUSED}


def test_a_call_that_the_vendor_shows_to_have_had_an_effect_stays_the_bots_own() -> None:
    bench = Bench((MAX,))
    bench.onoffice.faults["link"] = [Fault.LOST] * (len(WAITS) + 1)
    bench.press_link()
    bench.onoffice.faults["link"] = [Fault.REFUSED]
    bench.press_link()
    assert bench.outcomes() == {MAX.name: UNCERTAIN}, "it is linked, whatever this answer says"
    bench.press_link()
    assert bench.outcomes() == {MAX.name: Outcome.LINKED}
    assert bench.log()[MAX.ref].outcome == Outcome.LINKED


def test_why_what_is_perhaps_linked_cannot_be_asked_about_is_said() -> None:
    bench = Bench((MAX,))
    bench.onoffice.faults["link"] = [Fault.LOST, *[Fault.BUSY] * (TRIES - 1)]
    bench.press_link()
    (shown,) = bench.surface.history[-1].outcomes
    assert (shown.outcome, shown.message) == (UNCERTAIN, SILENCE), "the headline says it"
    bench.finder.place = None
    bench.press_link()
    (shown,) = bench.surface.history[-1].outcomes
    assert shown.outcome == UNCERTAIN
    assert "Move or copy it into one of them" in english(shown.message)
    bench.finder.place = PLACE
    bench.press_link()
    assert bench.outcomes() == {MAX.name: Outcome.LINKED}
