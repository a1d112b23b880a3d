"""Proposals: stored once and sealed, claimed once, and forgotten in time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from storage.proposals import Proposals
from storage.tables import RETRIABLE, Candidate, LinkCall, Proposal, ProposalState, Target, now
from storage.vault import Vault

MAIL = '{"text": "Guten Tag, ich bitte um einen Besichtigungstermin."}'


def proposal(id_: str = "p1", mail_key: str = "k1") -> Proposal:
    return Proposal(id=id_, team="T1", channel="C1", thread_ts="1.0", mail_key=mail_key, subject="Besichtigung")


def candidate(id_: str = "p1", record: str = "601") -> Candidate:
    return Candidate(
        proposal_id=id_,
        vendor="onoffice",
        kind="address",
        record_id=record,
        category="person",
        name="Max Mustermann",
        rank=0,
        probability=0.97,
        picked=True,
    )


def target(record: str = "601") -> Target:
    return Target(
        proposal_id="",
        attempt=0,
        vendor="onoffice",
        kind="address",
        record_id=record,
        category="person",
        name="Max Mustermann",
    )


@pytest.fixture
def proposals(engine: sa.Engine, vault: Vault) -> Proposals:
    store = Proposals(engine, vault)
    store.create(proposal(), MAIL, "", [(candidate(), "[]")])
    return store


def test_the_same_mail_in_the_same_conversation_keeps_its_proposal(proposals: Proposals) -> None:
    known, new = proposals.create(proposal("p2"), MAIL, "", [(candidate("p2"), "[]")])
    assert (known.id, new) == ("p1", False)
    assert proposals.get("p2") is None
    other, new = proposals.create(proposal("p3", "k2"), MAIL, "", [])
    assert (other.id, new) == ("p3", True)


def test_fifty_threads_bring_the_same_mail_and_one_proposal_is_made(engine: sa.Engine, vault: Vault) -> None:
    store = Proposals(engine, vault)
    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda n: store.create(proposal(f"p{n}"), MAIL, "", []), range(50)))
    assert sum(new for _, new in made) == 1
    assert len({known.id for known, _ in made}) == 1


def test_mail_text_is_not_readable_in_the_database(proposals: Proposals, engine: sa.Engine) -> None:
    with engine.connect() as connection:
        row = connection.execute(sa.text("SELECT sealed_mail FROM proposal")).scalar_one()
        evidence = connection.execute(sa.text("SELECT sealed_evidence FROM candidate")).scalar_one()
    assert "Besichtigungstermin" not in row
    assert evidence != "[]"
    assert proposals.mail("p1") == MAIL


@pytest.mark.parametrize("end", [ProposalState.LINKED, ProposalState.DISMISSED, ProposalState.EXPIRED])
def test_the_end_of_a_proposal_forgets_the_mail(proposals: Proposals, engine: sa.Engine, end: ProposalState) -> None:
    proposals.set_state("p1", end)
    assert proposals.mail("p1") is None
    with Session(engine) as session:
        assert session.exec(select(Candidate.sealed_evidence)).all() == [None]


@pytest.mark.parametrize("state", [ProposalState.FAILED, ProposalState.PARTLY_LINKED, ProposalState.LINKING])
def test_what_can_still_be_tried_keeps_the_mail(proposals: Proposals, state: ProposalState) -> None:
    proposals.set_state("p1", state)
    assert proposals.mail("p1") == MAIL


def test_forty_presses_at_once_have_one_winner(proposals: Proposals) -> None:
    def press(number: int) -> bool:
        claim = proposals.claim("p1", RETRIABLE, ProposalState.CONFIRMED, f"U{number}", [target()], count=True)
        assert claim is not None
        return claim.won

    with ThreadPoolExecutor(10) as pool:
        won = list(pool.map(press, range(40)))
    assert won.count(True) == 1
    known = proposals.get("p1")
    assert known is not None
    assert (known.state, known.attempt, known.acted_by) == (ProposalState.CONFIRMED, 1, f"U{won.index(True)}")
    assert len(proposals.targets("p1", 1)) == 1
    assert [call.vendor for call in proposals.calls("p1", 1)] == ["onoffice"]


def test_a_press_on_an_unknown_proposal_wins_nothing(proposals: Proposals) -> None:
    assert proposals.claim("p9", RETRIABLE, ProposalState.CONFIRMED, "U1", [target()], count=True) is None


def test_writes_are_counted_before_they_are_made(proposals: Proposals, engine: sa.Engine) -> None:
    proposals.claim("p1", RETRIABLE, ProposalState.CONFIRMED, "U1", [target()], count=True)
    assert [proposals.count_write("p1", 1, "onoffice") for _ in range(3)] == [1, 2, 3]
    with Session(engine) as session:
        assert session.exec(select(LinkCall.writes)).one() == 3


def test_a_dismissed_proposal_can_be_opened_again(proposals: Proposals) -> None:
    assert not proposals.revive("p1", MAIL, "", [])
    proposals.set_state("p1", ProposalState.DISMISSED)
    assert proposals.revive("p1", MAIL, "", [(candidate(record="602"), "[]")])
    known = proposals.get("p1")
    assert known is not None and known.state == ProposalState.OPEN
    assert proposals.mail("p1") == MAIL
    assert [row.record_id for row, _ in proposals.candidates("p1")] == ["602"]


@pytest.mark.parametrize("state", [ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARTLY_LINKED])
def test_a_mail_that_was_forgotten_before_it_was_done_with_is_kept_anew(
    proposals: Proposals, state: ProposalState
) -> None:
    proposals.set_state("p1", ProposalState.LINKED)  # forgets the text; then it was taken back, or more was tried
    proposals.set_state("p1", state)
    assert proposals.revive("p1", MAIL, "", [])
    known = proposals.get("p1")
    assert known is not None and known.state == state
    assert proposals.mail("p1") == MAIL
    assert not proposals.revive("p1", MAIL, "", []), "it is here already"


@pytest.mark.parametrize("state", [ProposalState.CONFIRMED, ProposalState.LINKING])
def test_what_is_under_way_is_not_changed(proposals: Proposals, state: ProposalState) -> None:
    proposals.forget_mail("p1")
    proposals.set_state("p1", state)
    assert not proposals.revive("p1", MAIL, "", [])


def test_a_mail_that_nobody_decides_upon_is_not_kept_for_ever(proposals: Proposals) -> None:
    assert proposals.outdated(now() - timedelta(days=1)) == []
    assert [p.id for p in proposals.outdated(now() + timedelta(seconds=1))] == ["p1"]
    proposals.set_state("p1", ProposalState.LINKING)
    assert proposals.outdated(now() + timedelta(seconds=1)) == [], "what is under way needs its mail"
    proposals.forget_mail("p1")
    assert proposals.mail("p1") is None


def test_who_chose_looking_at_an_older_attempt_loses(proposals: Proposals) -> None:
    wanted = (*RETRIABLE, ProposalState.LINKED)
    first = proposals.claim("p1", wanted, ProposalState.CONFIRMED, "U1", [target()], count=True, seen=0)
    assert first is not None and first.won
    proposals.set_state("p1", ProposalState.LINKED)
    late = proposals.claim("p1", wanted, ProposalState.CONFIRMED, "U2", [target("602")], count=True, seen=0)
    assert late is not None and not late.won and late.proposal.acted_by == "U1"
    assert proposals.targets("p1", 2) == []
