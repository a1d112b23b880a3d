from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage.creations import Creations
from storage.tables import Creation, CreationState, InterestState, now
from storage.vault import BrokenSealError, Vault

SECRET = "a secret of the tests"
LATER = timedelta(seconds=1)


def creation(id_: str = "c1", claim: str = "somebody", **values: Any) -> Creation:
    given: dict[str, Any] = {"team": "T", "proposal_id": "p1", "vendor": "onoffice", "kind": "address", "asked_by": "U"}
    return Creation(id=id_, claim=claim, category="person", **(given | values))


@pytest.fixture
def creations(engine: sa.Engine) -> Creations:
    return Creations(engine, Vault(SECRET))


def test_of_two_with_the_same_claim_one_begins(creations: Creations) -> None:
    first, second = creations.begin(creation(), "draft"), creations.begin(creation("c2", proposal_id="p2"), "draft")
    assert (first.won, second.won, second.creation.id) == (True, False, "c1")


def test_the_same_press_twice_begins_once(creations: Creations) -> None:
    assert creations.begin(creation(), "draft").won
    assert not creations.begin(creation(claim="somebody else"), "draft").won


def test_a_draft_is_sealed_for_its_row(creations: Creations) -> None:
    creations.begin(creation(), "Erika Muster")
    creations.begin(creation("c2", "another"), "Max Muster")
    row, other = creations.get("c1"), creations.get("c2")
    assert row is not None and other is not None
    assert creations.draft(row) == "Erika Muster"
    assert "Erika" not in str(row.sealed_draft)
    row.sealed_draft = other.sealed_draft
    with pytest.raises(BrokenSealError):
        creations.draft(row)


def test_an_attempt_counts_one_call(creations: Creations) -> None:
    creations.begin(creation(), "draft")
    assert creations.count_call("c1", 1)
    assert not creations.count_call("c1", 1), "the first call's outcome is unknown"
    assert not creations.count_call("c1", 2), "nobody has gone on"


def test_a_claim_ends_with_the_creation_unless_its_outcome_is_unknown(creations: Creations) -> None:
    creations.begin(creation(), "draft")
    creations.end("c1", CreationState.UNKNOWN)
    assert not creations.begin(creation("c2"), "draft").won
    assert creations.go_on("c1", 1, {"claim": "somebody", "known": ["a|b|c"]}, "draft").won
    row = creations.get("c1")
    assert row is not None and (row.attempt, row.known, row.others) == (2, ["a|b|c"], [])
    creations.end("c1", CreationState.CREATED, record="onoffice|address|1")
    row = creations.get("c1")
    assert row is not None and row.sealed_draft is None
    assert creations.begin(creation("c2"), "draft").won


def test_of_two_who_go_on_one_does(creations: Creations) -> None:
    creations.begin(creation(), "draft")
    creations.end("c1", CreationState.FAILED)
    assert creations.go_on("c1", 1, {"claim": "somebody"}, "draft").won
    assert not creations.go_on("c1", 1, {"claim": "somebody"}, "draft").won


def test_who_saw_an_earlier_end_does_not_go_on(creations: Creations) -> None:
    creations.begin(creation(), "draft")
    creations.end("c1", CreationState.UNKNOWN)
    assert creations.go_on("c1", 1, {"claim": "somebody"}, "draft").won
    creations.end("c1", CreationState.UNKNOWN)
    late = creations.go_on("c1", 1, {"claim": "somebody"}, "draft")
    assert (late.won, late.creation.attempt, late.creation.state) == (False, 2, CreationState.UNKNOWN)
    assert creations.go_on("c1", 2, {"claim": "somebody"}, "draft").won


def test_who_goes_on_with_somebody_that_another_is_creating_is_told(creations: Creations) -> None:
    creations.begin(creation(), "draft")
    creations.end("c1", CreationState.FAILED)
    creations.begin(creation("c2"), "draft")
    answer = creations.go_on("c1", 1, {"claim": "somebody"}, "draft")
    assert (answer.won, answer.creation.id) == (False, "c2")


def test_what_a_crash_left_is_found_and_what_nobody_goes_on_with_is_forgotten(creations: Creations) -> None:
    creations.begin(creation(), "draft")
    creations.begin(creation("c2", "other"), "draft")
    creations.end("c2", CreationState.UNKNOWN)
    creations.begin(creation("c3", "third"), "draft")
    creations.end("c3", CreationState.CREATED, interest=InterestState.TO_TAKE_BACK)
    assert {row.id for row in creations.left(now() + LATER)} == {"c1", "c3"}
    assert creations.expire(now() + LATER) == 1
    row = creations.get("c2")
    assert row is not None and (row.state, row.sealed_draft, row.claim) == (CreationState.EXPIRED, None, None)
