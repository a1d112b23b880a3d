"""Mails that wait for a record: what wakes them, how often, and how much is looked at for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.durable import Precedence
from bot.intake.waking import LOOKED_AT, SAID_AT_ONCE, Waker
from bot.linking import Answer
from bot.records import Category, Record
from bot.surface import ProposalState
from storage.locks import Locks
from storage.tables import Proposal, now
from storage.wakings import Wakings
from tests.bot.bench import ANNA, database, ref
from tests.bot.fakes import Fault
from tests.bot.intake.bench import Arriving

RUNA = Record(ref("801"), Category.PERSON, "Runa Holmquist", emails=("runa@holmquist.example",))
TEXT = "From: Runa Holmquist <runa@holmquist.example>\nTo: info@example.de\nSubject: Frage {}\n\nBitte rufen Sie an.\n"


@dataclass
class Waiting:
    """A bench with mails that wait."""

    world: Arriving = field(default_factory=Arriving)

    def __post_init__(self) -> None:
        bench = self.world.bench
        self.surface, self.proposals = bench.surface, bench.proposals
        self.wakings = Wakings(database(bench.url), bench.proposals)
        self.waker = self.anew()

    def anew(self) -> Waker:
        bench = self.world.bench
        return Waker(
            wakings=self.wakings,
            proposals=bench.proposals,
            reader=bench.reader,
            directory=bench.directory,
            to_proposal=self.world.to_proposal,
            surface=bench.surface,
            locks=Locks(database(bench.url)),
            precedence=Precedence(),
            show=bench.linking.show_card,
        )

    def arrive(self, number: int = 1) -> Proposal:
        self.world.arrive(f"T1:C1:F{number}", TEXT.format(number))
        return self.of(f"T1:C1:F{number}")

    def of(self, key: str) -> Proposal:
        found = self.proposals.in_channels("T1", ["C1"], list(ProposalState), 500)
        return next(one for one in found if one.arrival_key == key)

    def said(self) -> list[tuple[str, ...]]:
        return [tuple(name for name, _ in by.names) for _, by in self.surface.woken]


def test_a_mail_to_which_nothing_was_found_wakes_once_when_its_person_comes() -> None:
    waiting = Waiting()
    proposal = waiting.arrive()
    waiting.waker.round()
    assert waiting.said() == []
    waiting.world.bench.directory.keep(RUNA)
    waiting.waker.round()
    assert waiting.said() == [("Runa Holmquist",)]
    view = waiting.world.bench.reader.view(waiting.of(proposal.arrival_key))
    assert [(one.name, one.picked) for one in view.candidates] == [("Runa Holmquist", True)]
    # Neither a change of the record, nor a restart, nor being put off again says it once more.
    assert waiting.world.bench.linking.park(proposal.id, ANNA).answer == Answer.STARTED
    waiting.world.bench.directory.keep(replace(RUNA, city="Kiel"))
    for waker in (waiting.waker, waiting.anew()):
        waker.round()
    assert waiting.said() == [("Runa Holmquist",)]
    assert waiting.of(proposal.arrival_key).state == ProposalState.PARKED


def test_what_slack_does_not_take_is_said_later_and_what_it_took_without_an_answer_is_not_said_twice() -> None:
    waiting = Waiting()
    waiting.arrive()
    waiting.world.bench.directory.keep(RUNA)
    waiting.surface.faults = [Fault.NONE, Fault.BUSY, Fault.LOST]  # the card, and the message twice
    for _ in range(4):
        waiting.waker.round()
    assert waiting.said() == [("Runa Holmquist",)]
    assert waiting.wakings.unsaid(5) == []


def test_a_round_looks_at_few_mails_and_says_little_and_leaves_nobody_out() -> None:
    waiting = Waiting()
    count = LOOKED_AT + 3
    for number in range(count):
        waiting.arrive(number)
    waiting.world.bench.directory.keep(RUNA)
    waiting.waker.round()
    assert len(waiting.said()) == SAID_AT_ONCE
    for _ in range(count):
        waiting.waker.round()
    assert len(waiting.said()) == count


def test_others_wake_nothing() -> None:
    """Not a decided mail, nor what was in the CRM all the time, nor what is too unlikely, nor what has no text left."""
    waiting = Waiting()
    decided, old, expired = waiting.arrive(1), waiting.arrive(2), waiting.arrive(3)
    linking = waiting.world.bench.linking
    linking.dismiss(decided.id, ANNA)
    waiting.proposals.set_state(expired.id, ProposalState.EXPIRED)
    assert linking.park(decided.id, ANNA).answer == Answer.TAKEN
    waiting.world.bench.directory.keep(replace(RUNA, emails=(), name="Holm"))
    waiting.waker.round()
    assert waiting.said() == []
    waiting.world.bench.directory.keep(RUNA)
    assert waiting.wakings.news([("onoffice", "address", "801")], now()) == set()
    waiting.waker.round()
    assert [proposal for proposal, _ in waiting.surface.woken] == [old.id]


def test_a_parked_mail_is_taken_up_by_hand_or_put_aside() -> None:
    waiting = Waiting()
    proposal = waiting.arrive()
    linking = waiting.world.bench.linking
    assert linking.take_up(proposal.id, ANNA).answer == Answer.TAKEN
    linking.park(proposal.id, ANNA)
    assert waiting.proposals.mail(proposal.id) is not None
    assert linking.take_up(proposal.id, ANNA).answer == Answer.STARTED
    linking.park(proposal.id, ANNA)
    linking.dismiss(proposal.id, ANNA)
    assert waiting.proposals.mail(proposal.id) is None
