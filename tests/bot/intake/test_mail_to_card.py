from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col

import bot.intake.mail_to_card
from bot.durable import Precedence, judged
from bot.intake.held_back import HeldBack
from bot.intake.in_the_way import Looking
from bot.intake.incoming import Incoming
from bot.intake.mail_to_card import MOST_DEFECTS, Proposing
from bot.intake.mail_to_proposal import Draft, MailToProposal
from bot.intake.mail_words import words_of
from bot.mail import Forward, Mail, NeverList, Participant
from bot.matching import MailWords, Match
from bot.proposals.picks import LEAST_PROBABILITY, MOST_CANDIDATES, choose
from bot.records import Category, RecordRef
from bot.surface import Notice, ProposalView, SurfaceError
from storage.arrivals import Arrivals
from storage.engine import transaction
from storage.locks import Locks
from storage.tables import Arrival, ArrivalState, ProposalState, now
from tests.bot.bench import AHORN, LINDEN, VAULT, WAITS, ZONE, Bench, database
from tests.bot.fakes import FakeCRM, Fault
from tests.bot.memory_durable import Crash, Crashes

CRMS = {"onoffice": FakeCRM("onoffice"), "zoho": FakeCRM("zoho", tells=False)}
P, C, E, D = Category.PERSON, Category.COMPANY, Category.PROPERTY, Category.DEAL


def match(
    id_: str, category: Category = P, probability: float = 0.95, *, selected: bool = True, vendor: str = "onoffice"
) -> Match:
    return Match(RecordRef(vendor, str(category), id_), f"Nummer {id_}", category, probability, selected, ())


def chosen(*matches: Match) -> list[tuple[str, bool]]:
    return [(found.ref.id, picked) for found, picked in choose(matches, CRMS)]


def test_the_best_property_is_picked_where_only_one_can_be_linked() -> None:
    assert chosen(match("1", E), match("2", E), match("3"), match("4")) == [
        ("1", True), ("2", False), ("3", True), ("4", True)
    ]  # fmt: skip


def test_each_vendor_has_limits_of_its_own() -> None:
    assert chosen(match("1", D, vendor="zoho"), match("2", D, vendor="zoho")) == [("1", True), ("2", True)]


@pytest.mark.parametrize(
    "left_out",
    [match("9", D), match("9", E, vendor="zoho"), match("9", P, vendor="salesforce"), match("9", P, 0.04)],
)
def test_what_cannot_be_linked_or_is_too_unlikely_is_left_out(left_out: Match) -> None:
    assert chosen(left_out, match("1")) == [("1", True)]


def test_what_matching_is_not_sure_of_is_shown_and_not_picked() -> None:
    assert chosen(match("1", selected=False), match("2", probability=LEAST_PROBABILITY, selected=False)) == [
        ("1", False), ("2", False)
    ]  # fmt: skip


def test_the_unsure_make_room_for_the_picked() -> None:
    unsure = [match(f"u{n}", probability=0.9, selected=False) for n in range(MOST_CANDIDATES)]
    shown = chosen(*unsure, match("1"), match("2"))
    assert len(shown) == MOST_CANDIDATES
    assert shown[-2:] == [("1", True), ("2", True)]
    assert [id_ for id_, _ in shown[:-2]] == [f"u{n}" for n in range(MOST_CANDIDATES - 2)]


MATCHES = st.lists(
    st.builds(
        match,
        st.uuids().map(str),
        st.sampled_from(list(Category)),
        st.floats(0, 1),
        selected=st.booleans(),
        vendor=st.sampled_from(["onoffice", "zoho", "salesforce"]),
    ),
    max_size=30,
).map(lambda found: sorted(found, key=lambda one: -one.probability))


@given(MATCHES)
def test_whatever_matches(matches: list[Match]) -> None:
    shown = choose(matches, CRMS)
    assert [one for one, _ in shown] == [one for one in matches if one in [kept for kept, _ in shown]]
    assert all(one.selected for one, picked in shown if picked)
    for vendor, crm in CRMS.items():
        limits = crm.capabilities.categories
        mine = [(one, picked) for one, picked in shown if one.ref.vendor == vendor]
        assert {one.category for one, _ in mine} <= set(limits)
        for category, most in limits.items():
            picked = [one for one, pick in mine if pick and one.category == category]
            assert most is None or len(picked) <= most
            sure = [
                one
                for one in matches
                if one.ref.vendor == vendor and one.category == category and one.selected
                and one.probability >= LEAST_PROBABILITY
            ]  # fmt: skip
            # Never fewer either, though the card is full: the best of them.
            assert (
                len(picked) >= min(len(sure), MOST_CANDIDATES if most is None else most)
                or len([1 for _, pick in shown if pick]) == MOST_CANDIDATES
            )


