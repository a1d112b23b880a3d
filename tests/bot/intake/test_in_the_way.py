"""What is looked up behind a card: in nobody's way, and never over a newer card."""

from __future__ import annotations

import logging
import threading
from typing import Any, cast

import pytest

from bot.intake.in_the_way import LOOKERS, Few, Looking
from bot.mail import Mail, MailPlace
from bot.proposals.view import ProposalReader
from bot.surface import ProposalView, SurfaceError
from storage.proposals import Proposals
from storage.tables import ArrivalState, Proposal, ProposalState
from tests.bot.bench import AHORN, ANNA, LINDEN, Bench
from tests.bot.fakes import FakeFinder, FakeSurface, Fault
from tests.bot.intake.bench import ABOUT_LINDEN, Arriving

PATIENCE = 20.0


def looking(bench: Bench) -> Looking:
    return Looking(bench.proposals, bench.reader, bench.crms, bench.finder, bench.surface)


class Stuck(Proposals):
    """A database that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.go_on = threading.Event()

    def get(self, proposal_id: str) -> Proposal | None:
        self.asked.release()
        self.go_on.wait(PATIENCE)
        return None


def test_many_mails_are_looked_up_a_few_at_a_time_and_nobody_waits_for_it() -> None:
    stuck = Stuck()
    look = Looking(stuck, cast("ProposalReader", None), {}, FakeFinder(None), FakeSurface()).look
    for number in range(50):
        look(f"p{number}")  # returns at once: nothing is answered before the end of this test
    try:
        for _ in range(LOOKERS):
            assert stuck.asked.acquire(timeout=PATIENCE)
        lookers = [one for one in threading.enumerate() if one.name.startswith("linkbot-look-")]
        assert all(one.daemon for one in lookers), "the end of the process does not wait for a mailbox"
        assert not stuck.asked.acquire(blocking=False)
    finally:
        stuck.go_on.set()
    for _ in range(50 - LOOKERS):
        assert stuck.asked.acquire(timeout=PATIENCE), "all of them get their turn"


def test_a_defect_in_one_look_does_not_keep_the_next_from_being_done(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()

    def work(item: str) -> None:
        if item == "first":
            raise ZeroDivisionError("Geheimwort Pfefferkuchen")
        done.set()

    few = Few(work, 1)
    with caplog.at_level(logging.ERROR):
        few.do("first")
        few.do("second")
        assert done.wait(PATIENCE)
    assert "defect" in caplog.text and "Pfefferkuchen" not in caplog.text


def test_a_look_that_takes_long_leaves_the_card_of_who_has_pressed_alone() -> None:
    bench = Bench()
    bench.onoffice.links = {AHORN.ref}

    find = bench.finder.find

    def pressed_meanwhile(mail: Mail, **where: Any) -> MailPlace | None:
        bench.finder.find = find  # type: ignore[method-assign]
        bench.press_link()
        return find(mail, **where)

    bench.finder.find = pressed_meanwhile  # type: ignore[method-assign]
    looking(bench).look_now("p1")
    assert bench.proposal.state == ProposalState.PARTLY_LINKED
    states = [card.state for card in bench.surface.history]
    assert ProposalState.OPEN not in states, "the card never goes back"


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.LOST])
def test_a_card_that_could_not_be_updated_is_shown_again_later(fault: Fault) -> None:
    bench = Bench()
    bench.onoffice.links = {AHORN.ref}
    bench.surface.faults = [fault]
    with pytest.raises(SurfaceError):
        looking(bench).look_now("p1")
    bench.linking.catch_up_cards()
    (card,) = bench.surface.cards.values()
    assert [one.ref for one in card.in_the_way] == [AHORN.ref]
    assert not bench.proposals.cards_behind()


def test_a_press_beside_the_update_has_the_last_word_and_a_failure_does_not_hide_it() -> None:
    bench = Bench()
    bench.onoffice.links = {AHORN.ref}

    def press(_where: str) -> None:
        bench.surface.tick = lambda _: None
        bench.linking.dismiss("p1", ANNA)
        bench.surface.faults = [Fault.BUSY]  # what the look then wants to show does not get through

    bench.surface.tick = lambda where: press(where) if where == "surface: after" else None
    with pytest.raises(SurfaceError):
        looking(bench).look_now("p1")
    bench.linking.catch_up_cards()
    (card,) = bench.surface.cards.values()
    assert card.state == ProposalState.DISMISSED


def test_the_card_says_what_would_give_way_as_soon_as_that_is_known() -> None:
    world = Arriving()
    world.bench.onoffice.links = {AHORN.ref}
    assert world.arrive(text=ABOUT_LINDEN) == ArrivalState.DONE
    (card,) = world.bench.surface.cards.values()
    assert [(one.name, one.by) for one in card.in_the_way] == [(AHORN.name, LINDEN.name)]
    assert len(world.bench.surface.history) == 1, "it was posted before anybody was asked"


@pytest.mark.parametrize("where", ["mailbox", "vendor", "defect", "nowhere", "card"])
def test_where_nobody_answers_nothing_is_said_of_it(where: str, caplog: pytest.LogCaptureFixture) -> None:
    world = Arriving()
    bench = world.bench
    bench.onoffice.links = {AHORN.ref}
    bench.finder.faults = [Fault.BUSY] if where == "mailbox" else []
    bench.onoffice.faults["linked"] = {"vendor": [Fault.REFUSED], "defect": [Fault.DEFECT]}.get(where, [])
    if where == "nowhere":
        bench.finder.place = None
    bench.surface.faults = [Fault.NONE, Fault.REFUSED] if where == "card" else []
    assert world.arrive(text=ABOUT_LINDEN) == ArrivalState.DONE
    (card,) = bench.surface.cards.values()
    assert (card.in_the_way, bench.surface.told) == ((), [])
    assert "Pfefferkuchen" not in caplog.text


def test_a_mail_about_people_only_needs_no_look() -> None:
    world = Arriving()
    world.arrive()
    assert (world.bench.finder.looked, world.bench.onoffice.calls) == (0, [])


def test_a_press_during_the_look_has_the_last_word_on_the_card() -> None:
    world = Arriving()
    bench = world.bench
    bench.onoffice.links = {AHORN.ref}
    shown = bench.surface.update_card

    def pressed_meanwhile(view: ProposalView) -> None:
        if view.state == ProposalState.OPEN:
            bench.linking.dismiss(view.id, "U0BEN")
        shown(view)

    bench.surface.update_card = pressed_meanwhile  # type: ignore[method-assign] # somebody is quicker than the update
    world.arrive(text=ABOUT_LINDEN)
    (card,) = bench.surface.cards.values()
    assert card.state == ProposalState.DISMISSED
