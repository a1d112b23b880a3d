"""From an arrival to its card: one for each mail, whatever happens meanwhile."""

from __future__ import annotations

import pytest

from bot.intake.incoming import Incoming
from bot.intake.mail_to_proposal import Draft
from bot.mail import Mail
from bot.surface import Notice, ProposalView, SurfaceError
from storage.tables import Arrival, ArrivalState, ProposalState
from tests.bot.fakes import Fault
from tests.bot.intake.bench import LEASE, PASTED, Arriving
from tests.bot.memory_durable import Crashes


def test_a_mail_becomes_one_card_with_what_it_mentions() -> None:
    world = Arriving()
    assert world.arrive() == ArrivalState.DONE
    (card,) = world.bench.surface.cards.values()
    assert [(c.name, c.picked, c.detail) for c in card.candidates] == [
        ("Max Mustermann", True, "max.mustermann@example.de")
    ]
    assert world.arrive() == ArrivalState.DONE  # redelivered
    assert len(world.bench.surface.cards) == 1


def test_the_same_mail_again_is_answered_with_a_link_to_its_card() -> None:
    world = Arriving()
    world.arrive()
    world.arrive("T1:C1:F2", asked=True)
    assert len(world.bench.surface.cards) == 1
    assert [notice for _, notice in world.bench.surface.told] == [Notice.ALREADY_HERE]


def test_a_mail_that_was_put_aside_is_taken_up_again_when_a_person_asks() -> None:
    world = Arriving()
    world.arrive()
    (card,) = world.bench.surface.cards.values()
    world.bench.linking.dismiss(card.id, "U0ANNA")
    world.arrive("T1:C1:F2", asked=True)
    assert [notice for _, notice in world.bench.surface.told] == [Notice.REOPENED]
    assert [shown.state for shown in world.bench.surface.cards.values()] == [ProposalState.OPEN]


def test_who_brings_the_same_mail_at_the_same_time_is_told_too() -> None:
    world = Arriving()
    for key in ("T1:C1:F1", "T1:C1:F2"):
        world.proposing.receive(Incoming(key, "T1", "C1", f"{key[-1]}.0", user="U0ANNA"), {"text": PASTED})
    world.bench.surface.faults = [Fault.BUSY]  # the first writes it down, and the second posts its card
    world.work()
    assert len(world.bench.surface.cards) == 1
    assert [(where.thread_ts, notice) for where, notice in world.bench.surface.told] == [("2.0", Notice.ALREADY_HERE)]


def test_a_mail_that_is_deleted_while_it_is_read_has_no_card() -> None:
    world = Arriving()
    draft = world.to_proposal.draft

    def deleted_meanwhile(arrival: Arrival, mail: Mail) -> Draft:
        world.proposing.withdraw("T1", "C1", "5.0")
        return draft(arrival, mail)

    world.to_proposal.draft = deleted_meanwhile  # type: ignore[method-assign] # somebody is quick
    assert world.arrive() == ArrivalState.FAILED
    assert (world.bench.surface.cards, world.bench.surface.told) == ({}, [])


def test_who_took_too_long_does_not_say_any_more_what_becomes_of_an_arrival() -> None:
    world = Arriving()
    world.proposing.receive(Incoming("T1:C1:F1", "T1", "C1", "5.0", user="U0ANNA"), {"text": PASTED})
    (late,) = world.arrivals.claim("slow", 8, LEASE)
    (mine,) = world.arrivals.claim("quick", 8, LEASE)
    world.bench.surface.faults = [Fault.BUSY]
    world.proposing.run(late)
    assert world.arrival().claimed_by == "quick", "it fails for the other one, and is not put off"
    assert world.proposing.run(mine)
    assert world.proposing.run(late), "and finds the card"
    assert len(world.bench.surface.cards) == 1


def test_a_press_before_it_is_known_where_the_card_is_is_shown_all_the_same() -> None:
    world = Arriving()
    post = world.bench.surface.post_card

    def pressed_at_once(view: ProposalView, *, maybe_posted: bool) -> str:
        ts = post(view, maybe_posted=maybe_posted)
        world.bench.linking.dismiss(view.id, "U0BEN")
        return ts

    world.bench.surface.post_card = pressed_at_once  # type: ignore[method-assign] # somebody is very quick
    world.arrive()
    (card,) = world.bench.surface.cards.values()
    assert card.state == ProposalState.DISMISSED


@pytest.mark.parametrize("crashes", [(), (1,)])
def test_a_press_on_a_card_whose_posting_was_not_answered_is_shown_when_it_is_found(crashes: tuple[int, ...]) -> None:
    """The card that is found shows how things were when it was posted, whatever the proposal says by now."""
    world = Arriving()
    surface = world.bench.surface
    post, update = surface.post_card, surface.update_card
    failing = list(crashes)

    def unanswered(view: ProposalView, *, maybe_posted: bool) -> str:
        ts = post(view, maybe_posted=maybe_posted)
        if not maybe_posted:
            world.bench.linking.dismiss(view.id, "U0BEN")
            raise SurfaceError("ReadTimeout", permanent=False)
        return ts

    def update_card(view: ProposalView) -> None:
        if failing:
            failing.pop()
            raise SurfaceError("ReadTimeout", permanent=False)
        update(view)

    surface.post_card = unanswered  # type: ignore[method-assign] # the answer is lost on the way
    surface.update_card = update_card  # type: ignore[method-assign] # and perhaps the next one, too
    world.arrive()
    world.bench.linking.catch_up_cards()
    (card,) = surface.cards.values()
    assert card.state == ProposalState.DISMISSED


def test_what_holds_no_mail_is_said_to() -> None:
    world = Arriving()
    assert world.arrive(text="Mahlzeit!") == ArrivalState.FAILED
    assert [notice for _, notice in world.bench.surface.told] == [Notice.UNREADABLE]


@pytest.mark.parametrize(
    ("at", "faults"), [*((at, ()) for at in range(1, 4)), *((at, (Fault.LOST,)) for at in range(1, 9))]
)
def test_a_crash_at_any_point_makes_neither_two_cards_nor_none(at: int, faults: tuple[Fault, ...]) -> None:
    world = Arriving(Crashes(frozenset({at})))
    world.bench.surface.faults = list(faults)
    assert world.arrive() == ArrivalState.DONE
    assert world.process == 2
    assert len(world.bench.surface.cards) == 1
    (ts,) = world.bench.surface.cards
    assert [p.card_ts for p in [world.bench.proposals.get(world.bench.surface.cards[ts].id)] if p] == [ts]