def test_the_words_of_a_mail() -> None:
    mail = Mail(
        sender=Participant("Max Mustermann", "max@example.de"),
        reply_to=(Participant(None, "antwort@example.de"),),
        to=(Participant("Büro", "info@example.de"),),
        cc=(Participant("Erika", None),),
        subject="Besichtigung",
        text="Guten Tag",
        forward=Forward(note="Bitte zu Ahornweg 3"),
    )
    assert words_of(mail) == MailWords(
        sender_name="Max Mustermann",
        sender_address="max@example.de",
        reply_to=(("", "antwort@example.de"),),
        recipients=(("Büro", "info@example.de"), ("Erika", "")),
        subject="Besichtigung",
        text="Bitte zu Ahornweg 3\n\nGuten Tag",
    )


def test_the_words_of_a_mail_without_anything() -> None:
    assert words_of(Mail()) == MailWords()
    assert words_of(Mail(text="x", forward=Forward())).text == "x"


# From an arrival to its card

LATER = (30.0, 60.0, 120.0)
LEASE = timedelta(minutes=1)
AWAY = [Fault.BUSY] * (len(WAITS) + 1)  # for as long as is tried at once

PASTED = "From: Max Mustermann <max.mustermann@example.de>\nTo: info@example.de\nSubject: Besichtigung\n\nGuten Tag,\n"


class Arriving:
    """A bench that mails arrive at, and a process that reads them: after a crash another one."""

    def __init__(self, crashes: Crashes | None = None) -> None:
        self.crashes = crashes or Crashes()
        self.bench = b = Bench()
        b.surface.tick = self.crashes.tick
        self.arrivals = Arrivals(database(b.url), VAULT)
        self.process = 1
        self._crash_behind(b.proposals, "create", "begin_card", "set_card")
        self._crash_behind(self.arrivals, "shown", "put_off")
        looking = Looking(b.proposals, b.reader, b.crms, b.finder, b.surface)

        def look(proposal_id: str) -> None:
            with suppress(ZeroDivisionError):  # a defect, which the bot's own thread outlives
                judged(lambda: looking.look_now(proposal_id))

        held_back = HeldBack(NeverList(["Kündigung"]), b.surface, b.proposals, b.reader)
        self.to_proposal = MailToProposal(b.reader, b.directory, crms=b.crms, zone=ZONE, held_back=held_back)
        self.proposing = Proposing(
            arrivals=self.arrivals,
            proposals=b.proposals,
            reader=b.reader,
            to_proposal=self.to_proposal,
            held_back=held_back,
            surface=b.surface,
            locks=Locks(database(b.url)),
            waits=WAITS,
            later=LATER,
            keep=timedelta(days=30),
            precedence=Precedence(),
            look=look,
        )

    def _crash_behind(self, queries: object, *names: str) -> None:
        for name in names:
            setattr(queries, name, partial(self._ticking, name, getattr(queries, name)))

    def _ticking(self, name: str, query: Callable[..., Any], *given: Any, **named: Any) -> Any:
        result = query(*given, **named)
        self.crashes.tick(f"behind {name}")
        return result

    def arrive(
        self, key: str = "T1:C1:F1", text: str = PASTED, *, asked: bool = False, user: str = "U0ANNA"
    ) -> ArrivalState:
        self.proposing.receive(Incoming(key, "T1", "C1", "5.0", user=user, asked=asked), {"text": text})
        self.work()
        arrival = self.arrival(key)
        assert arrival.state == ArrivalState.RECEIVED or arrival.sealed_source is None
        return ArrivalState(arrival.state)

    def work(self, *, at_once: bool = True) -> None:
        """Do what is due; with `at_once` also what is tried again at once, without the waits."""
        while due := self.arrivals.claim(f"process {self.process}", 8, LEASE):
            try:
                for arrival in due:
                    self.shown = self.proposing.run(arrival)
            except Crash:
                self.process += 1
            if at_once:
                self.pass_time(col(Arrival.attempts) <= len(AWAY))

    def pass_time(self, *which: sa.ColumnElement[bool]) -> None:
        """The moment has come to which reading was put off."""
        with transaction(database(self.bench.url)) as session:
            put_off = (col(Arrival.claimed_by) == "", col(Arrival.next_try_at).is_not(None), *which)
            session.execute(sa.update(Arrival).where(*put_off).values(next_try_at=None))

    def arrival(self, key: str = "T1:C1:F1") -> Arrival:
        found = self.arrivals.get(key)
        assert found is not None
        return found


