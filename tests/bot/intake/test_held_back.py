"""Mails of the never-link list: no card, and one person who is asked alone."""

from __future__ import annotations

from datetime import timedelta

from bot.intake.held_back import HeldBack
from bot.mail import Mail, NeverList
from bot.surface import Notice
from storage.tables import Arrival, ArrivalState, ProposalState
from tests.bot.fakes import Fault
from tests.bot.intake.bench import PASTED, Arriving

HELD = PASTED.replace("Besichtigung", "Kündigung")


def test_a_mail_of_the_never_link_list_has_no_card_and_its_person_is_told_even_if_slack_is_away_at_first() -> None:
    world = Arriving()
    world.bench.surface.faults = [Fault.BUSY, Fault.NONE]
    assert world.arrive(text=HELD) == ArrivalState.DONE
    (held,) = world.bench.surface.held
    assert (held.held_for, held.never, held.state) == ("U0ANNA", "Kündigung", ProposalState.OPEN)
    assert world.bench.surface.cards == {}
    bens = world.bench.proposals.in_channels("T1", ["C1"], [ProposalState.OPEN], 5, user="U0BEN")
    assert held.id not in [one.id for one in bens]
    (listed,) = world.bench.proposals.in_channels("T1", [], [ProposalState.OPEN], 5, user="U0ANNA", anywhere=True)
    assert listed.id == held.id
    # It is forgotten as others are.
    world.bench.linking.expire(timedelta(0))
    kept = world.bench.proposals.get(held.id)
    assert kept is not None and (kept.state, kept.sealed_mail) == (ProposalState.EXPIRED, None)


def test_where_nobody_knows_whose_a_mail_of_the_list_is_who_asks_first_decides() -> None:
    world = Arriving()
    world.bench.surface.members["max.mustermann@example.de"] = ""
    world.arrive(text=HELD)
    assert world.bench.surface.held == [] and world.bench.surface.told == []
    world.arrive("T1:C1:F2", HELD, asked=True, user="U0BEN")
    assert [one.held_for for one in world.bench.surface.held] == ["U0BEN"]
    world.arrive("T1:C1:F3", HELD, asked=True)
    assert [(where.user, notice) for where, notice in world.bench.surface.told] == [("U0ANNA", Notice.HELD_FOR_OTHERS)]
    assert world.bench.surface.cards == {}


def test_where_nobody_knows_whose_a_mail_of_the_list_is_the_settings_may_name_somebody() -> None:
    bench = Arriving().bench
    held = HeldBack(NeverList(["Kündigung"]), bench.surface, bench.proposals, bench.reader, ("S0GROUP", "U0BEN"))
    arrival = Arrival(key="k", team="T1", channel="C1", ts="1.0", user="U0GUEST")
    bench.surface.guests.add("U0GUEST")
    assert held.person(arrival, Mail(subject="Kündigung")) == "U0BEN"
    assert HeldBack(NeverList([]), bench.surface, bench.proposals, bench.reader).person(arrival, Mail()) == "-"
