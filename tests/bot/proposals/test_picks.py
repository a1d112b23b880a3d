"""Which matches a card shows, and which of them are picked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import Match
from bot.proposals.picks import LEAST_PROBABILITY, MOST_CANDIDATES, choose
from bot.records import Category, RecordRef
from tests.bot.fakes import FakeCRM

CRMS = {"onoffice": FakeCRM("onoffice"), "zoho": FakeCRM("zoho", tells=False)}
P, E, D = Category.PERSON, Category.PROPERTY, Category.DEAL


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