def test_a_mail_becomes_one_card_with_what_it_mentions() -> None:
    world = Arriving()
    assert world.arrive() == ArrivalState.DONE
    (card,) = world.bench.surface.cards.values()
    assert [(c.name, c.picked, c.detail) for c in card.candidates] == [
        ("Max Mustermann", True, "max.mustermann@example.de")
    ]
    assert world.arrive() == ArrivalState.DONE  # redelivered
    assert len(world.bench.surface.cards) == 1


ABOUT_LINDEN = PASTED.replace("Guten Tag,", "Guten Tag, ich komme zur Lindenstraße 12.")


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


def test_a_card_that_cannot_be_posted_ends_in_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    world = Arriving()
    world.bench.surface.faults = [Fault.REFUSED]
    assert world.arrive() == ArrivalState.FAILED
    assert [notice for _, notice in world.bench.surface.told] == [Notice.READING_FAILED]
    assert "channel_not_found" in caplog.text
    assert world.arrive() == ArrivalState.DONE  # asking again begins anew


def test_what_may_mend_itself_is_put_off_and_tried_again_until_it_is_shown() -> None:
    world = Arriving()
    # At the second of the longer waits a person is told that it takes longer.
    world.bench.surface.faults = [*AWAY, Fault.BUSY, Fault.NONE, Fault.BUSY]
    waited = []
    world.proposing.receive(Incoming("T1:C1:F1", "T1", "C1", "5.0", user="U0ANNA"), {"text": PASTED})
    for _ in (*WAITS, *LATER):
        world.work(at_once=False)
        arrival = world.arrival()
        assert (arrival.state, arrival.claimed_by) == (ArrivalState.RECEIVED, "")
        assert arrival.next_try_at is not None
        waited.append(round((arrival.next_try_at - now()).total_seconds()))
        world.work(at_once=False)
        assert world.arrival().attempts == arrival.attempts, "not before its time"
        world.pass_time()
    world.work()
    assert waited == [7, 7, 15, 30, 60, 120], "and never sooner than Slack wants it"
    assert [notice for _, notice in world.bench.surface.told] == [Notice.READING_LATER]
    assert len(world.bench.surface.cards) == 1
    assert world.arrival().state == ArrivalState.DONE


def test_what_did_not_mend_itself_for_as_long_as_mails_are_kept_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Arriving()
    world.bench.surface.faults = [Fault.BUSY]
    monkeypatch.setattr(bot.intake.mail_to_card, "now", lambda: now() + timedelta(days=31))
    assert world.arrive() == ArrivalState.FAILED
    assert [notice for _, notice in world.bench.surface.told] == [Notice.READING_FAILED]


def test_when_one_is_shown_the_others_that_were_put_off_do_not_wait_any_longer() -> None:
    world = Arriving()
    world.bench.surface.faults = [*AWAY]
    assert world.arrive() == ArrivalState.RECEIVED
    assert not world.shown
    assert world.arrive("T1:C1:F2", PASTED.replace("Besichtigung", "Anderes")) == ArrivalState.DONE
    assert world.shown
    world.arrivals.hurry()
    assert world.arrive() == ArrivalState.DONE
    assert len(world.bench.surface.cards) == 2


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


def test_a_defect_while_reading_ends_in_a_sentence_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = Arriving()

    def broken(_mail: MailWords, _limit: int) -> list[Match]:
        raise ZeroDivisionError(PASTED)

    world.bench.directory.match = broken  # type: ignore[method-assign, assignment]
    assert world.arrive() == ArrivalState.RECEIVED, "it may have been one of the moment"
    for _ in range(MOST_DEFECTS):
        world.pass_time()
        world.work()
    assert world.arrival().state == ArrivalState.FAILED
    assert [notice for _, notice in world.bench.surface.told] == [Notice.READING_LATER, Notice.READING_FAILED]
    assert "Mustermann" not in caplog.text


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


# The never-link list

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
